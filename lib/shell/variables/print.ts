import { doubleQuote, quoteIfNeeded, singleQuote } from "../expand/quote.ts";
import { attributeLetters, elementKeys, isAssociative, isIndexed, type Value, type Variable } from "./variable.ts";

/** `(…)` as declare -p prints arrays. */
function arrayText(value: Value): string {
  if (isAssociative(value)) {
    const pairs = [...value].map(([key, text]) => `[${quoteKey(key)}]=${doubleQuote(text)} `);
    return `(${pairs.join("")})`;
  }
  if (!isIndexed(value)) return "()";
  const pairs: string[] = [];
  value.forEach((text, index) => {
    if (text !== undefined) pairs.push(`[${index}]=${doubleQuote(text)}`);
  });
  return `(${pairs.join(" ")})`;
}

function quoteKey(key: string): string {
  if (key === "@" || key === "*") return doubleQuote(key);
  return /^[\w.:/%+-]+$/.test(key) ? key : doubleQuote(key);
}

/** One line of `declare -p`, without its newline. */
export function declarationText(name: string, variable: Variable): string {
  const flags = attributeLetters(variable) || "-";
  const bare = variable.bare === true && typeof variable.value === "object" && elementKeys(variable.value).length === 0;
  if (variable.value === undefined || bare) return `declare -${flags} ${name}`;
  if (typeof variable.value === "string") return `declare -${flags} ${name}=${doubleQuote(variable.value)}`;
  return `declare -${flags} ${name}=${arrayText(variable.value)}`;
}

/** One line of `set` without arguments. */
export function settingText(name: string, variable: Variable): string {
  if (typeof variable.value === "string") return `${name}=${quoteIfNeeded(variable.value)}`;
  return `${name}=${arrayText(variable.value)}`;
}

/** `${name@A}`. */
export function assignmentText(name: string, variable: Variable, whole: boolean): string {
  const flags = attributeLetters(variable);
  if (typeof variable.value !== "string") return whole ? declarationText(name, variable) : `declare -${flags} ${name}`;
  const assignment = `${name}=${singleQuote(variable.value)}`;
  return flags === "" ? assignment : `declare -${flags} ${assignment}`;
}
