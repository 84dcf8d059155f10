/** The language of bc(1): words and syntax trees. */

export type Expression =
  | { readonly kind: "number"; readonly text: string }
  | { readonly kind: "variable"; readonly name: string; readonly index?: Expression }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: "unary"; readonly operator: string; readonly value: Expression }
  | { readonly kind: "binary"; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "assign"; readonly operator: string; readonly target: Variable; readonly value: Expression }
  | { readonly kind: "step"; readonly operator: "++" | "--"; readonly before: boolean; readonly target: Variable };

export type Variable = Extract<Expression, { kind: "variable" }>;

export type Statement =
  | { readonly kind: "expression"; readonly value: Expression; readonly prints: boolean }
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "print"; readonly items: readonly (Expression | string)[] }
  | { readonly kind: "block"; readonly body: readonly Statement[] }
  | { readonly kind: "if"; readonly test: Expression; readonly then: Statement; readonly otherwise?: Statement }
  | { readonly kind: "for"; readonly start?: Expression; readonly test?: Expression; readonly step?: Expression; readonly body: Statement }
  | { readonly kind: "while"; readonly test: Expression; readonly body: Statement }
  | { readonly kind: "return"; readonly value?: Expression }
  | {
      readonly kind: "define";
      readonly name: string;
      readonly parameters: readonly string[];
      readonly autos: readonly string[];
      readonly body: Statement;
    }
  | { readonly kind: "break" | "continue" | "quit" | "halt" };

export class BcSyntaxError extends Error {
  constructor(
    readonly line: number,
    message = "syntax error",
  ) {
    super(message);
  }
}

interface Token {
  readonly text: string;
  readonly kind: "number" | "name" | "string" | "operator" | "end";
  readonly line: number;
}

const TOKEN =
  /([0-9A-F]+(?:\.[0-9A-F]*)?|\.[0-9A-F]+)|([a-z][a-z0-9_]*)|"([^"]*)"|(\+\+|--|\|\||&&|[-+*/%^<>=!]=|[-+*/%^<>=!(){}[\],;\n])/y;

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  for (let at = 0; at < text.length; ) {
    const skipped = /(?:[ \t\r]|\\\n|\/\*[\s\S]*?\*\/|#[^\n]*)+/y;
    skipped.lastIndex = at;
    const space = skipped.exec(text);
    if (space) {
      line += space[0].split("\n").length - 1;
      at += space[0].length;
      continue;
    }
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (!found) throw new BcSyntaxError(line, `illegal character: ${text[at]}`);
    const [whole, number, name, string] = found;
    tokens.push({
      text: string ?? whole,
      kind: number !== undefined ? "number" : name !== undefined ? "name" : string !== undefined ? "string" : "operator",
      line,
    });
    line += whole.split("\n").length - 1;
    at += whole.length;
  }
  tokens.push({ text: "", kind: "end", line });
  return tokens;
}

/** Binary operators from the loosest to the tightest; bc binds comparisons looser than assignment binds. */
const LEVELS: readonly (readonly string[])[] = [["||"], ["&&"], ["<", "<=", ">", ">=", "==", "!="], ["+", "-"], ["*", "/", "%"]];

export class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  get #token(): Token {
    return this.#tokens[this.#at] ?? { text: "", kind: "end", line: 0 };
  }

  get ended(): boolean {
    this.#skipBreaks();
    return this.#token.kind === "end";
  }

  #is(text: string): boolean {
    return (this.#token.kind === "operator" || this.#token.kind === "name") && this.#token.text === text;
  }

  #take(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#at++;
    return true;
  }

  #must(text: string): void {
    if (!this.#take(text)) throw this.#wrong();
  }

  #wrong(): BcSyntaxError {
    // A line is counted as soon as its end has been read.
    return new BcSyntaxError(this.#token.line + (this.#is("\n") ? 1 : 0));
  }

  #skipBreaks(): void {
    while (this.#is("\n") || this.#is(";")) this.#at++;
  }

  /** After a mistake: goes on at the next line. */
  recover(): void {
    while (this.#token.kind !== "end" && !this.#is("\n")) this.#at++;
  }

  /** The next statement of the program. */
  next(): Statement {
    this.#skipBreaks();
    const statement = this.#statement();
    if (
      this.#token.kind !== "end" &&
      !this.#is("\n") &&
      !this.#is(";") &&
      !this.#is("}") &&
      statement.kind !== "define" &&
      statement.kind !== "block"
    )
      throw this.#wrong();
    return statement;
  }

  #statement(): Statement {
    const token = this.#token;
    if (token.kind === "string") {
      this.#at++;
      return { kind: "string", text: token.text };
    }
    if (this.#take("{")) {
      const body: Statement[] = [];
      for (this.#skipBreaks(); !this.#take("}"); this.#skipBreaks()) {
        if (this.#token.kind === "end") throw this.#wrong();
        body.push(this.#statement());
      }
      return { kind: "block", body };
    }
    if (token.kind === "name") {
      switch (token.text) {
        case "quit":
        case "halt":
        case "break":
        case "continue":
          this.#at++;
          return { kind: token.text };
        case "if":
          return this.#if();
        case "while": {
          this.#at++;
          this.#must("(");
          const test = this.#expression();
          this.#must(")");
          return { kind: "while", test, body: this.#body() };
        }
        case "for":
          return this.#for();
        case "return": {
          this.#at++;
          if (this.#token.kind === "end" || this.#is(";") || this.#is("\n") || this.#is("}")) return { kind: "return" };
          return { kind: "return", value: this.#expression() };
        }
        case "print":
          return this.#print();
        case "define":
          return this.#define();
        default:
      }
    }
    const value = this.#expression();
    return { kind: "expression", value, prints: value.kind !== "assign" };
  }

  /** A statement that may stand on the next line. */
  #body(): Statement {
    while (this.#is("\n")) this.#at++;
    return this.#take(";") ? { kind: "block", body: [] } : this.#statement();
  }

  #if(): Statement {
    this.#at++;
    this.#must("(");
    const test = this.#expression();
    this.#must(")");
    const then = this.#body();
    const before = this.#at;
    this.#skipBreaks();
    if (this.#take("else")) return { kind: "if", test, then, otherwise: this.#body() };
    this.#at = before;
    return { kind: "if", test, then };
  }

  #for(): Statement {
    this.#at++;
    this.#must("(");
    const part = (end: string) => (this.#is(end) ? undefined : this.#expression());
    const start = part(";");
    this.#must(";");
    const test = part(";");
    this.#must(";");
    const step = part(")");
    this.#must(")");
    return { kind: "for", start, test, step, body: this.#body() };
  }

  #print(): Statement {
    this.#at++;
    const items: (Expression | string)[] = [];
    do {
      const token = this.#token;
      if (token.kind === "string") {
        this.#at++;
        items.push(token.text);
      } else items.push(this.#expression());
    } while (this.#take(","));
    return { kind: "print", items };
  }

  #names(end: string): string[] {
    const names: string[] = [];
    while (!this.#is(end) && this.#token.kind === "name") {
      names.push(this.#token.text);
      this.#at++;
      if (this.#take("[")) this.#must("]");
      if (!this.#take(",")) break;
    }
    return names;
  }

  #define(): Statement {
    this.#at++;
    this.#take("void");
    const { kind, text: name } = this.#token;
    if (kind !== "name") throw this.#wrong();
    this.#at++;
    this.#must("(");
    const parameters = this.#names(")");
    this.#must(")");
    while (this.#is("\n")) this.#at++;
    this.#must("{");
    this.#skipBreaks();
    const autos: string[] = [];
    while (this.#take("auto")) {
      autos.push(...this.#names(";"));
      this.#skipBreaks();
    }
    const body: Statement[] = [];
    for (this.#skipBreaks(); !this.#take("}"); this.#skipBreaks()) {
      if (this.#token.kind === "end") throw this.#wrong();
      body.push(this.#statement());
    }
    return { kind: "define", name, parameters, autos, body: { kind: "block", body } };
  }

  #expression(level = 0): Expression {
    const operators = LEVELS[level];
    if (!operators) return this.#unary();
    if (level === 1 && this.#take("!")) return { kind: "unary", operator: "!", value: this.#expression(2) };
    let left = level === 1 || level === 0 ? this.#not(level) : this.#expression(level + 1);
    while (this.#token.kind === "operator" && operators.includes(this.#token.text)) {
      const operator = this.#token.text;
      this.#at++;
      left = { kind: "binary", operator, left, right: this.#expression(level + 1) };
    }
    return left;
  }

  #not(level: number): Expression {
    if (this.#take("!")) return { kind: "unary", operator: "!", value: this.#expression(2) };
    return this.#expression(level + 1);
  }

  #unary(): Expression {
    if (this.#take("-")) return { kind: "unary", operator: "-", value: this.#unary() };
    return this.#power();
  }

  #power(): Expression {
    const left = this.#primary();
    return this.#take("^") ? { kind: "binary", operator: "^", left, right: this.#unary() } : left;
  }

  #variable(): Variable {
    const expression = this.#primary();
    if (expression.kind !== "variable") throw this.#wrong();
    return expression;
  }

  #primary(): Expression {
    const token = this.#token;
    if (this.#is("++") || this.#is("--")) {
      this.#at++;
      return { kind: "step", operator: token.text === "++" ? "++" : "--", before: true, target: this.#variable() };
    }
    if (token.kind === "number") {
      this.#at++;
      return { kind: "number", text: token.text };
    }
    if (this.#take("(")) {
      const inner = this.#expression();
      this.#must(")");
      // Brackets make an assignment print.
      return inner.kind === "assign" ? { kind: "unary", operator: "+", value: inner } : inner;
    }
    if (token.kind !== "name") throw this.#wrong();
    this.#at++;
    if (this.#take("(")) {
      const args: Expression[] = [];
      if (!this.#is(")"))
        do args.push(this.#expression());
        while (this.#take(","));
      this.#must(")");
      return { kind: "call", name: token.text, args };
    }
    let target: Variable = { kind: "variable", name: token.text };
    if (this.#take("[")) {
      target = { ...target, index: this.#expression() };
      this.#must("]");
    }
    const operator = this.#token.text;
    if (this.#token.kind === "operator" && /^[-+*/%^]?=$/.test(operator)) {
      this.#at++;
      return { kind: "assign", operator: operator.slice(0, -1), target, value: this.#expression() };
    }
    if (this.#is("++") || this.#is("--")) {
      this.#at++;
      return { kind: "step", operator: operator === "++" ? "++" : "--", before: false, target };
    }
    return target;
  }
}
