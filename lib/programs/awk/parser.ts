/** Parsing an awk program (POSIX awk, "Grammar"). */
import { AwkSyntaxError, type Token, tokenize } from "./lexer.ts";
import type { AwkFunction, AwkProgram, Expression, Pattern, Redirection, Rule, Statement } from "./tree.ts";

const COMPARISONS = new Set(["<", "<=", "==", "!=", ">", ">="]);
const ASSIGNMENTS = new Set(["=", "+=", "-=", "*=", "/=", "%=", "^="]);

class Parser {
  #at = 0;
  /** Inside print without parentheses ">" redirects. */
  #noGreater = false;
  /** Inside for (…) "in" belongs to the loop. */
  #noIn = false;
  readonly #tokens: readonly Token[];

  constructor(source: string) {
    this.#tokens = tokenize(source);
  }

  get #token(): Token {
    return this.#tokens[this.#at] ?? { kind: "end", text: "", line: 0 };
  }

  #fail(): never {
    const { kind, text, line } = this.#token;
    throw new AwkSyntaxError(
      kind === "end" ? "unexpected end of program" : `syntax error at or near ${kind === "newline" ? "end of line" : text}`,
      line,
    );
  }

  #is(text: string): boolean {
    const { kind } = this.#token;
    return this.#token.text === text && (kind === "operator" || kind === "keyword");
  }

  #take(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#at++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) this.#fail();
  }

  #newlines(): void {
    while (this.#token.kind === "newline") this.#at++;
  }

  #separators(): void {
    while (this.#token.kind === "newline" || this.#is(";")) this.#at++;
  }

  program(): AwkProgram {
    const rules: Rule[] = [];
    const functions = new Map<string, AwkFunction>();
    this.#separators();
    while (this.#token.kind !== "end") {
      if (this.#take("function")) {
        const made = this.#function();
        functions.set(made.name, made);
      } else rules.push(this.#rule());
      this.#separators();
    }
    return { rules, functions };
  }

  #function(): AwkFunction {
    const { text: name, kind } = this.#token;
    if (kind !== "name" && kind !== "function-name") this.#fail();
    this.#at++;
    this.#expect("(");
    const parameters: string[] = [];
    while (!this.#is(")")) {
      this.#newlines();
      parameters.push(this.#token.text);
      this.#at++;
      this.#newlines();
      if (!this.#take(",")) break;
      this.#newlines();
    }
    this.#expect(")");
    this.#newlines();
    return { name, parameters, body: this.#block() };
  }

  #rule(): Rule {
    let pattern: Pattern = { kind: "always" };
    if (this.#take("BEGIN")) pattern = { kind: "begin" };
    else if (this.#take("END")) pattern = { kind: "end" };
    else if (!this.#is("{")) {
      const from = this.#expression();
      if (this.#take(",")) {
        this.#newlines();
        pattern = { kind: "range", from, to: this.#expression() };
      } else pattern = { kind: "test", test: from };
    }
    if (this.#is("{")) return { pattern, body: this.#block() };
    if (pattern.kind === "begin" || pattern.kind === "end") this.#fail();
    return { pattern, body: undefined };
  }

  #block(): Statement {
    this.#expect("{");
    const body: Statement[] = [];
    this.#separators();
    while (!this.#is("}")) {
      if (this.#token.kind === "end") this.#fail();
      body.push(this.#statement());
      this.#separators();
    }
    this.#expect("}");
    return { kind: "block", body };
  }

  /** The end of a simple statement. */
  #terminator(): void {
    if (this.#token.kind === "newline" || this.#is(";")) {
      this.#at++;
      return;
    }
    if (!this.#is("}") && this.#token.kind !== "end") this.#fail();
  }

  #bodyStatement(): Statement {
    this.#newlines();
    if (this.#take(";")) return { kind: "block", body: [] };
    return this.#statement();
  }

  #statement(): Statement {
    if (this.#is("{")) return this.#block();
    if (this.#take("if")) {
      this.#expect("(");
      const test = this.#expression();
      this.#expect(")");
      const yes = this.#bodyStatement();
      const saved = this.#at;
      this.#separators();
      if (this.#take("else")) return { kind: "if", test, yes, no: this.#bodyStatement() };
      this.#at = saved;
      return { kind: "if", test, yes, no: undefined };
    }
    if (this.#take("while")) {
      this.#expect("(");
      const test = this.#expression();
      this.#expect(")");
      return { kind: "while", test, body: this.#bodyStatement() };
    }
    if (this.#take("do")) {
      const body = this.#bodyStatement();
      this.#separators();
      this.#expect("while");
      this.#expect("(");
      const test = this.#expression();
      this.#expect(")");
      this.#terminator();
      return { kind: "do", test, body };
    }
    if (this.#take("for")) return this.#for();
    const statement = this.#simple();
    this.#terminator();
    return statement;
  }

  #for(): Statement {
    this.#expect("(");
    const [name, keyword, array, close] = this.#tokens.slice(this.#at, this.#at + 4);
    if (name?.kind === "name" && keyword?.text === "in" && array?.kind === "name" && close?.text === ")") {
      this.#at += 4;
      return { kind: "for-in", variable: name.text, array: array.text, body: this.#bodyStatement() };
    }
    const start = this.#is(";") ? undefined : this.#simple();
    this.#expect(";");
    this.#newlines();
    const test = this.#is(";") ? undefined : this.#expression();
    this.#expect(";");
    this.#newlines();
    const step = this.#is(")") ? undefined : this.#simple();
    this.#expect(")");
    return { kind: "for", start, test, step, body: this.#bodyStatement() };
  }

  #ends(): boolean {
    return this.#token.kind === "newline" || this.#token.kind === "end" || this.#is(";") || this.#is("}");
  }

  #simple(): Statement {
    for (const kind of ["break", "continue", "next", "nextfile"] as const) if (this.#take(kind)) return { kind };
    for (const kind of ["return", "exit"] as const)
      if (this.#take(kind)) return { kind, value: this.#ends() ? undefined : this.#expression() };
    if (this.#take("delete")) {
      const array = this.#token.text;
      this.#at++;
      if (!this.#take("[")) return { kind: "delete", array, keys: undefined };
      const keys = this.#list("]");
      return { kind: "delete", array, keys };
    }
    if (this.#is("print") || this.#is("printf")) return this.#print();
    return { kind: "expression", value: this.#expression() };
  }

  #print(): Statement {
    const formatted = this.#is("printf");
    this.#at++;
    let values: readonly Expression[] = [];
    if (!this.#ends() && !this.#is(">") && !this.#is(">>") && !this.#is("|")) {
      const saved = this.#noGreater;
      this.#noGreater = true;
      const first = this.#expression();
      if (first.kind === "list") values = first.items;
      else {
        const all: Expression[] = [first];
        while (this.#take(",")) {
          this.#newlines();
          all.push(this.#expression());
        }
        values = all;
      }
      this.#noGreater = saved;
    }
    let to: Redirection | undefined;
    for (const kind of [">>", ">", "|"] as const) {
      if (!this.#take(kind)) continue;
      const saved = this.#noGreater;
      this.#noGreater = true;
      to = { kind, target: this.#concatenation() };
      this.#noGreater = saved;
      break;
    }
    return { kind: "print", values, formatted, to };
  }

  #list(close: string): Expression[] {
    const saved = this.#noGreater;
    const savedIn = this.#noIn;
    this.#noGreater = false;
    this.#noIn = false;
    const items: Expression[] = [];
    this.#newlines();
    while (!this.#is(close)) {
      items.push(this.#expression());
      this.#newlines();
      if (!this.#take(",")) break;
      this.#newlines();
    }
    this.#expect(close);
    this.#noGreater = saved;
    this.#noIn = savedIn;
    return items;
  }

  #expression(): Expression {
    const left = this.#ternary();
    const { text, kind } = this.#token;
    if (kind === "operator" && ASSIGNMENTS.has(text) && isTarget(left)) {
      this.#at++;
      this.#newlines();
      return { kind: "assign", operator: text, target: left, value: this.#expression() };
    }
    return left;
  }

  #ternary(): Expression {
    const test = this.#or();
    if (!this.#take("?")) return test;
    this.#newlines();
    const yes = this.#expression();
    this.#newlines();
    this.#expect(":");
    this.#newlines();
    return { kind: "ternary", test, yes, no: this.#expression() };
  }

  #or(): Expression {
    let left = this.#and();
    while (this.#take("||")) {
      this.#newlines();
      left = { kind: "binary", operator: "||", left, right: this.#and() };
    }
    return left;
  }

  #and(): Expression {
    let left = this.#membership();
    while (this.#take("&&")) {
      this.#newlines();
      left = { kind: "binary", operator: "&&", left, right: this.#membership() };
    }
    return left;
  }

  #membership(): Expression {
    let left = this.#match();
    while (!this.#noIn && this.#take("in")) {
      const array = this.#token.text;
      this.#at++;
      left = { kind: "in", keys: left.kind === "list" ? left.items : [left], array };
    }
    return left;
  }

  #match(): Expression {
    let left = this.#comparison();
    for (;;) {
      if (this.#take("~")) left = { kind: "binary", operator: "~", left, right: this.#comparison() };
      else if (this.#take("!~")) left = { kind: "binary", operator: "!~", left, right: this.#comparison() };
      else return left;
    }
  }

  #comparison(): Expression {
    let left = this.#concatenation();
    for (;;) {
      const { text, kind } = this.#token;
      if (kind === "operator" && COMPARISONS.has(text) && !(text === ">" && this.#noGreater)) {
        this.#at++;
        left = { kind: "binary", operator: text, left, right: this.#concatenation() };
      } else if (this.#is("|") && this.#tokens[this.#at + 1]?.text === "getline") {
        this.#at += 2;
        left = { kind: "getline", from: "command", source: left, target: this.#optionalTarget() };
      } else return left;
    }
  }

  #startsValue(): boolean {
    const { kind, text } = this.#token;
    if (kind === "number" || kind === "string" || kind === "regex" || kind === "name" || kind === "function-name" || kind === "builtin")
      return true;
    if (kind === "operator") return text === "$" || text === "(" || text === "-" || text === "+" || text === "++" || text === "--";
    return false;
  }

  #concatenation(): Expression {
    let left = this.#additive();
    while (this.#startsValue() && !this.#is("-") && !this.#is("+")) {
      if (this.#is("in")) return left;
      left = { kind: "binary", operator: " ", left, right: this.#additive() };
    }
    return left;
  }

  #additive(): Expression {
    let left = this.#multiplicative();
    for (;;) {
      if (this.#take("+")) left = { kind: "binary", operator: "+", left, right: this.#multiplicative() };
      else if (this.#take("-")) left = { kind: "binary", operator: "-", left, right: this.#multiplicative() };
      else return left;
    }
  }

  #multiplicative(): Expression {
    let left = this.#unary();
    for (;;) {
      const { text, kind } = this.#token;
      if (kind !== "operator" || (text !== "*" && text !== "/" && text !== "%")) return left;
      this.#at++;
      left = { kind: "binary", operator: text, left, right: this.#unary() };
    }
  }

  #unary(): Expression {
    for (const operator of ["!", "-", "+"]) if (this.#take(operator)) return { kind: "unary", operator, operand: this.#unary() };
    return this.#power();
  }

  #power(): Expression {
    const left = this.#postfix();
    if (!this.#take("^")) return left;
    // Right associative; a sign may follow.
    for (const operator of ["-", "+", "!"])
      if (this.#take(operator)) return { kind: "binary", operator: "^", left, right: { kind: "unary", operator, operand: this.#power() } };
    return { kind: "binary", operator: "^", left, right: this.#power() };
  }

  #postfix(): Expression {
    const value = this.#primary();
    if (isTarget(value)) {
      if (this.#take("++")) return { kind: "step", by: 1, prefix: false, target: value };
      if (this.#take("--")) return { kind: "step", by: -1, prefix: false, target: value };
    }
    return value;
  }

  #optionalTarget(): Expression | undefined {
    const { kind } = this.#token;
    return kind === "name" || this.#is("$") ? this.#primary() : undefined;
  }

  #primary(): Expression {
    const token = this.#token;
    this.#at++;
    switch (token.kind) {
      case "number":
        return { kind: "number", value: Number(token.text) };
      case "string":
        return { kind: "string", value: token.text };
      case "regex":
        return { kind: "regex", source: token.text };
      case "builtin":
        return { kind: "call", name: token.text, args: this.#take("(") ? this.#list(")") : [], builtin: true };
      case "function-name":
        this.#expect("(");
        return { kind: "call", name: token.text, args: this.#list(")"), builtin: false };
      case "name":
        if (this.#take("[")) return { kind: "element", array: token.text, keys: this.#list("]") };
        return { kind: "variable", name: token.text };
      case "operator":
        if (token.text === "$") {
          if (this.#take("++")) return { kind: "field", index: { kind: "step", by: 1, prefix: true, target: this.#primary() } };
          if (this.#take("--")) return { kind: "field", index: { kind: "step", by: -1, prefix: true, target: this.#primary() } };
          if (this.#take("-")) return { kind: "field", index: { kind: "unary", operator: "-", operand: this.#primary() } };
          return { kind: "field", index: this.#primary() };
        }
        if (token.text === "++" || token.text === "--")
          return { kind: "step", by: token.text === "++" ? 1 : -1, prefix: true, target: this.#primary() };
        if (token.text === "(") {
          const items = this.#list(")");
          const [first] = items;
          if (items.length === 1 && first) return { kind: "group", inner: first };
          return { kind: "list", items };
        }
        break;
      case "keyword":
        if (token.text === "getline") {
          const target = this.#optionalTarget();
          if (this.#take("<")) return { kind: "getline", from: "file", source: this.#primary(), target };
          return { kind: "getline", from: "input", source: undefined, target };
        }
        break;
    }
    this.#at--;
    return this.#fail();
  }
}

function isTarget(expression: Expression): boolean {
  return expression.kind === "variable" || expression.kind === "field" || expression.kind === "element";
}

/** Throws AwkSyntaxError. */
export function parseAwk(source: string): AwkProgram {
  return new Parser(source).program();
}
