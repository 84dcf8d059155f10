/** grep(1), GNU grep 3.8. */
import { Failure, reason } from "../core/errors.ts";
import { decode } from "../core/io.ts";
import { type ProgramEntry, program } from "../core/program.ts";
import { compilePatterns, type PatternKind } from "./grep-patterns.ts";
import { Search } from "./grep-search.ts";

const KINDS: Readonly<Record<string, PatternKind>> = {
  "extended-regexp": "extended",
  "fixed-strings": "fixed",
  "basic-regexp": "basic",
  "perl-regexp": "perl",
};

function contextLength(text: string): number {
  if (!/^\d+$/.test(text)) throw new Failure(`${text}: invalid context length argument`, 2);
  return Number(text);
}

function usage(name: string): string {
  return `Usage: ${name} [OPTION]... PATTERNS [FILE]...\nTry '${name} --help' for more information.\n`;
}

function define(name: "grep" | "egrep" | "fgrep", defaultKind: PatternKind): ProgramEntry {
  return program({
    name,
    summary: "print lines that match patterns",
    section: "text",
    origin: "GNU grep 3.8",
    usageStatus: 2,
    synopsis: ["[OPTION]... PATTERNS [FILE]..."],
    usageHint: usage,
    options: [
      "-E, --extended-regexp  PATTERNS are extended regular expressions",
      "-F, --fixed-strings  PATTERNS are strings",
      "-G, --basic-regexp  PATTERNS are basic regular expressions",
      "-P, --perl-regexp  PATTERNS are Perl regular expressions (as far as JavaScript's are)",
      "-e, --regexp=PATTERNS  use PATTERNS for matching",
      "-f, --file=FILE  take PATTERNS from FILE",
      "-i, --ignore-case  ignore case distinctions in patterns and data",
      "-y  same as -i",
      "--no-ignore-case  do not ignore case distinctions (default)",
      "-w, --word-regexp  match only whole words",
      "-x, --line-regexp  match only whole lines",
      "-z, --null-data  a data line ends in 0 byte, not newline",
      "-s, --no-messages  suppress error messages",
      "-v, --invert-match  select non-matching lines",
      "-V, --version  display version information and exit",
      "-m, --max-count=NUM  stop after NUM selected lines",
      "-b, --byte-offset  print the byte offset with output lines",
      "-n, --line-number  print line number with output lines",
      "--line-buffered  flush output on every line",
      "-H, --with-filename  print file name with output lines",
      "-h, --no-filename  suppress the file name prefix on output",
      "--label=LABEL  use LABEL as the standard input file name prefix",
      "-o, --only-matching  show only nonempty parts of lines that match",
      "-q, --quiet  suppress all normal output",
      "--silent  as --quiet",
      "--binary-files=TYPE  assume that binary files are TYPE: binary, text, or without-match",
      "-a, --text  equivalent to --binary-files=text",
      "-I  equivalent to --binary-files=without-match",
      "-d, --directories=ACTION  how to handle directories: read, recurse, or skip",
      "-r, --recursive  like --directories=recurse",
      "-R, --dereference-recursive  likewise, but follow all symlinks",
      "--include=GLOB  search only files that match GLOB",
      "--exclude=GLOB  skip files that match GLOB",
      "--exclude-dir=GLOB  skip directories that match GLOB",
      "-L, --files-without-match  print only names of FILEs with no selected lines",
      "-l, --files-with-matches  print only names of FILEs with selected lines",
      "-c, --count  print only a count of selected lines per FILE",
      "-Z, --null  print 0 byte after FILE name",
      "-B, --before-context=NUM  print NUM lines of leading context",
      "-A, --after-context=NUM  print NUM lines of trailing context",
      "-C, --context=NUM  print NUM lines of output context",
      "--group-separator=SEP  print SEP on line between matches with context",
      "--no-group-separator  do not print separator for matches with context",
      "--color[=WHEN]  use markers to highlight the matching strings: always, never, or auto",
      "--colour[=WHEN]  as --color",
    ],
    unmodeled: ["-T", "--initial-tab", "-D", "--devices", "--exclude-from", "-U", "--binary", "-u", "--unix-byte-offsets"],
    limits: "Of alternatives that match at the same place the first is taken, not the longest.",
    rewrite: (argv) => argv.map((word) => (/^-\d+$/.test(word) ? `-C${word.slice(1)}` : word)),
    run: async (self, args) => {
      const operands = [...args.operands];
      const patterns = args.all("regexp").flatMap((text) => text.split("\n"));
      for (const file of args.all("file")) {
        try {
          const lines = decode(file === "-" ? await self.readAll(0) : self.files.readFile(file)).split("\n");
          if (lines.at(-1) === "") lines.pop();
          patterns.push(...lines);
        } catch (error) {
          throw new Failure(`${file}: ${reason(error)}`, 2);
        }
      }
      if (!args.has("regexp", "file")) {
        const first = operands.shift();
        if (first === undefined) {
          await self.error(usage(name));
          return 2;
        }
        patterns.push(...first.split("\n"));
      }
      // GNU warns of a star with nothing before it; it stands for itself or is dropped.
      if (defaultKind === "extended" || args.has("extended-regexp"))
        for (const pattern of patterns) if (/^\^?\*/.test(pattern)) await self.error(`${name}: warning: * at start of expression\n`);
      const recursion = args.last("recursive", "dereference-recursive");
      const recursive =
        recursion === "recursive" || args.get("directories") === "recurse" ? "plain" : recursion === undefined ? "none" : "follow";
      const naming = args.last("with-filename", "no-filename");
      const around = args.get("context");
      const max = args.get("max-count");
      if (max !== undefined && !/^-?\d+$/.test(max)) throw new Failure("invalid max count", 2);
      const when = args.get("color", "colour");
      const caseKey = args.last("ignore-case", "y", "no-ignore-case");
      return new Search(self, {
        args,
        regex: compilePatterns(patterns, {
          kind: KINDS[args.last(...Object.keys(KINDS)) ?? ""] ?? defaultKind,
          ignoreCase: caseKey !== undefined && caseKey !== "no-ignore-case",
          wholeLines: args.has("line-regexp"),
          wholeWords: args.has("word-regexp"),
        }),
        before: contextLength(args.get("before-context") ?? around ?? "0"),
        after: contextLength(args.get("after-context") ?? around ?? "0"),
        limit: max === undefined || max.startsWith("-") ? Number.POSITIVE_INFINITY : Number(max),
        color: args.has("color", "colour") && (when === "always" || (when !== "never" && self.fds.get(1)?.tty !== undefined)),
        names: naming === "with-filename" || (naming === undefined && (operands.length > 1 || recursive !== "none")),
        recursion: recursive,
      }).run(operands);
    },
  });
}

export const grep = define("grep", "basic");
export const egrep = define("egrep", "extended");
export const fgrep = define("fgrep", "fixed");
