/**
 * Expansion of words, in bash's order (bash(1), EXPANSION): braces, then tilde, parameters, commands and arithmetic from left to
 * right, then splitting into fields, pathnames, and the removal of quotes.
 */
import type { DoubleQuotedChild, Word, WordPart } from "unbash";
import { ExpansionError } from "../control.ts";
import type { Run } from "../run.ts";
import type { Shell } from "../shell.ts";
import { expandArithmetic } from "./arithmetic-word.ts";
import { expandBraces } from "./brace.ts";
import { type Field, FieldBuilder, fieldText } from "./fields.ts";
import { wordOfText } from "./fragments.ts";
import { expandGlob } from "./glob.ts";
import { emitParameter, expandParameter } from "./parameter.ts";
import { hasPattern, matchesPattern, type Piece, patternText } from "./pattern.ts";
import { substituteCommand, substituteProcess } from "./substitution.ts";
import { expandTilde } from "./tilde.ts";

/** Where a word stands, as far as it changes what is done with tildes. */
type Tildes = "word" | "assignment" | "none";

interface Plan {
  /** Set when the word stands for itself, whatever the shell's state. */
  readonly literal: string | undefined;
  /** What brace expansion makes of it. */
  readonly words: readonly Word[];
}

const plans = new WeakMap<Word, Plan>();
const PLAIN = /^[^\\~*?[\]{}()!+@=]*$/;

function planOf(word: Word): Plan {
  let plan = plans.get(word);
  if (plan === undefined) {
    plan = makePlan(word);
    plans.set(word, plan);
  }
  return plan;
}

function makePlan(word: Word): Plan {
  if (word.parts === undefined) {
    if (PLAIN.test(word.text) || word.text === "[") return { literal: word.text, words: [word] };
  } else if (word.parts.length === 1 && word.parts[0]?.type === "SingleQuoted") {
    return { literal: word.parts[0].value, words: [word] };
  }
  if (!word.text.includes("{")) return { literal: undefined, words: [word] };
  const texts = expandBraces(word.text);
  if (texts.length === 1 && texts[0] === word.text) return { literal: undefined, words: [word] };
  const words: Word[] = [];
  for (const text of texts) {
    if (text === "") continue;
    const made: Word =
      PLAIN.test(text) && !/["'$`]/.test(text)
        ? { type: "Word", text, value: text, pos: word.pos, end: word.end }
        : (wordOfText(text) ?? word);
    words.push(made);
  }
  return { literal: undefined, words };
}

/** All expansions: the arguments that these words become. */
export function* expandWords(shell: Shell, words: readonly Word[]): Run<string[]> {
  const results: string[] = [];
  for (const word of words) yield* expandWordInto(shell, word, results);
  return results;
}

export function* expandWordInto(shell: Shell, word: Word, results: string[]): Run<void> {
  const plan = planOf(word);
  if (plan.literal !== undefined) {
    results.push(plan.literal);
    return;
  }
  const words = shell.options.has("braceexpand") ? plan.words : [word];
  for (const one of words) {
    const literal = one === word ? undefined : planOf(one).literal;
    if (literal !== undefined) {
      results.push(literal);
      continue;
    }
    const builder = new FieldBuilder(ifsOf(shell), true);
    yield* expandParts(shell, one, builder, isAssignmentLike(one) ? "assignment" : "word");
    for (const field of builder.fields) finishField(shell, field, results);
  }
}

function isAssignmentLike(word: Word): boolean {
  return /^[A-Za-z_]\w*\+?=/.test(word.text);
}

export function ifsOf(shell: Shell): string {
  return shell.variables.get("IFS") ?? " \t\n";
}

/** Pathname expansion and quote removal. */
function finishField(shell: Shell, field: Field, results: string[]): void {
  const extglob = shell.on("extglob");
  if (!shell.options.has("noglob") && hasPattern(field, extglob)) {
    const ignored = shell.variables.get("GLOBIGNORE") ?? "";
    const found = expandGlob(field, shell.self.files, {
      dotglob: shell.on("dotglob") || ignored !== "",
      skipDots: shell.on("globskipdots") || ignored !== "",
      extglob,
      globstar: shell.on("globstar"),
      nocaseglob: shell.on("nocaseglob"),
    });
    if (ignored !== "") removeIgnored(found, ignored);
    if (found.length > 0) {
      for (const path of found) results.push(path);
      return;
    }
    if (shell.on("failglob")) throw new ExpansionError(`no match: ${fieldText(field)}`);
    if (shell.on("nullglob")) return;
  }
  results.push(fieldText(field));
}

/** GLOBIGNORE: patterns of paths that pathname expansion leaves out. */
function removeIgnored(found: string[], patterns: string): void {
  const list = patterns.match(/(?:\[[!^]?\]?(?:\[:\w+:\]|[^\]])*\]|\\.|[^:])+/gs) ?? [];
  const kept = found.filter((path) => !list.some((pattern) => matchesPattern(path, pattern, { extglob: true, path: true })));
  found.splice(0, found.length, ...kept);
}

/** Without splitting and pathname expansion: here-strings, `case` words, redirections of a shell that does not split. */
export function* expandToString(shell: Shell, word: Word): Run<string> {
  const plan = planOf(word);
  if (plan.literal !== undefined) return plan.literal;
  return joined(yield* singleField(shell, word, "word"));
}

/** The right side of an assignment: tildes also after each `:`. */
export function* expandAssignmentValue(shell: Shell, word: Word): Run<string> {
  const plan = planOf(word);
  if (plan.literal !== undefined) return plan.literal;
  return joined(yield* singleField(shell, word, "assignment"));
}

/** A pattern: what was quoted is escaped. */
export function* expandToPattern(shell: Shell, word: Word): Run<string> {
  return patternText(yield* singleField(shell, word, "word"));
}

/** The pieces with their quoting, for what treats quoted text in a way of its own (`=~`, replacements). */
export function* singleField(shell: Shell, word: Word, tildes: Tildes): Run<readonly Piece[]> {
  const builder = new FieldBuilder("", false);
  yield* expandParts(shell, word, builder, tildes);
  return builder.fields[0] ?? [];
}

function joined(pieces: readonly Piece[]): string {
  return fieldText(pieces as Field);
}

/** Parts in which nothing is split: a here-document, arithmetic, a prompt. */
export function* expandQuotedParts(shell: Shell, parts: readonly WordPart[]): Run<string> {
  const builder = new FieldBuilder("", false);
  for (const part of parts) yield* expandQuotedPart(shell, part as DoubleQuotedChild, builder);
  return builder.fields[0] === undefined ? "" : fieldText(builder.fields[0]);
}

function* expandParts(shell: Shell, word: Word, builder: FieldBuilder, tildes: Tildes): Run<void> {
  const parts = word.parts;
  if (parts === undefined) {
    appendLiteral(shell, word.text, builder, tildes, true, true);
    return;
  }
  for (let at = 0; at < parts.length; at++) yield* expandPart(shell, parts[at]!, builder, tildes, at === 0, at === parts.length - 1);
}

/** What stands inside an expansion in double quotes (`"${x:-word}"`): quotes in it behave as there. */
export function* expandOperand(shell: Shell, word: Word, builder: FieldBuilder, quoted: boolean): Run<void> {
  if (!quoted) {
    const parts = word.parts ?? [{ type: "Literal" as const, text: word.text, value: word.value, pos: word.pos, end: word.end }];
    for (let at = 0; at < parts.length; at++) {
      const part = parts[at]!;
      // The text of the operand is the result of the expansion: it is split too.
      if (part.type === "Literal" && builder.splits && !/[\\~]/.test(part.text)) builder.appendSplit(part.text);
      else yield* expandPart(shell, part, builder, "word", at === 0, at === parts.length - 1);
    }
    return;
  }
  if (word.parts === undefined) {
    builder.append(word.value, true);
    return;
  }
  for (const part of word.parts) {
    if (part.type === "DoubleQuoted") for (const child of part.parts) yield* expandQuotedPart(shell, child, builder);
    else yield* expandQuotedPart(shell, part as DoubleQuotedChild, builder);
  }
}

function* expandPart(shell: Shell, part: WordPart, builder: FieldBuilder, tildes: Tildes, first: boolean, last: boolean): Run<void> {
  switch (part.type) {
    case "Literal":
      appendLiteral(shell, part.text, builder, tildes, first, last);
      return;
    case "SingleQuoted":
    case "AnsiCQuoted":
      builder.append(part.value, true);
      return;
    case "DoubleQuoted":
    case "LocaleString":
      yield* expandDoubleQuoted(shell, part.parts, builder);
      return;
    case "SimpleExpansion":
      emitParameter(shell, part.text.slice(1), builder, false);
      return;
    case "ParameterExpansion":
      yield* expandParameter(shell, part, builder, false);
      return;
    case "CommandExpansion":
      builder.appendSplit(yield* substituteCommand(shell, part));
      return;
    case "ArithmeticExpansion":
      builder.appendSplit(yield* expandArithmetic(shell, part));
      return;
    case "ProcessSubstitution":
      builder.append(yield* substituteProcess(shell, part), true);
      return;
    case "Glob":
      if (part.kind === "bracket" && part.parts.some((inner) => inner.type !== "Literal")) {
        builder.append(/^\[[!^]?/.exec(part.text)![0], false);
        for (const inner of part.parts) yield* expandPart(shell, inner, builder, "none", false, false);
        builder.append("]", false);
      } else appendLiteral(shell, part.text, builder, "none", false, false);
      return;
    case "ExtendedGlob":
      if (part.parts === undefined) appendLiteral(shell, part.text, builder, "none", false, false);
      else {
        builder.append(`${part.operator}(`, false);
        for (const inner of part.parts) yield* expandPart(shell, inner, builder, "none", false, false);
        builder.append(")", false);
      }
      return;
    case "BraceExpansion":
      if (part.parts === undefined) appendLiteral(shell, part.text, builder, "none", false, false);
      else {
        builder.append("{", false);
        for (const inner of part.parts) yield* expandPart(shell, inner, builder, "none", false, false);
        builder.append("}", false);
      }
  }
}

function* expandDoubleQuoted(shell: Shell, parts: readonly DoubleQuotedChild[], builder: FieldBuilder): Run<void> {
  let empty = false;
  for (const part of parts) if (yield* expandQuotedPart(shell, part, builder)) empty = true;
  // "" is a field of its own, but "$@" without parameters is none.
  if (parts.length === 0 || !(empty && parts.length === 1)) builder.append("", true);
}

/** True when the part was a list ("$@", "${a[@]}") without elements. */
function* expandQuotedPart(shell: Shell, part: DoubleQuotedChild, builder: FieldBuilder): Run<boolean> {
  switch (part.type) {
    case "Literal":
      builder.append(part.value, true);
      return false;
    case "SimpleExpansion":
      return emitParameter(shell, part.text.slice(1), builder, true);
    case "ParameterExpansion":
      return yield* expandParameter(shell, part, builder, true);
    case "CommandExpansion":
      builder.append(yield* substituteCommand(shell, part), true);
      return false;
    case "ArithmeticExpansion":
      builder.append(yield* expandArithmetic(shell, part), true);
      return false;
    default:
      yield* expandPart(shell, part, builder, "none", false, false);
      return false;
  }
}

/** Unquoted text of the word itself: backslashes quote, and a tilde may begin it. */
function appendLiteral(shell: Shell, text: string, builder: FieldBuilder, tildes: Tildes, first: boolean, last: boolean): void {
  let start = 0;
  if (tildes !== "none" && text.includes("~")) start = appendTildes(shell, text, builder, tildes, first, last);
  if (!text.includes("\\", start)) {
    builder.append(start === 0 ? text : text.slice(start), false);
    return;
  }
  let plain = "";
  for (let at = start; at < text.length; at++) {
    if (text[at] !== "\\" || at + 1 >= text.length) {
      plain += text[at];
      continue;
    }
    at++;
    if (text[at] === "\n") continue;
    builder.append(plain, false);
    plain = "";
    builder.append(text[at]!, true);
  }
  builder.append(plain, false);
}

/** Expands tilde prefixes at the start, and in assignments after `=` and `:`. Returns the offset up to which text was taken. */
function appendTildes(shell: Shell, text: string, builder: FieldBuilder, tildes: Tildes, first: boolean, last: boolean): number {
  const context = {
    files: shell.self.files,
    home: shell.variables.get("HOME"),
    pwd: shell.variables.get("PWD"),
    oldPwd: shell.variables.get("OLDPWD"),
  };
  const prefixes = /~[\w.+-]*/g;
  let taken = 0;
  for (let match = prefixes.exec(text); match !== null; match = prefixes.exec(text)) {
    const at = match.index;
    const before = text[at - 1];
    const begins =
      at === 0 ? first : tildes === "assignment" && (before === ":" || (before === "=" && /^[A-Za-z_]\w*\+?=$/.test(text.slice(0, at))));
    const next = text[at + match[0].length];
    const ends = next === undefined ? last : next === "/" || (tildes === "assignment" && next === ":");
    if (!begins || !ends) continue;
    const directory = expandTilde(match[0], context);
    if (directory === undefined) continue;
    builder.append(text.slice(taken, at), false);
    builder.append(directory, true);
    taken = at + match[0].length;
  }
  return taken;
}
