/** expr(1), GNU coreutils 9.1. */
import { Failure, quote, UsageError } from "../core/errors.ts";
import { compareText } from "../core/paths.ts";
import { program } from "../core/program.ts";
import { posixRegex, RegexError } from "../core/regex.ts";

const INTEGER = /^-?\d+$/;

class Evaluator {
  #at = 0;
  constructor(private readonly words: readonly string[]) {}

  whole(): string {
    const value = this.or();
    const rest = this.words[this.#at];
    if (rest !== undefined) throw new Failure(`syntax error: unexpected argument ${quote(rest)}`, 2);
    return value;
  }

  #take(...operators: string[]): string | undefined {
    const word = this.words[this.#at];
    if (word === undefined || !operators.includes(word)) return undefined;
    this.#at++;
    return word;
  }

  or(): string {
    let left = this.and();
    while (this.#take("|")) {
      const right = this.and();
      left = empty(left) ? (empty(right) ? "0" : right) : left;
    }
    return left;
  }

  and(): string {
    let left = this.comparison();
    while (this.#take("&")) {
      const right = this.comparison();
      left = empty(left) || empty(right) ? "0" : left;
    }
    return left;
  }

  comparison(): string {
    let left = this.sum();
    for (
      let operator = this.#take("<", "<=", "=", "==", "!=", ">=", ">");
      operator;
      operator = this.#take("<", "<=", "=", "==", "!=", ">=", ">")
    ) {
      const right = this.sum();
      const order = INTEGER.test(left) && INTEGER.test(right) ? Number(BigInt(left) - BigInt(right)) : compareText(left, right);
      const holds = {
        "<": order < 0,
        "<=": order <= 0,
        "=": order === 0,
        "==": order === 0,
        "!=": order !== 0,
        ">=": order >= 0,
        ">": order > 0,
      }[operator];
      left = holds ? "1" : "0";
    }
    return left;
  }

  #arithmetic(next: () => string, ...operators: string[]): string {
    let left = next();
    for (let operator = this.#take(...operators); operator; operator = this.#take(...operators)) {
      const right = next();
      if (!INTEGER.test(left) || !INTEGER.test(right)) throw new Failure("non-integer argument", 2);
      const a = BigInt(left);
      const b = BigInt(right);
      if ((operator === "/" || operator === "%") && b === 0n) throw new Failure("division by zero", 2);
      left = String(operator === "+" ? a + b : operator === "-" ? a - b : operator === "*" ? a * b : operator === "/" ? a / b : a % b);
    }
    return left;
  }

  sum(): string {
    return this.#arithmetic(() => this.product(), "+", "-");
  }

  product(): string {
    return this.#arithmetic(() => this.match(), "*", "/", "%");
  }

  match(): string {
    let left = this.primary();
    while (this.#take(":")) left = matched(left, this.primary());
    return left;
  }

  primary(): string {
    const word = this.words[this.#at++];
    if (word === undefined) throw new Failure(`syntax error: missing argument after ${quote(this.words.at(-1) ?? "")}`, 2);
    if (word === "(") {
      const value = this.or();
      if (!this.#take(")")) throw new Failure(`syntax error: expecting ')' after ${quote(this.words[this.#at - 1] ?? "")}`, 2);
      return value;
    }
    if (word === ")") throw new Failure("syntax error: unexpected ')'", 2);
    if (this.words[this.#at] !== undefined) {
      if (word === "+") return this.words[this.#at++] ?? "";
      if (word === "length") return String([...this.primary()].length);
      if (word === "match") return matched(this.primary(), this.primary());
      if (word === "index") {
        const text = [...this.primary()];
        const set = this.primary();
        return String(text.findIndex((c) => set.includes(c)) + 1);
      }
      if (word === "substr") {
        const text = [...this.primary()];
        const from = Number(this.primary());
        const length = Number(this.primary());
        return from < 1 || !(length > 0) ? "" : text.slice(from - 1, from - 1 + length).join("");
      }
    }
    return word;
  }
}

function empty(value: string): boolean {
  return value === "" || /^-?0+$/.test(value);
}

function matched(text: string, pattern: string): string {
  try {
    const found = posixRegex(pattern, { extended: false, wrap: (source) => `^(?:${source})` }).exec(text);
    if (pattern.includes("\\(")) return found?.[1] ?? "";
    return String(found ? [...found[0]].length : 0);
  } catch (error) {
    if (error instanceof RegexError) throw new Failure(error.message, 2);
    throw error;
  }
}

export const expr = program({
  name: "expr",
  summary: "evaluate expressions",
  section: "shell",
  origin: "GNU coreutils 9.1",
  synopsis: ["EXPRESSION"],
  description: "ARG1 | ARG2, ARG1 & ARG2, comparisons, + - * / %, STRING : REGEXP, match, substr, index, length.",
  ownParsing: "options",
  usageStatus: 2,
  run: async (self, args) => {
    const words = args.raw[0] === "--" ? args.raw.slice(1) : args.raw;
    if (words.length === 0) throw new UsageError("missing operand", 2);
    const value = new Evaluator(words).whole();
    await self.print(`${value}\n`);
    return empty(value) ? 1 : 0;
  },
});
