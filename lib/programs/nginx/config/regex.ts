/** Regular expressions of the configuration: PCRE's syntax as JavaScript's, and what pcre2_compile says of mistakes. */
import { ConfigError } from "./tokens.ts";

export interface Pattern {
  readonly source: string;
  readonly regex: RegExp;
  readonly names: readonly string[];
}

/** What pcre2_get_error_message(3) says, and how many characters before its place are shown. */
function explain(source: string, message: string): { readonly text: string; readonly at: number } {
  if (/Unterminated group/.test(message)) return { text: "missing closing parenthesis", at: source.length };
  if (/Unterminated character class/.test(message)) return { text: "missing terminating ] for character class", at: source.length };
  if (/Unmatched '\)'/.test(message)) {
    let depth = 0;
    for (let at = 0; at < source.length; at++) {
      if (source[at] === "\\") at++;
      else if (source[at] === "(") depth++;
      else if (source[at] === ")" && --depth < 0) return { text: "unmatched closing parenthesis", at };
    }
    return { text: "unmatched closing parenthesis", at: source.length };
  }
  if (/Nothing to repeat|Lone quantifier/.test(message)) {
    const at = source.search(/(?:^|[(|]|[^\\][*+?]{2})[*+?]/);
    const place = at < 0 ? source.length : at + (/[*+?]/.test(source[at] ?? "") && at === 0 ? 0 : 1);
    return { text: "quantifier does not follow a repeatable item", at: place };
  }
  if (/\\ at end/.test(message)) return { text: "\\ at end of pattern", at: source.length };
  if (/out of order in character class/.test(message)) return { text: "range out of order in character class", at: source.length };
  if (/Invalid capture group name|Invalid named/.test(message)) return { text: "subpattern name expected", at: source.length };
  if (/Duplicate capture group name/.test(message))
    return { text: "two named subpatterns have the same name (PCRE2_DUPNAMES not set)", at: source.length };
  return { text: message.replace(/^Invalid regular expression: /, ""), at: source.length };
}

/** Names of groups and inline options as JavaScript writes them. */
function translate(source: string): { readonly source: string; readonly ignoreCase: boolean } {
  let ignoreCase = false;
  const text = source
    .replace(/^\(\?i\)/, () => {
      ignoreCase = true;
      return "";
    })
    .replace(/\(\?P<([A-Za-z_]\w*)>/g, "(?<$1>")
    .replace(/\(\?'([A-Za-z_]\w*)'/g, "(?<$1>")
    .replaceAll("\\A", "^")
    .replaceAll("\\z", "$")
    .replaceAll("\\Z", "$")
    .replaceAll("\\h", "[ \\t]")
    .replace(/([*+?}])\+/g, "$1");
  return { source: text, ignoreCase };
}

/** Throws ConfigError as nginx words it. */
export function compilePattern(source: string, ignoreCase: boolean): Pattern {
  const plain = translate(source);
  try {
    const regex = new RegExp(plain.source, plain.ignoreCase || ignoreCase ? "i" : "");
    const names = [...plain.source.matchAll(/\(\?<([A-Za-z_]\w*)>/g)].map((match) => match[1] ?? "");
    return { source, regex, names };
  } catch (error) {
    const message = (error instanceof Error ? error.message : String(error)).replace(/^Invalid regular expression: \/.*\/[a-z]*: /s, "");
    const { text, at } = explain(source, message);
    if (at >= source.length) throw new ConfigError(`pcre2_compile() failed: ${text} in "${source}"`);
    throw new ConfigError(`pcre2_compile() failed: ${text} in "${source}" at "${source.slice(at)}"`);
  }
}
