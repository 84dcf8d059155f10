/** xargs(1), GNU findutils 4.9. */
import type { Process } from "../../kernel/types.ts";
import { codeOf, Failure, quote, reason } from "../core/errors.ts";
import { decode } from "../core/io.ts";
import { program } from "../core/program.ts";

/** Words of the input: blanks separate, quotes and backslashes protect. `lines` are the numbers of the lines they end. */
function splitWords(text: string): { words: string[]; lineEnds: Set<number> } {
  const words: string[] = [];
  const lineEnds = new Set<number>();
  let word: string | undefined;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? "";
    if (c === "'" || c === '"') {
      const end = text.indexOf(c, i + 1);
      const newline = text.indexOf("\n", i + 1);
      if (end < 0 || (newline >= 0 && newline < end))
        throw new Failure(
          `unmatched ${c === "'" ? "single" : "double"} quote; by default quotes are special to xargs unless you use the -0 option`,
        );
      word = (word ?? "") + text.slice(i + 1, end);
      i = end;
    } else if (c === "\\") word = (word ?? "") + (text[++i] ?? "");
    else if (/\s/.test(c)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      // A blank at the end of a line continues it (for -L).
      if (c === "\n" && !/[ \t]/.test(text[i - 1] ?? "")) lineEnds.add(words.length);
    } else word = (word ?? "") + c;
  }
  if (word !== undefined) words.push(word);
  lineEnds.add(words.length);
  return { words, lineEnds };
}

async function collect(self: Process, name: string | undefined): Promise<string> {
  if (name === undefined) return decode(await self.readAll(0));
  try {
    return self.files.readText(name);
  } catch (error) {
    throw new Failure(`Cannot open input file ${quote(name)}: ${reason(error)}`);
  }
}

function positive(text: string | undefined, letter: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new Failure(`invalid number "${text}" for -${letter} option`);
  if (Number(text) < 1 && letter !== "P") throw new Failure(`value ${text} for -${letter} option should be >= 1`);
  return Number(text);
}

export const xargs = program({
  name: "xargs",
  summary: "build and execute command lines from standard input",
  section: "shell",
  origin: "GNU findutils 4.9.0",
  synopsis: ["[OPTION]... COMMAND [INITIAL-ARGS]..."],
  stopAtOperand: true,
  options: [
    "-0, --null  items are separated by a null, not whitespace",
    "-a, --arg-file=FILE  read arguments from FILE, not standard input",
    "-d, --delimiter=CHARACTER  items in input stream are separated by CHARACTER, not by whitespace",
    "-E END  set logical EOF string",
    "-I R  replace R in INITIAL-ARGS with names read from standard input, split at newlines",
    "-i, --replace[=R]  like -I; R is {} when not given",
    "-L, --max-lines=MAX-LINES  use at most MAX-LINES non-blank input lines per command line",
    "-n, --max-args=MAX-ARGS  use at most MAX-ARGS arguments per command line",
    "-o, --open-tty  reopen stdin as /dev/tty in the child process",
    "-P, --max-procs=MAX-PROCS  run at most MAX-PROCS processes at a time",
    "-p, --interactive  prompt before running commands",
    "-r, --no-run-if-empty  if there are no arguments, then do not run COMMAND",
    "-s, --max-chars=MAX-CHARS  limit length of command line to MAX-CHARS",
    "-t, --verbose  print commands before executing them",
    "-x, --exit  exit if the size (see -s) is exceeded",
  ],
  unmodeled: ["-e", "--eof", "-l", "--process-slot-var", "--show-limits"],
  run: async (self, args) => {
    const command = args.operands.length === 0 ? ["echo"] : args.operands;
    const text = await collect(self, args.get("arg-file"));
    const replace = args.has("I") ? args.get("I") : args.has("replace") ? args.get("replace") || "{}" : undefined;
    const given = args.has("null") ? "\0" : args.get("delimiter");
    const delimiter = given?.replace(/^\\(n|t|0)$/, (_whole, c: string) => ({ n: "\n", t: "\t" })[c] ?? "\0");
    let words: string[];
    let lineEnds = new Set<number>();
    if (delimiter !== undefined) {
      words = text.split(delimiter);
      if (words.at(-1) === "") words.pop();
    } else if (replace !== undefined)
      words = text
        .split("\n")
        .map((line) => line.replace(/^[ \t]+/, ""))
        .filter((line) => line !== "")
        .map((line) => splitWords(line.replace(/ /g, "\\ ").replace(/\t/g, "\\\t")).words.join(""));
    else ({ words, lineEnds } = splitWords(text));
    const end = args.get("E");
    if (end !== undefined && words.includes(end)) words = words.slice(0, words.indexOf(end));
    const groups: string[][] = [];
    const most = positive(args.get("max-args"), "n");
    const lines = positive(args.get("max-lines"), "L");
    const chars = positive(args.get("max-chars"), "s") ?? 131072;
    if (replace !== undefined) for (const word of words) groups.push(command.map((each) => each.replaceAll(replace, word)));
    else {
      let group: string[] = [];
      let inGroup = 0;
      const base = command.reduce((sum, each) => sum + each.length + 1, 0);
      let size = base;
      for (const [index, word] of words.entries()) {
        if (group.length > 0 && size + word.length + 1 > chars) {
          groups.push([...command, ...group]);
          group = [];
          size = base;
          inGroup = 0;
        }
        group.push(word);
        size += word.length + 1;
        if (lineEnds.has(index + 1)) inGroup++;
        if ((most !== undefined && group.length >= most) || (lines !== undefined && inGroup >= lines)) {
          groups.push([...command, ...group]);
          group = [];
          size = base;
          inGroup = 0;
        }
      }
      if (group.length > 0 || (words.length === 0 && !args.has("no-run-if-empty"))) groups.push([...command, ...group]);
    }
    const atOnce = positive(args.get("max-procs"), "P") ?? 1;
    let status = 0;
    let running = 0;
    const reap = async () => {
      const result = await self.wait(-1);
      running--;
      if (!result) return;
      if (result.how === "signaled") throw new Failure(`${command[0]}: terminated by signal ${result.status - 128}`, 125);
      if (result.status === 255) throw new Failure(`${command[0]}: exited with status 255; aborting`, 124);
      if (result.status !== 0) status = 123;
    };
    const nothing = self.files.open(args.has("open-tty") ? "/dev/tty" : "/dev/null", 0);
    const fds = new Map(self.fds.all());
    if (args.get("arg-file") === undefined || args.has("open-tty")) fds.set(0, nothing);
    try {
      for (const argv of groups) {
        if (args.has("verbose", "interactive"))
          await self.error(
            `${argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ")}${args.has("interactive") ? "?..." : "\n"}`,
          );
        if (args.has("interactive")) {
          const tty = self.files.open("/dev/tty", 0);
          const answer = decode(await tty.read(100, self.ended));
          tty.release();
          if (!/^[yY]/.test(answer)) continue;
        }
        try {
          self.spawn({ argv, env: self.env, fds });
          running++;
        } catch (error) {
          const code = codeOf(error);
          if (code === undefined) throw error;
          await self.error(`xargs: ${argv[0]}: ${reason(error)}\n`);
          return code === "ENOENT" ? 127 : 126;
        }
        if (atOnce > 0 && running >= atOnce) await reap();
      }
      while (running > 0) await reap();
    } finally {
      nothing.release();
    }
    return status;
  },
});
