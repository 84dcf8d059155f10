/** tac(1), rev(1), nl(1), fold(1), expand(1), unexpand(1), shuf(1), split(1), cmp(1), envsubst(1). */
import { Failure, quote, quoteName, reason, UsageError } from "../core/errors.ts";
import { concat, decode, eachInput, LineReader, Output, openInput, readAll } from "../core/io.ts";
import { program } from "../core/program.ts";
import { posixRegex } from "../core/regex.ts";
import { parseSize } from "../core/size.ts";

const origin = "GNU coreutils 9.1";

export const tac = program({
  name: "tac",
  summary: "concatenate and print files in reverse",
  section: "text",
  origin,
  synopsis: ["[OPTION]... [FILE]..."],
  options: [
    "-b, --before  attach the separator before instead of after",
    "-s, --separator=STRING  use STRING as the separator instead of newline",
  ],
  unmodeled: ["-r", "--regex"],
  run: async (self, args) => {
    const separator = args.get("separator") ?? "\n";
    const out = new Output(self);
    const ok = await eachInput(
      self,
      args.operands,
      async (input) => {
        const parts = decode(await readAll(input)).split(separator);
        const last = parts.pop() ?? "";
        const pieces = args.has("before")
          ? [parts[0] ?? "", ...[...parts.slice(1), last].map((part) => separator + part)]
          : parts.map((part) => part + separator);
        if (!args.has("before") && last !== "") pieces.push(last);
        for (const piece of pieces.reverse()) await out.write(piece);
      },
      (name, why) => `tac: failed to open ${quoteName(name)} for reading: ${why}\n`,
    );
    await out.flush();
    return ok ? 0 : 1;
  },
});

export const rev = program({
  name: "rev",
  summary: "reverse lines characterwise",
  section: "text",
  origin: "util-linux 2.38.1",
  synopsis: ["[options] [<file> ...]"],
  run: async (self, args) => {
    const out = new Output(self);
    const ok = await eachInput(
      self,
      args.operands,
      async (input) => {
        const reader = new LineReader(input, { beforeWaiting: () => out.flush() });
        for await (const line of reader) await out.write([...line].reverse().join("") + (reader.terminated ? "\n" : ""));
      },
      (name, why) => `rev: cannot open ${name}: ${why}\n`,
    );
    await out.flush();
    return ok ? 0 : 1;
  },
});

export const nl = program({
  name: "nl",
  summary: "number lines of files",
  section: "text",
  origin,
  synopsis: ["[OPTION]... [FILE]..."],
  options: [
    "-b, --body-numbering=STYLE  use STYLE for numbering body lines: a, t, n, or pBRE",
    "-i, --line-increment=NUMBER  line number increment at each line",
    "-n, --number-format=FORMAT  insert line numbers according to FORMAT: ln, rn, rz",
    "-s, --number-separator=STRING  add STRING after (possible) line number",
    "-v, --starting-line-number=NUMBER  first line number for each section",
    "-w, --number-width=NUMBER  use NUMBER columns for line numbers",
  ],
  unmodeled: [
    "-d",
    "--section-delimiter",
    "-f",
    "--footer-numbering",
    "-h",
    "--header-numbering",
    "-l",
    "--join-blank-lines",
    "-p",
    "--no-renumber",
  ],
  run: async (self, args) => {
    const style = args.get("body-numbering") ?? "t";
    const regex = style.startsWith("p") ? posixRegex(style.slice(1), { extended: false }) : undefined;
    const width = Number(args.get("number-width") ?? 6);
    const format = args.get("number-format") ?? "rn";
    const separator = args.get("number-separator") ?? "\t";
    const step = Number(args.get("line-increment") ?? 1);
    let number = Number(args.get("starting-line-number") ?? 1);
    const out = new Output(self);
    const ok = await eachInput(
      self,
      args.operands,
      async (input) => {
        for await (const line of new LineReader(input, { beforeWaiting: () => out.flush() })) {
          const counts = regex ? regex.test(line) : style === "a" || (style === "t" && line !== "");
          const text = String(number);
          const shown = format === "ln" ? text.padEnd(width) : text.padStart(width, format === "rz" ? "0" : " ");
          await out.write(counts ? `${shown}${separator}${line}\n` : `${" ".repeat(width + separator.length)}${line}\n`);
          if (counts) number += step;
        }
      },
      (name, why) => `nl: ${name}: ${why}\n`,
    );
    await out.flush();
    return ok ? 0 : 1;
  },
});

export const fold = program({
  name: "fold",
  summary: "wrap each input line to fit in specified width",
  section: "text",
  origin,
  synopsis: ["[OPTION]... [FILE]..."],
  options: [
    "-b, --bytes  count bytes rather than columns",
    "-s, --spaces  break at spaces",
    "-w, --width=WIDTH  use WIDTH columns instead of 80",
  ],
  rewrite: (argv) => argv.map((word) => (/^-\d+$/.test(word) ? `-w${word.slice(1)}` : word)),
  run: async (self, args) => {
    const text = args.get("width") ?? "80";
    if (!/^\d+$/.test(text) || Number(text) === 0) throw new Failure(`invalid number of columns: ${quote(text)}`);
    const width = Number(text);
    const out = new Output(self);
    const ok = await eachInput(
      self,
      args.operands,
      async (input) => {
        const reader = new LineReader(input, { beforeWaiting: () => out.flush() });
        for await (const line of reader) {
          let rest = [...line];
          while (rest.length > width) {
            let at = width;
            if (args.has("spaces")) {
              const blank = rest.slice(0, width).lastIndexOf(" ");
              if (blank >= 0) at = blank + 1;
            }
            await out.write(`${rest.slice(0, at).join("")}\n`);
            rest = rest.slice(at);
          }
          await out.write(rest.join("") + (reader.terminated ? "\n" : ""));
        }
      },
      (name, why) => `fold: ${name}: ${why}\n`,
    );
    await out.flush();
    return ok ? 0 : 1;
  },
});

function tabStops(text: string | undefined): (column: number) => number {
  const stops = (text ?? "8").split(/[ ,]+/).map(Number);
  if (stops.some((stop) => !Number.isInteger(stop) || stop < 1))
    throw new Failure(`tab size contains invalid character(s): ${quote(text ?? "")}`);
  const [only = 8] = stops;
  if (stops.length === 1) return (column) => column + only - (column % only);
  return (column) => stops.find((stop) => stop > column) ?? column + 1;
}

export const expand = program({
  name: "expand",
  summary: "convert tabs to spaces",
  section: "text",
  origin,
  synopsis: ["[OPTION]... [FILE]..."],
  options: [
    "-i, --initial  do not convert tabs after non blanks",
    "-t, --tabs=N  have tabs N characters apart, not 8; or a list of positions",
  ],
  run: async (self, args) => {
    const next = tabStops(args.get("tabs"));
    const out = new Output(self);
    const ok = await eachInput(
      self,
      args.operands,
      async (input) => {
        const reader = new LineReader(input, { beforeWaiting: () => out.flush() });
        for await (const line of reader) {
          let text = "";
          let column = 0;
          let initial = true;
          for (const c of line) {
            if (c === "\t" && (initial || !args.has("initial"))) {
              const to = next(column);
              text += " ".repeat(to - column);
              column = to;
            } else {
              if (c !== " " && c !== "\t") initial = false;
              text += c;
              column = c === "\b" ? Math.max(0, column - 1) : column + 1;
            }
          }
          await out.write(text + (reader.terminated ? "\n" : ""));
        }
      },
      (name, why) => `expand: ${name}: ${why}\n`,
    );
    await out.flush();
    return ok ? 0 : 1;
  },
});

export const unexpand = program({
  name: "unexpand",
  summary: "convert spaces to tabs",
  section: "text",
  origin,
  synopsis: ["[OPTION]... [FILE]..."],
  options: [
    "-a, --all  convert all blanks, instead of just initial blanks",
    "--first-only  convert only leading sequences of blanks",
    "-t, --tabs=N  have tabs N characters apart instead of 8 (enables -a)",
  ],
  run: async (self, args) => {
    const next = tabStops(args.get("tabs"));
    const all = (args.has("all") || args.has("tabs")) && !args.has("first-only");
    const out = new Output(self);
    const ok = await eachInput(
      self,
      args.operands,
      async (input) => {
        const reader = new LineReader(input, { beforeWaiting: () => out.flush() });
        for await (const line of reader) {
          let text = "";
          let column = 0;
          let pending = "";
          let initial = true;
          const flush = () => {
            text += pending;
            pending = "";
          };
          for (const c of line) {
            if ((c === " " || c === "\t") && (initial || all)) {
              const stop = next(column);
              if (c === "\t") {
                pending = "\t";
                text += pending;
                pending = "";
                column = stop;
                continue;
              }
              pending += c;
              column++;
              if (column === stop) {
                text += pending.length > 1 || initial ? "\t" : pending;
                pending = "";
              }
            } else {
              flush();
              initial = false;
              text += c;
              column++;
            }
          }
          flush();
          await out.write(text + (reader.terminated ? "\n" : ""));
        }
      },
      (name, why) => `unexpand: ${name}: ${why}\n`,
    );
    await out.flush();
    return ok ? 0 : 1;
  },
});

export const shuf = program({
  name: "shuf",
  summary: "generate random permutations",
  section: "text",
  origin,
  synopsis: ["[OPTION]... [FILE]", "-e [OPTION]... [ARG]...", "-i LO-HI [OPTION]..."],
  options: [
    "-e, --echo  treat each ARG as an input line",
    "-i, --input-range=LO-HI  treat each number LO through HI as an input line",
    "-n, --head-count=COUNT  output at most COUNT lines",
    "-o, --output=FILE  write result to FILE instead of standard output",
    "-r, --repeat  output lines can be repeated",
    "-z, --zero-terminated  line delimiter is NUL, not newline",
  ],
  unmodeled: ["--random-source"],
  run: async (self, args) => {
    const end = args.has("zero-terminated") ? "\0" : "\n";
    let lines: string[];
    const range = args.get("input-range");
    if (range !== undefined) {
      const found = /^(\d+)-(\d+)$/.exec(range);
      if (!found) throw new Failure(`invalid input range: ${quote(range)}`);
      lines = Array.from({ length: Math.max(0, Number(found[2]) - Number(found[1]) + 1) }, (_value, i) => String(Number(found[1]) + i));
    } else if (args.has("echo")) lines = [...args.operands];
    else {
      const [name = "-", extra] = args.operands;
      if (extra !== undefined) throw new UsageError(`extra operand ${quote(extra)}`);
      lines = [];
      try {
        for await (const line of new LineReader(openInput(self, name), { delimiter: end })) lines.push(line);
      } catch (error) {
        throw new Failure(`${name}: ${reason(error)}`);
      }
    }
    const countText = args.get("head-count");
    if (countText !== undefined && !/^\d+$/.test(countText)) throw new Failure(`invalid line count: ${quote(countText)}`);
    const { kernel } = self.machine;
    const out: string[] = [];
    const wanted = countText === undefined ? Number.POSITIVE_INFINITY : Number(countText);
    if (args.has("repeat")) {
      if (lines.length === 0 && wanted > 0) throw new Failure("no lines to repeat");
      for (let i = 0; i < wanted; i++) {
        await self.tick();
        await self.print(`${lines[Math.floor(kernel.random() * lines.length)]}${end}`);
      }
      return 0;
    }
    for (let i = 0; i < Math.min(wanted, lines.length); i++) {
      const j = i + Math.floor(kernel.random() * (lines.length - i));
      [lines[i], lines[j]] = [lines[j] ?? "", lines[i] ?? ""];
      out.push(`${lines[i]}${end}`);
    }
    const file = args.get("output");
    if (file === undefined) await self.print(out.join(""));
    else self.files.writeFile(file, out.join(""));
    return 0;
  },
});

export const split = program({
  name: "split",
  summary: "split a file into pieces",
  section: "text",
  origin,
  synopsis: ["[OPTION]... [FILE [PREFIX]]"],
  options: [
    "-a, --suffix-length=N  generate suffixes of length N (default 2)",
    "--additional-suffix=SUFFIX  append an additional SUFFIX to file names",
    "-b, --bytes=SIZE  put SIZE bytes per output file",
    "-d  use numeric suffixes starting at 0, not alphabetic",
    "--numeric-suffixes[=FROM]  same as -d, but allow setting the start value",
    "-l, --lines=NUMBER  put NUMBER lines/records per output file",
    "-n, --number=CHUNKS  generate CHUNKS output files",
    "--verbose  print a diagnostic just before each output file is opened",
  ],
  unmodeled: [
    "-C",
    "--line-bytes",
    "-e",
    "--elide-empty-files",
    "--filter",
    "--hex-suffixes",
    "-t",
    "--separator",
    "-u",
    "--unbuffered",
    "-x",
  ],
  rewrite: (argv) => argv.map((word) => (/^-\d+$/.test(word) ? `-l${word.slice(1)}` : word)),
  run: async (self, args) => {
    const [name = "-", prefix = "x"] = args.operands;
    let data: Uint8Array;
    try {
      data = await readAll(openInput(self, name));
    } catch (error) {
      throw new Failure(`cannot open ${quoteName(name)} for reading: ${reason(error)}`);
    }
    const pieces: Uint8Array[] = [];
    const bytesText = args.get("bytes");
    const chunks = args.get("number");
    if (bytesText !== undefined || chunks !== undefined) {
      const size = bytesText === undefined ? Math.ceil(data.length / Number(chunks)) : parseSize(bytesText);
      if (size === undefined || size < 1) throw new Failure(`invalid number of bytes: ${quote(bytesText ?? "")}`);
      for (let at = 0; at < data.length; at += size) pieces.push(data.slice(at, at + size));
    } else {
      const lines = Number(args.get("lines") ?? 1000);
      if (!Number.isInteger(lines) || lines < 1) throw new Failure(`invalid number of lines: ${quote(args.get("lines") ?? "")}`);
      let start = 0;
      let count = 0;
      for (let at = data.indexOf(10); at >= 0; at = data.indexOf(10, at + 1))
        if (++count % lines === 0) {
          pieces.push(data.slice(start, at + 1));
          start = at + 1;
        }
      if (start < data.length) pieces.push(data.slice(start));
    }
    const numeric = args.has("d", "numeric-suffixes");
    const base = numeric ? 10 : 26;
    const from = Number(args.get("numeric-suffixes") || 0);
    const length = Number(args.get("suffix-length") ?? 2);
    for (const [index, piece] of pieces.entries()) {
      let suffix = "";
      for (let value = index + from, i = 0; i < length; i++, value = Math.floor(value / base))
        suffix = (numeric ? String(value % base) : String.fromCharCode(97 + (value % base))) + suffix;
      if (index + from >= base ** length) throw new Failure("output file suffixes exhausted");
      const file = `${prefix}${suffix}${args.get("additional-suffix") ?? ""}`;
      if (args.has("verbose")) await self.print(`creating file ${quoteName(file)}\n`);
      self.files.writeFile(file, piece);
    }
    return 0;
  },
});

export const cmp = program({
  name: "cmp",
  summary: "compare two files byte by byte",
  section: "files",
  origin: "GNU diffutils 3.8",
  usageStatus: 2,
  synopsis: ["[OPTION]... FILE1 [FILE2 [SKIP1 [SKIP2]]]"],
  options: [
    "-b, --print-bytes  print differing bytes",
    "-i, --ignore-initial=SKIP  skip first SKIP bytes of both inputs",
    "-l, --verbose  output byte numbers and differing byte values",
    "-n, --bytes=LIMIT  compare at most LIMIT bytes",
    "-s, --quiet  suppress all normal output",
    "--silent  as --quiet",
  ],
  run: async (self, args) => {
    const [left, right = "-"] = args.operands;
    if (left === undefined) throw new UsageError("missing operand after 'cmp'", 2);
    const skip = Number(args.get("ignore-initial") ?? 0);
    const limit = Number(args.get("bytes") ?? Number.POSITIVE_INFINITY);
    const quiet = args.has("quiet", "silent");
    const sides: Uint8Array[] = [];
    for (const name of [left, right]) {
      try {
        sides.push((await readAll(openInput(self, name))).slice(skip, skip + limit));
      } catch (error) {
        if (!quiet) await self.error(`cmp: ${name}: ${reason(error)}\n`);
        return 2;
      }
    }
    const [a = new Uint8Array(), b = new Uint8Array()] = sides;
    let line = 1;
    let different = false;
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      if (a[i] !== b[i]) {
        different = true;
        if (quiet) return 1;
        if (args.has("verbose"))
          await self.print(`${i + 1} ${(a[i] ?? 0).toString(8).padStart(3)} ${(b[i] ?? 0).toString(8).padStart(3)}\n`);
        else {
          await self.print(`${left} ${right} differ: byte ${i + 1}, line ${line}\n`);
          return 1;
        }
      }
      if (a[i] === 10) line++;
    }
    if (a.length !== b.length) {
      const [short, size] = a.length < b.length ? [left, a.length] : [right, b.length];
      const shorter = a.length < b.length ? a : b;
      const where =
        size === 0 ? " which is empty" : ` after byte ${size}, ${shorter.at(-1) === 10 ? `line ${line - 1}` : `in line ${line}`}`;
      if (!quiet) await self.error(`cmp: EOF on ${short}${where}\n`);
      return 1;
    }
    return different ? 1 : 0;
  },
});

export const envsubst = program({
  name: "envsubst",
  summary: "substitute environment variables in shell format strings",
  section: "text",
  origin: "GNU gettext 0.21",
  synopsis: ["[OPTION] [SHELL-FORMAT]"],
  options: ["-v, --variables  output the variables occurring in SHELL-FORMAT"],
  run: async (self, args) => {
    const [format] = args.operands;
    const pattern = /\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g;
    const named = format === undefined ? undefined : new Set([...format.matchAll(pattern)].map((found) => found[1] ?? found[2] ?? ""));
    if (args.has("variables")) {
      for (const name of named ?? []) await self.print(`${name}\n`);
      return 0;
    }
    const text = decode(concat([await self.readAll(0)]));
    await self.print(
      text.replace(pattern, (whole, braced?: string, plain?: string) => {
        const name = braced ?? plain ?? "";
        return named && !named.has(name) ? whole : (self.env[name] ?? "");
      }),
    );
    return 0;
  },
});
