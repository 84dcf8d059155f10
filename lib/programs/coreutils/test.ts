/** test(1) and [(1), GNU coreutils 9.1; precedence as in POSIX: by the number of arguments first. */
import type { Process, Stat } from "../../kernel/types.ts";
import { codeOf, Failure, quote } from "../core/errors.ts";
import { compareText } from "../core/paths.ts";
import { alias, program } from "../core/program.ts";

const UNARY = new Set([..."bcdefgGhkLnNOprsStuwxz"].map((letter) => `-${letter}`));
const BINARY = new Set(["=", "==", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef"]);

function integer(text: string): bigint {
  if (!/^\s*[-+]?\d+\s*$/.test(text)) throw new Failure(`invalid integer ${quote(text)}`, 2);
  return BigInt(text.trim().replace(/^\+/, ""));
}

class Evaluator {
  #at = 0;

  constructor(
    private readonly self: Process,
    private readonly words: readonly string[],
  ) {}

  stat(path: string, follow = true): Stat | undefined {
    try {
      return follow ? this.self.files.stat(path) : this.self.files.lstat(path);
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      return undefined;
    }
  }

  unary(operator: string, word: string): boolean {
    const { self } = this;
    switch (operator) {
      case "-n":
        return word !== "";
      case "-z":
        return word === "";
      case "-h":
      case "-L":
        return this.stat(word, false)?.kind === "symlink";
      case "-t":
        return self.fds.get(Number(integer(word)))?.tty !== undefined;
      case "-r":
        return self.files.access(word, 4);
      case "-w":
        return self.files.access(word, 2);
      case "-x":
        return self.files.access(word, 1);
    }
    const stat = this.stat(word);
    if (!stat) return false;
    switch (operator) {
      case "-e":
        return true;
      case "-f":
        return stat.kind === "file";
      case "-d":
        return stat.kind === "directory";
      case "-b":
        return false;
      case "-c":
        return stat.kind === "device";
      case "-p":
        return stat.kind === "fifo";
      case "-S":
        return stat.kind === "socket";
      case "-s":
        return stat.size > 0;
      case "-u":
        return (stat.mode & 0o4000) !== 0;
      case "-g":
        return (stat.mode & 0o2000) !== 0;
      case "-k":
        return (stat.mode & 0o1000) !== 0;
      case "-O":
        return stat.uid === self.credentials.uid;
      case "-G":
        return stat.gid === self.credentials.gid;
      default:
        return stat.mtimeMs > stat.atimeMs;
    }
  }

  binary(left: string, operator: string, right: string): boolean {
    switch (operator) {
      case "=":
      case "==":
        return left === right;
      case "!=":
        return left !== right;
      case "<":
        return compareText(left, right) < 0;
      case ">":
        return compareText(left, right) > 0;
      case "-nt":
      case "-ot": {
        const a = this.stat(left)?.mtimeMs ?? Number.NEGATIVE_INFINITY;
        const b = this.stat(right)?.mtimeMs ?? Number.NEGATIVE_INFINITY;
        return operator === "-nt" ? a > b : a < b;
      }
      case "-ef": {
        const a = this.stat(left);
        return a !== undefined && a.ino === this.stat(right)?.ino;
      }
    }
    const a = integer(left);
    const b = integer(right);
    return { "-eq": a === b, "-ne": a !== b, "-lt": a < b, "-le": a <= b, "-gt": a > b, "-ge": a >= b }[operator] ?? false;
  }

  /** POSIX's rules for up to four arguments; grammar beyond. */
  evaluate(words: readonly string[]): boolean {
    const [a = "", b = "", c = ""] = words;
    if (words.length === 0) return false;
    if (words.length === 1) return a !== "";
    if (words.length === 2) {
      if (a === "!") return b === "";
      if (UNARY.has(a)) return this.unary(a, b);
      throw new Failure(/^-[a-zA-Z]$/.test(a) ? `${quote(a)}: unary operator expected` : `missing argument after ${quote(b)}`, 2);
    }
    if (words.length === 3) {
      if (BINARY.has(b)) return this.binary(a, b, c);
      if (b === "-a") return a !== "" && c !== "";
      if (b === "-o") return a !== "" || c !== "";
      if (a === "!") return !this.evaluate([b, c]);
      if (a === "(" && c === ")") return b !== "";
      throw new Failure(`${quote(b)}: binary operator expected`, 2);
    }
    if (words.length === 4 && a === "!") return !this.evaluate(words.slice(1));
    if (words.length === 4 && a === "(" && words[3] === ")") return this.evaluate(words.slice(1, 3));
    const result = this.or();
    if (this.#at < this.words.length) throw new Failure(`extra argument ${quote(this.words[this.#at] ?? "")}`, 2);
    return result;
  }

  or(): boolean {
    let result = this.and();
    while (this.words[this.#at] === "-o") {
      this.#at++;
      const right = this.and();
      result = result || right;
    }
    return result;
  }

  and(): boolean {
    let result = this.term();
    while (this.words[this.#at] === "-a") {
      this.#at++;
      const right = this.term();
      result = result && right;
    }
    return result;
  }

  term(): boolean {
    const word = this.words[this.#at];
    if (word === undefined) throw new Failure(`missing argument after ${quote(this.words.at(-1) ?? "")}`, 2);
    const operator = this.words[this.#at + 1];
    if (operator !== undefined && BINARY.has(operator) && this.words[this.#at + 2] !== undefined) {
      this.#at += 3;
      return this.binary(word, operator, this.words[this.#at - 1] ?? "");
    }
    this.#at++;
    if (word === "!") return !this.term();
    if (word === "(") {
      const result = this.or();
      if (this.words[this.#at++] !== ")") throw new Failure("')' expected", 2);
      return result;
    }
    if (UNARY.has(word) && operator !== undefined && operator !== "-a" && operator !== "-o") {
      this.#at++;
      return this.unary(word, operator);
    }
    return word !== "";
  }
}

export const test = program({
  name: "test",
  summary: "check file types and compare values",
  section: "shell",
  origin: "GNU coreutils 9.1",
  synopsis: ["EXPRESSION", ""],
  description: "Exit with the status determined by EXPRESSION: 0 when true, 1 when false, 2 when it cannot be read.",
  ownParsing: "all",
  run: async (self, args) => {
    const words = [...args.raw];
    if (self.argv[0]?.split("/").pop() === "[") {
      if (words.at(-1) !== "]") throw new Failure("missing ‘]’", 2);
      words.pop();
    }
    return new Evaluator(self, words).evaluate(words) ? 0 : 1;
  },
});

export const bracket = alias(test, "[");
