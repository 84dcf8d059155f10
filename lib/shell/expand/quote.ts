/** Ways in which bash writes a string so that it can be read again. */
import { decodeBytes, strayByte } from "../bytes.ts";

const SAFE = /^[A-Za-z0-9_@%+:,./-]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what needs $'…'
const CONTROL = /[\x00-\x1f\x7f\udc80-\udcff]/u;

const NAMED: Readonly<Record<string, string>> = {
  "\x07": "\\a",
  "\b": "\\b",
  "\x1b": "\\E",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  "\\": "\\\\",
  "'": "\\'",
};

/** `$'…'`. */
export function ansiQuote(text: string): string {
  let quoted = "";
  for (const character of text) {
    const code = strayByte(character) ?? character.charCodeAt(0);
    quoted +=
      NAMED[character] ??
      (code < 32 || code === 127 || strayByte(character) !== undefined ? `\\${code.toString(8).padStart(3, "0")}` : character);
  }
  return `$'${quoted}'`;
}

/** As bash's printable_filename: how names stand in its errors. */
export function printableName(name: string): string {
  return CONTROL.test(name) ? ansiQuote(name) : name;
}

/** `'…'`, as `${x@Q}`, `alias` and `trap -p` print. */
export function singleQuote(text: string): string {
  if (CONTROL.test(text)) return ansiQuote(text);
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Backslashes, as `printf %q` prints. */
export function backslashQuote(text: string): string {
  if (text === "") return "''";
  if (CONTROL.test(text)) return ansiQuote(text);
  return text.replace(/[ !"#$&'()*;<>?[\\\]^`{|}~,]/g, (character, at: number) => {
    if (character === "#" || character === "~") return at === 0 ? `\\${character}` : character;
    return `\\${character}`;
  });
}

/** `"…"`, as `declare -p` prints. */
export function doubleQuote(text: string): string {
  if (CONTROL.test(text)) return ansiQuote(text);
  return `"${text.replace(/["$`\\]/g, "\\$&")}"`;
}

/** Quotes only where needed: `set -x`, and `set` without arguments. */
export function quoteIfNeeded(text: string): string {
  if (text === "") return "''";
  if (SAFE.test(text)) return text;
  if (CONTROL.test(text)) return ansiQuote(text);
  return /[\s!"#$&'()*;<>?[\\\]^`{|}~]/.test(text) ? singleQuote(text) : text;
}

/** The same for `set -x`, which prefers plain quotes around tabs and line breaks. */
export function quoteForTrace(text: string): string {
  if (text === "") return "''";
  if (text === "'") return "\\'";
  if (/[\s!"#$&'()*;<>?[\\\]^`{|}~]/.test(text)) return `'${text.replaceAll("'", "'\\''")}'`;
  return CONTROL.test(text) ? ansiQuote(text) : text;
}

/** Backslash escapes of `$'…'`, `echo -e` and `%b`. `stop`: what `\c` gives, if it means "print no more". */
export function decodeEscapes(text: string, kind: "ansi" | "echo" | "printf" | "format"): { text: string; stop: boolean } {
  if (!text.includes("\\")) return { text, stop: false };
  let result = "";
  let at = 0;
  const bytes: number[] = [];
  const flush = (): void => {
    if (bytes.length > 0) result += decodeBytes(new Uint8Array(bytes.splice(0)));
  };
  while (at < text.length) {
    const character = text[at]!;
    if (character !== "\\" || at + 1 >= text.length) {
      flush();
      result += character;
      at++;
      continue;
    }
    const rest = text.slice(at + 1, at + 12);
    const octal = (kind === "echo" ? /^0[0-7]{0,3}/ : kind === "printf" ? /^(?:0[0-7]{0,3}|[1-7][0-7]{0,2})/ : /^[0-7]{1,3}/).exec(rest);
    const hex = /^x([0-9a-fA-F]{1,2})/.exec(rest);
    const unicode = /^(?:u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8}))/.exec(rest);
    if (octal !== null) {
      bytes.push(Number.parseInt(octal[0], 8) & 255);
      at += 1 + octal[0].length;
    } else if (hex !== null) {
      bytes.push(Number.parseInt(hex[1]!, 16));
      at += 1 + hex[0].length;
    } else if (unicode !== null) {
      flush();
      result += String.fromCodePoint(Math.min(Number.parseInt(unicode[1] ?? unicode[2]!, 16), 0x10ffff));
      at += 1 + unicode[0].length;
    } else {
      flush();
      const next = rest[0]!;
      if (next === "c" && kind !== "ansi" && kind !== "format") return { text: result, stop: true };
      const simple = SIMPLE[next];
      if (simple !== undefined) result += simple;
      else if (kind === "ansi" && (next === "'" || next === '"' || next === "?")) result += next;
      else result += `\\${next}`;
      at += 2;
    }
  }
  flush();
  return { text: result, stop: false };
}

const SIMPLE: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  e: "\x1b",
  E: "\x1b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
};
