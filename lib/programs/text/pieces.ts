/** shuf(1) and split(1), GNU coreutils 9.1. */
import { Failure, quote, quoteName, reason, UsageError } from "../core/errors.ts";
import { LineReader, openInput, readAll } from "../core/io.ts";
import { origin } from "../core/origins.ts";
import { program } from "../core/program.ts";
import { parseSize } from "../core/size.ts";

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
