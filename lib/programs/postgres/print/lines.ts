/** The characters that tables are drawn with (\pset linestyle). */
import type { TableOptions } from "./table.ts";

export interface Rule {
  readonly line: string;
  readonly left: string;
  readonly middle: string;
  readonly right: string;
}

export interface LineStyle {
  readonly top: Rule;
  readonly header: Rule;
  readonly bottom: Rule;
  readonly left: string;
  readonly middle: string;
  readonly right: string;
  /** Mark of a header or a cell that goes on in the next line because of a line end. */
  readonly newline: string;
  readonly wrapLeft: string;
  readonly wrapRight: string;
}

const ASCII_RULE: Rule = { line: "-", left: "+", middle: "+", right: "+" };
const ASCII: LineStyle = {
  top: ASCII_RULE,
  header: ASCII_RULE,
  bottom: ASCII_RULE,
  left: "|",
  middle: "|",
  right: "|",
  newline: "+",
  wrapLeft: ".",
  wrapRight: ".",
};

type Weight = "single" | "double";
/** By weight of the border, then of the lines that meet it. */
const TOP: Record<Weight, Record<Weight, string>> = { single: { single: "┬", double: "╥" }, double: { single: "╤", double: "╦" } };
const BOTTOM: Record<Weight, Record<Weight, string>> = { single: { single: "┴", double: "╨" }, double: { single: "╧", double: "╩" } };
/** By weight of the border, then of the header's rule. */
const LEFT: Record<Weight, Record<Weight, string>> = { single: { single: "├", double: "╞" }, double: { single: "╟", double: "╠" } };
const RIGHT: Record<Weight, Record<Weight, string>> = { single: { single: "┤", double: "╡" }, double: { single: "╢", double: "╣" } };
/** By weight of the header's rule, then of the columns. */
const CROSS: Record<Weight, Record<Weight, string>> = { single: { single: "┼", double: "╫" }, double: { single: "╪", double: "╬" } };

export function lineStyle(options: TableOptions): LineStyle {
  if (options.linestyle !== "unicode") return ASCII;
  const { unicodeBorder: border, unicodeColumn: column, unicodeHeader: header } = options;
  const across = border === "single" ? "─" : "═";
  const down = border === "single" ? "│" : "║";
  return {
    top: { line: across, left: border === "single" ? "┌" : "╔", middle: TOP[border][column], right: border === "single" ? "┐" : "╗" },
    header: {
      line: header === "single" ? "─" : "═",
      left: LEFT[border][header],
      middle: CROSS[header][column],
      right: RIGHT[border][header],
    },
    bottom: { line: across, left: border === "single" ? "└" : "╚", middle: BOTTOM[border][column], right: border === "single" ? "┘" : "╝" },
    left: down,
    middle: column === "single" ? "│" : "║",
    right: down,
    newline: "↵",
    wrapLeft: "…",
    wrapRight: "…",
  };
}
