/** POSIX regular expressions (regex(7)) with GNU's extensions, as JavaScript's. */

export class RegexError extends Error {}

export interface RegexOptions {
  /** ERE instead of BRE. */
  readonly extended: boolean;
  readonly ignoreCase?: boolean;
  /** `^` and `$` match at newlines too (sed's M). */
  readonly multiline?: boolean;
  readonly global?: boolean;
  /** Escapes such as \n and \t mean characters, in brackets too (sed, awk). */
  readonly escapes?: boolean;
  /** A backslash escapes inside brackets (awk). */
  readonly bracketEscapes?: boolean;
  /** The whole subject must match, with this added around. */
  readonly wrap?: (source: string) => string;
}

const CLASSES: Readonly<Record<string, string>> = {
  alpha: "\\p{L}",
  digit: "0-9",
  alnum: "\\p{L}\\p{N}",
  upper: "\\p{Lu}",
  lower: "\\p{Ll}",
  space: " \\t\\n\\r\\f\\v",
  blank: " \\t",
  punct: "!-\\/:-@\\[-`\\{-~",
  print: "\\x20-\\x7e\\u{a0}-\\u{10ffff}",
  graph: "\\x21-\\x7e\\u{a1}-\\u{10ffff}",
  cntrl: "\\x00-\\x1f\\x7f",
  xdigit: "0-9A-Fa-f",
};

const CHARACTERS: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", f: "\f", v: "\v", a: "\x07" };

/** One character as JavaScript's source, outside brackets. */
function literal(character: string): string {
  if (/[\\^$.*+?()[\]{}|/]/.test(character)) return `\\${character}`;
  if (character === "\n") return "\\n";
  return character;
}

function inBrackets(character: string): string {
  if (/[\\\]^[\-&~]/.test(character))
    return `\\${character}`.replace(/\\([&~])/, (_whole, c: string) => `\\x${c.charCodeAt(0).toString(16)}`);
  return character;
}

const WORD = "[\\p{L}\\p{N}_]";

class Translator {
  #at = 0;
  #out = "";
  #depth = 0;
  #groups = 0;
  /** Nothing to repeat yet: at the start, after "(" and "|". */
  #start = true;
  readonly #chars: readonly string[];

  constructor(
    pattern: string,
    private readonly options: RegexOptions,
  ) {
    this.#chars = [...pattern];
  }

  translate(): string {
    while (this.#at < this.#chars.length) this.#next();
    if (this.#depth > 0) throw new RegexError("Unmatched ( or \\(");
    return this.#out;
  }

  #atom(source: string): undefined {
    this.#out += source;
    this.#start = false;
  }

  #open(): undefined {
    this.#out += "(";
    this.#depth++;
    this.#groups++;
    this.#start = true;
  }

  #close(): undefined {
    this.#depth--;
    this.#out += ")";
    this.#start = false;
  }

  #repeat(operator: string): undefined {
    // x** and x+* are x*: JavaScript would read them differently.
    if (/(?<!\\)[*+?}]$/.test(this.#out) && this.#lastWasRepeat) this.#out = `${this.#wrapLast(operator)}`;
    else this.#out += operator;
    this.#lastWasRepeat = true;
  }

  #lastWasRepeat = false;

  #wrapLast(operator: string): string {
    const last = this.#out.at(-1);
    if (last === operator) return this.#out;
    return last === "}" ? this.#out : `${this.#out.slice(0, -1)}*`;
  }

  #next(): undefined {
    const { extended, escapes } = this.options;
    const c = this.#chars[this.#at++] ?? "";
    const repeated = this.#lastWasRepeat;
    this.#lastWasRepeat = false;
    if (c === "\\") {
      const e = this.#chars[this.#at++];
      if (e === undefined) throw new RegexError("Trailing backslash");
      if (!extended) {
        if (e === "(") return this.#open();
        if (e === ")") {
          if (this.#depth === 0) throw new RegexError("Unmatched ) or \\)");
          return this.#close();
        }
        if (e === "|") {
          this.#out += "|";
          this.#start = true;
          return;
        }
        if (e === "{") {
          this.#lastWasRepeat = repeated;
          return this.#interval();
        }
        if (e === "+" || e === "?") {
          if (this.#start) return this.#atom(literal(e));
          this.#lastWasRepeat = repeated;
          return this.#repeat(e);
        }
      }
      if (/[1-9]/.test(e)) {
        if (Number(e) > this.#groups) throw new RegexError("Invalid back reference");
        return this.#atom(`(?:\\${e})`);
      }
      if (e === "w") return this.#atom(WORD);
      if (e === "W") return this.#atom(WORD.replace("[", "[^"));
      if (e === "s") return this.#atom("[ \\t\\n\\r\\f\\v]");
      if (e === "S") return this.#atom("[^ \\t\\n\\r\\f\\v]");
      if (e === "b") return this.#anchor(`(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`);
      if (e === "B") return this.#anchor(`(?:(?<=${WORD})(?=${WORD})|(?<!${WORD})(?!${WORD}))`);
      if (e === "<") return this.#anchor(`(?<!${WORD})(?=${WORD})`);
      if (e === ">") return this.#anchor(`(?<=${WORD})(?!${WORD})`);
      if (e === "`") return this.#anchor("(?<![\\s\\S])");
      if (e === "'") return this.#anchor("(?![\\s\\S])");
      if (escapes && CHARACTERS[e] !== undefined) return this.#atom(literal(CHARACTERS[e]));
      if (escapes && e === "x") {
        const hex = this.#chars.slice(this.#at, this.#at + 2).join("");
        if (/^[0-9A-Fa-f]{2}$/.test(hex)) {
          this.#at += 2;
          return this.#atom(literal(String.fromCharCode(Number.parseInt(hex, 16))));
        }
      }
      return this.#atom(literal(e));
    }
    if (c === "[") return this.#atom(this.#bracket());
    if (c === ".") return this.#atom(".");
    if (c === "*") {
      if (this.#start) return extended ? undefined : this.#atom("\\*");
      this.#lastWasRepeat = repeated;
      return this.#repeat("*");
    }
    if (c === "^") {
      if (extended || this.#start) {
        this.#out += "^";
        return;
      }
      return this.#atom("\\^");
    }
    if (c === "$") {
      const rest = this.#chars.slice(this.#at, this.#at + 2).join("");
      if (extended || rest === "" || rest === "\\)" || rest === "\\|") return this.#anchor("$");
      return this.#atom("\\$");
    }
    if (extended) {
      if (c === "(") return this.#open();
      if (c === ")") {
        if (this.#depth === 0) throw new RegexError("Unmatched ) or \\)");
        return this.#close();
      }
      if (c === "|") {
        this.#out += "|";
        this.#start = true;
        return;
      }
      if (c === "+" || c === "?") {
        if (this.#start) return;
        this.#lastWasRepeat = repeated;
        return this.#repeat(c);
      }
      if (c === "{" && !this.#start && /^(\d+(,\d*)?|,\d+)\}/.test(this.#chars.slice(this.#at, this.#at + 12).join(""))) {
        this.#lastWasRepeat = repeated;
        return this.#interval();
      }
    }
    this.#atom(literal(c));
  }

  #anchor(source: string): undefined {
    this.#out += source;
    this.#start = false;
  }

  #interval(): undefined {
    const close = this.options.extended ? "}" : "\\}";
    const text = this.#chars.slice(this.#at).join("");
    const end = text.indexOf(close);
    if (end < 0) throw new RegexError(this.options.extended ? "Unmatched {" : "Unmatched \\{");
    const found = /^(\d*)(?:(,)(\d*))?$/.exec(text.slice(0, end));
    if (!found || text.slice(0, end) === "") throw new RegexError("Invalid content of \\{\\}");
    if (found[3] && Number(found[3]) < Number(found[1] || 0)) throw new RegexError("Invalid content of \\{\\}");
    if (this.#start) throw new RegexError("Invalid preceding regular expression");
    this.#at += [...text.slice(0, end)].length + close.length;
    if (this.#lastWasRepeat) {
      this.#out = `${this.#out}`;
    }
    this.#out += `{${found[1] || "0"}${found[2] ?? ""}${found[3] ?? ""}}`;
    this.#lastWasRepeat = true;
  }

  #bracket(): string {
    const chars = this.#chars;
    let at = this.#at;
    let negated = false;
    if (chars[at] === "^") {
      negated = true;
      at++;
    }
    if (chars[at] === undefined) throw new RegexError("Invalid regular expression");
    let out = "";
    let first = true;
    const unmatched = new RegexError("Unmatched [, [^, [:, [., or [=");
    const single = (): string => {
      let c = chars[at++];
      if (c === undefined) throw unmatched;
      if (c === "[" && (chars[at] === "." || chars[at] === "=")) {
        const mark = chars[at] ?? "";
        const end = chars.indexOf("]", at + 2);
        if (end < 0 || chars[end - 1] !== mark) throw unmatched;
        c = chars.slice(at + 1, end - 1).join("");
        at = end + 1;
      } else if (c === "\\" && (this.options.escapes || this.options.bracketEscapes)) {
        const e = chars[at] ?? "";
        if (CHARACTERS[e] !== undefined) {
          at++;
          return CHARACTERS[e];
        }
        if (this.options.bracketEscapes && e !== "") {
          at++;
          return e;
        }
      }
      return c;
    };
    for (;;) {
      const c = chars[at];
      if (c === undefined) throw unmatched;
      if (c === "]" && !first) break;
      first = false;
      if (c === "[" && chars[at + 1] === ":") {
        const end = chars.findIndex((each, index) => index > at + 1 && each === ":" && chars[index + 1] === "]");
        if (end < 0) throw unmatched;
        const name = chars.slice(at + 2, end).join("");
        const set = CLASSES[name];
        if (set === undefined) throw new RegexError("Invalid character class name");
        out += set;
        at = end + 2;
        continue;
      }
      const from = single();
      if (chars[at] === "-" && chars[at + 1] !== "]" && chars[at + 1] !== undefined) {
        at++;
        const to = single();
        if ((from.codePointAt(0) ?? 0) > (to.codePointAt(0) ?? 0)) throw new RegexError("Invalid range end");
        out += `${inBrackets(from)}-${inBrackets(to)}`;
      } else out += inBrackets(from);
    }
    this.#at = at + 1;
    return `[${negated ? "^" : ""}${out}]`;
  }
}

/** Compiles; throws RegexError with GNU's message. */
export function posixRegex(pattern: string, options: RegexOptions): RegExp {
  const source = new Translator(pattern, options).translate();
  const flags = `u${options.ignoreCase ? "i" : ""}${options.multiline ? "m" : ""}${options.global ? "g" : ""}s`;
  try {
    return new RegExp(options.wrap ? options.wrap(source) : source, flags);
  } catch {
    throw new RegexError("Invalid regular expression");
  }
}
