/**
 * The formulas of calculators: arithmetic on numbers with names. An author's formula is data: it is parsed here into a tree, which
 * `evaluate.ts` walks; nothing of it is ever run as code.
 *
 *     expression = sum, or two sums compared by < <= > >= = !=   (1 when it holds, 0 when not)
 *     sum        = product { + or - product }
 *     product    = power { * or / or % power }
 *     power      = - power, or atom [ ^ power ]
 *     atom       = number, name, function(expression, …), (expression)
 */
export type Formula =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "negation"; readonly of: Formula }
  | { readonly kind: "operation"; readonly operator: Operator; readonly left: Formula; readonly right: Formula }
  | { readonly kind: "call"; readonly name: FunctionName; readonly values: readonly Formula[] };

export const operators = ["+", "-", "*", "/", "%", "^", "<", "<=", ">", ">=", "=", "!="] as const;
export type Operator = (typeof operators)[number];

/** Each with the least and the greatest number of values that it takes. */
export const functions = {
  min: [1, 20],
  max: [1, 20],
  ceil: [1, 1],
  floor: [1, 1],
  round: [1, 2],
  abs: [1, 1],
  sqrt: [1, 1],
  if: [3, 3],
} as const satisfies Record<string, readonly [number, number]>;
export type FunctionName = keyof typeof functions;

/** Says what is wrong with a formula, for its author. */
export class FormulaError extends Error {
  override readonly name = "FormulaError";
}

const LONGEST = 400;
const DEEPEST = 40;

/** Throws FormulaError. */
export function parseFormula(text: string): Formula {
  if (text.length > LONGEST) throw new FormulaError(`it is longer than ${LONGEST} characters`);
  return new Parser(tokens(text)).whole();
}

/** The names that a formula uses, each once, in the order in which they stand. */
export function namesOf(formula: Formula): string[] {
  switch (formula.kind) {
    case "number":
      return [];
    case "name":
      return [formula.name];
    case "negation":
      return namesOf(formula.of);
    case "operation":
      return [...new Set([...namesOf(formula.left), ...namesOf(formula.right)])];
    case "call":
      return [...new Set(formula.values.flatMap(namesOf))];
  }
}

function tokens(text: string): string[] {
  const found: string[] = [];
  const pattern = /\s+|(\d[\d_]*(?:\.\d+)?|[a-z][a-z0-9-]*[a-z0-9]|[a-z]|<=|>=|!=|==|[-+*/%^<>=(),])/y;
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    if (match === null) throw new FormulaError(`\`${text[at]}\` is not understood`);
    if (match[1] !== undefined) found.push(match[1] === "==" ? "=" : match[1]);
  }
  return found;
}

class Parser {
  private at = 0;
  private depth = 0;

  constructor(private readonly tokens: readonly string[]) {}

  whole(): Formula {
    const formula = this.expression();
    if (this.at < this.tokens.length)
      throw new FormulaError(`\`${this.tokens[this.at]}\` is one too many, or an operator before it is missing`);
    return formula;
  }

  private expression(): Formula {
    if (++this.depth > DEEPEST) throw new FormulaError("it is nested too deeply");
    const left = this.sum();
    const operator = this.take("<", "<=", ">", ">=", "=", "!=");
    this.depth--;
    return operator === undefined ? left : { kind: "operation", operator, left, right: this.sum() };
  }

  private sum(): Formula {
    let left = this.product();
    for (let operator = this.take("+", "-"); operator !== undefined; operator = this.take("+", "-")) {
      left = { kind: "operation", operator, left, right: this.product() };
    }
    return left;
  }

  private product(): Formula {
    let left = this.power();
    for (let operator = this.take("*", "/", "%"); operator !== undefined; operator = this.take("*", "/", "%")) {
      left = { kind: "operation", operator, left, right: this.power() };
    }
    return left;
  }

  private power(): Formula {
    if (++this.depth > DEEPEST) throw new FormulaError("it is nested too deeply");
    let result: Formula;
    if (this.take("-") !== undefined) {
      result = { kind: "negation", of: this.power() };
    } else {
      const base = this.atom();
      const operator = this.take("^");
      result = operator === undefined ? base : { kind: "operation", operator, left: base, right: this.power() };
    }
    this.depth--;
    return result;
  }

  private atom(): Formula {
    const token = this.tokens[this.at++];
    if (token === undefined) throw new FormulaError("something is missing at its end");
    if (/^\d/.test(token)) return { kind: "number", value: Number(token.replaceAll("_", "")) };
    if (/^[a-z]/.test(token)) return this.tokens[this.at] === "(" ? this.call(token) : { kind: "name", name: token };
    if (token !== "(") throw new FormulaError(`\`${token}\` stands where a number, a name or a ( should`);
    const inner = this.expression();
    this.close();
    return inner;
  }

  private call(name: string): Formula {
    if (!isFunction(name)) throw new FormulaError(`there is no function \`${name}\`; there are ${Object.keys(functions).join(", ")}`);
    this.at++;
    const values = [this.expression()];
    while (this.tokens[this.at] === ",") {
      this.at++;
      values.push(this.expression());
    }
    this.close();
    const [least, most] = functions[name];
    if (values.length < least || values.length > most) {
      const wanted = least === most ? String(least) : `${least} to ${most}`;
      throw new FormulaError(`\`${name}\` takes ${wanted} values, not ${values.length}`);
    }
    return { kind: "call", name, values };
  }

  private close(): void {
    if (this.tokens[this.at] !== ")") throw new FormulaError("a ) is missing");
    this.at++;
  }

  private take<T extends Operator>(...wanted: readonly T[]): T | undefined {
    const found = wanted.find((operator) => operator === this.tokens[this.at]);
    if (found !== undefined) this.at++;
    return found;
  }
}

function isFunction(name: string): name is FunctionName {
  return Object.hasOwn(functions, name);
}
