/**
 * Shell patterns (bash(1), Pattern Matching) as regular expressions.
 *
 * A pattern is made of pieces: what was quoted stands for itself.
 */

export interface Piece {
  readonly text: string;
  readonly quoted: boolean;
}

export interface PatternOptions {
  readonly extglob?: boolean;
  readonly ignoreCase?: boolean;
  /** `*` takes as little as it can. */
  readonly lazy?: boolean;
  /** For one component of a path: `*` and `?` match no slash. */
  readonly path?: boolean;
}

const SPECIAL = /[\\^$.*+?()[\]{}|/]/g;

export function escapeRegExp(text: string): string {
  return text.replace(SPECIAL, "\\$&");
}

/** The same inside `[…]`, where a dash means a range. */
function escapeInSet(text: string): string {
  return text === "-" ? "\\-" : escapeRegExp(text);
}

const ACTIVE = /[*?]|\[.*\]/s;
const ACTIVE_EXTENDED = /[*?]|\[.*\]|[@+!]\(/s;

/** Whether any unquoted character has a meaning in a pattern. */
export function hasPattern(pieces: readonly Piece[], extglob: boolean): boolean {
  const active = extglob ? ACTIVE_EXTENDED : ACTIVE;
  if (pieces.length === 1) return !pieces[0]!.quoted && active.test(pieces[0]!.text);
  // A bracket may open in one piece and close in another.
  return active.test(pieces.map((piece) => (piece.quoted ? "" : piece.text)).join(""));
}

/** The text of the pieces, with what was quoted escaped by backslashes: a pattern in one string. */
export function patternText(pieces: readonly Piece[]): string {
  let text = "";
  for (const piece of pieces) text += piece.quoted ? piece.text.replace(/[\\*?[\]()|!+@^-]/g, "\\$&") : piece.text;
  return text;
}

const cache = new Map<string, RegExp>();

/** A regular expression that matches a whole string. */
export function compilePattern(pattern: string, options: PatternOptions = {}): RegExp {
  const key = `${options.extglob ? "e" : ""}${options.ignoreCase ? "i" : ""}${options.path ? "p" : ""}:${pattern}`;
  let compiled = cache.get(key);
  if (compiled === undefined) {
    const flags = options.ignoreCase ? "sui" : "su";
    compiled = new RegExp(`^(?:${patternSource(pattern, options)})$`, flags);
    if (cache.size > 1000) cache.clear();
    cache.set(key, compiled);
  }
  return compiled;
}

/** What a pattern without special characters stands for; undefined when it has some. Also spares megabytes a regular expression. */
export function literalOf(pattern: string): string | undefined {
  if (/[*?[(]/.test(pattern.includes("\\") ? pattern.replace(/\\./gs, "") : pattern)) return undefined;
  return pattern.replace(/\\(.)/gs, "$1");
}

export function matchesPattern(text: string, pattern: string, options: PatternOptions = {}): boolean {
  const literal = options.ignoreCase ? undefined : literalOf(pattern);
  if (literal !== undefined) return text === literal;
  return compilePattern(pattern, options).test(text);
}

/** The source of the regular expression, without anchors. */
export function patternSource(pattern: string, options: PatternOptions = {}): string {
  let source = "";
  let at = 0;
  const any = options.path ? "[^/]" : ".";
  while (at < pattern.length) {
    const character = String.fromCodePoint(pattern.codePointAt(at)!);
    const group = options.extglob && "?*+@!".includes(character) && pattern[at + 1] === "(" ? closingParen(pattern, at + 1) : -1;
    if (group > 0) {
      const inner = alternatives(pattern.slice(at + 2, group))
        .map((part) => patternSource(part, options))
        .join("|");
      if (character === "!") {
        // Not one of these: the rest of the pattern decides how far the group may reach.
        const rest = patternSource(pattern.slice(group + 1), options);
        return `${source}(?!(?:${inner})${rest}$)${any}*${rest}`;
      }
      source += `(?:${inner})${character === "@" ? "" : character}`;
      at = group + 1;
    } else if (character === "*") {
      while (pattern[at + 1] === "*") at++;
      source += options.lazy ? `${any}*?` : `${any}*`;
      at++;
    } else if (character === "?") {
      source += any;
      at++;
    } else if (character === "[") {
      const bracket = bracketSource(pattern, at, options);
      source += bracket.source;
      at = bracket.next;
    } else if (character === "\\" && at + 1 < pattern.length) {
      const next = String.fromCodePoint(pattern.codePointAt(at + 1)!);
      source += escapeRegExp(next);
      at += 1 + next.length;
    } else {
      source += escapeRegExp(character);
      at += character.length;
    }
  }
  return source;
}

function closingParen(pattern: string, open: number): number {
  let depth = 0;
  for (let at = open; at < pattern.length; at++) {
    if (pattern[at] === "\\") at++;
    else if (pattern[at] === "(") depth++;
    else if (pattern[at] === ")" && --depth === 0) return at;
  }
  return -1;
}

/** Splits at the `|` of this level. */
function alternatives(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "(") depth++;
    else if (text[at] === ")") depth--;
    else if (text[at] === "|" && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

const CLASSES: Readonly<Record<string, string>> = {
  alnum: "\\p{L}\\p{N}",
  alpha: "\\p{L}",
  ascii: "\\x00-\\x7f",
  blank: " \\t",
  cntrl: "\\x00-\\x1f\\x7f",
  digit: "0-9",
  graph: "\\x21-\\x7e\\u{a1}-\\u{10ffff}",
  lower: "\\p{Ll}",
  print: "\\x20-\\x7e\\u{a0}-\\u{10ffff}",
  punct: "!-\\/:-@\\[-`\\{-~",
  space: "\\s",
  upper: "\\p{Lu}",
  word: "\\p{L}\\p{N}_",
  xdigit: "0-9A-Fa-f",
};

/** `[…]` at `start`; a bracket that is never closed stands for itself. */
function bracketSource(pattern: string, start: number, options: PatternOptions): { source: string; next: number } {
  let at = start + 1;
  const negated = pattern[at] === "!" || pattern[at] === "^";
  if (negated) at++;
  let set = "";
  for (let first = true; ; first = false) {
    if (at >= pattern.length) return { source: "\\[", next: start + 1 };
    if (pattern[at] === "]" && !first) break;
    const named = /^\[:(\w+):\]/.exec(pattern.slice(at));
    if (named !== null) {
      set += CLASSES[named[1] ?? ""] ?? "";
      at += named[0].length;
      continue;
    }
    const collating = /^\[([.=])(.)\1\]/u.exec(pattern.slice(at));
    if (collating !== null) {
      set += escapeInSet(collating[2] ?? "");
      at += collating[0].length;
      continue;
    }
    if (pattern[at] === "\\" && at + 1 < pattern.length) at++;
    const low = String.fromCodePoint(pattern.codePointAt(at)!);
    at += low.length;
    if (pattern[at] === "-" && at + 1 < pattern.length && pattern[at + 1] !== "]") {
      at++;
      if (pattern[at] === "\\" && at + 1 < pattern.length) at++;
      const high = String.fromCodePoint(pattern.codePointAt(at)!);
      at += high.length;
      if (low.codePointAt(0)! <= high.codePointAt(0)!) set += `${escapeInSet(low)}-${escapeInSet(high)}`;
    } else {
      set += escapeInSet(low);
    }
  }
  const next = at + 1;
  if (set === "") return { source: negated ? "." : "(?!)", next };
  const slash = options.path ? "(?!/)" : "";
  return { source: `${slash}[${negated ? "^" : ""}${set}]`, next };
}
