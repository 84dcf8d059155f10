/** \crosstabview: one column's values become the headers of columns. */

import type { Table, TableOptions } from "../print/table.ts";
import type { Column, Row } from "../wire/messages.ts";

const MOST_COLUMNS = 1600;

/** The column that an argument means, by number or by name; or what is wrong with it. */
function find(columns: readonly Column[], argument: string): number | string {
  if (/^\d+$/.test(argument)) {
    const number = Number(argument);
    return number < 1 || number > columns.length
      ? `\\crosstabview: column number ${number} is out of range 1..${columns.length}`
      : number - 1;
  }
  const matches = columns.flatMap(({ name }, index) => (name === argument || name === argument.toLowerCase() ? [index] : []));
  if (matches.length > 1) return `\\crosstabview: ambiguous column name: "${argument}"`;
  return matches[0] ?? `\\crosstabview: column name not found: "${argument}"`;
}

/** The table, or the complaint. `args`: colV, colH, colD, sortcolH. */
export function crosstab(
  columns: readonly Column[],
  rows: readonly Row[],
  args: readonly (string | undefined)[],
  options: TableOptions,
): Table | string {
  if (columns.length < 3) return "\\crosstabview: query must return at least three columns";
  const [v, h, d, sort] = args.map((argument) => (argument === undefined ? undefined : find(columns, argument)));
  for (const each of [v, h, d, sort]) if (typeof each === "string") return each;
  const vertical = typeof v === "number" ? v : 0;
  const horizontal = typeof h === "number" ? h : 1;
  if (vertical === horizontal) return "\\crosstabview: vertical and horizontal headers must be different columns";
  let data = typeof d === "number" ? d : -1;
  if (d === undefined) {
    if (columns.length > 3) return "\\crosstabview: data column must be specified when query returns more than three columns";
    data = [0, 1, 2].find((index) => index !== vertical && index !== horizontal) ?? 2;
  }
  const down: (string | null)[] = [];
  const across: { value: string | null; rank: number }[] = [];
  const cells = new Map<string, string>();
  for (const row of rows) {
    const y = row[vertical] ?? null;
    const x = row[horizontal] ?? null;
    if (!down.includes(y)) down.push(y);
    if (!across.some(({ value }) => value === x)) across.push({ value: x, rank: typeof sort === "number" ? Number(row[sort] ?? 0) : 0 });
    if (across.length > MOST_COLUMNS) return `\\crosstabview: maximum number of columns (${MOST_COLUMNS}) exceeded`;
    const key = JSON.stringify([y, x]);
    if (cells.has(key))
      return `\\crosstabview: query result contains multiple data values for row "${y ?? options.nullText}", column "${x ?? options.nullText}"`;
    cells.set(key, row[data] ?? options.nullText);
  }
  if (typeof sort === "number") across.sort((left, right) => left.rank - right.rank);
  const isNumber = (index: number) => [20, 21, 23, 26, 700, 701, 790, 1700].includes(columns[index]?.typeOid ?? 0);
  return {
    headers: [columns[vertical]?.name ?? "", ...across.map(({ value }) => value ?? options.nullText)],
    right: [isNumber(vertical), ...across.map(() => isNumber(data))],
    rows: down.map((y) => [y ?? options.nullText, ...across.map(({ value }) => cells.get(JSON.stringify([y, value])) ?? "")]),
  };
}
