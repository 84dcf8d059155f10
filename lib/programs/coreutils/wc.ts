import { codeOf, quoteIfNeeded, quoteName, UsageError } from "../core/errors.ts";
import { decode, eachInput, type Input } from "../core/io.ts";
import { origin } from "../core/origins.ts";
import { program } from "../core/program.ts";
import { NEWLINE } from "./head-tail.ts";

interface Counts {
  lines: number;
  words: number;
  chars: number;
  bytes: number;
  longest: number;
}

async function countInput(input: Input, needText: boolean): Promise<Counts> {
  const counts: Counts = { lines: 0, words: 0, chars: 0, bytes: 0, longest: 0 };
  const decoder = new TextDecoder();
  let inWord = false;
  let column = 0;
  for (;;) {
    const chunk = await input.read();
    counts.bytes += chunk.length;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) counts.lines++;
    if (needText) {
      for (const c of decoder.decode(chunk, { stream: chunk.length > 0 })) {
        counts.chars++;
        if (c === " " || c === "\n" || c === "\t" || c === "\r" || c === "\f" || c === "\v") inWord = false;
        else if (!inWord && (c > " " || c === "\0") && c !== "\x7f" && c > "\x1f") {
          inWord = true;
          counts.words++;
        }
        if (c === "\n" || c === "\r" || c === "\f") column = 0;
        else if (c === "\t") column += 8 - (column % 8);
        else if (c >= " ") column++;
        if (column > counts.longest) counts.longest = column;
      }
    }
    if (chunk.length === 0) return counts;
  }
}

export const wc = program({
  name: "wc",
  summary: "print newline, word, and byte counts for each file",
  section: "text",
  origin,
  synopsis: ["[OPTION]... [FILE]...", "[OPTION]... --files0-from=F"],
  options: [
    "-c, --bytes  print the byte counts",
    "-m, --chars  print the character counts",
    "-l, --lines  print the newline counts",
    "--files0-from=F  read input from the files specified by NUL-terminated names in file F",
    "-L, --max-line-length  print the maximum display width",
    "-w, --words  print the word counts",
  ],
  run: async (self, args) => {
    const all = !args.has("bytes", "chars", "lines", "max-line-length", "words");
    const pick = (counts: Counts) => {
      const out: number[] = [];
      if (all || args.has("lines")) out.push(counts.lines);
      if (all || args.has("words")) out.push(counts.words);
      if (args.has("chars")) out.push(counts.chars);
      if (all || args.has("bytes")) out.push(counts.bytes);
      if (args.has("max-line-length")) out.push(counts.longest);
      return out;
    };
    let names: readonly string[] = args.operands;
    const from = args.get("files0-from");
    if (from !== undefined) {
      if (names.length > 0)
        throw new UsageError(`extra operand ${quoteName(names[0] ?? "")}\nfile operands cannot be combined with --files0-from`);
      const list = from === "-" ? await self.readAll(0) : self.files.readFile(from);
      names = decode(list)
        .split("\0")
        .filter((name) => name !== "");
    }
    const fromStdin = names.length === 0;
    const sources = fromStdin ? ["-"] : names;
    // The width comes from the sizes of the files before any is read; something that is no regular file asks for 7.
    let width = 1;
    const columns = pick({ lines: 0, words: 0, chars: 0, bytes: 0, longest: 0 }).length;
    if (columns > 1 || sources.length > 1) {
      let total = 0;
      for (const name of sources) {
        try {
          const stat = name === "-" ? self.fds.get(0)?.stat() : self.files.stat(name);
          if (stat?.kind === "file") total += stat.size;
          else width = 7;
        } catch (error) {
          if (codeOf(error) === undefined) throw error;
        }
      }
      width = Math.max(width, String(total).length);
    }
    let directories = 0;
    const sum: Counts = { lines: 0, words: 0, chars: 0, bytes: 0, longest: 0 };
    const line = (counts: Counts, name: string) =>
      `${pick(counts)
        .map((value) => String(value).padStart(width))
        .join(" ")}${name === "" ? "" : ` ${name}`}\n`;
    const ok = await eachInput(
      self,
      sources,
      async (input, name) => {
        let counts: Counts;
        try {
          counts = await countInput(input, all || args.has("words", "chars", "max-line-length"));
        } catch (error) {
          if (codeOf(error) === "EISDIR") {
            await self.error(`wc: ${name}: Is a directory\n`);
            await self.print(line({ lines: 0, words: 0, chars: 0, bytes: 0, longest: 0 }, name));
            directories++;
            return;
          }
          throw error;
        }
        sum.lines += counts.lines;
        sum.words += counts.words;
        sum.chars += counts.chars;
        sum.bytes += counts.bytes;
        sum.longest = Math.max(sum.longest, counts.longest);
        await self.print(line(counts, fromStdin ? "" : name));
      },
      (name, why) => `wc: ${quoteIfNeeded(name)}: ${why}\n`,
    );
    if (sources.length > 1) await self.print(line(sum, "total"));
    return ok && directories === 0 ? 0 : 1;
  },
});
