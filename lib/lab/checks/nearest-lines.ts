import type { ComparedTexts } from "../types.ts";

/** Texts that are compared line by line are cut to so many characters, and lines. */
const MOST_TEXT = 16_000;
const MOST_LINES = 2000;
/** Lines that share less than this part of their characters at both ends have nothing to do with each other. */
const LIKENESS = 0.5;
/** So many characters of a line are looked at. */
const MOST_LINE = 400;

/** Two whole texts, where at least one has several lines; blanks at their ends do not count, as in the rule. */
export function whole(expected: string, found: string): { readonly texts?: ComparedTexts } {
  const wanted = expected.trimEnd();
  const there = found.trimEnd();
  if (there === "" || (!wanted.includes("\n") && !there.includes("\n"))) return {};
  return { texts: { expected: wanted.slice(0, MOST_TEXT), found: there.slice(0, MOST_TEXT), firstLine: 1 } };
}

/** The lines of `text` that come nearest to `part`, which is not in it; nothing when none is like it. */
export function nearestLines(part: string, text: string): { readonly line?: number; readonly texts?: ComparedTexts } {
  const wanted = part.replace(/^\n+|\s+$/g, "").split("\n");
  const lines = text.slice(0, MOST_TEXT * 4).split("\n", MOST_LINES);
  const key = wanted.map((line) => line.trim()).sort((a, b) => b.length - a.length)[0] ?? "";
  const at = wanted.findIndex((line) => line.trim() === key);
  let best = -1;
  let most = LIKENESS;
  for (const [index, line] of lines.entries()) {
    const like = likeness(key, line.trim());
    if (like > most) {
      best = index;
      most = like;
    }
  }
  if (best < 0) return {};
  const start = Math.max(0, best - at);
  const found = lines.slice(start, start + wanted.length);
  return { line: best + 1, texts: { expected: wanted.join("\n").slice(0, MOST_TEXT), found: found.join("\n"), firstLine: start + 1 } };
}

/** The part of two lines that is the same at their beginning and end: 0 to 1. */
function likeness(a: string, b: string): number {
  if (a === "" || b === "" || b.length > MOST_LINE) return 0;
  const shorter = Math.min(a.length, b.length);
  let head = 0;
  while (head < shorter && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < shorter - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  return (head + tail) / Math.max(a.length, b.length);
}
