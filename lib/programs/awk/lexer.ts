/** Tokens of an awk program (POSIX awk, "Lexical Conventions"). */

export type TokenKind = "number" | "string" | "regex" | "name" | "function-name" | "keyword" | "builtin" | "operator" | "newline" | "end";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly line: number;
}

export class AwkSyntaxError extends Error {
  constructor(
    message: string,
    readonly line: number,
  ) {
    super(message);
  }
}

const KEYWORDS = new Set([
  "BEGIN",
  "END",
  "function",
  "func",
  "if",
  "else",
  "while",
  "for",
  "do",
  "break",
  "continue",
  "next",
  "nextfile",
  "exit",
  "return",
  "delete",
  "in",
  "getline",
  "print",
  "printf",
]);
export const BUILTINS = new Set([
  "length",
  "substr",
  "index",
  "split",
  "sub",
  "gsub",
  "match",
  "sprintf",
  "sin",
  "cos",
  "atan2",
  "exp",
  "log",
  "sqrt",
  "int",
  "rand",
  "srand",
  "tolower",
  "toupper",
  "system",
  "close",
  "fflush",
  "systime",
  "strftime",
  "mktime",
  "gensub",
  "and",
  "or",
  "xor",
  "lshift",
  "rshift",
  "compl",
]);

const OPERATORS = [
  "**=",
  ">>",
  "<=",
  ">=",
  "==",
  "!=",
  "!~",
  "&&",
  "||",
  "++",
  "--",
  "+=",
  "-=",
  "*=",
  "/=",
  "%=",
  "^=",
  "**",
  "|&",
  "{",
  "}",
  "(",
  ")",
  "[",
  "]",
  ";",
  ",",
  "+",
  "-",
  "*",
  "/",
  "%",
  "^",
  "!",
  ">",
  "<",
  "|",
  "?",
  ":",
  "~",
  "$",
  "=",
];

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  "\\": "\\",
  '"': '"',
  "/": "/",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
};

/** Backslash escapes of a string (also of -v and of operands var=value). */
export function unescapeAwk(text: string): string {
  return text.replace(/\\([0-7]{1,3}|[\s\S])/g, (whole, e: string) => {
    if (/^[0-7]+$/.test(e)) return String.fromCharCode(Number.parseInt(e, 8));
    return ESCAPES[e] ?? (e === "\n" ? "" : whole);
  });
}

export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let line = 1;
  const push = (kind: TokenKind, text: string) => tokens.push({ kind, text, line });
  /** A slash here divides: it follows something that is a value. */
  const afterValue = () => {
    const last = tokens.at(-1);
    if (!last) return false;
    if (last.kind === "number" || last.kind === "string" || last.kind === "regex" || last.kind === "name") return true;
    if (last.kind === "builtin") return true;
    return last.kind === "operator" && [")", "]", "$", "++", "--"].includes(last.text);
  };
  while (at < source.length) {
    const c = source[at] ?? "";
    if (c === "\n") {
      push("newline", "\n");
      line++;
      at++;
      continue;
    }
    if (c === "\\" && /^\\\r?\n/.test(source.slice(at, at + 3))) {
      at += source[at + 1] === "\r" ? 3 : 2;
      line++;
      continue;
    }
    if (/\s/.test(c)) {
      at++;
      continue;
    }
    if (c === "#") {
      while (at < source.length && source[at] !== "\n") at++;
      continue;
    }
    if (c === '"') {
      let end = at + 1;
      while (end < source.length && source[end] !== '"') {
        if (source[end] === "\n") throw new AwkSyntaxError("runaway string constant", line);
        end += source[end] === "\\" ? 2 : 1;
      }
      if (end >= source.length) throw new AwkSyntaxError("runaway string constant", line);
      push("string", unescapeAwk(source.slice(at + 1, end)));
      at = end + 1;
      continue;
    }
    if (c === "/" && !afterValue()) {
      let end = at + 1;
      let bracket = false;
      while (end < source.length && (source[end] !== "/" || bracket)) {
        const d = source[end];
        if (d === "\n") throw new AwkSyntaxError("runaway regular expression", line);
        if (d === "\\") end++;
        else if (d === "[" && !bracket) {
          bracket = true;
          if (source[end + 1] === "^") end++;
          if (source[end + 1] === "]") end++;
        } else if (d === "]") bracket = false;
        end++;
      }
      if (end >= source.length) throw new AwkSyntaxError("runaway regular expression", line);
      push("regex", source.slice(at + 1, end).replace(/\\\//g, "/"));
      at = end + 1;
      continue;
    }
    const number = /^(?:0[xX][0-9A-Fa-f]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)/.exec(source.slice(at, at + 60));
    if (number) {
      push("number", number[0]);
      at += number[0].length;
      continue;
    }
    const word = /^[A-Za-z_]\w*/.exec(source.slice(at, at + 200));
    if (word) {
      const [text] = word;
      at += text.length;
      if (KEYWORDS.has(text)) push("keyword", text === "func" ? "function" : text);
      else if (BUILTINS.has(text)) push("builtin", text);
      else push(source[at] === "(" ? "function-name" : "name", text);
      continue;
    }
    const operator = OPERATORS.find((each) => source.startsWith(each, at));
    if (!operator) throw new AwkSyntaxError(`unexpected character '${c}'`, line);
    push("operator", operator === "**" ? "^" : operator === "**=" ? "^=" : operator);
    at += operator.length;
  }
  push("newline", "\n");
  push("end", "");
  return tokens;
}
