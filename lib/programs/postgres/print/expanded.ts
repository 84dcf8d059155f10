/** Expanded display (\x): one column of names, one of values, a block a row. */
import { characterWidth } from "../../../shell/readline/width.ts";
import { type LineStyle, lineStyle, type Rule } from "./lines.ts";
import { type CellLine, cellLines, footersOf, type Table, type TableOptions } from "./table.ts";

const spaces = (count: number) => " ".repeat(Math.max(0, count));

interface Widths {
  readonly header: number;
  readonly data: number;
}

/** The line over a record; without a number, a plain one. */
function recordLine(options: TableOptions, rule: Rule, widths: Widths, available: number, record: number | undefined): string {
  const border = Math.min(2, options.border);
  const fill = border > 0 ? rule.line : " ";
  let line = border === 2 ? rule.left + rule.line : border === 1 ? rule.line : "";
  const label = record === undefined ? "" : border === 0 ? `* Record ${record}` : `[ RECORD ${record} ]`;
  line += label;
  let used = label.length + (border === 2 ? 0 : 1);
  if (border !== 2 && label === "") used = 1;
  line += fill.repeat(Math.max(0, widths.header - used));
  used -= widths.header;
  const style = options.expandedHeaderWidth;
  if (border > 0) {
    if (used-- <= 0) line += rule.line;
    if (used-- <= 0) line += style === "column" ? rule.right : rule.middle;
    if (used-- <= 0 && style !== "column") line += rule.line;
  } else if (used-- <= 0) line += " ";
  if (style === "column") return `${line}\n`;
  let data = widths.data;
  if (typeof style === "number" || (style === "page" && available > 0)) {
    const most = typeof style === "number" ? style : available;
    const taken = widths.header + (border === 0 ? 1 : border === 1 ? 3 : 7);
    data = Math.min(data, Math.max(0, most - taken));
  }
  const left = Math.max(0, used);
  line += fill.repeat(Math.max(0, Math.max(data, left) - left));
  if (border === 2) line += rule.line + rule.right;
  return `${line}\n`;
}

/** Cuts a line into pieces of at most `width` columns. */
function pieces(line: CellLine, width: number): CellLine[] {
  if (line.width <= width) return [line];
  const found: CellLine[] = [];
  let text = "";
  let used = 0;
  for (const character of line.text) {
    const each = characterWidth(character);
    if (text !== "" && used + each > width) {
      found.push({ text, width: used });
      text = "";
      used = 0;
    }
    text += character;
    used += each;
  }
  found.push({ text, width: used });
  return found;
}

interface DataLine extends CellLine {
  /** It goes on with what did not fit in the line before. */
  readonly wrapped: boolean;
  readonly next: "none" | "newline" | "wrap";
}

function dataLines(text: string, width: number): DataLine[] {
  const lines = cellLines(text).map((line) => pieces(line, width));
  return lines.flatMap((parts, index) =>
    parts.map((part, at) => ({
      ...part,
      wrapped: at > 0,
      next: at < parts.length - 1 ? ("wrap" as const) : index < lines.length - 1 ? ("newline" as const) : ("none" as const),
    })),
  );
}

function field(
  header: readonly CellLine[],
  value: string,
  widths: Widths,
  border: number,
  style: LineStyle,
  multilineHeaders: boolean,
): string {
  const data = dataLines(value, widths.data);
  let out = "";
  for (let at = 0; at < Math.max(header.length, data.length); at++) {
    const name = header[at];
    let line = border === 2 ? style.left : "";
    if (name) {
      if (border === 2) line += " ";
      line += name.text + spaces(widths.header - name.width);
      if (border > 0 || multilineHeaders) line += header[at + 1] ? style.newline : " ";
    } else line += spaces(widths.header + border + (border === 0 && multilineHeaders ? 1 : 0));
    if (border > 0) line += style.middle;
    const piece = data[at];
    if (piece) {
      const room = spaces(widths.data - piece.width);
      line += (piece.wrapped ? style.wrapLeft : " ") + piece.text;
      if (piece.next !== "none") line += room + (piece.next === "wrap" ? style.wrapRight : style.newline);
      else if (border === 2) line += `${room} `;
      if (border === 2) line += style.right;
    } else if (border === 2) line += `${spaces(widths.data)}  ${style.right}`;
    out += `${line}\n`;
  }
  return out;
}

export function expandedTable(table: Table, options: TableOptions, available: number): string {
  const border = Math.min(2, options.border);
  const style = lineStyle(options);
  const parts: string[] = [];
  if (table.rows.length === 0) {
    if (!options.tuplesOnly) for (const footer of footersOf(table, options)) parts.push(`${footer}\n`);
    return `${parts.join("")}\n`;
  }
  const headers = table.headers.map(cellLines);
  const most = (sizes: readonly number[]) => sizes.reduce((all, size) => Math.max(all, size), 0);
  const header = most(headers.flat().map(({ width }) => width));
  let data = 0;
  for (const row of table.rows) for (const cell of row) for (const { width } of cellLines(cell)) if (width > data) data = width;
  const multiline = headers.some((lines) => lines.length > 1);
  if (options.format === "wrapped" && available > 0) {
    const taken = header + (border === 0 ? 1 : border === 1 ? 3 : 7) + (border === 0 && multiline ? 1 : 0) + (border < 2 ? 1 : 0);
    data = Math.min(data, Math.max(3, available - taken));
  }
  const widths = { header, data };
  if (table.title !== undefined && !options.tuplesOnly) parts.push(`${table.title}\n`);
  table.rows.forEach((row, index) => {
    const rule = index === 0 ? style.top : style.header;
    if (!options.tuplesOnly) parts.push(recordLine(options, rule, widths, available, index + 1));
    else if (index !== 0 || border === 2) parts.push(recordLine(options, rule, widths, available, undefined));
    row.forEach((cell, column) => {
      parts.push(field(headers[column] ?? [], cell, widths, border, style, multiline));
    });
  });
  if (border === 2) parts.push(recordLine(options, style.bottom, widths, available, undefined));
  if (!options.tuplesOnly && table.footers !== undefined && table.footers.length > 0)
    parts.push(border < 2 ? "\n" : "", ...table.footers.map((footer) => `${footer}\n`));
  parts.push("\n");
  return parts.join("");
}
