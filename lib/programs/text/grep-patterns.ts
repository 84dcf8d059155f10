/** The patterns of grep as one regular expression. */
import { Failure } from "../core/errors.ts";
import { posixRegex, RegexError } from "../core/regex.ts";

export type PatternKind = "basic" | "extended" | "fixed" | "perl";

export interface PatternOptions {
  readonly kind: PatternKind;
  readonly ignoreCase: boolean;
  readonly wholeLines: boolean;
  readonly wholeWords: boolean;
}

/** PCRE that JavaScript writes otherwise: \K, \h, \A, \z, POSIX classes, named groups, needless escapes. */
function perl(pattern: string): string {
  const classes: Readonly<Record<string, string>> = {
    alpha: "\\p{L}",
    digit: "0-9",
    alnum: "\\p{L}\\p{N}",
    space: "\\s",
    upper: "\\p{Lu}",
    lower: "\\p{Ll}",
    xdigit: "0-9A-Fa-f",
    punct: "!-\\/:-@\\[-`\\{-~",
  };
  const out = pattern
    .replace(/\\h/g, "[ \\t]")
    .replace(/\\A/g, "^")
    .replace(/\\[zZ]/g, "$")
    .replace(/\[:(\w+):\]/g, (whole, name: string) => classes[name] ?? whole)
    .replace(/\(\?P</g, "(?<")
    .replace(/\\(["'#%&,:;<=>@_`~! ])/g, "$1");
  const keep = out.indexOf("\\K");
  return keep < 0 ? out : `(?<=${out.slice(0, keep)})${out.slice(keep + 2)}`;
}

/** Compiles; with no patterns nothing matches (undefined). Throws Failure with grep's message. */
export function compilePatterns(patterns: readonly string[], options: PatternOptions): RegExp | undefined {
  if (patterns.length === 0) return undefined;
  const { kind } = options;
  if (kind === "perl" && patterns.length > 1) throw new Failure("the -P option only supports a single pattern", 2);
  const wrap = (source: string) => {
    if (options.wholeLines) return `^(?:${source})$`;
    return options.wholeWords ? `(?<![\\p{L}\\p{N}_])(?:${source})(?![\\p{L}\\p{N}_])` : source;
  };
  const flags = `gus${options.ignoreCase ? "i" : ""}`;
  try {
    const sources = patterns.map((text) => {
      if (kind === "fixed") return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
      return kind === "perl" ? perl(text) : posixRegex(text, { extended: kind === "extended" }).source;
    });
    return new RegExp(wrap(sources.length === 1 ? (sources[0] ?? "") : sources.map((source) => `(?:${source})`).join("|")), flags);
  } catch (error) {
    if (error instanceof RegexError) throw new Failure(error.message, 2);
    if (error instanceof SyntaxError) throw new Failure(error.message.replace(/^Invalid regular expression: /, ""), 2);
    throw error;
  }
}
