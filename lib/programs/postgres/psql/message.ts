/** Errors and notices of the server as libpq words them (PQresultErrorMessage, PQSHOW_CONTEXT, PQerrorVerbosity). */
import { textWidth } from "../../../shell/readline/width.ts";
import type { Fields } from "../wire/messages.ts";

export type Verbosity = "default" | "verbose" | "terse" | "sqlstate";
export type ShowContext = "never" | "errors" | "always";

/** Columns of a query's line that are shown, and how many of them stay to the right of the place. */
const SHOWN = 60;
const LEAST_RIGHT = 10;

/** The line with the mistake and a caret below it (libpq's reportErrorPosition). `position` counts characters from 1. */
export function errorPosition(query: string, position: number): string {
  const characters = [...query];
  let at = position - 1;
  if (at < 0) return "";
  let lineNumber = 1;
  let start = 0;
  let end = -1;
  for (let index = 0; index < characters.length; index++) {
    const c = characters[index];
    if (c === "\n" || c === "\r") {
      if (index < at) {
        if (c === "\r" || index === 0 || characters[index - 1] !== "\r") lineNumber++;
        start = index + 1;
      } else {
        end = index;
        break;
      }
    }
  }
  if (end < 0) {
    end = characters.length;
    if (at > end) at = end;
  }
  const shown = characters.map((c) => (c === "\t" ? " " : c));
  const width = (from: number, to: number) => textWidth(shown.slice(from, to).join(""));
  let from = start;
  let to = end;
  const columnsTo = (index: number) => width(start, index);
  const whole = columnsTo(end);
  if (whole > SHOWN) {
    const place = columnsTo(at);
    if (place + LEAST_RIGHT < SHOWN) {
      while (width(from, to) > SHOWN) to--;
    } else {
      if (place + LEAST_RIGHT < whole) {
        while (width(at, to) > LEAST_RIGHT) to--;
      }
      while (width(from, to) > SHOWN) from++;
    }
  }
  const begin = from > start;
  const cut = to < end;
  const prefix = `LINE ${lineNumber}: ${begin ? "..." : ""}`;
  const before = textWidth(prefix) + width(from, at);
  return `${prefix}${shown.slice(from, to).join("")}${cut ? "..." : ""}\n${" ".repeat(before)}^\n`;
}

/** `query`: the text that was sent, in which the position is. */
export function serverMessage(fields: Fields, query: string | undefined, verbosity: Verbosity, context: ShowContext): string {
  const severity = fields.S ?? "ERROR";
  const isError = !/^(?:NOTICE|WARNING|INFO|LOG|DEBUG)/.test(fields.V ?? severity);
  let out = `${severity}:  `;
  if (verbosity === "sqlstate") return `${out}${fields.C ?? ""}\n`;
  if (verbosity === "verbose" && fields.C !== undefined) out += `${fields.C}: `;
  out += fields.M ?? "";
  const position = fields.P ?? fields.p;
  const text = fields.P === undefined ? fields.q : query;
  let caret = "";
  if (position !== undefined) {
    if (verbosity !== "terse" && text !== undefined) caret = errorPosition(text, Number(position));
    else out += ` at character ${position}`;
  }
  out += `\n${caret}`;
  if (verbosity !== "terse") {
    if (fields.D !== undefined) out += `DETAIL:  ${fields.D}\n`;
    if (fields.H !== undefined) out += `HINT:  ${fields.H}\n`;
    if (fields.q !== undefined && (fields.P !== undefined || fields.p === undefined || verbosity === "verbose"))
      out += `QUERY:  ${fields.q}\n`;
    else if (fields.q !== undefined) out += `QUERY:  ${fields.q}\n`;
    if (fields.W !== undefined && (context === "always" || (context === "errors" && isError))) out += `CONTEXT:  ${fields.W}\n`;
  }
  if (verbosity === "verbose") {
    const named = [
      ["SCHEMA NAME", fields.s],
      ["TABLE NAME", fields.t],
      ["COLUMN NAME", fields.c],
      ["DATATYPE NAME", fields.d],
      ["CONSTRAINT NAME", fields.n],
    ] as const;
    for (const [name, value] of named) if (value !== undefined) out += `${name}:  ${value}\n`;
    if (fields.F !== undefined || fields.L !== undefined || fields.R !== undefined)
      out += `LOCATION:  ${fields.R === undefined ? "" : `${fields.R}, `}${fields.F ?? ""}:${fields.L ?? ""}\n`;
  }
  return out;
}
