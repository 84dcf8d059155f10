/** cut(1), tr(1), paste(1), GNU coreutils 9.1. */
import { codeOf, Failure, quote, quoteIfNeeded, reason, UsageError } from "../core/errors.ts";
import { eachInput, type Input, LineReader, Output, openInput } from "../core/io.ts";
import { origin } from "../core/origins.ts";
import { program } from "../core/program.ts";

interface Range {
  readonly from: number;
  readonly to: number;
}

function ranges(list: string, fields: boolean): Range[] {
  return list.split(/[, ]/).map((part) => {
    const found = /^(\d*)(-?)(\d*)$/.exec(part);
    if (!found || part === "")
      throw new UsageError(fields ? `invalid field value ${quote(part)}` : `invalid byte/character position ${quote(part)}`);
    if (part === "-") throw new UsageError("invalid range with no endpoint: -");
    const from = found[1] === "" ? 1 : Number(found[1]);
    const to = found[2] === "" ? from : found[3] === "" ? Number.POSITIVE_INFINITY : Number(found[3]);
    if (from === 0 || to === 0)
      throw new UsageError(fields ? "fields are numbered from 1" : "byte/character positions are numbered from 1");
    if (to < from) throw new UsageError("invalid decreasing range");
    return { from, to };
  });
}

export const cut = program({
  name: "cut",
  summary: "remove sections from each line of files",
  section: "text",
  origin,
  synopsis: ["OPTION... [FILE]..."],
  options: [
    "-b, --bytes=LIST  select only these bytes",
    "-c, --characters=LIST  select only these characters",
    "-d, --delimiter=DELIM  use DELIM instead of TAB for field delimiter",
    "-f, --fields=LIST  select only these fields; also print any line that contains no delimiter character, unless -s",
    "-n  (ignored)",
    "--complement  complement the set of selected bytes, characters or fields",
    "-s, --only-delimited  do not print lines not containing delimiters",
    "--output-delimiter=STRING  use STRING as the output delimiter",
    "-z, --zero-terminated  line delimiter is NUL, not newline",
  ],
  run: async (self, args) => {
    const kinds = args.given.filter((option) => ["bytes", "characters", "fields"].includes(option.key));
    if (kinds.length === 0) throw new UsageError("you must specify a list of bytes, characters, or fields");
    if (kinds.length > 1) throw new UsageError("only one type of list may be specified");
    const fields = args.has("fields");
    const delimiter = args.get("delimiter") ?? "\t";
    if (args.has("delimiter") && !fields) throw new UsageError("an input delimiter may be specified only when operating on fields");
    if (args.has("only-delimited") && !fields)
      throw new UsageError("suppressing non-delimited lines makes sense\n\tonly when operating on fields");
    if ([...delimiter].length > 1) throw new UsageError("the delimiter must be a single character");
    const list = ranges(kinds[0]?.value ?? "", fields);
    const complement = args.has("complement");
    const chosen = (position: number) => list.some((range) => position >= range.from && position <= range.to) !== complement;
    const end = args.has("zero-terminated") ? "\0" : "\n";
    const out = new Output(self);
    const glue = args.get("output-delimiter");
    const encoder = new TextEncoder();
    const ok = await eachInput(
      self,
      args.operands,
      async (input) => {
        const reader = new LineReader(input, { delimiter: end, beforeWaiting: () => out.flush() });
        for await (const line of reader) {
          if (fields) {
            const cells = line.split(delimiter === "" ? "\0" : delimiter);
            if (cells.length === 1) {
              if (!args.has("only-delimited")) await out.write(line + end);
            } else await out.write(cells.filter((_cell, i) => chosen(i + 1)).join(glue ?? delimiter) + end);
          } else {
            // GNU's cut -c selects bytes.
            const bytes = encoder.encode(line);
            const parts: number[][] = [];
            let open = false;
            for (const [i, byte] of bytes.entries()) {
              if (!chosen(i + 1)) {
                open = false;
                continue;
              }
              if (!open || (glue !== undefined && list.some((range) => range.from === i + 1))) parts.push([]);
              parts.at(-1)?.push(byte);
              open = true;
            }
            for (const [i, part] of parts.entries()) {
              if (i > 0 && glue !== undefined) await out.write(glue);
              await out.write(new Uint8Array(part));
            }
            await out.write(end);
          }
        }
      },
      (name, why) => `cut: ${quoteIfNeeded(name)}: ${why}\n`,
    );
    await out.flush();
    return ok ? 0 : 1;
  },
});

const TR_CLASSES: Readonly<Record<string, (byte: number) => boolean>> = {
  alnum: (b) => /[0-9A-Za-z]/.test(String.fromCharCode(b)),
  alpha: (b) => /[A-Za-z]/.test(String.fromCharCode(b)),
  blank: (b) => b === 32 || b === 9,
  cntrl: (b) => b < 32 || b === 127,
  digit: (b) => b >= 48 && b <= 57,
  graph: (b) => b > 32 && b < 127,
  lower: (b) => b >= 97 && b <= 122,
  print: (b) => b >= 32 && b < 127,
  punct: (b) => b > 32 && b < 127 && !/[0-9A-Za-z]/.test(String.fromCharCode(b)),
  space: (b) => b === 32 || (b >= 9 && b <= 13),
  upper: (b) => b >= 65 && b <= 90,
  xdigit: (b) => /[0-9A-Fa-f]/.test(String.fromCharCode(b)),
};

interface TrSet {
  readonly bytes: number[];
  /** Where a repeat [c*] without a count stands: it fills SET2 up to the length of SET1. */
  fill?: { readonly at: number; readonly byte: number };
  readonly classes: string[];
}

/** Reads a SET of tr: ranges, escapes, [:class:], [=c=], [c*n]. Works in bytes, as GNU's does. */
function trSet(text: string, second: boolean): TrSet {
  const bytes = new TextEncoder().encode(text);
  const set: TrSet = { bytes: [], classes: [] };
  const string = [...bytes].map((b) => String.fromCharCode(b)).join("");
  let i = 0;
  const one = (): number => {
    const c = string[i++] ?? "";
    if (c !== "\\") return c.charCodeAt(0);
    const e = string[i];
    if (e === undefined) return 92;
    const octal = /^[0-7]{1,3}/.exec(string.slice(i));
    if (octal) {
      i += octal[0].length;
      return Number.parseInt(octal[0], 8) & 255;
    }
    i++;
    const named = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 }[e];
    return named ?? e.charCodeAt(0);
  };
  while (i < string.length) {
    const rest = string.slice(i);
    const named = /^\[:([a-z]+):\]/.exec(rest);
    if (named) {
      const test = TR_CLASSES[named[1] ?? ""];
      if (!test) throw new Failure(`invalid character class ${quote(named[1] ?? "")}`);
      for (let b = 0; b < 256; b++) if (test(b)) set.bytes.push(b);
      set.classes.push(named[1] ?? "");
      i += named[0].length;
      continue;
    }
    const equivalent = /^\[=(.)=\]/s.exec(rest);
    if (equivalent) {
      set.bytes.push((equivalent[1] ?? "").charCodeAt(0));
      i += equivalent[0].length;
      continue;
    }
    const repeat = /^\[(\\?.)\*([0-9]*)\]/s.exec(rest);
    if (repeat && second) {
      i++;
      const byte = one();
      i = i + 1 + (repeat[2] ?? "").length + 1;
      const times = (repeat[2] ?? "").startsWith("0") ? Number.parseInt(repeat[2] ?? "0", 8) : Number(repeat[2] ?? 0);
      if (times === 0) set.fill = { at: set.bytes.length, byte };
      else for (let n = 0; n < times; n++) set.bytes.push(byte);
      continue;
    }
    const from = one();
    if (string[i] === "-" && i + 1 < string.length) {
      i++;
      const start = i;
      const to = one();
      if (to < from)
        throw new Failure(
          `range-endpoints of '${String.fromCharCode(from)}-${string.slice(start, i)}' are in reverse collating sequence order`,
        );
      for (let b = from; b <= to; b++) set.bytes.push(b);
    } else set.bytes.push(from);
  }
  return set;
}

export const tr = program({
  name: "tr",
  summary: "translate or delete characters",
  section: "text",
  origin,
  synopsis: ["[OPTION]... STRING1 [STRING2]"],
  stopAtOperand: true,
  options: [
    "-c, --complement  use the complement of STRING1",
    "-C  same as -c",
    "-d, --delete  delete characters in STRING1, do not translate",
    "-s, --squeeze-repeats  replace each sequence of a repeated character that is listed in the last specified STRING with a single occurrence",
    "-t, --truncate-set1  first truncate STRING1 to length of STRING2",
  ],
  run: async (self, args) => {
    const [text1, text2, extra] = args.operands;
    const remove = args.has("delete");
    const squeeze = args.has("squeeze-repeats");
    if (text1 === undefined) throw new UsageError("missing operand");
    if (text2 === undefined && (!remove ? !squeeze : squeeze))
      throw new UsageError(
        `missing operand after ${quote(text1)}\n${remove ? "Two strings must be given when both deleting and squeezing repeats." : "Two strings must be given when translating."}`,
      );
    if (text2 !== undefined && remove && !squeeze)
      throw new UsageError(`extra operand ${quote(text2)}\nOnly one string may be given when deleting without squeezing repeats.`);
    if (extra !== undefined) throw new UsageError(`extra operand ${quote(extra)}`);
    const set1 = trSet(text1, false);
    const set2 = text2 === undefined ? undefined : trSet(text2, true);
    let list = set1.bytes;
    if (args.has("complement", "C")) {
      const inside = new Set(list);
      list = Array.from({ length: 256 }, (_value, b) => b).filter((b) => !inside.has(b));
    }
    const map = Uint8Array.from({ length: 256 }, (_value, b) => b);
    if (!remove && set2) {
      let target = [...set2.bytes];
      if (set2.fill) {
        const { at, byte } = set2.fill;
        target.splice(at, 0, ...new Array<number>(Math.max(0, list.length - target.length)).fill(byte));
      }
      if (
        set1.classes.length === 1 &&
        set2.classes.length === 1 &&
        /upper|lower/.test(set1.classes[0] ?? "") &&
        /upper|lower/.test(set2.classes[0] ?? "")
      ) {
        list = [...list];
        target = set2.bytes;
      } else if (set2.classes.some((name) => name !== "upper" && name !== "lower"))
        throw new Failure("when translating, the only character classes that may appear in\nstring2 are 'upper' and 'lower'");
      if (target.length === 0 && list.length > 0) throw new Failure("when not truncating set1, string2 must be non-empty");
      if (args.has("truncate-set1")) list = list.slice(0, target.length);
      for (const [i, b] of list.entries()) map[b] = target[Math.min(i, target.length - 1)] ?? b;
    }
    const doomed = new Uint8Array(256);
    if (remove) for (const b of list) doomed[b] = 1;
    const single = new Uint8Array(256);
    if (squeeze) for (const b of set2 ? set2.bytes : list) single[b] = 1;
    let last = -1;
    for (;;) {
      const chunk = await self.read(0, 65536);
      if (chunk.length === 0) return 0;
      const out = new Uint8Array(chunk.length);
      let size = 0;
      for (const byte of chunk) {
        if (doomed[byte]) continue;
        const to = map[byte] ?? byte;
        if (single[to] && to === last) continue;
        out[size++] = to;
        last = to;
      }
      if (size > 0) await self.write(1, out.subarray(0, size));
      await self.tick();
    }
  },
});

export const paste = program({
  name: "paste",
  summary: "merge lines of files",
  section: "text",
  origin,
  synopsis: ["[OPTION]... [FILE]..."],
  options: [
    "-d, --delimiters=LIST  reuse characters from LIST instead of TABs",
    "-s, --serial  paste one file at a time instead of in parallel",
    "-z, --zero-terminated  line delimiter is NUL, not newline",
  ],
  run: async (self, args) => {
    const named: Readonly<Record<string, string>> = { n: "\n", t: "\t", "\\": "\\", "0": "" };
    const list = [...(args.get("delimiters") ?? "\t").matchAll(/\\(.)|([^\\])/gsu)].map((found) =>
      found[1] === undefined ? (found[2] ?? "") : (named[found[1]] ?? found[1]),
    );
    const delimiters = list.length === 0 ? [""] : list;
    const end = args.has("zero-terminated") ? "\0" : "\n";
    const names = args.operands.length === 0 ? ["-"] : args.operands;
    const out = new Output(self);
    const readers = new Map<string, LineReader>();
    const inputs: Input[] = [];
    const open = (name: string): LineReader => {
      const known = name === "-" ? readers.get(name) : undefined;
      if (known) return known;
      try {
        const input = openInput(self, name);
        inputs.push(input);
        const reader = new LineReader(input, { delimiter: end });
        if (name === "-") readers.set(name, reader);
        return reader;
      } catch (error) {
        throw new Failure(`${quoteIfNeeded(name)}: ${reason(error)}`);
      }
    };
    let status = 0;
    if (args.has("serial")) {
      for (const name of names) {
        try {
          const lines: string[] = [];
          for await (const line of open(name)) lines.push(line);
          await out.write(lines.map((line, i) => (i === 0 ? line : (delimiters[(i - 1) % delimiters.length] ?? "") + line)).join("") + end);
        } catch (error) {
          if (!(error instanceof Failure) && codeOf(error) === undefined) throw error;
          await self.error(error instanceof Failure ? `paste: ${error.message}\n` : `paste: ${quoteIfNeeded(name)}: ${reason(error)}\n`);
          status = 1;
        }
      }
    } else {
      const sources = names.map(open);
      for (;;) {
        const lines: (string | undefined)[] = [];
        for (const source of sources) lines.push(await source.next());
        if (lines.every((line) => line === undefined)) break;
        await out.write(
          lines.map((line, i) => (i === 0 ? "" : (delimiters[(i - 1) % delimiters.length] ?? "")) + (line ?? "")).join("") + end,
        );
      }
    }
    await out.flush();
    for (const input of inputs) input.close();
    return status;
  },
});
