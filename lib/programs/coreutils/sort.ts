/** sort(1), GNU coreutils 9.1. */
import type { Process } from "../../kernel/types.ts";
import { Failure, quote, quoteName, reason } from "../core/errors.ts";
import { decode, Output } from "../core/io.ts";
import type { Arguments } from "../core/options.ts";
import { origin } from "../core/origins.ts";
import { compareText } from "../core/paths.ts";
import { program } from "../core/program.ts";
import { MONTHS } from "../core/time.ts";
import { compareVersions } from "./ls-layout.ts";
import { readLines } from "./sorted.ts";

interface KeyPosition {
  readonly field: number;
  readonly character: number;
}

interface SortKey {
  readonly start: KeyPosition;
  readonly end: KeyPosition | undefined;
  readonly flags: string;
}

function parseKey(text: string): SortKey {
  const found = /^(\d+)(?:\.(\d+))?([bdfgiMhnRrV]*)(?:,(\d+)(?:\.(\d+))?([bdfgiMhnRrV]*))?$/.exec(text);
  if (!found) throw new Failure(`invalid number at field start: invalid count at start of ${quote(text)}`, 2);
  if (Number(found[1]) === 0) throw new Failure(`field number is zero: invalid field specification ${quote(text)}`, 2);
  return {
    start: { field: Number(found[1]), character: Number(found[2] ?? 1) },
    end: found[4] === undefined ? undefined : { field: Number(found[4]), character: Number(found[5] ?? 0) },
    flags: (found[3] ?? "") + (found[6] ?? ""),
  };
}

/** Where fields begin and end; without a separator a field holds the blanks before it. */
function fieldBounds(line: string, separator: string | undefined): { start: number; end: number }[] {
  const bounds: { start: number; end: number }[] = [];
  if (separator !== undefined) {
    let at = 0;
    for (;;) {
      const found = line.indexOf(separator, at);
      bounds.push({ start: at, end: found < 0 ? line.length : found });
      if (found < 0) return bounds;
      at = found + 1;
    }
  }
  const pattern = /[ \t]*[^ \t]*/y;
  let at = 0;
  while (at < line.length) {
    pattern.lastIndex = at;
    const length = pattern.exec(line)?.[0].length ?? 0;
    bounds.push({ start: at, end: at + length });
    at += Math.max(1, length);
  }
  return bounds;
}

function extract(line: string, key: SortKey, separator: string | undefined): string {
  const bounds = fieldBounds(line, separator);
  const skip = (at: number, blanks: boolean) => {
    let from = at;
    if (blanks) while (line[from] === " " || line[from] === "\t") from++;
    return from;
  };
  const first = bounds[key.start.field - 1];
  if (!first) return "";
  const blanks = key.flags.includes("b");
  const start = Math.min(line.length, skip(first.start, blanks) + key.start.character - 1);
  let end = line.length;
  if (key.end) {
    const last = bounds[key.end.field - 1];
    if (last) end = key.end.character === 0 ? last.end : Math.min(line.length, skip(last.start, blanks) + key.end.character);
  }
  return start < end ? line.slice(start, end) : "";
}

function leadingNumber(text: string): number {
  const found = /^[ \t]*(-?\d*\.?\d*)/.exec(text);
  const value = Number.parseFloat(found?.[1] ?? "");
  return Number.isNaN(value) ? 0 : value;
}

function humanNumber(text: string): { order: number; value: number } {
  const found = /^[ \t]*(-?)(\d*\.?\d*)([kKMGTPEZY]?)/.exec(text);
  const value = Number.parseFloat(found?.[2] ?? "") || 0;
  const order = value === 0 ? 0 : " KMGTPEZY".indexOf((found?.[3] ?? "").toUpperCase() || " ") + 1;
  return found?.[1] ? { order: -order, value: -value } : { order, value };
}

function comparator(flags: string): (a: string, b: string) => number {
  if (flags.includes("n")) return (a, b) => leadingNumber(a) - leadingNumber(b);
  if (flags.includes("g")) {
    const value = (text: string) => {
      const number = Number.parseFloat(text);
      return Number.isNaN(number) ? Number.NEGATIVE_INFINITY : number;
    };
    return (a, b) => {
      const x = value(a);
      const y = value(b);
      return x === y ? 0 : x < y ? -1 : 1;
    };
  }
  if (flags.includes("h"))
    return (a, b) => {
      const x = humanNumber(a);
      const y = humanNumber(b);
      return x.order - y.order || x.value - y.value;
    };
  if (flags.includes("M")) {
    const month = (text: string) => MONTHS.findIndex((name) => name.slice(0, 3).toLowerCase() === text.trim().slice(0, 3).toLowerCase());
    return (a, b) => month(a) - month(b);
  }
  if (flags.includes("V")) return compareVersions;
  const prepare = (text: string) => {
    let out = text;
    if (flags.includes("d")) out = out.replace(/[^\p{L}\p{N} \t]/gu, "");
    if (flags.includes("i")) out = out.replace(/[^\x20-\x7e]/g, "");
    return flags.includes("f") ? out.toUpperCase() : out;
  };
  return flags === "" ? compareText : (a, b) => compareText(prepare(a), prepare(b));
}

/** The order that the options ask for: keys first, then the whole line unless -s or -u. */
function ordering(args: Arguments): { compare: (a: string, b: string) => number; equal: (a: string, b: string) => number } {
  const letters: Readonly<Record<string, string>> = {
    "ignore-leading-blanks": "b",
    "dictionary-order": "d",
    "ignore-case": "f",
    "general-numeric-sort": "g",
    "ignore-nonprinting": "i",
    "month-sort": "M",
    "human-numeric-sort": "h",
    "numeric-sort": "n",
    "version-sort": "V",
    "random-sort": "R",
  };
  let global = args.given.map((option) => letters[option.key] ?? "").join("");
  const word = args.get("sort");
  if (word !== undefined)
    global += { "general-numeric": "g", "human-numeric": "h", month: "M", numeric: "n", random: "R", version: "V" }[word] ?? "";
  const reverse = args.has("reverse");
  const kinds = [...new Set(global.replace(/[bdfi]/g, ""))].sort((a, b) => (a < b ? -1 : 1)).join("");
  if (kinds.length > 1) throw new Failure(`options '-${kinds}' are incompatible`, 2);
  const separator = args.get("field-separator")?.replace(/^\\0$/, "\0");
  if (separator !== undefined && [...separator].length !== 1)
    throw new Failure(separator === "" ? "empty tab" : `multi-character tab ${quote(separator)}`, 2);
  const keys = args.all("key").map(parseKey);
  const compares =
    keys.length === 0
      ? [
          global.includes("b") || global !== ""
            ? (() => {
                const compare = comparator(global.replace("b", ""));
                const strip = (text: string) => (global.includes("b") ? text.replace(/^[ \t]+/, "") : text);
                return (a: string, b: string) => compare(strip(a), strip(b)) * (reverse ? -1 : 1);
              })()
            : (a: string, b: string) => compareText(a, b) * (reverse ? -1 : 1),
        ]
      : keys.map((key) => {
          const own = key.flags !== "";
          const flags = own ? key.flags : global + (reverse ? "r" : "");
          const compare = comparator(flags.replace(/[br]/g, ""));
          const full = { ...key, flags };
          const sign = flags.includes("r") ? -1 : 1;
          return (a: string, b: string) => compare(extract(a, full, separator), extract(b, full, separator)) * sign;
        });
  const equal = (a: string, b: string) => {
    for (const each of compares) {
      const order = each(a, b);
      if (order !== 0) return order;
    }
    return 0;
  };
  const stable = args.has("stable", "unique");
  return { equal, compare: stable ? equal : (a, b) => equal(a, b) || compareText(a, b) * (reverse ? -1 : 1) };
}

/** -m: the inputs are taken to be sorted; each next line is the least of their first ones. */
async function merge(
  self: Process,
  names: readonly string[],
  delimiter: string,
  compare: (a: string, b: string) => number,
): Promise<string[]> {
  const lists: string[][] = [];
  for (const name of names) lists.push(await readLines(self, [name], delimiter));
  const at = lists.map(() => 0);
  const out: string[] = [];
  for (;;) {
    let best = -1;
    for (const [index, list] of lists.entries()) {
      const line = list[at[index] ?? 0];
      if (line === undefined) continue;
      const other = lists[best]?.[at[best] ?? 0];
      if (other === undefined || compare(line, other) < 0) best = index;
    }
    const line = lists[best]?.[at[best] ?? 0];
    if (line === undefined) return out;
    out.push(line);
    at[best] = (at[best] ?? 0) + 1;
  }
}

export const sort = program({
  name: "sort",
  summary: "sort lines of text files",
  section: "text",
  origin,
  usageStatus: 2,
  synopsis: ["[OPTION]... [FILE]...", "[OPTION]... --files0-from=F"],
  options: [
    "-b, --ignore-leading-blanks  ignore leading blanks",
    "-d, --dictionary-order  consider only blanks and alphanumeric characters",
    "-f, --ignore-case  fold lower case to upper case characters",
    "-g, --general-numeric-sort  compare according to general numerical value",
    "-i, --ignore-nonprinting  consider only printable characters",
    "-M, --month-sort  compare (unknown) < 'JAN' < ... < 'DEC'",
    "-h, --human-numeric-sort  compare human readable numbers (e.g., 2K 1G)",
    "-n, --numeric-sort  compare according to string numerical value",
    "-R, --random-sort  shuffle, but group identical keys",
    "-r, --reverse  reverse the result of comparisons",
    "--sort=WORD  sort according to WORD: general-numeric, human-numeric, month, numeric, random, version",
    "-V, --version-sort  natural sort of (version) numbers within text",
    "-c, --check[=HOW]  check for sorted input; do not sort",
    "-C  like -c, but do not report first bad line",
    "--files0-from=F  read input from the files specified by NUL-terminated names in file F",
    "-k, --key=KEYDEF  sort via a key; KEYDEF gives location and type",
    "-m, --merge  merge already sorted files; do not sort",
    "-o, --output=FILE  write result to FILE instead of standard output",
    "-s, --stable  stabilize sort by disabling last-resort comparison",
    "-t, --field-separator=SEP  use SEP instead of non-blank to blank transition",
    "-u, --unique  output only the first of an equal run",
    "-z, --zero-terminated  line delimiter is NUL, not newline",
    "-S, --buffer-size=SIZE  (accepted; everything is sorted in memory)",
    "--parallel=N  (accepted; one sort runs at a time)",
    "-T, --temporary-directory=DIR  (accepted; no temporary files are made)",
  ],
  unmodeled: ["--batch-size", "--compress-program", "--debug", "--random-source"],
  run: async (self, args) => {
    const delimiter = args.has("zero-terminated") ? "\0" : "\n";
    const { compare, equal } = ordering(args);
    let names: readonly string[] = args.operands.length === 0 ? ["-"] : args.operands;
    const from = args.get("files0-from");
    if (from !== undefined)
      names = decode(from === "-" ? await self.readAll(0) : self.files.readFile(from))
        .split("\0")
        .filter((name) => name !== "");
    if (args.has("check", "C")) {
      if (names.length > 1) throw new Failure(`extra operand ${quoteName(names[1] ?? "")} not allowed with -c`, 2);
      const lines = await readLines(self, names, delimiter);
      for (let i = 1; i < lines.length; i++) {
        const order = (args.has("unique") ? equal : compare)(lines[i - 1] ?? "", lines[i] ?? "");
        if (order > 0 || (order === 0 && args.has("unique"))) {
          if (!args.has("C") && !/^(quiet|silent)$/.test(args.get("check") ?? ""))
            await self.error(`sort: ${names[0]}:${i + 1}: disorder: ${lines[i]}\n`);
          return 1;
        }
      }
      return 0;
    }
    let lines = args.has("merge") ? await merge(self, names, delimiter, compare) : await readLines(self, names, delimiter);
    await self.tick();
    if (args.has("random-sort") || args.get("sort") === "random") {
      const keys = new Map<string, number>();
      for (const line of lines) if (!keys.has(line)) keys.set(line, self.machine.kernel.random());
      lines.sort((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0));
    } else if (!args.has("merge")) lines.sort(compare);
    if (args.has("unique")) lines = lines.filter((line, i) => i === 0 || equal(lines[i - 1] ?? "", line) !== 0);
    const output = args.get("output");
    if (output !== undefined) {
      try {
        self.files.writeFile(output, lines.map((line) => line + delimiter).join(""));
      } catch (error) {
        throw new Failure(`open failed: ${output}: ${reason(error)}`, 2);
      }
      return 0;
    }
    const out = new Output(self);
    for (const line of lines) await out.write(line + delimiter);
    await out.flush();
    return 0;
  },
});
