/** Functions of awk that need nothing but their arguments. */
import { momentAt, strftime } from "../core/time.ts";
import { awkRegex, type State } from "./state.ts";
import { toNumber, type Value } from "./values.ts";

/** Replaces matches in `text` as sub and gsub do; `which` 0 is all of them, else that one. Returns the count. */
export function substitute(
  text: string,
  source: string,
  replacement: string,
  which: number,
  groups: boolean,
): { text: string; count: number } {
  const regex = awkRegex(source);
  let out = "";
  let at = 0;
  let count = 0;
  let lastEnd = -1;
  const expand = (found: RegExpExecArray) =>
    replacement.replace(/\\(\\&|[\s\S])|&/g, (whole, e?: string) => {
      if (e === undefined) return found[0];
      if (e === "&") return "&";
      if (e === "\\&") return `\\${found[0]}`;
      if (groups && /\d/.test(e)) return found[Number(e)] ?? "";
      return e === "\\" ? "\\" : whole;
    });
  for (let found = regex.exec(text); found; found = regex.exec(text)) {
    const end = found.index + found[0].length;
    if (found[0] === "" && found.index === lastEnd) {
      regex.lastIndex = end + 1;
      if (regex.lastIndex > text.length) break;
      continue;
    }
    lastEnd = end;
    count++;
    if (which === 0 || count === which) {
      out += text.slice(at, found.index) + expand(found);
      at = end;
      if (which !== 0) break;
    }
    if (found[0] === "") regex.lastIndex = end + 1;
    if (regex.lastIndex > text.length) break;
  }
  return { text: out + text.slice(at), count: which === 0 ? count : count >= which ? 1 : 0 };
}

/** substr with awk's rounding; positions count from 1. */
export function substring(text: string, from: number, length: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: text of single-byte characters only
  const chars = /^[\x00-\x7f]*$/.test(text) ? undefined : [...text];
  const size = chars ? chars.length : text.length;
  const round = (value: number) => (Number.isFinite(value) ? Math.round(value) : value);
  const start = Math.max(1, round(from));
  const end = Math.min(size + 1, round(from) + round(length));
  if (!(end > start)) return "";
  return chars ? chars.slice(start - 1, end - 1).join("") : text.slice(start - 1, end - 1);
}

/** Functions of numbers and text; undefined when there is none of that name. */
export function pureFunction(name: string, args: readonly Value[], state: State, now: () => number, zone: string): Value | undefined {
  const number = (index: number) => toNumber(args[index]);
  const text = (index: number) => state.text(args[index]);
  switch (name) {
    case "substr":
      return substring(text(0), number(1), args.length > 2 ? number(2) : Number.POSITIVE_INFINITY);
    case "index": {
      const at = text(0).indexOf(text(1));
      return at < 0 ? 0 : [...text(0).slice(0, at)].length + 1;
    }
    case "sin":
      return Math.sin(number(0));
    case "cos":
      return Math.cos(number(0));
    case "atan2":
      return Math.atan2(number(0), number(1));
    case "exp":
      return Math.exp(number(0));
    case "log":
      return Math.log(number(0));
    case "sqrt":
      return Math.sqrt(number(0));
    case "int":
      return Math.trunc(number(0));
    case "tolower":
      return text(0).toLowerCase();
    case "toupper":
      return text(0).toUpperCase();
    case "systime":
      return Math.floor(now() / 1000);
    case "strftime":
      return strftime(args.length > 0 ? text(0) : "%c", momentAt(args.length > 1 ? number(1) * 1000 : now(), zone));
    case "mktime": {
      const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = text(0).split(/\s+/).map(Number);
      return Math.floor(
        Date.UTC(year, month - 1, day, hour, minute, second) / 1000 -
          momentAt(Date.UTC(year, month - 1, day, hour, minute, second), zone).offsetMinutes * 60,
      );
    }
    case "and":
      return Number(BigInt(Math.trunc(number(0))) & BigInt(Math.trunc(number(1))));
    case "or":
      return Number(BigInt(Math.trunc(number(0))) | BigInt(Math.trunc(number(1))));
    case "xor":
      return Number(BigInt(Math.trunc(number(0))) ^ BigInt(Math.trunc(number(1))));
    case "lshift":
      return Number(BigInt(Math.trunc(number(0))) << BigInt(Math.trunc(number(1))));
    case "rshift":
      return Number(BigInt(Math.trunc(number(0))) >> BigInt(Math.trunc(number(1))));
    case "compl":
      return Number(BigInt.asUintN(53, ~BigInt(Math.trunc(number(0)))));
    default:
      return undefined;
  }
}
