/** The aligned and wrapped formats: columns under each other. */
import { characterWidth } from "../../../shell/readline/width.ts";
import { type LineStyle, lineStyle, type Rule } from "./lines.ts";
import { type CellLine, cellLines, footersOf, type Table, type TableOptions } from "./table.ts";

const spaces = (count: number) => " ".repeat(Math.max(0, count));

function horizontal(rule: Rule, widths: readonly number[], border: number): string {
  const gap = border === 0 ? " " : rule.line + rule.middle + rule.line;
  const body = widths.map((width) => rule.line.repeat(width)).join(gap);
  if (border === 0) return `${body}\n`;
  if (border === 1) return `${rule.line}${body}${rule.line}\n`;
  return `${rule.left}${rule.line}${body}${rule.line}${rule.right}\n`;
}

/** What a table takes beside its cells. */
function frameWidth(columns: number, border: number): number {
  if (border === 0) return columns;
  return border === 1 ? columns * 3 - (columns > 0 ? 1 : 0) : columns * 3 + 1;
}

interface Measured {
  readonly headers: readonly (readonly CellLine[])[];
  readonly cells: readonly (readonly (readonly CellLine[])[])[];
  readonly widths: readonly number[];
  readonly headerWidths: readonly number[];
}

function measure(table: Table): Measured {
  const headers = table.headers.map(cellLines);
  const cells = table.rows.map((row) => row.map(cellLines));
  const widest = (lines: readonly CellLine[]) => lines.reduce((most, line) => Math.max(most, line.width), 0);
  const headerWidths = headers.map(widest);
  const widths = [...headerWidths];
  for (const row of cells)
    row.forEach((lines, index) => {
      const width = widest(lines);
      if (width > (widths[index] ?? 0)) widths[index] = width;
    });
  return { headers, cells, widths, headerWidths };
}

/** Whether a table is wider than the terminal: what `\x auto` asks. */
export function isTooWide(table: Table, options: TableOptions, available: number): boolean {
  const { widths, headerWidths } = measure(table);
  const frame = frameWidth(widths.length, options.border);
  const sum = (list: readonly number[]) => list.reduce((total, width) => total + width, frame);
  return available > 0 && (available < sum(headerWidths) || (options.format !== "wrapped" && available < sum(widths)));
}

/** Narrows the widest columns, those first that are wide for few rows only, until the table fits or the headers are reached. */
function wrapWidths(measured: Measured, available: number, border: number): number[] {
  const widths = [...measured.widths];
  const frame = frameWidth(widths.length, border);
  const count = measured.cells.length;
  const average = widths.map((_width, index) => {
    const total = measured.cells.reduce((sum, row) => sum + (row[index] ?? []).reduce((most, line) => Math.max(most, line.width), 0), 0);
    return count > 0 ? Math.floor(total / count) : 0;
  });
  let total = widths.reduce((sum, width) => sum + width, frame);
  const least = measured.headerWidths.reduce((sum, width) => sum + width, frame);
  if (available <= 0 || available < least) return widths;
  while (total > available) {
    let best = -1;
    let worst = 0;
    widths.forEach((width, index) => {
      const mean = average[index] ?? 0;
      if (mean > 0 && width > (measured.headerWidths[index] ?? 0)) {
        const ratio = width / mean + (measured.widths[index] ?? 0) * 0.01;
        if (ratio > worst) {
          worst = ratio;
          best = index;
        }
      }
    });
    if (best < 0) break;
    widths[best] = (widths[best] ?? 0) - 1;
    total--;
  }
  return widths;
}

/** The part of a text that fits into `width` columns, at least one character. */
function fitting(text: string, width: number): { piece: string; width: number } {
  let piece = "";
  let used = 0;
  for (const character of text) {
    const each = characterWidth(character);
    if (piece !== "" && used + each > width) break;
    piece += character;
    used += each;
  }
  return { piece, width: used };
}

function headerRows(measured: Measured, widths: readonly number[], border: number, style: LineStyle): string {
  const height = Math.max(0, ...measured.headers.map((lines) => lines.length));
  let out = "";
  for (let at = 0; at < height; at++) {
    let line = border === 2 ? style.left : "";
    measured.headers.forEach((lines, index) => {
      const width = widths[index] ?? 0;
      if (border !== 0) line += " ";
      const each = lines[at];
      const room = width - (each?.width ?? width);
      line += each ? spaces(Math.floor(room / 2)) + each.text + spaces(Math.ceil(room / 2)) : spaces(width);
      line += lines[at + 1] ? style.newline : " ";
      if (border !== 0 && index < widths.length - 1) line += style.middle;
    });
    if (border === 2) line += style.right;
    out += `${line}\n`;
  }
  return out;
}

/** One row, over as many lines as its cells need. */
function dataRow(
  row: readonly (readonly CellLine[])[],
  widths: readonly number[],
  right: readonly boolean[],
  border: number,
  style: LineStyle,
): string {
  const state = row.map(() => ({ line: 0, done: 0, mark: "none" as "none" | "wrap" | "newline" }));
  const last = widths.length - 1;
  let out = "";
  for (let more = true; more; ) {
    more = false;
    let text = border === 2 ? style.left : "";
    row.forEach((lines, index) => {
      const at = state[index];
      if (at === undefined) return;
      const width = widths[index] ?? 0;
      const padded = border === 2 || index < last;
      if (border !== 0) text += at.mark === "wrap" ? style.wrapLeft : " ";
      const line = lines[at.line];
      let used = width;
      if (line === undefined) {
        if (padded) text += spaces(width);
      } else {
        const rest = at.done === 0 ? line.text : line.text.slice(at.done);
        const { piece, width: taken } = at.done === 0 && line.width <= width ? { piece: rest, width: line.width } : fitting(rest, width);
        used = taken;
        text += right[index] ? spaces(width - taken) + piece : piece;
        at.done += piece.length;
        if (at.done < line.text.length) more = true;
        else {
          at.line++;
          at.done = 0;
          if (lines[at.line]) more = true;
        }
      }
      at.mark = lines[at.line] === undefined ? "none" : at.done !== 0 ? "wrap" : at.line !== 0 ? "newline" : "none";
      if (!right[index] && (padded || at.mark !== "none")) text += spaces(width - used);
      if (at.mark === "wrap") text += style.wrapRight;
      else if (at.mark === "newline") text += style.newline;
      else if (padded) text += " ";
      if (border !== 0 && index < last) text += style.middle;
    });
    if (border === 2) text += style.right;
    out += `${text}\n`;
  }
  return out;
}

/** `available`: columns of the terminal or of \pset columns; 0 when nobody says. */
export function alignedTable(table: Table, options: TableOptions, available: number): string {
  const border = Math.min(2, options.border);
  const style = lineStyle(options);
  const measured = measure(table);
  const widths = options.format === "wrapped" ? wrapWidths(measured, available, border) : measured.widths;
  const total = widths.reduce((sum, width) => sum + width, frameWidth(widths.length, border));
  const parts: string[] = [];
  if (table.title !== undefined && !options.tuplesOnly) {
    const { width, text } = cellLines(table.title).reduce((all, line) => ({ width: Math.max(all.width, line.width), text: all.text }), {
      width: 0,
      text: table.title,
    });
    parts.push(`${spaces(width >= total ? 0 : Math.floor((total - width) / 2))}${text}\n`);
  }
  if (!options.tuplesOnly) {
    if (border === 2) parts.push(horizontal(style.top, widths, border));
    parts.push(headerRows(measured, widths, border, style), horizontal(style.header, widths, border));
  }
  if (widths.length > 0) for (const row of measured.cells) parts.push(dataRow(row, widths, table.right, border, style));
  if (border === 2) parts.push(horizontal(style.bottom, widths, border));
  if (!options.tuplesOnly) for (const footer of footersOf(table, options)) parts.push(`${footer}\n`);
  parts.push("\n");
  return parts.join("");
}
