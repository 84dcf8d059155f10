/** The grammar of jq 1.6 programs. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export type Filter =
  | { readonly kind: "identity" }
  | { readonly kind: "recurse" }
  | { readonly kind: "literal"; readonly value: Json }
  | { readonly kind: "text"; readonly parts: readonly (string | Filter)[]; readonly format: string | undefined }
  | { readonly kind: "format"; readonly name: string }
  | { readonly kind: "index"; readonly of: Filter; readonly key: Filter }
  | { readonly kind: "slice"; readonly of: Filter; readonly from: Filter | undefined; readonly to: Filter | undefined }
  | { readonly kind: "iterate"; readonly of: Filter }
  | { readonly kind: "try"; readonly body: Filter; readonly handler: Filter | undefined }
  | { readonly kind: "pipe" | "comma" | "alternative" | "and" | "or"; readonly left: Filter; readonly right: Filter }
  | { readonly kind: "binary"; readonly operator: string; readonly left: Filter; readonly right: Filter }
  | { readonly kind: "update"; readonly operator: string; readonly path: Filter; readonly value: Filter }
  | { readonly kind: "negate"; readonly of: Filter }
  | { readonly kind: "array"; readonly of: Filter | undefined }
  | { readonly kind: "object"; readonly entries: readonly { readonly key: Filter; readonly value: Filter }[] }
  | { readonly kind: "if"; readonly test: Filter; readonly yes: Filter; readonly no: Filter | undefined }
  | { readonly kind: "reduce"; readonly source: Filter; readonly name: Pattern; readonly start: Filter; readonly step: Filter }
  | {
      readonly kind: "foreach";
      readonly source: Filter;
      readonly name: Pattern;
      readonly start: Filter;
      readonly step: Filter;
      readonly extract: Filter | undefined;
    }
  | { readonly kind: "as"; readonly source: Filter; readonly name: Pattern; readonly body: Filter }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Filter[] }
  | {
      readonly kind: "define";
      readonly name: string;
      readonly parameters: readonly string[];
      readonly body: Filter;
      readonly rest: Filter;
    };

export type Pattern =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "array"; readonly items: readonly Pattern[] }
  | { readonly kind: "object"; readonly entries: readonly { readonly key: Filter; readonly value: Pattern }[] };

export class JqSyntaxError extends Error {}

interface Token {
  readonly kind: "operator" | "name" | "field" | "variable" | "number" | "text" | "format" | "end";
  readonly text: string;
  readonly parts?: readonly (string | Filter)[];
}

const OPERATORS = [
  "?//=",
  "?//",
  "//=",
  "|=",
  "+=",
  "-=",
  "*=",
  "/=",
  "%=",
  "==",
  "!=",
  "<=",
  ">=",
  "//",
  "..",
  ".",
  "[",
  "]",
  "(",
  ")",
  "{",
  "}",
  "|",
  ",",
  ":",
  ";",
  "=",
  "<",
  ">",
  "+",
  "-",
  "*",
  "/",
  "%",
  "?",
];

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const rest = source.slice(at);
    const blank = /^(?:\s+|#[^\n]*)/.exec(rest);
    if (blank) {
      at += blank[0].length;
      continue;
    }
    const simple =
      /^(?<field>\.[A-Za-z_]\w*)|^(?<variable>\$(?:__loc__|[A-Za-z_]\w*(?:::\w+)*))|^(?<format>@[A-Za-z0-9]+)|^(?<number>\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)|^(?<name>[A-Za-z_]\w*(?:::\w+)*)/.exec(
        rest,
      );
    if (simple?.groups) {
      for (const kind of ["field", "variable", "format", "number", "name"] as const) {
        const text = simple.groups[kind];
        if (text !== undefined) tokens.push({ kind, text: kind === "field" || kind === "variable" ? text.slice(1) : text });
      }
      at += simple[0].length;
      continue;
    }
    if (rest.startsWith('"')) {
      const { parts, end } = readText(source, at + 1);
      tokens.push({ kind: "text", text: "", parts });
      at = end;
      continue;
    }
    const operator = OPERATORS.find((each) => rest.startsWith(each));
    if (!operator) throw new JqSyntaxError(`syntax error, unexpected INVALID_CHARACTER`);
    tokens.push({ kind: "operator", text: operator });
    at += operator.length;
  }
  tokens.push({ kind: "end", text: "" });
  return tokens;
}

function readText(source: string, start: number): { parts: (string | Filter)[]; end: number } {
  const parts: (string | Filter)[] = [];
  let text = "";
  let at = start;
  for (;;) {
    const c = source[at];
    if (c === undefined) throw new JqSyntaxError("syntax error, unexpected QQSTRING_START, expecting end of file");
    if (c === '"') break;
    if (c !== "\\") {
      text += c;
      at++;
      continue;
    }
    const e = source[at + 1] ?? "";
    if (e === "(") {
      let depth = 1;
      let end = at + 2;
      while (end < source.length && depth > 0) {
        const d = source[end];
        if (d === "(") depth++;
        else if (d === ")") depth--;
        else if (d === '"') end = readText(source, end + 1).end - 1;
        end++;
      }
      parts.push(text, parseJq(source.slice(at + 2, end - 1)));
      text = "";
      at = end;
    } else if (e === "u") {
      text += String.fromCharCode(Number.parseInt(source.slice(at + 2, at + 6), 16));
      at += 6;
    } else {
      const plain = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", "/": "/", "\\": "\\", '"': '"' }[e];
      if (plain === undefined) throw new JqSyntaxError("syntax error, unexpected INVALID_CHARACTER");
      text += plain;
      at += 2;
    }
  }
  parts.push(text);
  return { parts, end: at + 1 };
}

const UPDATES = ["=", "|=", "+=", "-=", "*=", "/=", "%=", "//="];
const COMPARISONS = ["==", "!=", "<", "<=", ">", ">="];
const KEYWORDS = new Set([
  "def",
  "if",
  "then",
  "elif",
  "else",
  "end",
  "as",
  "reduce",
  "foreach",
  "try",
  "catch",
  "label",
  "import",
  "include",
  "and",
  "or",
  "__loc__",
]);

class Parser {
  #at = 0;
  readonly #tokens: readonly Token[];

  constructor(source: string) {
    this.#tokens = tokenize(source);
  }

  get #token(): Token {
    return this.#tokens[this.#at] ?? { kind: "end", text: "" };
  }

  #atEnd(): boolean {
    return this.#token.kind === "end";
  }

  #fail(): never {
    const { kind, text } = this.#token;
    throw new JqSyntaxError(
      kind === "end"
        ? "syntax error, unexpected $end"
        : `syntax error, unexpected ${kind === "operator" ? `'${text}'` : kind === "name" && KEYWORDS.has(text) ? text : kind.toUpperCase()}`,
    );
  }

  #is(text: string): boolean {
    return (this.#token.kind === "operator" || this.#token.kind === "name") && this.#token.text === text;
  }

  #take(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#at++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) this.#fail();
  }

  whole(): Filter {
    if (this.#atEnd()) return { kind: "identity" };
    const filter = this.pipe();
    if (!this.#atEnd()) this.#fail();
    return filter;
  }

  pipe(): Filter {
    if (this.#take("def")) {
      const name = this.#token.text;
      this.#at++;
      const parameters: string[] = [];
      if (this.#take("(")) {
        do {
          parameters.push(this.#token.kind === "variable" ? `$${this.#token.text}` : this.#token.text);
          this.#at++;
        } while (this.#take(";"));
        this.#expect(")");
      }
      this.#expect(":");
      const body = this.pipe();
      this.#expect(";");
      const rest: Filter = this.#atEnd() ? { kind: "identity" } : this.pipe();
      return { kind: "define", name, parameters, body, rest };
    }
    const left = this.comma();
    if (this.#take("as")) {
      const name = this.#pattern();
      this.#expect("|");
      return { kind: "as", source: left, name, body: this.pipe() };
    }
    return this.#take("|") ? { kind: "pipe", left, right: this.pipe() } : left;
  }

  #pattern(): Pattern {
    if (this.#token.kind === "variable") {
      const { text } = this.#token;
      this.#at++;
      return { kind: "name", name: text };
    }
    if (this.#take("[")) {
      const items: Pattern[] = [];
      do items.push(this.#pattern());
      while (this.#take(","));
      this.#expect("]");
      return { kind: "array", items };
    }
    this.#expect("{");
    const entries: { key: Filter; value: Pattern }[] = [];
    do {
      const token = this.#token;
      if (token.kind === "variable" && this.#tokens[this.#at + 1]?.text !== ":") {
        this.#at++;
        entries.push({ key: { kind: "literal", value: token.text }, value: { kind: "name", name: token.text } });
        continue;
      }
      const key = this.#key();
      this.#expect(":");
      entries.push({ key, value: this.#pattern() });
    } while (this.#take(","));
    this.#expect("}");
    return { kind: "object", entries };
  }

  comma(): Filter {
    let left = this.update();
    while (this.#take(",")) left = { kind: "comma", left, right: this.update() };
    return left;
  }

  update(): Filter {
    const left = this.alternative();
    const operator = UPDATES.find((each) => this.#is(each));
    if (!operator) return left;
    this.#at++;
    return { kind: "update", operator, path: left, value: this.alternative() };
  }

  alternative(): Filter {
    const left = this.or();
    return this.#take("//") ? { kind: "alternative", left, right: this.alternative() } : left;
  }

  or(): Filter {
    let left = this.and();
    while (this.#take("or")) left = { kind: "or", left, right: this.and() };
    return left;
  }

  and(): Filter {
    let left = this.comparison();
    while (this.#take("and")) left = { kind: "and", left, right: this.comparison() };
    return left;
  }

  comparison(): Filter {
    const left = this.sum();
    const operator = COMPARISONS.find((each) => this.#is(each));
    if (!operator) return left;
    this.#at++;
    return { kind: "binary", operator, left, right: this.sum() };
  }

  sum(): Filter {
    let left = this.product();
    for (;;) {
      const operator = ["+", "-"].find((each) => this.#is(each));
      if (!operator) return left;
      this.#at++;
      left = { kind: "binary", operator, left, right: this.product() };
    }
  }

  product(): Filter {
    let left = this.postfix();
    for (;;) {
      const operator = ["*", "/", "%"].find((each) => this.#is(each));
      if (!operator) return left;
      this.#at++;
      left = { kind: "binary", operator, left, right: this.postfix() };
    }
  }

  postfix(): Filter {
    let of = this.primary();
    for (;;) {
      if (this.#take("?")) of = { kind: "try", body: of, handler: undefined };
      else if (this.#token.kind === "field") {
        of = { kind: "index", of, key: { kind: "literal", value: this.#token.text } };
        this.#at++;
      } else if (this.#is(".") && (this.#tokens[this.#at + 1]?.kind === "text" || this.#tokens[this.#at + 1]?.text === "[")) {
        this.#at++;
        if (this.#token.kind === "text") of = { kind: "index", of, key: this.#text(undefined) };
      } else if (this.#take("[")) of = this.#bracket(of);
      else if (this.#is("as") && this.#tokens[this.#at + 1]) {
        this.#at++;
        const name = this.#pattern();
        this.#expect("|");
        return { kind: "as", source: of, name, body: this.pipe() };
      } else return of;
    }
  }

  #bracket(of: Filter): Filter {
    if (this.#take("]")) return { kind: "iterate", of };
    if (this.#take(":")) {
      const to = this.pipe();
      this.#expect("]");
      return { kind: "slice", of, from: undefined, to };
    }
    const key = this.pipe();
    if (this.#take(":")) {
      const to = this.#is("]") ? undefined : this.pipe();
      this.#expect("]");
      return { kind: "slice", of, from: key, to };
    }
    this.#expect("]");
    return { kind: "index", of, key };
  }

  #text(format: string | undefined): Filter {
    const { parts = [] } = this.#token;
    this.#at++;
    return { kind: "text", parts, format };
  }

  #key(): Filter {
    const token = this.#token;
    if (token.kind === "text") return this.#text(undefined);
    this.#at++;
    if (token.kind === "name" || token.kind === "number") return { kind: "literal", value: token.text };
    if (token.kind === "variable") return { kind: "variable", name: token.text };
    if (token.kind === "operator" && token.text === "(") {
      const key = this.pipe();
      this.#expect(")");
      return key;
    }
    this.#at--;
    return this.#fail();
  }

  #object(): Filter {
    const entries: { key: Filter; value: Filter }[] = [];
    while (!this.#is("}")) {
      const token = this.#token;
      if (token.kind === "variable") {
        this.#at++;
        entries.push({ key: { kind: "literal", value: token.text }, value: { kind: "variable", name: token.text } });
      } else if (token.kind === "format") {
        this.#at++;
        entries.push({ key: this.#text(token.text), value: { kind: "identity" } });
      } else {
        const key = this.#key();
        if (this.#take(":")) {
          let value = this.#objectValue();
          while (this.#take("|")) value = { kind: "pipe", left: value, right: this.#objectValue() };
          entries.push({ key, value });
        } else entries.push({ key, value: { kind: "index", of: { kind: "identity" }, key } });
      }
      if (!this.#take(",")) break;
    }
    this.#expect("}");
    return { kind: "object", entries };
  }

  #objectValue(): Filter {
    return this.alternative();
  }

  primary(): Filter {
    const token = this.#token;
    if (token.kind === "text") return this.#text(undefined);
    this.#at++;
    switch (token.kind) {
      case "number":
        return { kind: "literal", value: Number(token.text) };
      case "field":
        return { kind: "index", of: { kind: "identity" }, key: { kind: "literal", value: token.text } };
      case "variable":
        return { kind: "variable", name: token.text };
      case "format":
        return this.#token.kind === "text" ? this.#text(token.text) : { kind: "format", name: token.text };
      case "operator":
        if (token.text === ".") {
          if (this.#token.kind === "text") return { kind: "index", of: { kind: "identity" }, key: this.#text(undefined) };
          return { kind: "identity" };
        }
        if (token.text === "..") return { kind: "recurse" };
        if (token.text === "-") return { kind: "negate", of: this.postfix() };
        if (token.text === "(") {
          const filter = this.pipe();
          this.#expect(")");
          return filter;
        }
        if (token.text === "[") {
          if (this.#take("]")) return { kind: "array", of: undefined };
          const of = this.pipe();
          this.#expect("]");
          return { kind: "array", of };
        }
        if (token.text === "{") return this.#object();
        break;
      case "name":
        return this.#named(token.text);
    }
    this.#at--;
    return this.#fail();
  }

  #named(name: string): Filter {
    switch (name) {
      case "null":
        return { kind: "literal", value: null };
      case "true":
        return { kind: "literal", value: true };
      case "false":
        return { kind: "literal", value: false };
      case "if": {
        const test = this.pipe();
        this.#expect("then");
        const yes = this.pipe();
        if (this.#take("elif")) return { kind: "if", test, yes, no: this.#named("if") };
        const no = this.#take("else") ? this.pipe() : undefined;
        this.#expect("end");
        return { kind: "if", test, yes, no };
      }
      case "try": {
        const body = this.postfix();
        return { kind: "try", body, handler: this.#take("catch") ? this.postfix() : undefined };
      }
      case "reduce":
      case "foreach": {
        // The source is a term; "as" belongs to the loop.
        const source = this.#loopSource();
        this.#expect("as");
        const pattern = this.#pattern();
        this.#expect("(");
        const start = this.pipe();
        this.#expect(";");
        const step = this.pipe();
        const extract = name === "foreach" && this.#take(";") ? this.pipe() : undefined;
        this.#expect(")");
        return name === "reduce"
          ? { kind: "reduce", source, name: pattern, start, step }
          : { kind: "foreach", source, name: pattern, start, step, extract };
      }
    }
    if (KEYWORDS.has(name)) {
      this.#at--;
      return this.#fail();
    }
    const args: Filter[] = [];
    if (this.#take("(")) {
      do args.push(this.pipe());
      while (this.#take(";"));
      this.#expect(")");
    }
    return { kind: "call", name, args };
  }

  #loopSource(): Filter {
    let of = this.primary();
    for (;;) {
      if (this.#take("?")) of = { kind: "try", body: of, handler: undefined };
      else if (this.#token.kind === "field") {
        of = { kind: "index", of, key: { kind: "literal", value: this.#token.text } };
        this.#at++;
      } else if (this.#take("[")) of = this.#bracket(of);
      else return of;
    }
  }
}

/** Throws JqSyntaxError. */
export function parseJq(source: string): Filter {
  return new Parser(source).whole();
}
