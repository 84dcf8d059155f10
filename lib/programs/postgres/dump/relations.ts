/** Tables, sequences, views of a dump, and what belongs to their columns. */
import { formatName } from "../tools/tool.ts";
import type { Column, Query, Relation } from "./catalog.ts";
import { commentEntry, type Entry, PRIORITY } from "./entry.ts";
import { privilegesEntry } from "./namespace-objects.ts";
import { grants } from "./privileges.ts";

type Needs = ReadonlyMap<string, ReadonlySet<string>>;

export const qualified = ({ schema, name }: { readonly schema: string; readonly name: string }) =>
  `${formatName(schema)}.${formatName(name)}`;

const KINDS: Readonly<Record<string, string>> = {
  r: "TABLE",
  p: "TABLE",
  v: "VIEW",
  m: "MATERIALIZED VIEW",
  S: "SEQUENCE",
  f: "FOREIGN TABLE",
};

export interface Sequence {
  readonly type: string;
  readonly start: string;
  readonly increment: string;
  readonly minimum: string | undefined;
  readonly maximum: string | undefined;
  readonly cache: string;
  readonly cycles: boolean;
  /** The column that owns it. */
  readonly table: string | undefined;
  readonly column: string | undefined;
  /** It is an identity column's. */
  readonly isIdentity: boolean;
}

export async function readSequences(query: Query): Promise<Map<string, Sequence>> {
  const rows = await query(`SELECT s.seqrelid, pg_catalog.format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement,
  CASE WHEN s.seqincrement > 0 AND s.seqmin = 1 THEN NULL
       WHEN s.seqincrement < 0 AND s.seqmin = (CASE s.seqtypid WHEN 21 THEN -32768 WHEN 23 THEN -2147483648 ELSE -9223372036854775808 END) THEN NULL ELSE s.seqmin END,
  CASE WHEN s.seqincrement < 0 AND s.seqmax = -1 THEN NULL
       WHEN s.seqincrement > 0 AND s.seqmax = (CASE s.seqtypid WHEN 21 THEN 32767 WHEN 23 THEN 2147483647 ELSE 9223372036854775807 END) THEN NULL ELSE s.seqmax END,
  s.seqcache, s.seqcycle, d.refobjid, a.attname, d.deptype
FROM pg_catalog.pg_sequence s
  LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = s.seqrelid AND d.objsubid = 0
    AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
  LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid`);
  return new Map(
    rows.map(([oid, type, start, increment, minimum, maximum, cache, cycles, table, column, how]) => [
      oid ?? "",
      {
        type: type ?? "",
        start: start ?? "",
        increment: increment ?? "",
        minimum: minimum ?? undefined,
        maximum: maximum ?? undefined,
        cache: cache ?? "",
        cycles: cycles === "t",
        table: table ?? undefined,
        column: column ?? undefined,
        isIdentity: how === "i",
      },
    ]),
  );
}

/** A default that calls a sequence which this very table owns is set when both are there. */
function isSeparate(relation: Relation, column: Column, needs: Needs, sequences: ReadonlyMap<string, Sequence>): boolean {
  if (column.default === undefined || column.generated !== "") return false;
  if (relation.kind === "v") return true;
  for (const key of needs.get(`pg_attrdef:${column.defaultOid}`) ?? []) {
    const [catalog, oid = ""] = key.split(":");
    if (catalog === "pg_class" && sequences.get(oid)?.table === relation.oid) return true;
  }
  return false;
}

export interface Check {
  readonly name: string;
  readonly definition: string;
}

export class RelationEntries {
  constructor(
    private readonly relations: ReadonlyMap<string, Relation>,
    private readonly sequences: ReadonlyMap<string, Sequence>,
    private readonly needs: Needs,
    /** CHECK constraints that stand in CREATE TABLE, by table. */
    private readonly checks: ReadonlyMap<string, readonly Check[]>,
  ) {}

  entries(relation: Relation): Entry[] {
    const { oid, schema, owner, kind, name } = relation;
    const word = KINDS[kind] ?? "TABLE";
    const quoted = qualified(relation);
    const common = { key: `pg_class:${oid}`, section: "pre-data", schema, owner } as const;
    const sequence = this.sequences.get(oid);
    const needs = new Set(this.needs.get(common.key) ?? []);
    const after: Entry[] = [];
    if (relation.comment !== undefined)
      after.push(commentEntry(common, `${word} ${formatName(name)}`, `${word} ${quoted}`, relation.comment));
    for (const column of relation.columns) {
      if (column.comment === undefined) continue;
      const place = `${formatName(name)}.${formatName(column.name)}`;
      after.push(commentEntry(common, `COLUMN ${place}`, `COLUMN ${formatName(schema)}.${place}`, column.comment));
    }
    for (const column of relation.columns) {
      if (column.default === undefined || isSeparate(relation, column, this.needs, this.sequences)) continue;
      for (const key of this.needs.get(`pg_attrdef:${column.defaultOid}`) ?? []) needs.add(key);
    }
    needs.delete(common.key);
    const more: Entry[] = [];
    let create: string;
    if (sequence !== undefined) {
      create = this.#sequence(relation, sequence);
      if (sequence.table !== undefined) needs.add(`pg_class:${sequence.table}`);
      const owning = this.relations.get(sequence.table ?? "");
      if (owning !== undefined && !sequence.isIdentity)
        after.unshift({
          ...common,
          key: `owned:${oid}`,
          priority: 0,
          name,
          tag: name,
          type: "SEQUENCE OWNED BY",
          create: `ALTER SEQUENCE ${quoted} OWNED BY ${qualified(owning)}.${formatName(sequence.column ?? "")};\n`,
          drop: "",
          needs: new Set(),
        });
    } else if (kind === "v" || kind === "m") create = this.#view(relation);
    else {
      create = this.#table(relation);
      more.push(...this.#attached(relation));
    }
    more.push(...this.#defaults(relation));
    const identity = sequence?.isIdentity === true;
    return [
      {
        ...common,
        priority: PRIORITY.relation,
        name,
        tag: name,
        type: word,
        create,
        drop: identity ? "" : `DROP ${word} %IF%${quoted};\n`,
        owned: identity ? undefined : `${word} ${quoted}`,
        needs,
        storage: kind === "r" || kind === "m" ? "table" : kind === "p" ? "tablespace" : undefined,
        after,
        privileges: this.#privileges(relation, word === "SEQUENCE" ? "SEQUENCE" : "TABLE"),
      },
      ...more,
    ];
  }

  #privileges(relation: Relation, kind: "TABLE" | "SEQUENCE"): Entry[] {
    const { oid, schema, owner, name, privileges } = relation;
    const common = { key: `pg_class:${oid}`, section: "pre-data", schema, owner } as const;
    const named = `${kind} ${qualified(relation)}`;
    const out =
      privileges === undefined
        ? []
        : privilegesEntry(common, `${kind} ${formatName(name)}`, grants(kind, named, privileges, relation.defaultPrivileges, owner));
    for (const column of relation.columns) {
      if (column.privileges === undefined) continue;
      const statements = grants("COLUMN", named, column.privileges, "{}", owner, `(${formatName(column.name)})`);
      out.push(...privilegesEntry(common, `COLUMN ${formatName(name)}.${formatName(column.name)}`, statements));
    }
    return out;
  }

  #sequence(relation: Relation, sequence: Sequence): string {
    const body = [
      `    START WITH ${sequence.start}\n`,
      `    INCREMENT BY ${sequence.increment}\n`,
      sequence.minimum === undefined ? "    NO MINVALUE\n" : `    MINVALUE ${sequence.minimum}\n`,
      sequence.maximum === undefined ? "    NO MAXVALUE\n" : `    MAXVALUE ${sequence.maximum}\n`,
      `    CACHE ${sequence.cache}`,
      sequence.cycles ? "\n    CYCLE" : "",
    ].join("");
    const owning = this.relations.get(sequence.table ?? "");
    if (sequence.isIdentity && owning !== undefined) {
      const always = owning.columns.find(({ name }) => name === sequence.column)?.identity === "a";
      return `ALTER TABLE ${qualified(owning)} ALTER COLUMN ${formatName(sequence.column ?? "")} ADD GENERATED ${always ? "ALWAYS" : "BY DEFAULT"} AS IDENTITY (\n    SEQUENCE NAME ${qualified(relation)}\n${body}\n);\n`;
    }
    const unlogged = relation.persistence === "u" ? "UNLOGGED " : "";
    return `CREATE ${unlogged}SEQUENCE ${qualified(relation)}\n${sequence.type === "bigint" ? "" : `    AS ${sequence.type}\n`}${body};\n`;
  }

  #view(relation: Relation): string {
    const definition = (relation.definition ?? "").replace(/;$/, "");
    const options = relation.options === "" ? "" : ` WITH (${optionList(relation.options)})`;
    if (relation.kind === "m") return `CREATE MATERIALIZED VIEW ${qualified(relation)}${options} AS\n${definition}\n  WITH NO DATA;\n`;
    const check = /check_option=(\w+)/.exec(relation.options)?.[1];
    const others = relation.options.split(", ").filter((each) => each !== "" && !each.startsWith("check_option="));
    const withOptions = others.length === 0 ? "" : ` WITH (${optionList(others.join(", "))})`;
    return `CREATE VIEW ${qualified(relation)}${withOptions} AS\n${definition}${check === undefined ? "" : `\n  WITH ${check.toUpperCase()} CHECK OPTION`};\n`;
  }

  #column(relation: Relation, column: Column): string {
    let text = `${formatName(column.name)} ${column.type}`;
    if (column.collation !== undefined) text += ` COLLATE ${column.collation}`;
    if (column.generated === "s") text += ` GENERATED ALWAYS AS (${column.default}) STORED`;
    else if (column.generated === "v") text += ` GENERATED ALWAYS AS (${column.default})`;
    else if (column.default !== undefined && !isSeparate(relation, column, this.needs, this.sequences))
      text += ` DEFAULT ${column.default}`;
    if (column.notNull) text += column.notNullName === undefined ? " NOT NULL" : ` CONSTRAINT ${formatName(column.notNullName)} NOT NULL`;
    return text;
  }

  #table(relation: Relation): string {
    const quoted = qualified(relation);
    const inherited = !relation.isPartition && relation.parents.length > 0;
    const parts = relation.columns
      .filter((column) => !inherited || column.isLocal)
      .map((column) => `    ${this.#column(relation, column)}`);
    for (const { name, definition } of this.checks.get(relation.oid) ?? []) parts.push(`    CONSTRAINT ${formatName(name)} ${definition}`);
    let text = `CREATE ${relation.persistence === "u" ? "UNLOGGED " : ""}TABLE ${quoted} (${parts.length === 0 ? "" : `\n${parts.join(",\n")}`}\n)`;
    if (inherited) {
      const parents = relation.parents.flatMap((oid) => this.relations.get(oid) ?? []);
      text += `\nINHERITS (${parents.map(qualified).join(", ")})`;
    }
    if (relation.partitionKey !== undefined) text += `\nPARTITION BY ${relation.partitionKey}`;
    if (relation.options !== "") text += `\nWITH (${optionList(relation.options)})`;
    text += ";\n";
    const only = `ALTER TABLE ONLY ${quoted}`;
    for (const column of relation.columns) {
      const where = `${only} ALTER COLUMN ${formatName(column.name)}`;
      if (column.statistics !== undefined) text += `${where} SET STATISTICS ${column.statistics};\n`;
      if (column.storage !== undefined)
        text += `${where} SET STORAGE ${{ p: "PLAIN", e: "EXTERNAL", m: "MAIN", x: "EXTENDED" }[column.storage] ?? ""};\n`;
    }
    if (relation.forcedRowSecurity) text += `\n${only} FORCE ROW LEVEL SECURITY;\n`;
    if (relation.replicaIdentity === "f" || relation.replicaIdentity === "n")
      text += `\n${only} REPLICA IDENTITY ${relation.replicaIdentity === "f" ? "FULL" : "NOTHING"};\n`;
    return text;
  }

  #attached(relation: Relation): Entry[] {
    const parent = this.relations.get(relation.parents[0] ?? "");
    if (!relation.isPartition || parent === undefined) return [];
    return [
      {
        key: `attach:${relation.oid}`,
        section: "pre-data",
        priority: PRIORITY.attach,
        schema: relation.schema,
        name: relation.name,
        tag: relation.name,
        type: "TABLE ATTACH",
        owner: relation.owner,
        create: `ALTER TABLE ONLY ${qualified(parent)} ATTACH PARTITION ${qualified(relation)} ${relation.bound ?? ""};\n`,
        drop: "",
        needs: new Set([`pg_class:${relation.oid}`, `pg_class:${parent.oid}`]),
      },
    ];
  }

  #defaults(relation: Relation): Entry[] {
    const { schema, name, owner, oid } = relation;
    return relation.columns
      .filter((column) => isSeparate(relation, column, this.needs, this.sequences))
      .map((column): Entry => {
        const alter = `ALTER TABLE %IFT%${relation.kind === "r" ? "ONLY " : ""}${qualified(relation)} ALTER COLUMN ${formatName(column.name)}`;
        return {
          key: `pg_attrdef:${column.defaultOid}`,
          section: "pre-data",
          priority: PRIORITY.default,
          schema,
          name: `${name} ${String(column.number).padStart(6, "0")}`,
          tag: `${formatName(name)} ${formatName(column.name)}`,
          type: "DEFAULT",
          owner,
          create: `${alter.replace("%IFT%", "")} SET DEFAULT ${column.default};\n`,
          drop: `${alter.replace("ONLY ", "")} DROP DEFAULT;\n`,
          needs: new Set([...(this.needs.get(`pg_attrdef:${column.defaultOid}`) ?? []), `pg_class:${oid}`]),
        };
      });
  }
}

/** "fillfactor=70, autovacuum_enabled=false" with the values in quotes. */
function optionList(text: string): string {
  return text
    .split(", ")
    .map((each) => {
      const [name = "", value = ""] = each.split("=");
      return `${name}=${/^[a-z_]+$/.test(value) ? value : `'${value}'`}`;
    })
    .join(", ");
}
