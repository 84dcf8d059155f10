/**
 * Parser of shell arithmetic (bash(1), ARITHMETIC EVALUATION): C's operators and precedence over 64-bit integers.
 *
 * The text comes with its `$` expansions already done, as bash does it, so it can differ from one evaluation to the next.
 */

export type Arithmetic =
  | { readonly kind: "number"; readonly value: bigint }
  | { readonly kind: "variable"; readonly name: string; readonly subscript: string | undefined }
  | { readonly kind: "unary"; readonly operator: "-" | "+" | "!" | "~"; readonly operand: Arithmetic }
  | { readonly kind: "step"; readonly target: Target; readonly by: 1n | -1n; readonly prefix: boolean }
  | { readonly kind: "binary"; readonly operator: string; readonly left: Arithmetic; readonly right: Arithmetic; readonly token: number }
  | { readonly kind: "assign"; readonly operator: string; readonly target: Target; readonly value: Arithmetic; readonly token: number }
  | { readonly kind: "choose"; readonly test: Arithmetic; readonly yes: Arithmetic; readonly no: Arithmetic };

export type Target = Extract<Arithmetic, { kind: "variable" }>;

/** What was wrong, and the offset where the offending token begins. */
export class ArithmeticError {
  constructor(
    readonly what: string,
    readonly at: number,
  ) {}
}

const OPERATORS = [
  "<<=",
  ">>=",
  "**",
  "++",
  "--",
  "<<",
  ">>",
  "<=",
  ">=",
  "==",
  "!=",
  "&&",
  "||",
  "+=",
  "-=",
  "*=",
  "/=",
  "%=",
  "&=",
  "^=",
  "|=",
  "+",
  "-",
  "*",
  "/",
  "%",
  "<",
  ">",
  "=",
  "!",
  "~",
  "&",
  "|",
  "^",
  "?",
  ":",
  ",",
  "(",
  ")",
]; // prettier-ignore

const LEVELS: readonly (readonly string[])[] = [
  ["||"],
  ["&&"],
  ["|"],
  ["^"],
  ["&"],
  ["==", "!="],
  ["<=", ">=", "<", ">"],
  ["<<", ">>"],
  ["+", "-"],
  ["*", "/", "%"],
];
const ASSIGNMENTS = new Set(["=", "+=", "-=", "*=", "/=", "%=", "<<=", ">>=", "&=", "^=", "|="]);

/** The tree, or undefined for an empty expression (which is 0). */
export function parseArithmetic(text: string): Arithmetic | undefined {
  const parser = new Parser(text);
  return parser.whole();
}

class Parser {
  private at = 0;
  /** Where the last token read begins: what bash shows as the error token. */
  private tokenAt = 0;

  constructor(private readonly text: string) {}

  whole(): Arithmetic | undefined {
    this.skip();
    if (this.at >= this.text.length) return undefined;
    const tree = this.comma();
    this.skip();
    if (this.at < this.text.length) throw new ArithmeticError(this.leftover(), this.at);
    return tree;
  }

  private leftover(): string {
    if (/[A-Za-z0-9_]/.test(this.text[this.at] ?? "")) return "syntax error in expression";
    return this.peek() === undefined ? "syntax error: invalid arithmetic operator" : "syntax error in expression";
  }

  private skip(): void {
    while (this.at < this.text.length && " \t\n\r".includes(this.text[this.at]!)) this.at++;
  }

  private peek(): string | undefined {
    this.skip();
    return OPERATORS.find((operator) => this.text.startsWith(operator, this.at));
  }

  private take(operator: string): boolean {
    if (this.peek() !== operator) return false;
    this.tokenAt = this.at;
    this.at += operator.length;
    return true;
  }

  private comma(): Arithmetic {
    let left = this.assignment();
    while (this.peek() === ",") {
      const token = this.at;
      this.take(",");
      left = { kind: "binary", operator: ",", left, right: this.assignment(), token };
    }
    return left;
  }

  private assignment(): Arithmetic {
    const left = this.conditional();
    const operator = this.peek();
    if (operator === undefined || !ASSIGNMENTS.has(operator)) return left;
    if (left.kind !== "variable") throw new ArithmeticError("attempted assignment to non-variable", this.at);
    this.take(operator);
    this.skip();
    const token = this.at;
    return { kind: "assign", operator: operator.slice(0, -1), target: left, value: this.assignment(), token };
  }

  private conditional(): Arithmetic {
    const test = this.binary(0);
    if (this.peek() !== "?") return test;
    this.take("?");
    this.skip();
    if (this.at >= this.text.length || this.peek() === ":") throw new ArithmeticError("expression expected", this.at);
    const yes = this.comma();
    if (!this.take(":")) throw new ArithmeticError("`:' expected for conditional expression", this.at);
    this.skip();
    if (this.at >= this.text.length) throw new ArithmeticError("expression expected", this.tokenAt);
    const no = this.assignment();
    return { kind: "choose", test, yes, no };
  }

  private binary(level: number): Arithmetic {
    const operators = LEVELS[level];
    if (operators === undefined) return this.power();
    let left = this.binary(level + 1);
    for (;;) {
      const operator = this.peek();
      if (operator === undefined || !operators.includes(operator)) return left;
      this.take(operator);
      this.skip();
      const token = this.at;
      left = { kind: "binary", operator, left, right: this.binary(level + 1), token };
    }
  }

  /** `**` binds to the right, below the unary operators. */
  private power(): Arithmetic {
    const left = this.unary();
    if (this.peek() !== "**") return left;
    this.take("**");
    this.skip();
    const token = this.at;
    return { kind: "binary", operator: "**", left, right: this.power(), token };
  }

  private unary(): Arithmetic {
    const operator = this.peek();
    if (operator === "++" || operator === "--") {
      const save = this.at;
      this.take(operator);
      this.skip();
      if (/[A-Za-z_]/.test(this.text[this.at] ?? "")) {
        const target = this.primary();
        if (target.kind === "variable") return { kind: "step", target, by: operator === "++" ? 1n : -1n, prefix: true };
      }
      // `--5` is twice the sign.
      this.at = save + 1;
      this.tokenAt = save;
      const operand = this.unary();
      return { kind: "unary", operator: operator === "++" ? "+" : "-", operand };
    }
    if (operator === "-" || operator === "+" || operator === "!" || operator === "~") {
      this.take(operator);
      return { kind: "unary", operator, operand: this.unary() };
    }
    const operand = this.primary();
    const step = this.peek();
    if (operand.kind === "variable" && (step === "++" || step === "--")) {
      this.take(step);
      return { kind: "step", target: operand, by: step === "++" ? 1n : -1n, prefix: false };
    }
    return operand;
  }

  private primary(): Arithmetic {
    if (this.take("(")) {
      const inner = this.comma();
      if (!this.take(")")) throw new ArithmeticError("missing `)'", this.at < this.text.length ? this.at : this.tokenAt);
      return inner;
    }
    this.skip();
    const rest = this.text.slice(this.at);
    const name = /^[A-Za-z_][A-Za-z0-9_]*/.exec(rest)?.[0];
    if (name !== undefined) {
      this.tokenAt = this.at;
      this.at += name.length;
      return { kind: "variable", name, subscript: this.subscript() };
    }
    const number = /^\d[\dA-Za-z_@#]*/.exec(rest)?.[0];
    if (number !== undefined) {
      this.tokenAt = this.at;
      this.at += number.length;
      return { kind: "number", value: parseInteger(number, this.tokenAt) };
    }
    if (rest !== "" && this.peek() === undefined) throw new ArithmeticError("syntax error: operand expected", this.at);
    throw new ArithmeticError("syntax error: operand expected", rest === "" ? this.tokenAt : this.at);
  }

  private subscript(): string | undefined {
    if (this.text[this.at] !== "[") return undefined;
    let depth = 0;
    for (let end = this.at; end < this.text.length; end++) {
      if (this.text[end] === "[") depth++;
      else if (this.text[end] === "]" && --depth === 0) {
        const subscript = this.text.slice(this.at + 1, end);
        this.at = end + 1;
        return subscript;
      }
    }
    throw new ArithmeticError("bad array subscript", this.tokenAt);
  }
}

/** A constant: decimal, 0octal, 0xhex, or base#digits with bases to 64. */
export function parseInteger(text: string, at: number): bigint {
  if (/^[1-9]\d*$/.test(text) || text === "0") return BigInt.asIntN(64, BigInt(text));
  if (/^0[xX][0-9a-fA-F]*$/.test(text)) return text.length === 2 ? 0n : BigInt.asIntN(64, BigInt(text));
  const based = /^(\d+)#(.*)$/.exec(text);
  if (based !== null) {
    const base = Number(based[1]);
    if (base < 2 || base > 64) throw new ArithmeticError("invalid arithmetic base", at);
    return digits(based[2] ?? "", base, at);
  }
  if (text.startsWith("0")) return digits(text.slice(1), 8, at);
  throw new ArithmeticError("value too great for base", at);
}

function digits(text: string, base: number, at: number): bigint {
  let value = 0n;
  for (const character of text) {
    const digit = digitValue(character, base);
    if (digit < 0 || digit >= base) throw new ArithmeticError("value too great for base", at);
    value = value * BigInt(base) + BigInt(digit);
  }
  return BigInt.asIntN(64, value);
}

function digitValue(character: string, base: number): number {
  if (character >= "0" && character <= "9") return character.charCodeAt(0) - 48;
  if (character >= "a" && character <= "z") return character.charCodeAt(0) - 87;
  if (character >= "A" && character <= "Z") return character.charCodeAt(0) - (base <= 36 ? 55 : 29);
  if (character === "@") return 62;
  return character === "_" ? 63 : -1;
}
