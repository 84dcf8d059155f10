/** The unaligned and CSV formats. */
import { footersOf, type Table, type TableOptions } from "./table.ts";

/** Separators stand between records; the last one is a line end, unless records end in a zero byte. */
export function unalignedTable(table: Table, options: TableOptions): string {
  const { fieldSeparator: field, recordSeparator: record } = options;
  const out: string[] = [];
  if (options.expanded === "on") return unalignedExpanded(table, options);
  const records: string[] = [];
  if (!options.tuplesOnly) {
    if (table.title !== undefined) out.push(table.title, record);
    records.push(table.headers.join(field));
  }
  for (const row of table.rows) records.push(row.join(field));
  if (!options.tuplesOnly) records.push(...footersOf(table, options));
  out.push(records.join(record));
  if (records.length > 0) out.push(record === "\0" ? record : "\n");
  return out.join("");
}

function unalignedExpanded(table: Table, options: TableOptions): string {
  const { fieldSeparator: field, recordSeparator: record } = options;
  const out: string[] = [];
  if (!options.tuplesOnly && table.title !== undefined) out.push(table.title, record);
  const blocks = table.rows.map((row) => row.map((cell, index) => `${table.headers[index] ?? ""}${field}${cell}`).join(record));
  out.push(blocks.join(record + record));
  if (!options.tuplesOnly && table.footers !== undefined)
    for (const [index, footer] of table.footers.entries()) out.push(index === 0 ? record + record : record, footer);
  if (blocks.length > 0) out.push(record === "\0" ? record : "\n");
  return out.join("");
}

function csvField(text: string, separator: string): string {
  return text === "\\." || /[\r\n"]/.test(text) || text.includes(separator) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function csvTable(table: Table, options: TableOptions): string {
  const line = (fields: readonly string[]) => `${fields.map((each) => csvField(each, options.csvSeparator)).join(options.csvSeparator)}\n`;
  if (options.expanded === "on")
    return table.rows.map((row) => row.map((cell, index) => line([table.headers[index] ?? "", cell])).join("")).join("");
  return (options.tuplesOnly ? "" : line(table.headers)) + table.rows.map(line).join("");
}
