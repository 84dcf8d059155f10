/** tac(1), rev(1), nl(1), fold(1). */
import { Failure, quote, quoteIfNeeded, quoteName } from "../core/errors.ts";
import { decode, eachInput, LineReader, Output, readAll } from "../core/io.ts";
import { origin } from "../core/origins.ts";
import { program } from "../core/program.ts";
import { posixRegex } from "../core/regex.ts";
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
      (name, why) => `nl: ${quoteIfNeeded(name)}: ${why}\n`,
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
      (name, why) => `fold: ${quoteIfNeeded(name)}: ${why}\n`,
    );
    await out.flush();
    return ok ? 0 : 1;
  },
});
