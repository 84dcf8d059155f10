/** `!!`, `!$`, `!n`, `!text`, `^old^new` (bash(1), HISTORY EXPANSION). */
import { BEFORE_WORD, type Within } from "./open-quote.ts";

export type HistoryExpansion =
  | { readonly kind: "same" }
  | { readonly kind: "changed"; readonly text: string; readonly printOnly: boolean }
  | { readonly kind: "error"; readonly message: string };

interface Entries {
  readonly entries: readonly string[];
  get(number: number): string | undefined;
  readonly next: number;
}

const EVENT = /^!(?:(!)|(-?\d+)|\?([^?\n]*)\??|(#)|([^\s"'`;&|()<>=:$^*%{}!-][^\s"'`;&|()<>:]*)|(?=[$^*:]))/;
const DESIGNATOR = /^(?::?([$^*])|:(\d+)-(\d+|\$)?|:(\d+)\*?)/;
const MODIFIER = /^:(?:([htrepq])|(g?)s(.)((?:(?!\3).)*)\3((?:(?!\3).)*)(?:\3|$))/;

/** Expands what stands outside single quotes, backslashes, comments and here-documents. `within` is where the line begins. */
export function expandHistory(line: string, history: Entries, within: Within = "nothing"): HistoryExpansion {
  if (within === "here-document") return { kind: "same" };
  const quick = /^\^([^^]*)\^([^^]*)(?:\^(.*))?$/s.exec(line);
  if (quick !== null) {
    const last = history.entries.at(-1);
    if (last === undefined || !last.includes(quick[1]!))
      return { kind: "error", message: `:s${line.replace(/\n$/, "")}: substitution failed` };
    return { kind: "changed", text: last.replace(quick[1]!, () => quick[2]!) + (quick[3] ?? ""), printOnly: false };
  }
  if (!line.includes("!")) return { kind: "same" };
  let text = "";
  let changed = false;
  let printOnly = false;
  let doubleQuoted = within === "double quotes";
  const closing = within === "single quotes" ? line.indexOf("'") : -1;
  if (within === "single quotes" && closing < 0) return { kind: "same" };
  text += line.slice(0, closing + 1);
  for (let at = closing + 1; at < line.length; at++) {
    const character = line[at]!;
    if (character === "\\" && at + 1 < line.length) {
      text += character + line[++at];
      continue;
    }
    if (character === "#" && !doubleQuoted && (at === 0 || BEFORE_WORD.test(line[at - 1] ?? ""))) {
      text += line.slice(at);
      break;
    }
    if (character === '"') doubleQuoted = !doubleQuoted;
    if (character === "'" && !doubleQuoted) {
      const end = line.indexOf("'", at + 1);
      const stop = end < 0 ? line.length - 1 : end;
      text += line.slice(at, stop + 1);
      at = stop;
      continue;
    }
    const rest = line.slice(at);
    const event = character === "!" && !(doubleQuoted && rest[1] === '"') && !/[${[]/.test(text.at(-1) ?? "") ? EVENT.exec(rest) : null;
    if (event === null) {
      text += character;
      continue;
    }
    const found = eventText(event, history, text);
    if (found === undefined) return { kind: "error", message: `${event[0]}: event not found` };
    let used = event[0].length;
    const designator = DESIGNATOR.exec(rest.slice(used));
    let chosen: string | undefined = found;
    if (designator !== null) {
      used += designator[0].length;
      chosen = chooseWords(found, designator);
      if (chosen === undefined) return { kind: "error", message: `${designator[0]}: bad word specifier` };
    }
    for (let modifier = MODIFIER.exec(rest.slice(used)); modifier !== null; modifier = MODIFIER.exec(rest.slice(used))) {
      used += modifier[0].length;
      if (modifier[1] === "p") printOnly = true;
      else chosen = modify(chosen, modifier);
    }
    text += chosen;
    changed = true;
    at += used - 1;
  }
  return changed ? { kind: "changed", text, printOnly } : { kind: "same" };
}

function eventText(event: RegExpExecArray, history: Entries, sofar: string): string | undefined {
  const [, again, number, containing, current, starting] = event;
  if (number !== undefined) return history.get(Number(number) < 0 ? history.next + Number(number) : Number(number));
  if (containing !== undefined) return history.entries.findLast((entry) => entry.includes(containing));
  if (current !== undefined) return sofar;
  if (starting !== undefined && again === undefined) return history.entries.findLast((entry) => entry.startsWith(starting));
  return history.entries.at(-1);
}

function wordsOf(text: string): string[] {
  return text.match(/(?:[^\s"'\\;|&<>]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+|[;|&<>]+/g) ?? [];
}

function chooseWords(text: string, designator: RegExpExecArray): string | undefined {
  const words = wordsOf(text);
  const [, symbol, from, to, single] = designator;
  if (symbol === "$") return words.at(-1);
  if (symbol === "^") return words[1];
  if (symbol === "*") return words.slice(1).join(" ");
  if (single !== undefined) return designator[0].endsWith("*") ? words.slice(Number(single)).join(" ") : words[Number(single)];
  const last = to === undefined ? words.length - 2 : to === "$" ? words.length - 1 : Number(to);
  return words[Number(from)] === undefined ? undefined : words.slice(Number(from), last + 1).join(" ");
}

function modify(text: string, modifier: RegExpExecArray): string {
  const [, letter, all, , from, to] = modifier;
  switch (letter) {
    case "h":
      return text.replace(/\/[^/]*$/, "");
    case "t":
      return text.replace(/^.*\//s, "");
    case "r":
      return text.replace(/\.[^./]*$/, "");
    case "e":
      return /\.[^./]*$/.exec(text)?.[0] ?? "";
    case "q":
      return `'${text.replaceAll("'", "'\\''")}'`;
    default:
      return all === "g" ? text.replaceAll(from!, () => to!) : text.replace(from!, () => to!);
  }
}
