import type { Clock, Machine } from "../../kernel/types.ts";
import { runCommand } from "../world/command.ts";
import type { Fact } from "./facts.ts";
import { compoundOf, MOST_ROWS, rowsOf, type TableShape } from "./rows.ts";

const PATIENCE_MS = 60_000;

/** Rows of a database file, asked in a throw-away copy of its machine. */
export async function readSqlite(machine: Machine, path: string, clock: Clock): Promise<{ facts: Fact[]; unread: string[] }> {
  const ask = async (sql: string): Promise<Record<string, unknown>[]> => {
    const copy = machine.clone({ network: false });
    try {
      const argv = ["sqlite3", "-batch", "-readonly", "-json", path, sql];
      const ended = await runCommand(copy, { argv, user: "root", cwd: "/", timeoutMs: PATIENCE_MS, clock });
      if (ended === undefined) throw new Error("no answer came in time");
      if (ended.status !== 0) throw new Error(ended.stderr.trim() || ended.stdout.trim());
      const value: unknown = ended.stdout.trim() === "" ? [] : JSON.parse(ended.stdout);
      return Array.isArray(value) ? value.filter((row) => typeof row === "object" && row !== null) : [];
    } finally {
      copy.destroy();
    }
  };
  try {
    // https://www.sqlite.org/pragma.html#pragma_table_list: `wr` tells tables without rowid.
    const columns = await ask(
      "SELECT l.name AS t, l.wr AS wr, c.name AS c, c.pk AS pk FROM pragma_table_list AS l, pragma_table_info(l.name) AS c " +
        "WHERE l.type = 'table' AND l.schema = 'main' AND l.name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY l.name, c.cid",
    );
    const tables = new Map<string, { shape: TableShape; withoutRowid: boolean }>();
    for (const { t, wr, c, pk } of columns) {
      const name = String(t);
      const known = tables.get(name) ?? { shape: { name, sqlName: quoteName(name), columns: [], key: [] }, withoutRowid: wr === 1 };
      known.shape.columns.push(String(c));
      if (Number(pk) > 0) known.shape.key.push(String(c));
      tables.set(name, known);
    }
    if (tables.size === 0) return { facts: [], unread: [] };
    const selects = [...tables.values()].map(({ shape, withoutRowid }) => {
      const bare = shape.key.length === 0 && !withoutRowid ? ["rowid", ...shape.columns] : shape.columns;
      const pairs = bare.map((column) => `${quoteText(column)}, quote(${column === "rowid" ? "rowid" : quoteName(column)})`).join(", ");
      return `SELECT * FROM (SELECT ${quoteText(shape.name)} AS t, json_object(${pairs}) AS r FROM ${shape.sqlName} LIMIT ${MOST_ROWS + 1})`;
    });
    const found = await ask(compoundOf(selects));
    const shapes = [...tables.values()].map(({ shape }) => (shape.key.length > 0 ? shape : { ...shape, key: ["rowid"] }));
    return rowsOf(
      machine.name,
      { engine: "sqlite", database: path },
      shapes,
      found.map(({ t, r }) => ({ table: String(t), row: String(r) })),
    );
  } catch (error) {
    return { facts: [], unread: [`${machine.name}: ${path} could not be read: ${error instanceof Error ? error.message : String(error)}`] };
  }
}

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
