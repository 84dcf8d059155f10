/** pg_dump(1): a database as SQL that makes it again (plain format). */
import type { Process } from "../../../kernel/types.ts";
import { reason } from "../../core/errors.ts";
import { concat, encode } from "../../core/io.ts";
import { patternConditions } from "../psql/describe/pattern.ts";
import { fileSink, type Sink, standardOutput } from "../psql/output.ts";
import { runTool, type Tool, ToolFailure, VERSION } from "../tools/tool.ts";
import type { Connection } from "../wire/connection.ts";
import { operatingSystemUser } from "../wire/settings.ts";
import { type Query, type Relation, readNeeds, readRelations } from "./catalog.ts";
import type { DumpOptions } from "./choice.ts";
import { refresh, sequenceSet, tableData } from "./data.ts";
import { type Entry, ordered } from "./entry.ts";
import { extensions, functions, schemas, types } from "./namespace-objects.ts";
import { postData } from "./post-data.ts";
import { RelationEntries, readSequences } from "./relations.ts";
import { type DatabaseFacts, type Write, writeDump } from "./write.ts";

const UNMODELED = "is real, but only the plain format is modeled here: see /reference/machine";

export function randomKey(): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  return Array.from(crypto.getRandomValues(new Uint8Array(63)), (byte) => letters[byte % letters.length]).join("");
}

function optionsOf(tool: Tool): DumpOptions {
  const format = tool.value("F");
  if (format !== undefined && !"plain".startsWith(format.toLowerCase())) {
    if (/^(?:c|d|t|custom|directory|tar)$/i.test(format)) throw new ToolFailure(`format ${format} ${UNMODELED}`);
    throw new ToolFailure(`invalid output format "${format}" specified`);
  }
  const exclusive = (left: string, right: string, text: string) => {
    if (tool.has(left) && tool.has(right)) throw new ToolFailure(text);
  };
  exclusive("a", "s", "options -s/--schema-only and -a/--data-only cannot be used together");
  exclusive("a", "c", "options -c/--clean and -a/--data-only cannot be used together");
  if (tool.has("if-exists") && !tool.has("c")) throw new ToolFailure("option --if-exists requires option -c/--clean");
  const rows = tool.value("rows-per-insert");
  if (rows !== undefined && !/^[1-9]\d*$/.test(rows)) throw new ToolFailure(`invalid value "${rows}" for option --rows-per-insert`);
  const inserts = tool.has("inserts") || tool.has("column-inserts") || rows !== undefined;
  if (tool.has("on-conflict-do-nothing") && !inserts)
    throw new ToolFailure("option --on-conflict-do-nothing requires option --inserts, --rows-per-insert, or --column-inserts");
  const key = tool.value("restrict-key");
  if (key !== undefined && !/^[A-Za-z0-9]+$/.test(key)) throw new ToolFailure("invalid restrict key");
  return {
    schemaOnly: tool.has("s"),
    dataOnly: tool.has("a"),
    clean: tool.has("c"),
    ifExists: tool.has("if-exists"),
    create: tool.has("C"),
    noOwner: tool.has("O"),
    noPrivileges: tool.has("x"),
    noComments: tool.has("no-comments"),
    inserts,
    columnInserts: tool.has("column-inserts"),
    rowsPerInsert: Number(rows ?? 1),
    onConflictDoNothing: tool.has("on-conflict-do-nothing"),
    disableTriggers: tool.has("disable-triggers"),
    restrictKey: key ?? randomKey(),
    tables: tool.all("t"),
    excludeTables: tool.all("T"),
    excludeData: tool.all("exclude-table-data"),
    schemas: tool.all("n"),
    excludeSchemas: tool.all("N"),
    sections: tool.all("section"),
  };
}

/** The oids that patterns mean; undefined without patterns. */
async function matching(
  query: Query,
  database: string,
  patterns: readonly string[],
  kind: "tables" | "schemas",
): Promise<Set<string> | undefined> {
  if (patterns.length === 0) return undefined;
  const found = new Set<string>();
  for (const pattern of patterns) {
    const columns =
      kind === "schemas" ? { name: "n.nspname" } : { schema: "n.nspname", name: "c.relname", visible: "n.nspname = 'public'" };
    const conditions = patternConditions(pattern, columns, database);
    if (!Array.isArray(conditions)) throw new ToolFailure(conditions.complaint);
    const where = conditions.length > 0 ? ` AND ${conditions.join(" AND ")}` : "";
    const rows = await query(
      kind === "schemas"
        ? `SELECT n.oid FROM pg_catalog.pg_namespace n WHERE true${where}`
        : `SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r','p','v','m','S','f')${where}`,
    );
    for (const [oid] of rows) if (oid) found.add(oid);
  }
  return found;
}

/** Reads everything that is asked for, and writes it. */
export async function dumpDatabase(
  connection: Connection,
  query: Query,
  write: Write,
  database: string,
  options: DumpOptions,
  /** Told of tables whose foreign keys lead back to themselves. */
  warn: (tables: readonly string[]) => Promise<void> = async () => {},
): Promise<void> {
  await query("BEGIN");
  await query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
  for (const setting of [
    "DATESTYLE = ISO",
    "INTERVALSTYLE = POSTGRES",
    "extra_float_digits TO 3",
    "synchronize_seqscans TO off",
    "statement_timeout = 0",
  ])
    await query(`SET ${setting}`);
  await query("SELECT pg_catalog.set_config('search_path', '', false)");
  const relations = await readRelations(query);
  const sequences = await readSequences(query);
  const needs = await readNeeds(query);
  const post = await postData(query, relations);
  const chosen = await choose(query, database, relations, options);
  if (options.tables.length > 0 && chosen.size === 0) throw new ToolFailure("no matching tables were found");
  const inSchema = await schemaChoice(query, database, options);
  for (const relation of relations.values()) {
    const sequence = sequences.get(relation.oid);
    // A sequence goes with the table that owns it.
    if (sequence?.table !== undefined && chosen.has(sequence.table)) chosen.add(relation.oid);
    if (!inSchema(relation.schema) || (sequence?.isIdentity && !chosen.has(sequence.table ?? ""))) chosen.delete(relation.oid);
  }
  const entries: Entry[] = [];
  const whole = options.tables.length === 0;
  if (!options.dataOnly) {
    const others: Entry[] = [];
    if (whole) {
      for (const entry of await schemas(query)) if (inSchema(entry.name)) others.push(entry);
      if (options.schemas.length === 0) others.push(...(await extensions(query)));
      for (const entry of [...(await types(query, needs)), ...(await functions(query, needs))])
        if (inSchema(entry.schema ?? "")) others.push(entry);
    }
    const maker = new RelationEntries(relations, sequences, needs, post.checks);
    for (const oid of chosen) {
      const relation = relations.get(oid);
      if (relation) others.push(...maker.entries(relation));
    }
    entries.push(...ordered(others));
  }
  if (!options.schemaOnly) {
    const skipped = (await matching(query, database, options.excludeData, "tables")) ?? new Set();
    const data: Entry[] = [];
    const session = { isOwn: true };
    for (const oid of chosen) {
      const relation = relations.get(oid);
      if (relation === undefined || skipped.has(oid)) continue;
      if (relation.kind === "r") {
        const entry = tableData(connection, relation, options, session);
        const first = options.dataOnly ? post.references.filter(([from]) => from === oid).map(([, to]) => `data:${to}`) : [];
        data.push({ ...entry, needs: new Set(first) });
      } else if (relation.kind === "S") data.push(await sequenceSet(query, relation));
    }
    entries.push(...ordered(data));
    if (options.dataOnly) await warn(circles(post.references, chosen).map((oid) => relations.get(oid)?.name ?? ""));
  }
  const last: Entry[] = [];
  if (!options.dataOnly) {
    entries.push(...ordered(post.entries.filter(({ table }) => table !== undefined && chosen.has(table))));
  }
  if (!options.schemaOnly)
    for (const oid of chosen) {
      const relation = relations.get(oid);
      if (relation?.kind === "m" && relation.populated && !options.dataOnly) last.push(refresh(relation));
    }
  const wanted = options.sections.length === 0 ? entries : entries.filter(({ section }) => options.sections.includes(section));
  const [facts] = await query(`SELECT d.datname, pg_catalog.pg_get_userbyid(d.datdba), pg_catalog.pg_encoding_to_char(d.encoding),
  CASE d.datlocprovider WHEN 'b' THEN 'builtin' WHEN 'c' THEN 'libc' ELSE 'icu' END, d.datcollate, d.datctype, pg_catalog.shobj_description(d.oid, 'pg_database')
FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()`);
  const [name, owner, encoding, provider, collate, ctype, comment] = facts ?? [];
  const about: DatabaseFacts = {
    name: name ?? database,
    owner: owner ?? "",
    encoding: encoding ?? "UTF8",
    provider: provider ?? "libc",
    collate: collate ?? "C",
    ctype: ctype ?? "C",
    comment: comment ?? undefined,
  };
  // Materialized views are filled when their privileges are there.
  await writeDump(write, about, { server: connection.parameters.get("server_version") ?? "", own: VERSION }, [...wanted], options, last);
  await query("COMMIT");
}

/** Tables from which foreign keys lead back to them. */
function circles(references: readonly (readonly [string, string])[], chosen: ReadonlySet<string>): string[] {
  const targets = new Map<string, string[]>();
  for (const [from, to] of references) if (chosen.has(from) && chosen.has(to)) targets.set(from, [...(targets.get(from) ?? []), to]);
  return [...targets.keys()].filter((start) => {
    const seen = new Set<string>();
    const waiting = [...(targets.get(start) ?? [])];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (next === start) return true;
      if (seen.has(next)) continue;
      seen.add(next);
      waiting.push(...(targets.get(next) ?? []));
    }
    return false;
  });
}

async function warnOfCircles(tool: Tool, tables: readonly string[]): Promise<void> {
  if (tables.length === 0) return;
  const which = tables.length === 1 ? "on this table" : "among these tables";
  await tool.self.error(
    `pg_dump: warning: there are circular foreign-key constraints ${which}:\n${tables.map((name) => `pg_dump: detail: ${name}\n`).join("")}` +
      "pg_dump: hint: You might not be able to restore the dump without using --disable-triggers or temporarily dropping the constraints.\n" +
      "pg_dump: hint: Consider using a full dump instead of a --data-only dump to avoid this problem.\n",
  );
}

async function choose(
  query: Query,
  database: string,
  relations: ReadonlyMap<string, Relation>,
  options: DumpOptions,
): Promise<Set<string>> {
  const included = await matching(query, database, options.tables, "tables");
  const excluded = await matching(query, database, options.excludeTables, "tables");
  return new Set([...relations.keys()].filter((oid) => (included?.has(oid) ?? true) && !excluded?.has(oid)));
}

async function schemaChoice(query: Query, database: string, options: DumpOptions): Promise<(schema: string) => boolean> {
  const included = await matching(query, database, options.schemas, "schemas");
  const excluded = await matching(query, database, options.excludeSchemas, "schemas");
  if (included !== undefined && included.size === 0) throw new ToolFailure("no matching schemas were found");
  const names = new Map(
    (await query("SELECT n.nspname, n.oid FROM pg_catalog.pg_namespace n")).map(([name, oid]) => [name ?? "", oid ?? ""]),
  );
  return (schema) => {
    const oid = names.get(schema) ?? "";
    return (included?.has(oid) ?? true) && !excluded?.has(oid);
  };
}

/** Text in pieces of some size, since each write is a turn of the kernel. */
export function buffered(sink: Sink): { readonly write: Write; readonly flush: () => Promise<void> } {
  let parts: Uint8Array[] = [];
  let size = 0;
  const flush = async () => {
    if (size === 0) return;
    const all = concat(parts);
    parts = [];
    size = 0;
    await sink.write(all);
  };
  return {
    flush,
    write: async (text) => {
      const bytes = typeof text === "string" ? encode(text) : text;
      parts.push(bytes);
      size += bytes.length;
      if (size >= 64 * 1024) await flush();
    },
  };
}

export function outputOf(tool: Tool): Sink {
  const file = tool.value("f");
  try {
    return file === undefined ? standardOutput(tool.self) : fileSink(tool.self, file);
  } catch (error) {
    throw new ToolFailure(`could not open output file "${file}": ${reason(error)}`);
  }
}

async function dump(tool: Tool): Promise<number> {
  tool.tooMany(1);
  const { self } = tool;
  const options = optionsOf(tool);
  const database =
    tool.value("d") ??
    tool.operands[0] ??
    self.env.PGDATABASE ??
    tool.value("U") ??
    self.env.PGUSER ??
    operatingSystemUser(self.files, self.credentials.uid) ??
    "";
  const connection = await tool.connect(database);
  try {
    const role = tool.value("role");
    if (role !== undefined) await tool.run(connection, `SET ROLE "${role.replaceAll('"', '""')}"`, "query failed: ");
    const sink = outputOf(tool);
    const { write, flush } = buffered(sink);
    await dumpDatabase(
      connection,
      (sql) => tool.run(connection, sql, "query failed: "),
      write,
      database,
      options,
      (tables) => warnOfCircles(tool, tables),
    );
    await flush();
    await sink.close();
    return 0;
  } finally {
    await connection.end();
  }
}

export const pgDump = (self: Process): Promise<number> =>
  runTool(self, {
    name: "pg_dump",
    table: {
      short: "abBcCd:e:E:f:F:j:n:N:OsS:t:T:vxZ:",
      long: {
        "data-only": "a",
        clean: "c",
        create: "C",
        dbname: "d:",
        encoding: "E:",
        file: "f:",
        format: "F:",
        jobs: "j:",
        schema: "n:",
        "exclude-schema": "N:",
        "no-owner": "O",
        "schema-only": "s",
        table: "t:",
        "exclude-table": "T:",
        verbose: "v",
        "no-privileges": "x",
        "no-acl": "x",
        inserts: "inserts",
        "column-inserts": "column-inserts",
        "attribute-inserts": "column-inserts",
        "rows-per-insert": "rows-per-insert:",
        "on-conflict-do-nothing": "on-conflict-do-nothing",
        "disable-triggers": "disable-triggers",
        "exclude-table-data": "exclude-table-data:",
        "if-exists": "if-exists",
        "no-comments": "no-comments",
        section: "section:",
        "restrict-key": "restrict-key:",
        role: "role:",
      },
    },
    run: dump,
  });
