/** `complete`, `compgen`, `compopt`: programmable completion, as far as scripts ask for it. */
import { compare } from "../expand/glob.ts";
import { matchesPattern } from "../expand/pattern.ts";
import { users } from "../expand/tilde.ts";
import { commandNames, fileCandidates } from "../readline/candidates.ts";
import type { Run } from "../run.ts";
import type { Shell } from "../shell.ts";
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

/** The words a spec offers for `word`, functions left out. */
export function specWords(shell: Shell, flags: ReadonlyMap<string, string>, word: string): string[] {
  const found: string[] = [];
  const action = flags.get("A");
  const wants = (letter: string, name: string): boolean => flags.has(letter) || action === name;
  if (wants("a", "alias")) found.push(...shell.aliases.keys());
  if (wants("b", "builtin")) found.push(...builtins.keys(), ...declarations.keys());
  if (wants("c", "command")) found.push(...commandNames(shell));
  if (wants("k", "keyword")) found.push(...RESERVED_WORDS);
  if (wants("v", "variable")) found.push(...shell.variables.all().map(([name]) => name));
  if (wants("e", "export")) found.push(...Object.keys(shell.variables.environment()));
  if (wants("u", "user")) found.push(...users(shell.self.files).map(({ name }) => name));
  if (wants("j", "job")) found.push(...shell.jobs.jobs.map((job) => job.command));
  if (action === "function") found.push(...shell.functions.keys());
  const list = flags.get("W");
  if (list !== undefined) found.push(...list.split(/\s+/).filter((text) => text !== ""));
  if (wants("d", "directory")) found.push(...fileCandidates(shell, word, true).map(({ text }) => text.replace(/\/$/, "")));
  if (wants("f", "file")) found.push(...fileCandidates(shell, word, false).map(({ text }) => text.replace(/\/$/, "")));
  let matching = found.filter((text) => text.startsWith(word));
  const filter = flags.get("X");
  if (filter !== undefined) {
    const pattern = filter.startsWith("!") ? filter.slice(1) : filter;
    matching = matching.filter((text) => matchesPattern(text, pattern, { extglob: true }) === filter.startsWith("!"));
  }
  return matching.map((text) => (flags.get("P") ?? "") + text + (flags.get("S") ?? ""));
}

export function* compgen(shell: Shell, args: readonly string[]): Run<number> {
  const read = yield* readFlags(shell, "compgen", args, LETTERS, `compgen ${USAGE} [word]`);
  if (read === undefined) return 2;
  const words = specWords(shell, read.flags, read.rest[0] ?? "");
  const sorted = read.flags.has("W") ? words : [...new Set(words)].sort(compare);
  yield* shell.write(1, sorted.map((text) => `${text}\n`).join(""));
  return sorted.length > 0 ? 0 : 1;
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
  for (const name of flags.has("D") ? ["-D"] : rest) shell.completions.set(name, { flags });
  return 0;
}

function specText(spec: CompletionSpec): string {
  return [...spec.flags]
    .map(([letter, value]) => (value === "" ? `-${letter} ` : `-${letter} ${/\s/.test(value) ? `'${value}'` : value} `))
    .join("");
}

/** Options of a completion in progress make no difference to what is offered here. */
// biome-ignore lint/correctness/useYield: builtins are all generators
export function* compopt(): Run<number> {
  return 0;
}
