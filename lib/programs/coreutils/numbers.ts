/** factor(1), numfmt(1), tsort(1): GNU coreutils 9.1. */
import { Failure, quote } from "../core/errors.ts";
import { decode } from "../core/io.ts";
import type { Arguments } from "../core/options.ts";
import { program } from "../core/program.ts";

const origin = "GNU coreutils 9.1";

function factors(value: bigint): bigint[] {
  const out: bigint[] = [];
  let rest = value;
  for (let divisor = 2n; divisor * divisor <= rest; divisor += divisor === 2n ? 1n : 2n)
    while (rest % divisor === 0n) {
      out.push(divisor);
      rest /= divisor;
    }
  if (rest > 1n) out.push(rest);
  return out;
}

export const factor = program({
  name: "factor",
  summary: "factor numbers",
  section: "text",
  origin,
  synopsis: ["[NUMBER]..."],
  limits: "Numbers are tried by division: up to about 10^15.",
  run: async (self, args) => {
    const words =
      args.operands.length > 0
        ? args.operands
        : decode(await self.readAll(0))
            .split(/\s+/)
            .filter((word) => word !== "");
    let status = 0;
    for (const word of words) {
      await self.tick();
      if (!/^\+?\d+$/.test(word)) {
        await self.error(`factor: ${quote(word)} is not a valid positive integer\n`);
        status = 1;
        continue;
      }
      const value = BigInt(word.replace("+", ""));
      if (value > 10n ** 15n) {
        await self.error(`factor: ${quote(word)} is larger than what this machine factors; see /reference/machine\n`);
        status = 1;
        continue;
      }
      await self.print(`${[`${value}:`, ...factors(value)].join(" ")}\n`);
    }
    return status;
  },
});

const LETTERS = "KMGTPE";

/** "1.5M" as a number; undefined when it is none. */
function parseScaled(text: string, from: string): number | undefined {
  const found = /^(-?\d+(?:\.\d+)?)([KkMGTPE])?(i)?$/.exec(text);
  if (!found) return undefined;
  const [, digits = "", letter, i] = found;
  if (letter === undefined) return i === undefined ? Number(digits) : undefined;
  if (from === "none" || (from === "iec-i" && i === undefined) || ((from === "iec" || from === "si") && i !== undefined)) return undefined;
  const base = from === "si" || (from === "auto" && i === undefined) ? 1000 : 1024;
  return Number(digits) * base ** (LETTERS.indexOf(letter.toUpperCase()) + 1);
}

/** As numfmt rounds: away from zero, with one digit after the point below ten. */
function scaled(value: number, to: string): string {
  if (to === "none") return String(Math.ceil(value));
  const base = to === "si" ? 1000 : 1024;
  let size = Math.abs(value);
  let power = 0;
  while (size >= base && power < LETTERS.length) {
    size /= base;
    power++;
  }
  if (power === 0) return String(Math.ceil(value));
  let shown = size < 10 ? Math.ceil(size * 10 - 1e-9) / 10 : Math.ceil(size - 1e-9);
  if (shown >= base) {
    shown /= base;
    power++;
  }
  return `${value < 0 ? "-" : ""}${shown < 10 ? shown.toFixed(1) : shown}${LETTERS[power - 1]}${to === "iec-i" ? "i" : ""}`;
}

/** One line, with the wanted field converted. */
function convertLine(line: string, args: Arguments): string {
  const from = args.get("from") ?? "none";
  const to = args.get("to") ?? "none";
  const suffix = args.get("suffix") ?? "";
  const delimiter = args.get("delimiter");
  const fields = new Set((args.get("field") ?? "1").split(",").map(Number));
  const padding = Number(args.get("padding") ?? 0);
  let index = 0;
  const convert = (field: string) => {
    index++;
    if (!fields.has(index) && args.get("field") !== "-") return field;
    const text = field.trim();
    const bare = suffix !== "" && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
    const value = parseScaled(bare, from);
    if (value === undefined) {
      if (/^-?\d+(\.\d+)?[KkMGTPE]i?$/.test(bare) && from === "none")
        throw new Failure(`rejecting suffix in input: ${quote(field)} (consider using --from)`, 2);
      throw new Failure(`invalid number: ${quote(text)}`, 2);
    }
    const out = scaled(value, to) + suffix;
    return padding < 0 ? out.padEnd(-padding) : out.padStart(padding);
  };
  if (delimiter !== undefined) return line.split(delimiter).map(convert).join(delimiter);
  return line.replace(/\S+/g, convert);
}

export const numfmt = program({
  name: "numfmt",
  summary: "convert numbers from/to human-readable strings",
  section: "text",
  origin,
  synopsis: ["[OPTION]... [NUMBER]..."],
  options: [
    "-d, --delimiter=X  use X instead of whitespace for field delimiter",
    "--field=FIELDS  replace the numbers in these input fields (1); numbers with commas between, or -",
    "--from=UNIT  auto-scale input numbers: none, auto, si, iec, iec-i",
    "--grouping  (accepted: there is no grouping in this locale)",
    "--header[=N]  print (without converting) the first N header lines (1)",
    "--padding=N  pad the output to N characters; positive N right-aligns, negative left-aligns",
    "--suffix=SUFFIX  add SUFFIX to output numbers, and accept it in input numbers",
    "--to=UNIT  auto-scale output numbers: none, si, iec, iec-i",
  ],
  unmodeled: ["--debug", "--format", "--from-unit", "--to-unit", "--invalid", "--round", "-z", "--zero-terminated"],
  run: async (self, args) => {
    if (args.operands.length > 0) {
      for (const operand of args.operands) await self.print(`${convertLine(operand, args)}\n`);
      return 0;
    }
    const header = args.has("header") ? Number(args.get("header") || 1) : 0;
    let count = 0;
    for await (const line of self.lines(0)) await self.print(`${count++ < header ? line : convertLine(line, args)}\n`);
    return 0;
  },
});

export const tsort = program({
  name: "tsort",
  summary: "perform topological sort",
  section: "text",
  origin,
  synopsis: ["[OPTION] [FILE]"],
  run: async (self, args) => {
    const name = args.operands[0] ?? "-";
    const words = decode(name === "-" ? await self.readAll(0) : self.files.readFile(name))
      .split(/\s+/)
      .filter((word) => word !== "");
    if (words.length % 2 !== 0) throw new Failure(`${name}: input contains an odd number of tokens`);
    const after = new Map<string, string[]>();
    const before = new Map<string, number>();
    for (let at = 0; at < words.length; at += 2) {
      const [first = "", second = ""] = [words[at], words[at + 1]];
      for (const word of [first, second]) if (!before.has(word)) before.set(word, 0);
      if (first === second) continue;
      after.set(first, [...(after.get(first) ?? []), second]);
      before.set(second, (before.get(second) ?? 0) + 1);
    }
    let status = 0;
    const queue = [...before.keys()].filter((word) => before.get(word) === 0).sort();
    const left = new Set([...before.keys()].sort());
    while (left.size > 0) {
      await self.tick();
      const word = queue.shift();
      if (word === undefined) {
        // A loop: it is named, and cut at its first word.
        const loop = [...left];
        await self.error(`tsort: ${name}: input contains a loop:\n${loop.map((each) => `tsort: ${each}\n`).join("")}`);
        status = 1;
        const [cut = ""] = loop;
        before.set(cut, 0);
        queue.push(cut);
        continue;
      }
      if (!left.delete(word)) continue;
      await self.print(`${word}\n`);
      // Those that are free now come in the reverse of the order in which they were named.
      for (const next of [...(after.get(word) ?? [])].reverse()) {
        const count = (before.get(next) ?? 0) - 1;
        before.set(next, count);
        if (count === 0) queue.push(next);
      }
    }
    return status;
  },
});
