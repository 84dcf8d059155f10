/**
 * Where statements end: psql's own lexer (PostgreSQL 18 documentation, psql: "Entering SQL Commands" and "SQL Interpolation"), which knows
 * quotes, comments, parentheses, bodies of SQL functions, variables and backslashes, and nothing else of SQL.
 */

export type ScanPrompt = "ready" | "continue" | "comment" | "single-quote" | "double-quote" | "dollar-quote" | "paren";

export type Scan =
  | { readonly kind: "semicolon" }
  /** A backslash command follows at `at`. */
  | { readonly kind: "backslash" }
  /** The line is used up. `inside`: a quote, comment or parenthesis is open. */
  | { readonly kind: "line-end"; readonly prompt: ScanPrompt; readonly inside: boolean };

/** What a variable is replaced with; undefined: it is not set. Throws for a value that cannot be quoted. */
export type Substitute = (name: string, how: "plain" | "literal" | "identifier" | "test") => string | undefined;

type State = "plain" | "comment" | "quote" | "escape-quote" | "double-quote" | "dollar-quote";

const VARIABLE =
  /:(?:([A-Za-z_\u0080-\uffff0-9]+)|'([A-Za-z_\u0080-\uffff0-9]+)'|"([A-Za-z_\u0080-\uffff0-9]+)"|\{\?([A-Za-z_\u0080-\uffff0-9]+)\})/y;
const WORD = /[A-Za-z_\u0080-\uffff][A-Za-z_\u0080-\uffff0-9$]*/y;
const DOLLAR = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z_\u0080-\uffff0-9]*)?\$/y;

export class SqlScanner {
  line = "";
  at = 0;
  /** The statement so far. */
  buffer = "";
  #state: State = "plain";
  #dollar = "";
  #commentDepth = 0;
  parenDepth = 0;
  /** Inside BEGIN ATOMIC … END of a function's body. */
  #beginDepth = 0;
  #words: string[] = [];
  /** Values of variables that are being read, by where they end (counted from the line's end): no variable within itself. */
  #expanding: { name: string; left: number }[] = [];

  constructor(private readonly substitute: Substitute) {}

  setLine(line: string): void {
    this.line = line;
    this.at = 0;
    this.#expanding = [];
  }

  /** Forgets the statement. */
  reset(): void {
    this.buffer = "";
    this.#state = "plain";
    this.parenDepth = 0;
    this.#beginDepth = 0;
    this.#words = [];
  }

  /** The state between statements, as \r and the end of a command leave it, without touching the buffer. */
  resetState(): void {
    this.#state = "plain";
    this.parenDepth = 0;
    this.#beginDepth = 0;
    this.#words = [];
  }

  get isInside(): boolean {
    return this.#state !== "plain";
  }

  /** Reads on in the line, up to what has to be acted on. */
  scan(): Scan {
    while (this.at < this.line.length) {
      const stop = this.#state === "plain" ? this.#plain() : this.#quoted();
      if (stop) return stop;
    }
    return { kind: "line-end", prompt: this.prompt(), inside: this.#state !== "plain" || this.parenDepth > 0 || this.#beginDepth > 0 };
  }

  prompt(): ScanPrompt {
    switch (this.#state) {
      case "comment":
        return "comment";
      case "quote":
      case "escape-quote":
        return "single-quote";
      case "double-quote":
        return "double-quote";
      case "dollar-quote":
        return "dollar-quote";
      default:
        return this.parenDepth > 0 ? "paren" : this.buffer === "" && this.#beginDepth === 0 ? "ready" : "continue";
    }
  }

  #take(length: number): void {
    this.buffer += this.line.slice(this.at, this.at + length);
    this.at += length;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    return pattern.exec(this.line);
  }

  #plain(): Scan | undefined {
    const { line, at } = this;
    const c = line[at] ?? "";
    if (/\s/.test(c)) {
      // Blanks before a statement are not part of it.
      if (this.buffer !== "") this.buffer += c;
      this.at++;
      return undefined;
    }
    const two = line.slice(at, at + 2);
    if (two === "--") {
      const end = line.indexOf("\n", at);
      const length = (end < 0 ? line.length : end) - at;
      // A comment before a statement is not part of it, as blanks are not.
      if (this.buffer === "") this.at += length;
      else this.#take(length);
      return undefined;
    }
    if (two === "/*") {
      this.#state = "comment";
      this.#commentDepth = 1;
      this.#take(2);
      return undefined;
    }
    if (c === "'") return this.#open("quote");
    if (c === '"') return this.#open("double-quote");
    if (c === "(" || c === "[") {
      if (c === "(") this.parenDepth++;
      this.#take(1);
      return undefined;
    }
    if (c === ")" || c === "]") {
      if (c === ")" && this.parenDepth > 0) this.parenDepth--;
      this.#take(1);
      return undefined;
    }
    if (c === ";") {
      this.#take(1);
      if (this.parenDepth === 0 && this.#beginDepth === 0) {
        this.#words = [];
        return { kind: "semicolon" };
      }
      return undefined;
    }
    if (c === "\\") {
      const next = line[at + 1];
      if (next === ";" || next === ":") {
        this.at++;
        this.#take(1);
        return undefined;
      }
      return { kind: "backslash" };
    }
    if (c === ":") return this.#colon();
    if (c === "$") {
      const dollar = this.#match(DOLLAR);
      this.#take(dollar ? dollar[0].length : 1);
      if (dollar) {
        this.#state = "dollar-quote";
        this.#dollar = dollar[0];
      }
      return undefined;
    }
    const word = this.#match(WORD);
    if (word) return this.#word(word[0]);
    const number = /[0-9][A-Za-z0-9_.]*/y;
    number.lastIndex = at;
    this.#take(number.exec(line)?.[0].length ?? 1);
    return undefined;
  }

  #open(state: State): undefined {
    this.#state = state;
    this.#take(1);
    return undefined;
  }

  #word(word: string): undefined {
    const next = this.line[this.at + word.length];
    this.#take(word.length);
    if (next === "'" && /^[ebxn]$/i.test(word)) {
      this.#take(1);
      this.#state = /^e$/i.test(word) ? "escape-quote" : "quote";
      return undefined;
    }
    const lower = word.toLowerCase();
    if (this.#words.length < 4) this.#words.push(lower);
    const [first, second, third, fourth] = this.#words;
    const isRoutine = (name: string | undefined) => name === "function" || name === "procedure";
    if (
      first === "create" &&
      (isRoutine(second) || (second === "or" && third === "replace" && isRoutine(fourth))) &&
      this.parenDepth === 0
    ) {
      if (lower === "begin") this.#beginDepth++;
      else if (lower === "case" && this.#beginDepth > 0) this.#beginDepth++;
      else if (lower === "end" && this.#beginDepth > 0) this.#beginDepth--;
    }
    return undefined;
  }

  #colon(): undefined {
    if (/^:[:=]/.test(this.line.slice(this.at, this.at + 2))) {
      this.#take(2);
      return undefined;
    }
    const found = this.#match(VARIABLE);
    if (!found) {
      this.#take(1);
      return undefined;
    }
    const [all, plain, literal, identifier, test] = found;
    const name = plain ?? literal ?? identifier ?? test ?? "";
    const how = plain !== undefined ? "plain" : literal !== undefined ? "literal" : identifier !== undefined ? "identifier" : "test";
    const left = this.line.length - this.at - all.length;
    this.#expanding = this.#expanding.filter((each) => each.left < this.line.length - this.at);
    const value = how === "plain" && this.#expanding.some((each) => each.name === name) ? undefined : this.substitute(name, how);
    if (value === undefined) this.#take(all.length);
    else if (how === "plain") {
      // The value is read as if it had been typed.
      this.#expanding.push({ name, left });
      this.line = value + this.line.slice(this.at + all.length);
      this.at = 0;
    } else {
      this.buffer += value;
      this.at += all.length;
    }
    return undefined;
  }

  #quoted(): undefined {
    const { line } = this;
    switch (this.#state) {
      case "comment": {
        const mark = /\/\*|\*\//g;
        mark.lastIndex = this.at;
        const found = mark.exec(line);
        this.#take((found ? found.index + 2 : line.length) - this.at);
        if (found) this.#commentDepth += found[0] === "/*" ? 1 : -1;
        if (this.#commentDepth === 0) this.#state = "plain";
        return undefined;
      }
      case "dollar-quote": {
        const end = line.indexOf(this.#dollar, this.at);
        this.#take((end < 0 ? line.length : end + this.#dollar.length) - this.at);
        if (end >= 0) this.#state = "plain";
        return undefined;
      }
      case "escape-quote": {
        const end = /(?:[^'\\]|\\[\s\S]|'')*'(?!')/y;
        return this.#toEnd(end);
      }
      case "double-quote":
        return this.#toEnd(/(?:[^"]|"")*"(?!")/y);
      default:
        return this.#toEnd(/(?:[^']|'')*'(?!')/y);
    }
  }

  #toEnd(end: RegExp): undefined {
    const found = this.#match(end);
    this.#take(found ? found[0].length : this.line.length - this.at);
    if (found) this.#state = "plain";
    return undefined;
  }
}
