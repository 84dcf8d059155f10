import { patternSource } from "./pattern.ts";

/**
 * A POSIX extended regular expression (regex(7)) as JavaScript's; undefined when it is not valid. Bracket expressions are those of
 * patterns, except that a backslash stands for itself in them.
 */
export function regularExpression(text: string, ignoreCase: boolean): RegExp | undefined {
  let source = "";
  let at = 0;
  while (at < text.length) {
    const character = text[at]!;
    if (character === "\\" && at + 1 < text.length) {
      const next = text[at + 1]!;
      source += CLASSES[next] ?? (/[\w]/.test(next) ? next : `\\${next}`);
      if (CLASSES[next] === undefined && !/[\w^$\\.*+?()[\]{}|/]/.test(next)) source = `${source.slice(0, -2)}${next}`;
      at += 2;
    } else if (character === "[") {
      const end = bracketEnd(text, at);
      if (end < 0) return undefined;
      source += patternSource(text.slice(at, end).replaceAll("\\", "\\\\").replace(/^\[!/, "[\\!"));
      at = end;
    } else if (character === "{" && (at === 0 || text[at - 1] === "(" || text[at - 1] === "|")) {
      return undefined;
    } else if (character === "{" && !/^\{\d+(?:,\d*)?\}/.test(text.slice(at))) {
      source += "\\{";
      at++;
    } else if (character === "}" && !/\{\d+(?:,\d*)?$/.test(source)) {
      source += "\\}";
      at++;
    } else if (character === "]") {
      source += "\\]";
      at++;
    } else {
      source += character;
      at++;
    }
  }
  try {
    return new RegExp(source, `su${ignoreCase ? "i" : ""}`);
  } catch {
    return undefined;
  }
}

/** What glibc understands besides POSIX. */
const CLASSES: Readonly<Record<string, string>> = {
  w: "[\\p{L}\\p{N}_]",
  W: "[^\\p{L}\\p{N}_]",
  s: "\\s",
  S: "\\S",
  b: "\\b",
  B: "\\B",
  "<": "\\b(?=\\w)",
  ">": "\\b(?<=\\w)",
};

function bracketEnd(text: string, start: number): number {
  let at = start + 1;
  if (text[at] === "^") at++;
  if (text[at] === "]") at++;
  for (; at < text.length; at++) {
    if (text[at] === "[" && /[:.=]/.test(text[at + 1] ?? "")) {
      const close = text.indexOf(`${text[at + 1]}]`, at + 2);
      if (close < 0) return -1;
      at = close + 1;
    } else if (text[at] === "]") return at + 1;
  }
  return -1;
}
