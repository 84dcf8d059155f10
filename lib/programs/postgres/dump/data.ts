/** The rows of tables in a dump: COPY or INSERT; where sequences stand. */

import { serverMessage } from "../psql/message.ts";
import { formatName, ToolFailure } from "../tools/tool.ts";
import type { Connection } from "../wire/connection.ts";
import type { Column, Query, Relation } from "./catalog.ts";
import type { DumpOptions } from "./choice.ts";
import { type Entry, PRIORITY, sqlString } from "./entry.ts";
import { qualified } from "./relations.ts";

/** Types whose values stand bare in INSERT: int2, int4, int8, oid, float4, float8, numeric. */
const NUMBERS = new Set([21, 23, 20, 26, 700, 701, 1700]);
const BOOLEAN = 16;
const BITS = new Set([1560, 1562]);

function value(text: string | null, column: Column | undefined): string {
  if (column !== undefined && column.generated !== "") return "DEFAULT";
  if (text === null) return "NULL";
  if (column !== undefined && NUMBERS.has(column.typeOid) && /^[-+0-9eE.]+$/.test(text)) return text;
  if (column?.typeOid === BOOLEAN) return text === "t" ? "true" : "false";
  if (column !== undefined && BITS.has(column.typeOid)) return `B'${text}'`;
  return sqlString(text);
}

export function tableData(
  connection: Connection,
  relation: Relation,
  options: DumpOptions,
  /** Whether the restoring session is still whoever it was: triggers are switched by the one who connected. */
  session: { isOwn: boolean },
): Entry {
  const quoted = qualified(relation);
  const stored = relation.columns.filter(({ generated }) => generated === "");
  const list = `(${stored.map(({ name }) => formatName(name)).join(", ")})`;
  const triggers = (how: string) => {
    if (!options.disableTriggers) return "";
    const first = session.isOwn ? "SET SESSION AUTHORIZATION DEFAULT;\n\n" : "";
    session.isOwn = false;
    return `${first}ALTER TABLE ${quoted} ${how} TRIGGER ALL;\n\n`;
  };
  return {
    key: `data:${relation.oid}`,
    section: "data",
    priority: PRIORITY.data,
    schema: relation.schema,
    name: relation.name,
    tag: relation.name,
    type: "TABLE DATA",
    owner: relation.owner,
    create: "",
    drop: "",
    needs: new Set(),
    data: async (write) => {
      await write(triggers("DISABLE"));
      if (options.inserts) await insertRows(connection, relation, options, write);
      else {
        await write(`COPY ${quoted} ${list} FROM stdin;\n`);
        await connection.query(`COPY ${quoted} ${list} TO stdout;`);
        for (let result = await connection.next(); result !== undefined; result = await connection.next()) {
          if (result.kind === "copy-out")
            for (let bytes = await connection.copyRead(); bytes !== undefined; bytes = await connection.copyRead())
              await write(bytes.slice());
          else if (result.kind === "error")
            throw new ToolFailure(
              `Dumping the contents of table "${relation.name}" failed: PQgetResult() failed.\npg_dump: detail: Error message from server: ${serverMessage(result.fields, undefined, "default", "errors").trimEnd()}\npg_dump: detail: Command was: COPY ${quoted} ${list} TO stdout;`,
            );
        }
        await write("\\.\n\n\n");
      }
      await write(triggers("ENABLE"));
    },
  };
}

async function insertRows(
  connection: Connection,
  relation: Relation,
  options: DumpOptions,
  write: (text: string) => Promise<void>,
): Promise<void> {
  const quoted = qualified(relation);
  const columns = relation.columns;
  const chosen = columns.map(({ name, generated }) => (generated === "" ? formatName(name) : "NULL"));
  const result = (await connection.all(`SELECT ${chosen.join(", ")} FROM ONLY ${quoted}`)).find(
    ({ kind }) => kind === "rows" || kind === "error",
  );
  if (result?.kind === "error")
    throw new ToolFailure(`query failed: ${serverMessage(result.fields, undefined, "default", "errors").trimEnd()}`);
  const rows = result?.kind === "rows" ? result.rows : [];
  const names = options.columnInserts ? `(${columns.map(({ name }) => formatName(name)).join(", ")}) ` : "";
  const end = `${options.onConflictDoNothing ? " ON CONFLICT DO NOTHING" : ""};\n`;
  for (let at = 0; at < rows.length; at += options.rowsPerInsert) {
    const tuples = rows
      .slice(at, at + options.rowsPerInsert)
      .map((row) => `(${row.map((cell, index) => value(cell, columns[index])).join(", ")})`);
    const body = options.rowsPerInsert > 1 ? `\n\t${tuples.join(",\n\t")}` : ` ${tuples[0]}`;
    await write(`INSERT INTO ${quoted} ${names}VALUES${body}${end}`);
  }
  await write("\n\n");
}

export async function sequenceSet(query: Query, relation: Relation): Promise<Entry> {
  const [row] = await query(`SELECT last_value, is_called FROM ${qualified(relation)}`);
  return {
    key: `set:${relation.oid}`,
    section: "data",
    priority: PRIORITY.sequenceSet,
    schema: relation.schema,
    name: relation.name,
    tag: relation.name,
    type: "SEQUENCE SET",
    owner: relation.owner,
    create: `SELECT pg_catalog.setval(${sqlString(qualified(relation))}, ${row?.[0]}, ${row?.[1] === "t" ? "true" : "false"});\n`,
    drop: "",
    needs: new Set(),
  };
}

export function refresh(relation: Relation): Entry {
  return {
    key: `refresh:${relation.oid}`,
    section: "post-data",
    priority: PRIORITY.refresh,
    schema: relation.schema,
    name: relation.name,
    tag: relation.name,
    type: "MATERIALIZED VIEW DATA",
    owner: relation.owner,
    create: `REFRESH MATERIALIZED VIEW ${qualified(relation)};\n`,
    drop: "",
    needs: new Set(),
  };
}
