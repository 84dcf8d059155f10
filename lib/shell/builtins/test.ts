/** `test` and `[`: POSIX decides by the number of arguments, bash by precedence beyond four (bash(1), test). */
import { CommandError } from "../control.ts";
import { compareNumbers } from "../exec/conditional.ts";
import type { Run } from "../run.ts";
import type { Shell } from "../shell.ts";
import { compareFiles, FILE_TESTS, testFile, testUnary, UNARY_TESTS } from "./file-tests.ts";

const BINARY = new Set(["=", "==", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef"]);

export function* test(shell: Shell, args: readonly string[]): Run<number> {
  return yield* run(shell, "test", args);
}

export function* bracket(shell: Shell, args: readonly string[]): Run<number> {
  if (args[args.length - 1] !== "]") {
    yield* shell.report("[: missing `]'");
    return 2;
  }
  return yield* run(shell, "[", args.slice(0, -1));
}

function* run(shell: Shell, name: string, args: readonly string[]): Run<number> {
  try {
    return byCount(shell, args) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    yield* shell.report(`${name}: ${error.message}`);
    return 2;
  }
}

function fail(message: string): never {
  throw new CommandError(message, 2);
}

function byCount(shell: Shell, args: readonly string[]): boolean {
  const [a, b, c, d] = args as [string, string, string, string];
  switch (args.length) {
    case 0:
      return false;
    case 1:
      return a !== "";
    case 2:
      if (a === "!") return b === "";
      if (UNARY_TESTS.has(a)) return unary(shell, a, b);
      return fail(`${a}: unary operator expected`);
    case 3:
      if (BINARY.has(b)) return binary(shell, b, a, c);
      if (b === "-a") return a !== "" && c !== "";
      if (b === "-o") return a !== "" || c !== "";
      if (a === "!") return !byCount(shell, [b, c]);
      if (a === "(" && c === ")") return b !== "";
      return fail(`${b}: binary operator expected`);
    case 4:
      if (a === "!") return !byCount(shell, [b, c, d]);
      if (a === "(" && d === ")") return byCount(shell, [b, c]);
  }
  const parser = new Parser(shell, args);
  return parser.whole();
}

function unary(shell: Shell, operator: string, operand: string): boolean {
  return FILE_TESTS.has(operator) ? testFile(shell, operator, operand) : testUnary(shell, operator, operand);
}

function binary(shell: Shell, operator: string, left: string, right: string): boolean {
  switch (operator) {
    case "=":
    case "==":
      return left === right;
    case "!=":
      return left !== right;
    case "<":
      return left < right;
    case ">":
      return left > right;
    case "-nt":
    case "-ot":
    case "-ef":
      return compareFiles(shell, operator, left, right);
    default:
      return compareNumbers(operator, integer(left), integer(right));
  }
}

function integer(text: string): bigint {
  if (!/^\s*[+-]?\d+\s*$/.test(text)) fail(`${text}: integer expression expected`);
  return BigInt(text.trim().replace(/^\+/, ""));
}

/** More than four arguments: `-o` binds loosest, then `-a`, then `!`. */
class Parser {
  private at = 0;

  constructor(
    private readonly shell: Shell,
    private readonly args: readonly string[],
  ) {}

  whole(): boolean {
    const value = this.or();
    if (this.at < this.args.length) fail("too many arguments");
    return value;
  }

  private or(): boolean {
    let value = this.and();
    while (this.args[this.at] === "-o") {
      this.at++;
      const right = this.and();
      value = value || right;
    }
    return value;
  }

  private and(): boolean {
    let value = this.term();
    while (this.args[this.at] === "-a") {
      this.at++;
      const right = this.term();
      value = value && right;
    }
    return value;
  }

  private term(): boolean {
    const first = this.args[this.at];
    const second = this.args[this.at + 1];
    if (first === undefined) return fail("argument expected");
    if (second !== undefined && BINARY.has(second)) {
      const right = this.args[this.at + 2];
      if (right === undefined) return fail("argument expected");
      this.at += 3;
      return binary(this.shell, second, first, right);
    }
    if (first === "!") {
      this.at++;
      return !this.term();
    }
    if (first === "(") {
      this.at++;
      const value = this.or();
      if (this.args[this.at] !== ")") fail("`)' expected");
      this.at++;
      return value;
    }
    if (UNARY_TESTS.has(first) && second !== undefined) {
      this.at += 2;
      return unary(this.shell, first, second);
    }
    this.at++;
    return first !== "";
  }
}
