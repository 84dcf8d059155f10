/** How ls arranges, dates and orders entries. */
import { quoteControl } from "../core/errors.ts";
import { compareText } from "../core/paths.ts";
import { momentAt, strftime } from "../core/time.ts";

interface Cell {
  readonly text: string;
  readonly width: number;
}

/** From one column to another, with tabs where they reach (GNU ls -T 8). */
function indent(from: number, to: number, tabs: boolean): string {
  let out = "";
  let at = from;
  while (at < to) {
    if (tabs && Math.floor(to / 8) > Math.floor((at + 1) / 8)) {
      out += "\t";
      at += 8 - (at % 8);
    } else {
      out += " ";
      at++;
    }
  }
  return out;
}

/** As many columns as fit in `width`, filled downwards (or, for -x, across); two spaces between, or tabs. */
export function arrange(cells: readonly Cell[], width: number, across: boolean, tabs: boolean): string {
  if (cells.length === 0) return "";
  const limit = width === 0 ? Number.POSITIVE_INFINITY : width;
  for (let columns = Math.min(cells.length, Math.max(1, Math.floor(Math.min(limit, 1e6) / 3))); columns >= 1; columns--) {
    const rows = Math.ceil(cells.length / columns);
    if (!across && Math.ceil(cells.length / rows) < columns) continue;
    const widths = new Array<number>(columns).fill(0);
    for (const [index, cell] of cells.entries()) {
      const column = across ? index % columns : Math.floor(index / rows);
      const last = column === columns - 1;
      widths[column] = Math.max(widths[column] ?? 0, cell.width + (last ? 0 : 2));
    }
    if (columns > 1 && widths.reduce((sum, each) => sum + each, 0) >= limit) continue;
    let out = "";
    for (let row = 0; row < rows; row++) {
      let at = 0;
      let start = 0;
      for (let column = 0; column < columns; column++) {
        const cell = cells[across ? row * columns + column : column * rows + row];
        if (!cell) continue;
        out += indent(at, start, tabs) + cell.text;
        at = start + cell.width;
        start += widths[column] ?? 0;
      }
      out += "\n";
    }
    return out;
  }
  return "";
}

/** "Nov 21 02:56", or with the year when older than half a year or in the future. */
export function fileTime(timeMs: number, nowMs: number, zone: string, style?: string): string {
  const moment = momentAt(timeMs, zone);
  if (style?.startsWith("+")) return strftime(style.slice(1), moment);
  const recent = timeMs <= nowMs && timeMs > nowMs - (31556952 / 2) * 1000;
  if (style === "full-iso") return strftime("%Y-%m-%d %H:%M:%S.%N %z", moment);
  if (style === "long-iso") return strftime("%Y-%m-%d %H:%M", moment);
  if (style === "iso") return strftime(recent ? "%m-%d %H:%M" : "%Y-%m-%d ", moment);
  return strftime(recent ? "%b %e %H:%M" : "%b %e  %Y", moment);
}

/** filevercmp of gnulib, for plain names: digits compare as numbers, letters before other characters, "~" before everything. */
export function compareVersions(a: string, b: string): number {
  const order = (character: string | undefined) => {
    if (character === undefined || /\d/.test(character)) return 0;
    if (character === "~") return -1;
    if (/[A-Za-z]/.test(character)) return character.charCodeAt(0);
    return character.charCodeAt(0) + 256;
  };
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    while ((i < a.length && !/\d/.test(a[i] ?? "")) || (j < b.length && !/\d/.test(b[j] ?? ""))) {
      const difference = order(a[i]) - order(b[j]);
      if (difference !== 0) return difference;
      i++;
      j++;
    }
    const left = /^\d*/.exec(a.slice(i))?.[0] ?? "";
    const right = /^\d*/.exec(b.slice(j))?.[0] ?? "";
    const x = left.replace(/^0+/, "");
    const y = right.replace(/^0+/, "");
    if (x.length !== y.length) return x.length - y.length;
    if (x !== y) return x < y ? -1 : 1;
    i += left.length;
    j += right.length;
  }
  return compareText(a, b);
}

/** How ls quotes names on a terminal (shell-escape): only when the shell would need it. */
export function shellQuote(name: string): string {
  if (name === "") return "''";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being looked for
  if (/[\x00-\x1f\x7f]/.test(name)) return quoteControl(name);
  if (/[ !"#$&'()*;<=>?[\\^`|~]/.test(name) && !/^[^ !"$&'()*;<>?[\\^`|]*$/.test(name.replace(/^[#~]/, " "))) {
    if (name.includes("'") && !/["$`\\!]/.test(name)) return `"${name}"`;
    return `'${name.replaceAll("'", "'\\''")}'`;
  }
  return name;
}
