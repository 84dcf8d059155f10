/** Words of nginx's configuration files: spaces, quotes, backslashes, comments and `${name}`, as ngx_conf_read_token takes them. */

/** A mistake in the configuration; the place is added by whoever knows the file. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  constructor(
    message: string,
    /** " in FILE:LINE", where the message bears no place of its own. */
    readonly place?: string,
    readonly level: "emerg" | "crit" = "emerg",
  ) {
    super(message);
  }
}

/** What one reading gives: a statement, the end of a block, or of the text. */
export type Statement =
  | { readonly kind: "simple" | "block"; readonly words: readonly string[] }
  | { readonly kind: "close" }
  | { readonly kind: "end" };

const isSpace = (char: string) => char === " " || char === "\t" || char === "\r" || char === "\n";

/** A word as it is meant: `\"`, `\'`, `\\`, `\t`, `\r` and `\n` stand for one character, other backslashes for themselves. */
function plain(text: string): string {
  if (!text.includes("\\")) return text;
  const special: Readonly<Record<string, string>> = { t: "\t", r: "\r", n: "\n" };
  let out = "";
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? "";
    const next = text[at + 1] ?? "";
    if (char !== "\\") out += char;
    else if (next === '"' || next === "'" || next === "\\") {
      out += next;
      at++;
    } else if (next in special && next !== "") {
      out += special[next];
      at++;
    } else out += char;
  }
  return out;
}

/** nginx reads its files through a buffer of this size: a longer word is taken for a forgotten quote. */
const LONGEST_WORD = 4096;

/** Reads one text (a file, or the parameter of `-g`). */
export class Tokens {
  line = 1;
  #at = 0;

  constructor(
    private readonly text: string,
    private readonly isParameter = false,
  ) {}

  /** The next statement. Throws ConfigError; `line` is where it was found. */
  next(): Statement {
    const words: string[] = [];
    let start = 0;
    let startLine = this.line;
    let needSpace = false;
    let between = true;
    let comment = false;
    let skip = false;
    let variable = false;
    let quote = "";
    for (;;) {
      if (this.#at >= this.text.length) return this.#atEnd(words, between, quote, start, startLine);
      const char = this.text[this.#at++] ?? "";
      if (!between && this.#at - start > LONGEST_WORD) this.#tooLong(quote, start, startLine);
      if (char === "\n") {
        this.line++;
        comment = false;
      }
      if (comment) continue;
      if (skip) {
        skip = false;
        continue;
      }
      if (needSpace) {
        if (isSpace(char)) {
          between = true;
          needSpace = false;
          continue;
        }
        if (char === ";") return { kind: "simple", words };
        if (char === "{") return { kind: "block", words };
        if (char !== ")") throw new ConfigError(`unexpected "${char}"`);
        between = true;
        needSpace = false;
      }
      if (between) {
        start = this.#at - 1;
        startLine = this.line;
        if (isSpace(char)) continue;
        if (char === ";" || char === "{") {
          if (words.length === 0) throw new ConfigError(`unexpected "${char}"`);
          return { kind: char === "{" ? "block" : "simple", words };
        }
        if (char === "}") {
          if (words.length > 0) throw new ConfigError('unexpected "}"');
          return { kind: "close" };
        }
        if (char === "#") {
          comment = true;
          continue;
        }
        between = false;
        if (char === "\\") skip = true;
        else if (char === '"' || char === "'") {
          start++;
          quote = char;
        } else if (char === "$") variable = true;
        continue;
      }
      if (char === "{" && variable) continue;
      variable = false;
      if (char === "\\") {
        skip = true;
        continue;
      }
      if (char === "$") {
        variable = true;
        continue;
      }
      let found = false;
      if (quote !== "") {
        if (char === quote) {
          quote = "";
          needSpace = true;
          found = true;
        }
      } else if (isSpace(char) || char === ";" || char === "{") {
        between = true;
        found = true;
      }
      if (!found) continue;
      words.push(plain(this.text.slice(start, this.#at - 1)));
      if (needSpace) continue;
      if (char === ";") return { kind: "simple", words };
      if (char === "{") return { kind: "block", words };
    }
  }

  #atEnd(words: readonly string[], between: boolean, quote: string, start: number, startLine: number): Statement {
    if (words.length === 0 && between) return { kind: "end" };
    if (!between && this.text.length - start >= LONGEST_WORD) this.#tooLong(quote, start, startLine);
    throw new ConfigError(this.isParameter ? 'unexpected end of parameter, expecting ";"' : 'unexpected end of file, expecting ";" or "}"');
  }

  #tooLong(quote: string, start: number, startLine: number): never {
    this.line = startLine;
    if (quote !== "") throw new ConfigError(`too long parameter, probably missing terminating "${quote}" character`);
    throw new ConfigError(`too long parameter "${this.text.slice(start, start + 10)}..." started`);
  }
}

/** A word so that reading it gives the same again. */
export function quoteWord(word: string): string {
  if (/^[^\s;{}#"'\\$()][^\s;{}"'\\$]*$/.test(word)) return word;
  return `"${word.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
