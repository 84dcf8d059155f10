/** jq(1), jq 1.6. */
import { Failure, reason } from "../core/errors.ts";
import { decode, Output } from "../core/io.ts";
import { program } from "../core/program.ts";
import { Evaluator, Halt } from "./evaluate.ts";
import { type Filter, JqSyntaxError, type Json, parseJq } from "./parser.ts";
import { format, JqError, type JsonStyle, toJson } from "./values.ts";

/** Texts of JSON one after another, as jq's input may hold. */
function* splitJson(text: string): Generator<Json> {
  let at = 0;
  while (at < text.length) {
    const blank = /[\s\ufeff]*/y;
    blank.lastIndex = at;
    at += blank.exec(text)?.[0].length ?? 0;
    if (at >= text.length) return;
    const end = endOfValue(text, at);
    const piece = text.slice(at, end);
    try {
      const value: Json = JSON.parse(piece);
      yield value;
    } catch {
      throw new JqError(parseProblem(text, at, end));
    }
    at = end;
  }
}

/** What jq says of a value that is no JSON: the first bad word in it, at the place where it was read to. */
function parseProblem(text: string, start: number, end: number): string {
  const where = (to: number) => {
    const lines = text.slice(0, to).split("\n");
    return `line ${lines.length}, column ${lines.at(-1)?.length ?? 0}`;
  };
  const words = /"(?:[^"\\]|\\.)*"|[^\s,:{}[\]"]+/gy;
  for (let at = start; at < end; at++) {
    words.lastIndex = at;
    const word = words.exec(text)?.[0];
    if (word === undefined) continue;
    at += word.length - 1;
    if (word.startsWith('"') || /^(?:true|false|null|-?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)$/.test(word)) continue;
    const kind = /^[tfn]/.test(word) ? "Invalid literal" : "Invalid numeric literal";
    return at + 1 >= text.length ? `${kind} at EOF at ${where(text.length)}` : `${kind} at ${where(at + 2)}`;
  }
  return /^[[{"]/.test(text.slice(start)) && end >= text.length
    ? `Unfinished JSON term at EOF at ${where(text.length)}`
    : `Expected value before ',' or ']' at ${where(end)}`;
}

function endOfValue(text: string, start: number): number {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < text.length; at++) {
    const c = text[at] ?? "";
    if (quoted) {
      if (c === "\\") at++;
      else if (c === '"') {
        quoted = false;
        if (depth === 0) return at + 1;
      }
    } else if (c === '"') quoted = true;
    else if (c === "[" || c === "{") depth++;
    else if (c === "]" || c === "}") {
      if (--depth <= 0) return at + 1;
    } else if (depth === 0 && /[\s,]/.test(c) && at > start) return at;
  }
  return text.length;
}

const COLORS: Readonly<Record<string, string>> = {
  null: "1;30",
  boolean: "0;39",
  number: "0;39",
  string: "0;32",
  array: "1;39",
  object: "1;39",
  key: "34;1",
};

export const jq = program({
  name: "jq",
  summary: "command-line JSON processor",
  section: "text",
  origin: "jq 1.6",
  usageStatus: 2,
  usageHint: () =>
    "Use jq --help for help with command-line options,\nor see the jq manpage, or online docs  at https://stedolan.github.io/jq\n",
  synopsis: ["[options] <jq filter> [file...]"],
  options: [
    "-a, --ascii-output  output ASCII, escaping other characters",
    "--arg=NAME  set variable $NAME to the next argument",
    "--argjson=NAME  set variable $NAME to the JSON of the next argument",
    "--args  remaining arguments are positional strings",
    "-c, --compact-output  compact instead of pretty-printed output",
    "-C, --color-output  colorize JSON",
    "-e, --exit-status  set the exit status code based on the output",
    "-f, --from-file=FILE  read filter from FILE",
    "-h, --help  show the help",
    "--indent=N  use N spaces for indentation",
    "-j, --join-output  like -r but without newline after each output",
    "-M, --monochrome-output  don't colorize JSON",
    "-n, --null-input  use null as the single input value",
    "-r, --raw-output  output raw strings, not JSON texts",
    "-R, --raw-input  read raw strings, not JSON texts",
    "-s, --slurp  read (slurp) all inputs into an array",
    "-S, --sort-keys  sort keys of objects on output",
    "--slurpfile=NAME  set variable $NAME to the JSON texts of the next argument's file",
    "--rawfile=NAME  set variable $NAME to the text of the next argument's file",
    "--tab  use tabs for indentation",
    "--unbuffered  (accepted)",
    "-V, --version  output the version",
  ],
  unmodeled: ["--seq", "--stream", "--jsonargs", "-L", "--library-path"],
  limits: "label and break, import, limit of paths through foreach, SQL-style operators and $__prog_args are not modeled.",
  rewrite: (argv) => {
    // Options that take two words keep them together, divided by a character that neither holds.
    const out: string[] = [];
    for (let i = 0; i < argv.length; i++) {
      const word = argv[i] ?? "";
      if (/^--(arg|argjson|slurpfile|rawfile)$/.test(word)) out.push(`${word}=${argv[++i] ?? ""}\0${argv[++i] ?? ""}`);
      else out.push(word);
    }
    return out;
  },
  run: async (self, args) => {
    const operands = [...args.operands];
    let source: string;
    const from = args.get("from-file");
    if (from !== undefined) {
      try {
        source = self.files.readText(from);
      } catch (error) {
        throw new Failure(`error: Could not open ${from}: ${reason(error)}`, 2);
      }
    } else {
      const first = operands.shift();
      if (first === undefined) {
        await self.error("jq - commandline JSON processor [version 1.6]\n\nUsage:\tjq [options] <jq filter> [file...]\n");
        return 2;
      }
      source = first;
    }
    let filter: Filter;
    try {
      filter = parseJq(source);
    } catch (error) {
      if (!(error instanceof JqSyntaxError)) throw error;
      await self.error(
        `jq: error: ${error.message} (Unix shell quoting issues?) at <top-level>, line 1:\n${source}\njq: 1 compile error\n`,
      );
      return 3;
    }
    const variables = new Map<string, Json>();
    const named: { [key: string]: Json } = {};
    for (const option of args.given) {
      const [name = "", value = ""] = option.value.split("\0");
      try {
        if (option.key === "arg") variables.set(name, value);
        else if (option.key === "argjson") variables.set(name, [...splitJson(value)][0] ?? null);
        else if (option.key === "slurpfile") variables.set(name, [...splitJson(self.files.readText(value))]);
        else if (option.key === "rawfile") variables.set(name, self.files.readText(value));
        else continue;
      } catch (error) {
        if (error instanceof JqError)
          throw new Failure(
            option.key === "argjson"
              ? `Invalid JSON text passed to --argjson`
              : `Bad JSON in --${option.key} ${name} ${value}: ${error.message}`,
            2,
          );
        throw new Failure(`Bad JSON in --${option.key} ${name} ${value}: Could not open ${value}: ${reason(error)}`, 2);
      }
      named[name] = variables.get(name) ?? null;
    }
    const positional = args.has("args") ? operands.splice(0) : [];
    variables.set("__named", named);
    variables.set("ARGS", { positional, named });
    const texts: string[] = [];
    let failed = 0;
    if (!args.has("null-input") || /\binputs?\b/.test(source)) {
      for (const name of operands.length === 0 ? ["-"] : operands) {
        try {
          texts.push(name === "-" ? decode(await self.readAll(0)) : self.files.readText(name));
        } catch (error) {
          await self.error(`jq: error: Could not open file ${name}: ${reason(error)}\n`);
          failed = 2;
        }
      }
    }
    const whole = texts.join("");
    let inputs: Iterator<Json>;
    if (args.has("raw-input")) {
      const lines = whole.split("\n");
      if (lines.at(-1) === "") lines.pop();
      inputs = (args.has("slurp") ? [whole] : lines)[Symbol.iterator]();
    } else if (args.has("slurp")) {
      inputs = (function* (): Generator<Json> {
        yield [...splitJson(whole)];
      })();
    } else inputs = splitJson(whole);
    const next = () => {
      const step = inputs.next();
      const value: Json | undefined = step.done ? undefined : step.value;
      return value;
    };
    const out = new Output(self);
    const notes: string[] = [];
    const evaluator = new Evaluator(
      { input: next, environment: self.env, now: () => self.machine.kernel.clock.now(), debug: (text) => notes.push(text) },
      variables,
    );
    const tty = self.fds.get(1)?.tty !== undefined;
    const color = (tty && !args.has("monochrome-output")) || args.has("color-output");
    const style: JsonStyle = {
      indent: args.has("compact-output") ? "" : args.has("tab") ? "\t" : " ".repeat(Math.min(7, Number(args.get("indent") ?? 2))),
      sort: args.has("sort-keys"),
      ascii: args.has("ascii-output"),
      paint: color ? (text, kind) => `\x1b[${COLORS[kind] ?? "0;39"}m${text}\x1b[0m` : (text) => text,
    };
    const raw = args.has("raw-output", "join-output");
    const end = args.has("join-output") ? "" : "\n";
    let status = failed;
    let last: Json | undefined;
    const tell = async () => {
      for (const note of notes.splice(0)) await self.error(note);
    };
    try {
      for (let input = args.has("null-input") ? null : next(); input !== undefined; input = args.has("null-input") ? undefined : next()) {
        try {
          for (const value of evaluator.values(filter, input, evaluator.root)) {
            await tell();
            last = value;
            await out.write((raw && typeof value === "string" ? value : format(value, style)) + end);
            await self.tick();
          }
          await tell();
        } catch (error) {
          if (!(error instanceof JqError)) throw error;
          await tell();
          await out.flush();
          if (/ is not defined$/.test(error.message)) {
            await self.error(`jq: error: ${error.message} at <top-level>, line 1:\n${source}\njq: 1 compile error\n`);
            return 3;
          }
          const text = typeof error.value === "string" ? error.value : `${toJson(error.value)} (not a string)`;
          await self.error(
            `jq: error (at ${operands.length === 0 ? "<stdin>" : operands.at(-1)}:${whole.split("\n").length - 1}): ${text}\n`,
          );
          status = 5;
        }
      }
    } catch (error) {
      if (error instanceof Halt) {
        await out.flush();
        if (error.value !== undefined) await self.error(typeof error.value === "string" ? error.value : `${toJson(error.value)}\n`);
        return error.status;
      }
      if (!(error instanceof JqError)) throw error;
      await out.flush();
      await self.error(`parse error: ${error.message}\n`);
      return last === undefined ? 4 : 2;
    }
    await out.flush();
    if (args.has("exit-status") && status === 0) return last === undefined ? 4 : last === null || last === false ? 1 : 0;
    return status;
  },
});
