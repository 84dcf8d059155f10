import type { ComparedTexts, TextRule } from "../types.ts";
import { nearestLines, whole } from "./nearest-lines.ts";

/** What a rule wanted and what was there instead, both as short phrases that can stand in a sentence. */
export interface Difference {
  readonly expected: string;
  readonly found: string;
  /** The line that comes nearest, or that must not be there. */
  readonly line?: number;
  readonly texts?: ComparedTexts;
}

/** The first part of the rule that `text` breaks, or undefined. `name` says what the text is: "the page", "the output". */
export function breaks(rule: TextRule, text: string, name: string): Difference | undefined {
  for (const part of rule.contains ?? []) {
    if (!text.includes(part)) return { expected: `${quote(part)} in ${name}`, found: excerpt(text, name), ...nearestLines(part, text) };
  }
  for (const part of rule.excludes ?? []) {
    if (text.includes(part)) {
      return {
        expected: `no ${quote(part)} in ${name}`,
        found: lineWith(text, part),
        line: text.slice(0, text.indexOf(part)).split("\n").length,
      };
    }
  }
  if (rule.matches !== undefined && !new RegExp(rule.matches, "m").test(text)) {
    return { expected: `${wantedOf(rule)} in ${name}`, found: excerpt(text, name) };
  }
  if (rule.equals !== undefined && text.trimEnd() !== rule.equals.trimEnd()) {
    return { expected: quote(rule.equals.trimEnd()), found: excerpt(text, name), ...whole(rule.equals, text) };
  }
  return undefined;
}

/** What the rule wants, in words. */
export function describe(rule: TextRule, name: string): string {
  return [
    ...(rule.contains ?? []).map((part) => `${quote(part)} in ${name}`),
    ...(rule.excludes ?? []).map((part) => `no ${quote(part)} in ${name}`),
    ...(rule.matches === undefined ? [] : [`${wantedOf(rule)} in ${name}`]),
    ...(rule.equals === undefined ? [] : [`${name} ${quote(rule.equals.trimEnd())}`]),
  ].join(", ");
}

/** Of a rule with `matches`; that it is said in words is made sure of where lab.yaml is read. */
function wantedOf({ wanted, matches = "" }: TextRule): string {
  return wanted ?? `text that fits ${quote(matches)}`;
}

/** One line for a message: quoted, and short enough to read at a glance. It may go to a terminal: control characters are pictures. */
export function quote(text: string): string {
  const line = text
    .replace(/\s*\n\s*/g, " ⏎ ")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are shown in another way
    .replace(/[\x00-\x08\x0b-\x1f\x7f]/g, (character) =>
      character === "\x7f" ? "␡" : String.fromCharCode(0x2400 + character.charCodeAt(0)),
    );
  return `“${line.length > 160 ? `${line.slice(0, 159)}…` : line}”`;
}

function excerpt(text: string, name: string): string {
  const trimmed = text.trim();
  if (trimmed === "") return `nothing: ${name} is empty`;
  // What a program says last is what went wrong.
  return quote(trimmed.length > 160 ? `…${trimmed.slice(-158)}` : trimmed);
}

function lineWith(text: string, part: string): string {
  const at = text.indexOf(part);
  const start = text.lastIndexOf("\n", at) + 1;
  const end = text.indexOf("\n", at + part.length);
  return quote(text.slice(start, end < 0 ? undefined : end).trim());
}
