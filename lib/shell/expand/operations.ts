/** What can be done with a parameter's value: removal, replacement, slices, case, transformations. */
import { CommandError, ExpansionError } from "../control.ts";
import { decodePrompt } from "../interactive/prompt.ts";
import type { Run } from "../run.ts";
import type { Shell } from "../shell.ts";
import { assignmentText } from "../variables/print.ts";
import { attributeLetters, elementKeys, isAssociative, isIndexed } from "../variables/variable.ts";
import type { ParameterValue } from "./parameter.ts";
import { compilePattern, literalOf, type PatternOptions, type Piece, patternSource } from "./pattern.ts";
import { backslashQuote, decodeEscapes, doubleQuote, singleQuote } from "./quote.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII
const ASCII = /^[\x00-\x7f]*$/;

/** The length in characters, not UTF-16 units. */
export function characterCount(text: string): number {
  return ASCII.test(text) ? text.length : [...text].length;
}

export function removePattern(text: string, pattern: string, operator: "#" | "##" | "%" | "%%", options: PatternOptions): string {
  if (pattern === "") return text;
  const literal = literalOf(pattern);
  if (literal !== undefined) {
    if (operator.startsWith("#")) return text.startsWith(literal) ? text.slice(literal.length) : text;
    return text.endsWith(literal) ? text.slice(0, text.length - literal.length) : text;
  }
  if (operator === "#" || operator === "##") {
    const source = patternSource(pattern, { ...options, lazy: operator === "#" });
    const match = new RegExp(`^(?:${source})`, "su").exec(text);
    return match === null ? text : text.slice(match[0].length);
  }
  const whole = compilePattern(pattern, options);
  const starts = Array.from({ length: text.length + 1 }, (_, at) => (operator === "%" ? text.length - at : at));
  const start = starts.find((at) => whole.test(text.slice(at)));
  return start === undefined ? text : text.slice(0, start);
}

/** `${x/pattern/replacement}`; an unquoted `&` in the replacement stands for what matched. */
export function replacePattern(
  text: string,
  pattern: string,
  replacement: readonly Piece[],
  operator: "/" | "//" | "/#" | "/%",
  options: PatternOptions,
  ampersand: boolean,
): string {
  const anchored = operator === "/#" || operator === "/%";
  if (pattern === "" && !anchored) return text;
  const made = (match: string): string =>
    replacement.map((piece) => (piece.quoted || !ampersand ? piece.text : piece.text.replaceAll("&", () => match))).join("");
  const source = patternSource(pattern, options);
  const flags = `su${options.ignoreCase ? "i" : ""}${operator === "//" ? "g" : ""}`;
  const expression = operator === "/#" ? `^(?:${source})` : operator === "/%" ? `(?:${source})$` : source;
  return text.replace(new RegExp(expression, flags), (match) => (match === "" && !anchored ? "" : made(match)));
}

export function changeCase(text: string, pattern: string, operator: "^" | "^^" | "," | ",,", options: PatternOptions): string {
  const matcher = compilePattern(pattern, options);
  const all = operator.length === 2;
  const upper = operator.startsWith("^");
  return [...text]
    .map((character, at) =>
      (all || at === 0) && matcher.test(character) ? (upper ? character.toUpperCase() : character.toLowerCase()) : character,
    )
    .join("");
}

/** `${x~}` and `${x~~}`: the other case of the first character, or of all. */
export function toggleCase(text: string, all: boolean): string {
  const toggle = (character: string): string => (character === character.toUpperCase() ? character.toLowerCase() : character.toUpperCase());
  return [...text].map((character, at) => (all || at === 0 ? toggle(character) : character)).join("");
}

/** `${x:offset:length}` of strings, of `$@` and of arrays. */
export function sliceValue(
  shell: Shell,
  name: string,
  value: ParameterValue,
  offset: number,
  length: number | undefined,
  lengthText: string,
): ParameterValue {
  if (value.kind === "one") {
    if (value.value === undefined) return value;
    const characters = ASCII.test(value.value) ? undefined : [...value.value];
    const total = characters?.length ?? value.value.length;
    const start = offset < 0 ? total + offset : offset;
    if (start < 0 || start > total) return { kind: "one", value: "" };
    const end = length === undefined ? total : length < 0 ? total + length : Math.min(total, start + length);
    if (end < start) throw new ExpansionError(`${lengthText}: substring expression < 0`);
    return { kind: "one", value: characters === undefined ? value.value.slice(start, end) : characters.slice(start, end).join("") };
  }
  if (length !== undefined && length < 0) throw new ExpansionError(`${lengthText}: substring expression < 0`);
  if (name === "@" || name === "*") {
    const all = [shell.name, ...value.values];
    const start = offset < 0 ? all.length + offset : offset;
    if (start < 0) return { ...value, values: [] };
    return { ...value, values: all.slice(start, length === undefined ? undefined : start + length) };
  }
  const stored = shell.variables.lookup(name)?.value;
  if (!isIndexed(stored)) {
    const start = offset < 0 ? value.values.length + offset : offset;
    return { ...value, values: start < 0 ? [] : value.values.slice(start, length === undefined ? undefined : start + length) };
  }
  const start = offset < 0 ? stored.length + offset : offset;
  if (start < 0) return { ...value, values: [] };
  const values = stored.slice(start).filter((element) => element !== undefined);
  return { ...value, values: length === undefined ? values : values.slice(0, length) };
}

/** `${x@operator}` (bash(1), Parameter transformation). */
export function* transformValue(
  shell: Shell,
  name: string,
  subscript: string | undefined,
  value: ParameterValue,
  operator: string,
  bad: () => ExpansionError,
): Run<ParameterValue> {
  const each = (change: (text: string) => string): ParameterValue => {
    if (value.kind === "many") return { ...value, values: value.values.map(change) };
    return { kind: "one", value: value.value === undefined ? undefined : change(value.value) };
  };
  const variable = shell.variables.lookup(name);
  if (value.kind === "one" && value.value === undefined && operator !== "a" && operator !== "A") return value;
  switch (operator) {
    case "Q":
      return each(singleQuote);
    case "E":
      return each((text) => decodeEscapes(text, "ansi").text);
    case "U":
      return each((text) => text.toUpperCase());
    case "L":
      return each((text) => text.toLowerCase());
    case "u":
      return each((text) => text.slice(0, 1).toUpperCase() + text.slice(1));
    case "a": {
      const letters = variable === undefined ? "" : attributeLetters(variable);
      return value.kind === "many" ? { ...value, values: value.values.map(() => letters) } : { kind: "one", value: letters };
    }
    case "P": {
      if (value.kind === "many") {
        const values: string[] = [];
        // biome-ignore lint/suspicious/noControlCharactersInRegex: readline's marks around what takes no room
        for (const text of value.values) values.push((yield* decodePrompt(shell, text)).replace(/[\x01\x02]/g, ""));
        return { ...value, values };
      }
      if (value.value === undefined) return value;
      // biome-ignore lint/suspicious/noControlCharactersInRegex: readline's marks around what takes no room
      return { kind: "one", value: (yield* decodePrompt(shell, value.value)).replace(/[\x01\x02]/g, "") };
    }
    case "A":
      if (variable === undefined) return { kind: "one", value: undefined };
      return { kind: "one", value: assignmentText(name, variable, subscript === "@" || subscript === "*") };
    case "K":
    case "k": {
      if (value.kind === "one") return each(singleQuote);
      const keys = elementKeys(variable?.value);
      const pairs = keys.map((key) => [key, shell.variables.getElement(name, key) ?? ""] as const);
      if (operator === "k") return { ...value, values: pairs.flat() };
      const quoteKey = (key: string): string => (isAssociative(variable?.value) ? backslashQuote(key) : key);
      const text = pairs.map(([key, element]) => `${quoteKey(key)} ${doubleQuote(element)}`).join(" ");
      return { kind: "one", value: isAssociative(variable?.value) && pairs.length > 0 ? `${text} ` : text };
    }
    default:
      throw bad();
  }
}

/** Turns a failed assignment into a failed expansion. */
export function asExpansionError(error: unknown): unknown {
  return error instanceof CommandError ? new ExpansionError(error.message) : error;
}
