/** \pset and its short forms. */

import { FORMATS, type Format, type TableOptions } from "../../print/table.ts";
import type { Command, CommandContext, Status } from "../command.ts";
import type { Session } from "../session.ts";
import { parseBoolean } from "../variables.ts";

const NAMES = [
  "border",
  "columns",
  "csv_fieldsep",
  "expanded",
  "fieldsep",
  "fieldsep_zero",
  "footer",
  "format",
  "linestyle",
  "null",
  "numericlocale",
  "pager",
  "pager_min_lines",
  "recordsep",
  "recordsep_zero",
  "tableattr",
  "title",
  "tuples_only",
  "unicode_border_linestyle",
  "unicode_column_linestyle",
  "unicode_header_linestyle",
  "xheader_width",
] as const;

const ALIASES: Readonly<Record<string, string>> = { x: "expanded", vertical: "expanded", t: "tuples_only", T: "tableattr", C: "title" };

const number = (text: string): number => {
  const found = /^\s*[+-]?\d+/.exec(text)?.[0];
  return found === undefined ? 0 : Number(found);
};

/** Sets a printing option; undefined toggles or unsets. Gives the complaint when it may not be. */
export function setOption(options: TableOptions, given: string, value: string | undefined): string | undefined {
  const name = ALIASES[given] ?? given;
  const boolean = (now: boolean): boolean | string => {
    if (value === undefined) return !now;
    return parseBoolean(value) ?? `unrecognized value "${value}" for "${name}": Boolean expected`;
  };
  switch (name) {
    case "format": {
      if (value === undefined) return undefined;
      const exact = FORMATS.find((format) => format === value);
      const starting = FORMATS.filter((format) => format.startsWith(value.toLowerCase()));
      const found: Format | undefined =
        exact ?? (value.startsWith("l") && "latex".startsWith(value) ? "latex" : starting.length === 1 ? starting[0] : undefined);
      if (found === undefined) {
        if (starting.length > 1) return `\\pset: ambiguous abbreviation "${value}" matches both "${starting[0]}" and "${starting[1]}"`;
        return `\\pset: allowed formats are ${FORMATS.join(", ")}`;
      }
      if (found.startsWith("latex") || found === "troff-ms")
        return `\\pset: format ${found} is real, but this psql does not model it: see /reference/machine`;
      options.format = found;
      return undefined;
    }
    case "linestyle":
      if (value === undefined) return undefined;
      if ("ascii".startsWith(value.toLowerCase())) options.linestyle = "ascii";
      else if ("old-ascii".startsWith(value.toLowerCase()))
        return "\\pset: line style old-ascii is real, but this psql does not model it: see /reference/machine";
      else if ("unicode".startsWith(value.toLowerCase())) options.linestyle = "unicode";
      else return "\\pset: allowed line styles are ascii, old-ascii, unicode";
      return undefined;
    case "unicode_border_linestyle":
    case "unicode_column_linestyle":
    case "unicode_header_linestyle": {
      if (value === undefined) return undefined;
      const style = "single".startsWith(value.toLowerCase()) ? "single" : "double".startsWith(value.toLowerCase()) ? "double" : undefined;
      if (style === undefined) return `\\pset: allowed Unicode ${name.split("_")[1]} line styles are single, double`;
      if (name === "unicode_border_linestyle") options.unicodeBorder = style;
      else if (name === "unicode_column_linestyle") options.unicodeColumn = style;
      else options.unicodeHeader = style;
      return undefined;
    }
    case "border":
      if (value !== undefined) options.border = number(value);
      return undefined;
    case "expanded": {
      if (value?.toLowerCase() === "auto") {
        options.expanded = "auto";
        return undefined;
      }
      if (value === undefined) {
        options.expanded = options.expanded === "off" ? "on" : "off";
        return undefined;
      }
      const found = parseBoolean(value);
      if (found === undefined) return `unrecognized value "${value}" for "${name}"\nAvailable values are: on, off, auto.`;
      options.expanded = found ? "on" : "off";
      return undefined;
    }
    case "xheader_width":
      if (value === undefined || value === "") return undefined;
      if (value === "full" || value === "column" || value === "page") options.expandedHeaderWidth = value;
      else if (number(value) > 0) options.expandedHeaderWidth = number(value);
      else return '\\pset: allowed xheader_width values are "full" (default), "column", "page", or a number specifying the exact width';
      return undefined;
    case "csv_fieldsep":
      if (value === undefined) return undefined;
      if (value.length !== 1) return "\\pset: csv_fieldsep must be a single one-byte character";
      if (/["\n\r]/.test(value)) return "\\pset: csv_fieldsep cannot be a double quote, a newline, or a carriage return";
      options.csvSeparator = value;
      return undefined;
    case "numericlocale":
    case "footer":
    case "tuples_only": {
      const found = boolean(name === "numericlocale" ? options.numericLocale : name === "footer" ? options.footer : options.tuplesOnly);
      if (typeof found === "string") return found;
      if (name === "numericlocale") options.numericLocale = found;
      else if (name === "footer") options.footer = found;
      else options.tuplesOnly = found;
      return undefined;
    }
    case "null":
      if (value !== undefined) options.nullText = value;
      return undefined;
    case "fieldsep":
      if (value !== undefined) options.fieldSeparator = value;
      return undefined;
    case "fieldsep_zero":
      options.fieldSeparator = "\0";
      return undefined;
    case "recordsep":
      if (value !== undefined) options.recordSeparator = value;
      return undefined;
    case "recordsep_zero":
      options.recordSeparator = "\0";
      return undefined;
    case "title":
      options.title = value;
      return undefined;
    case "tableattr":
      options.tableAttributes = value;
      return undefined;
    case "pager": {
      if (value?.toLowerCase() === "always") options.pager = "always";
      else if (value === undefined) options.pager = options.pager === "on" ? "off" : "on";
      else {
        const found = parseBoolean(value);
        if (found === undefined) return `unrecognized value "${value}" for "pager"\nAvailable values are: on, off, always.`;
        options.pager = found ? "on" : "off";
      }
      return undefined;
    }
    case "pager_min_lines":
      if (value !== undefined) options.pagerMinimum = number(value);
      return undefined;
    case "columns":
      if (value !== undefined) options.columns = number(value);
      return undefined;
    default:
      return `\\pset: unknown option: ${given}`;
  }
}

/** What \pset says after it has set an option. */
export function optionText(options: TableOptions, given: string): string {
  switch (ALIASES[given] ?? given) {
    case "border":
      return `Border style is ${options.border}.\n`;
    case "columns":
      return options.columns === 0 ? "Target width is unset.\n" : `Target width is ${options.columns}.\n`;
    case "expanded":
      return options.expanded === "auto" ? "Expanded display is used automatically.\n" : `Expanded display is ${options.expanded}.\n`;
    case "xheader_width":
      return typeof options.expandedHeaderWidth === "number"
        ? `Expanded header width is ${options.expandedHeaderWidth}.\n`
        : `Expanded header width is "${options.expandedHeaderWidth}".\n`;
    case "csv_fieldsep":
      return `Field separator for CSV is "${options.csvSeparator}".\n`;
    case "fieldsep":
      return options.fieldSeparator === "\0" ? "Field separator is zero byte.\n" : `Field separator is "${options.fieldSeparator}".\n`;
    case "fieldsep_zero":
      return "Field separator is zero byte.\n";
    case "footer":
      return `Default footer is ${options.footer ? "on" : "off"}.\n`;
    case "format":
      return `Output format is ${options.format}.\n`;
    case "linestyle":
      return `Line style is ${options.linestyle}.\n`;
    case "null":
      return `Null display is "${options.nullText}".\n`;
    case "numericlocale":
      return `Locale-adjusted numeric output is ${options.numericLocale ? "on" : "off"}.\n`;
    case "pager":
      return options.pager === "on"
        ? "Pager is used for long output.\n"
        : options.pager === "always"
          ? "Pager is always used.\n"
          : "Pager usage is off.\n";
    case "pager_min_lines":
      return options.pagerMinimum === 1
        ? "Pager won't be used for less than 1 line.\n"
        : `Pager won't be used for less than ${options.pagerMinimum} lines.\n`;
    case "recordsep":
      return options.recordSeparator === "\0"
        ? "Record separator is zero byte.\n"
        : options.recordSeparator === "\n"
          ? "Record separator is <newline>.\n"
          : `Record separator is "${options.recordSeparator}".\n`;
    case "recordsep_zero":
      return "Record separator is zero byte.\n";
    case "tableattr":
      return options.tableAttributes === undefined ? "Table attributes unset.\n" : `Table attributes are "${options.tableAttributes}".\n`;
    case "title":
      return options.title === undefined ? "Title is unset.\n" : `Title is "${options.title}".\n`;
    case "tuples_only":
      return `Tuples only is ${options.tuplesOnly ? "on" : "off"}.\n`;
    case "unicode_border_linestyle":
      return `Unicode border line style is "${options.unicodeBorder}".\n`;
    case "unicode_column_linestyle":
      return `Unicode column line style is "${options.unicodeColumn}".\n`;
    case "unicode_header_linestyle":
      return `Unicode header line style is "${options.unicodeHeader}".\n`;
    default:
      return "";
  }
}

const quoted = (text: string) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", "\\n")}'`;

function valueText(options: TableOptions, name: string): string {
  const onOff = (value: boolean) => (value ? "on" : "off");
  switch (name) {
    case "border":
      return String(options.border);
    case "columns":
      return String(options.columns);
    case "csv_fieldsep":
      return quoted(options.csvSeparator);
    case "expanded":
      return options.expanded;
    case "fieldsep":
      return quoted(options.fieldSeparator === "\0" ? "" : options.fieldSeparator);
    case "fieldsep_zero":
      return onOff(options.fieldSeparator === "\0");
    case "footer":
      return onOff(options.footer);
    case "format":
      return options.format;
    case "linestyle":
      return options.linestyle;
    case "null":
      return quoted(options.nullText);
    case "numericlocale":
      return onOff(options.numericLocale);
    case "pager":
      return options.pager === "off" ? "0" : options.pager === "on" ? "1" : "2";
    case "pager_min_lines":
      return String(options.pagerMinimum);
    case "recordsep":
      return quoted(options.recordSeparator === "\0" ? "" : options.recordSeparator);
    case "recordsep_zero":
      return onOff(options.recordSeparator === "\0");
    case "tableattr":
      return options.tableAttributes === undefined ? "" : quoted(options.tableAttributes);
    case "title":
      return options.title === undefined ? "" : quoted(options.title);
    case "tuples_only":
      return onOff(options.tuplesOnly);
    case "unicode_border_linestyle":
      return options.unicodeBorder;
    case "unicode_column_linestyle":
      return options.unicodeColumn;
    case "unicode_header_linestyle":
      return options.unicodeHeader;
    default:
      return String(options.expandedHeaderWidth);
  }
}

/** Sets an option, tells of it unless quiet. */
async function apply(session: Session, name: string, value: string | undefined): Promise<Status> {
  const complaint = setOption(session.table, name, value);
  if (complaint !== undefined) {
    await session.complain(complaint);
    return "error";
  }
  if (!session.quiet) await session.print(optionText(session.table, name));
  return "done";
}

const one =
  (name: string, kind: "normal" | "whole-line" = "normal"): Command =>
  async ({ session, args }: CommandContext) =>
    apply(session, name, await args.next(kind));

export const formatting: Readonly<Record<string, Command>> = {
  a: async ({ session }) => apply(session, "format", session.table.format === "aligned" ? "unaligned" : "aligned"),
  C: one("title"),
  f: one("fieldsep"),
  H: async ({ session }) => apply(session, "format", session.table.format === "html" ? "aligned" : "html"),
  html: async ({ session }) => apply(session, "format", session.table.format === "html" ? "aligned" : "html"),
  t: one("tuples_only"),
  T: one("tableattr"),
  x: one("expanded"),
  pset: async ({ session, args }) => {
    const name = await args.next();
    if (name === undefined) {
      await session.print(NAMES.map((each) => `${each.padEnd(24)} ${valueText(session.table, each)}\n`).join(""));
      return "done";
    }
    return apply(session, name, await args.next());
  },
};
