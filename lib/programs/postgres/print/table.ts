/** What is printed as a table, and how it is to look (psql's \pset). */
import { characterWidth } from "../../../shell/readline/width.ts";

export type Format = "aligned" | "wrapped" | "unaligned" | "csv" | "html" | "asciidoc" | "latex" | "latex-longtable" | "troff-ms";
export const FORMATS: readonly Format[] = [
  "aligned",
  "asciidoc",
  "csv",
  "html",
  "latex",
  "latex-longtable",
  "troff-ms",
  "unaligned",
  "wrapped",
];

export interface TableOptions {
  format: Format;
  expanded: "off" | "on" | "auto";
  /** "full", "column", "page", or a number of columns. */
  expandedHeaderWidth: "full" | "column" | "page" | number;
  border: number;
  tuplesOnly: boolean;
  footer: boolean;
  fieldSeparator: string;
  recordSeparator: string;
  csvSeparator: string;
  linestyle: "ascii" | "old-ascii" | "unicode";
  unicodeBorder: "single" | "double";
  unicodeColumn: "single" | "double";
  unicodeHeader: "single" | "double";
  tableAttributes: string | undefined;
  numericLocale: boolean;
  /** Target width of the wrapped format; 0: the terminal's. */
  columns: number;
  nullText: string;
  title: string | undefined;
  pager: "off" | "on" | "always";
  pagerMinimum: number;
}

export function defaultOptions(): TableOptions {
  return {
    format: "aligned",
    expanded: "off",
    expandedHeaderWidth: "full",
    border: 1,
    tuplesOnly: false,
    footer: true,
    fieldSeparator: "|",
    recordSeparator: "\n",
    csvSeparator: ",",
    linestyle: "ascii",
    unicodeBorder: "single",
    unicodeColumn: "single",
    unicodeHeader: "single",
    tableAttributes: undefined,
    numericLocale: false,
    columns: 0,
    nullText: "",
    title: undefined,
    pager: "on",
    pagerMinimum: 0,
  };
}

export interface Table {
  readonly title?: string;
  readonly headers: readonly string[];
  /** For each column whether it stands on the right, as numbers do. */
  readonly right: readonly boolean[];
  readonly rows: readonly (readonly string[])[];
  /** Undefined: "(3 rows)", where the options want it. */
  readonly footers?: readonly string[];
}

/** The footer lines of a table, the default one included. */
export function footersOf(table: Table, options: TableOptions): readonly string[] {
  if (table.footers !== undefined && table.footers.length > 0) return table.footers;
  if (!options.footer) return [];
  return [table.rows.length === 1 ? "(1 row)" : `(${table.rows.length} rows)`];
}

/** A line of a cell and the columns it takes. */
export interface CellLine {
  readonly text: string;
  readonly width: number;
}

const PLAIN = /^[\x20-\x7e]*$/;

/** A cell's lines as a terminal shows them: tabs to blanks, other control characters as escapes (pg_wcsformat). */
export function cellLines(text: string): CellLine[] {
  if (PLAIN.test(text)) return [{ text, width: text.length }];
  const lines: CellLine[] = [];
  let line = "";
  let width = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (character === "\n") {
      lines.push({ text: line, width });
      line = "";
      width = 0;
    } else if (character === "\t") {
      const room = 8 - (width % 8);
      line += " ".repeat(room);
      width += room;
    } else if (character === "\r") {
      line += "\\r";
      width += 2;
    } else if (code < 0x20 || code === 0x7f) {
      line += `\\x${code.toString(16).toUpperCase().padStart(2, "0")}`;
      width += 4;
    } else if (code >= 0x80 && code < 0xa0) {
      line += `\\u${code.toString(16).toUpperCase().padStart(4, "0")}`;
      width += 6;
    } else {
      line += character;
      width += characterWidth(character);
    }
  }
  lines.push({ text: line, width });
  return lines;
}
