/** `complete`, `compgen`, `compopt`: programmable completion, as far as scripts ask for it. */
import { ExpansionError } from "../control.ts";
import { evaluateText } from "../exec/script.ts";
import { FieldBuilder, fieldText } from "../expand/fields.ts";
import { partsOfText } from "../expand/fragments.ts";
import { compare } from "../expand/glob.ts";
import { matchesPattern } from "../expand/pattern.ts";
import { backslashQuote } from "../expand/quote.ts";
import { users } from "../expand/tilde.ts";
import { expandQuotedParts, ifsOf } from "../expand/word.ts";
import { SET_OPTIONS, SHOPT_DEFAULTS } from "../options.ts";
import { commandNames, fileCandidates } from "../readline/candidates.ts";
import type { Run } from "../run.ts";
import type { Shell } from "../shell.ts";
import { SIGNAL_NUMBERS } from "../traps.ts";
import { elementValues } from "../variables/variable.ts";
import { RESERVED_WORDS } from "./describe.ts";
import { builtins, declarations } from "./index.ts";
import { readFlags } from "./usage.ts";

const LETTERS = "abcdefgjksuvo:A:G:W:F:C:X:P:S:prDEI";
const USAGE =
  "[-abcdefgjksuv] [-o option] [-A action] [-G globpat] [-W wordlist] [-F function] [-C command] [-X filterpat] [-P prefix] [-S suffix]";

/** What `complete` has set for a command. */
export interface CompletionSpec {
  readonly flags: ReadonlyMap<string, string>;
}

/** What -A takes (bash(1), complete). */
const ACTIONS = new Set(
  "alias arrayvar binding builtin command directory disabled enabled export file function group helptopic hostname job keyword running service setopt shopt signal stopped user variable".split(
    " ",
  ),
);

/** The words a spec offers for `word`, functions left out. `list`: the words of -W, expanded. */
export function specWords(shell: Shell, flags: ReadonlyMap<string, string>, word: string, list?: readonly string[]): string[] {
  const found: string[] = [];
  const actions = flags.get("A")?.split("\0") ?? [];
  const wants = (letter: string, name: string): boolean => flags.has(letter) || actions.includes(name);
  if (wants("a", "alias")) found.push(...shell.aliases.keys());
  if (wants("b", "builtin")) found.push(...builtins.keys(), ...declarations.keys());
  if (wants("c", "command")) found.push(...commandNames(shell));
  if (wants("k", "keyword")) found.push(...RESERVED_WORDS);
  if (wants("v", "variable")) found.push(...shell.variables.all().map(([name]) => name));
  if (wants("e", "export")) found.push(...Object.keys(shell.variables.environment()));
  if (wants("u", "user")) found.push(...users(shell.self.files).map(({ name }) => name));
  if (wants("j", "job")) found.push(...shell.jobs.jobs.map((job) => job.command));
  if (actions.includes("command")) found.push(...RESERVED_WORDS);
  if (actions.includes("function")) found.push(...shell.functions.keys());
  if (actions.includes("helptopic")) found.push(...builtins.keys(), ...declarations.keys());
  if (actions.includes("setopt")) found.push(...Object.keys(SET_OPTIONS));
  if (actions.includes("shopt")) found.push(...Object.keys(SHOPT_DEFAULTS));
  if (actions.includes("signal")) found.push(...SIGNAL_NUMBERS.map(([name]) => name));
  if (actions.includes("arrayvar"))
    found.push(...shell.variables.all().flatMap(([name, { value }]) => (typeof value === "object" ? [name] : [])));
  found.push(
    ...(list ??
      flags
        .get("W")
        ?.split(/\s+/)
        .filter((text) => text !== "") ??
      []),
  );
  if (wants("d", "directory")) found.push(...fileCandidates(shell, word, true).map(({ text }) => text.replace(/\/$/, "")));
  if (wants("f", "file")) found.push(...fileCandidates(shell, word, false).map(({ text }) => text.replace(/\/$/, "")));
  return filtered(
    flags,
    found.filter((text) => text.startsWith(word)),
  );
}

/** -X, -P and -S. */
function filtered(flags: ReadonlyMap<string, string>, words: readonly string[]): string[] {
  const filter = flags.get("X");
  const pattern = filter?.startsWith("!") ? filter.slice(1) : filter;
  const kept =
    pattern === undefined ? words : words.filter((text) => matchesPattern(text, pattern, { extglob: true }) === filter?.startsWith("!"));
  return kept.map((text) => (flags.get("P") ?? "") + text + (flags.get("S") ?? ""));
}

/** The words of -W: expanded as in double quotes, split at IFS, a backslash quoting the next character. */
function* wordList(shell: Shell, text: string): Run<string[]> {
  const builder = new FieldBuilder(ifsOf(shell), true);
  const parts = partsOfText(text.replace(/\\/g, "\\\\"));
  const expanded = yield* expandQuotedParts(shell, parts);
  let plain = "";
  const flush = (): void => {
    builder.appendSplit(plain);
    plain = "";
  };
  for (let at = 0; at < expanded.length; at++) {
    if (expanded[at] !== "\\" || at + 1 === expanded.length) plain += expanded[at];
    else {
      flush();
      builder.append(expanded[++at]!, true);
    }
  }
  flush();
  return builder.fields.map(fieldText);
}

/** Several -A come together in one flag. */
function gatherActions(args: readonly string[]): string[] {
  const gathered: string[] = [];
  const actions: string[] = [];
  for (let at = 0; at < args.length; at++) {
    if (args[at] === "-A" && at + 1 < args.length) actions.push(args[++at]!);
    else gathered.push(args[at]!);
  }
  return actions.length === 0 ? gathered : ["-A", actions.join("\0"), ...gathered];
}

export function* compgen(shell: Shell, args: readonly string[]): Run<number> {
  const read = yield* readFlags(shell, "compgen", gatherActions(args), LETTERS, `compgen ${USAGE} [word]`);
  if (read === undefined) return 2;
  const { flags } = read;
  const word = read.rest[0] ?? "";
  const wrong = flags
    .get("A")
    ?.split("\0")
    .find((action) => !ACTIONS.has(action));
  if (wrong !== undefined) {
    yield* shell.report(`compgen: ${wrong}: invalid action name`);
    return 2;
  }
  const list = flags.get("W");
  let words: string[];
  try {
    words = specWords(shell, flags, word, list === undefined ? undefined : yield* wordList(shell, list));
  } catch (error) {
    if (!(error instanceof ExpansionError)) throw error;
    yield* shell.report(error.message);
    return 1;
  }
  const handler = flags.get("F") ?? flags.get("C");
  if (handler !== undefined) {
    yield* shell.report(`compgen: warning: -${flags.has("F") ? "F" : "C"} option may not work as you expect`);
    if (flags.has("F")) words.push(...filtered(flags, yield* functionWords(shell, handler, word)));
    else {
      const status = yield* evaluateText(shell, handler);
      return status === 0 ? 0 : 1;
    }
  }
  const sorted = flags.has("W") || handler !== undefined || flags.get("A")?.includes("\0") ? words : [...new Set(words)].sort(compare);
  yield* shell.write(1, sorted.map((text) => `${text}\n`).join(""));
  return sorted.length > 0 ? 0 : 1;
}

/** What a completion function leaves in COMPREPLY when nothing is being completed. */
function* functionWords(shell: Shell, name: string, word: string): Run<string[]> {
  const { variables } = shell;
  variables.unset("COMPREPLY");
  variables.global("COMP_WORDS").value = [];
  variables.global("COMP_CWORD").value = "-1";
  variables.global("COMP_LINE").value = "";
  variables.global("COMP_POINT").value = "0";
  yield* evaluateText(shell, `${name} compgen ${backslashQuote(word)} ''`);
  return elementValues(variables.lookup("COMPREPLY")?.value);
}

export function* complete(shell: Shell, args: readonly string[]): Run<number> {
  const read = yield* readFlags(shell, "complete", args, LETTERS, `complete [-abcdefgjksuv] [-pr] [-DEI] ${USAGE.slice(17)} [name ...]`);
  if (read === undefined) return 2;
  const { flags, rest } = read;
  if (flags.has("r")) {
    if (rest.length === 0) shell.completions.clear();
    for (const name of rest) shell.completions.delete(name);
    return 0;
  }
  if (flags.has("p") || args.length === 0) {
    const names = rest.length > 0 ? rest : [...shell.completions.keys()].sort(compare);
    for (const name of names) {
      const spec = shell.completions.get(name);
      if (spec !== undefined) yield* shell.write(1, `complete ${specText(spec)}${name}\n`);
      else yield* shell.report(`complete: ${name}: no completion specification`);
    }
    return names.every((name) => shell.completions.has(name)) ? 0 : 1;
  }
  if (rest.length === 0 && !flags.has("D") && !flags.has("E") && !flags.has("I")) {
    yield* shell.write(2, `complete: usage: complete [-abcdefgjksuv] [-pr] [-DEI] ${USAGE.slice(17)} [name ...]\n`);
    return 2;
  }
  for (const name of flags.has("D") ? ["-D"] : rest) shell.completions.set(name, { flags });
  return 0;
}

function specText(spec: CompletionSpec): string {
  return [...spec.flags]
    .map(([letter, value]) => (value === "" ? `-${letter} ` : `-${letter} ${/\s/.test(value) ? `'${value}'` : value} `))
    .join("");
}

const COMPOPT_OPTIONS = new Set(["bashdefault", "default", "dirnames", "filenames", "noquote", "nosort", "nospace", "plusdirs"]);

/** Options of a completion in progress make no difference to what is offered here. */
export function* compopt(shell: Shell, args: readonly string[]): Run<number> {
  const wrong = args.find((arg, at) => /^[-+]o$/.test(args[at - 1] ?? "") && !COMPOPT_OPTIONS.has(arg));
  if (wrong !== undefined) {
    yield* shell.report(`compopt: ${wrong}: invalid option name`);
    return 2;
  }
  if (shell.variables.get("COMP_LINE") === undefined) {
    yield* shell.report("compopt: not currently executing completion function");
    return 1;
  }
  return 0;
}
