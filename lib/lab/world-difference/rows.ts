import type { Fact, RowPlace } from "./facts.ts";

/** Of each table so many rows are compared. */
export const MOST_ROWS = 300;

export interface TableShape {
  readonly name: string;
  /** As SQL writes it. */
  readonly sqlName: string;
  readonly columns: string[];
  /** Columns that tell rows apart. */
  readonly key: string[];
}

/** SELECTs joined to one statement, so that a database is asked once. */
export function compoundOf(selects: readonly string[]): string {
  return selects.join("\nUNION ALL\n");
}

/** Tables and rows as facts. A row comes as a JSON object whose values are literals of SQL. */
export function rowsOf(
  machine: string,
  { engine, database: name }: Pick<RowPlace, "engine" | "database">,
  tables: readonly TableShape[],
  rows: readonly { readonly table: string; readonly row: string }[],
): { facts: Fact[]; unread: string[] } {
  const facts: Fact[] = [];
  const unread: string[] = [];
  const database = `${engine}:${name}`;
  for (const { name: table, key, columns, sqlName } of tables) {
    const own = rows.filter((row) => row.table === table);
    if (own.length > MOST_ROWS) unread.push(`${machine}: of ${database} ${table} only the first ${MOST_ROWS} rows were compared`);
    const place = { engine, database: name, table: sqlName };
    const itself = { ...place, where: undefined };
    facts.push({ kind: "row", machine, place: `${database} ${sqlName}`, aspects: { table: columns.join(", ") }, row: itself });
    for (const { row: text } of own.slice(0, MOST_ROWS)) {
      const aspects = literals(text);
      const by = key.length === 0 ? Object.keys(aspects) : key;
      const condition = by.map((column) => equals(column, aspects[column] ?? "NULL")).join(" AND ");
      const row = { ...place, where: condition };
      facts.push({ kind: "row", machine, place: `${database} ${sqlName} ${condition}`, aspects, row });
    }
  }
  return { facts, unread };
}

function equals(column: string, literal: string): string {
  const name = column === "rowid" ? column : `"${column.replaceAll('"', '""')}"`;
  return literal === "NULL" ? `${name} IS NULL` : `${name} = ${literal}`;
}

function literals(json: string): Record<string, string> {
  const value: unknown = JSON.parse(json);
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([name, literal]): [string, string] => [name, String(literal)]));
}
