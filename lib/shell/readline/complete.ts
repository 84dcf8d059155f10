/** Completion: what the word before the cursor could become. */
import { specWords } from "../builtins/completion.ts";
import { evaluateText } from "../exec/script.ts";
import { compare } from "../expand/glob.ts";
import { users } from "../expand/tilde.ts";
import { drive, type MaybeLater } from "../run.ts";
import type { Shell } from "../shell.ts";
import { elementValues } from "../variables/variable.ts";
import { type Candidate, commandNames, fileCandidates } from "./candidates.ts";
import { builtinCompleters } from "./completers.ts";
import { type WordAt, wordAt } from "./word-at.ts";

export interface Completion {
  /** The offset from which on the line is replaced. */
  readonly start: number;
  /** What was typed, without quotes. */
  readonly word: string;
  readonly candidates: readonly Candidate[];
  /** The text to put in; `final` closes quotes and adds a blank. */
  readonly quote: (text: string, final: boolean) => string;
}

/** What a program's completer gets to see. */
export interface CompletionRequest {
  readonly shell: Shell;
  /** The command's words before the cursor, its name first. */
  readonly words: readonly string[];
  /** The word to complete. */
  readonly word: string;
}

/** Offers candidates for the arguments of a command; undefined: files. */
export type Completer = (request: CompletionRequest) => readonly Candidate[] | undefined;

/** By the command's name. */
export interface Completers {
  get(name: string): MaybeLater<Completer>;
}

const SPECIAL = /[\s!"$&'()*;<>?[\\\]^`{|}~#]/g;

export async function completeLine(shell: Shell, text: string, cursor: number, completers: Completers): Promise<Completion> {
  const at = wordAt(text, cursor);
  const variable = at.quote === "'" ? null : /^(.*)\$(\{?)(\w*)$/s.exec(at.word);
  if (variable !== null) return variableCompletion(shell, at, variable[1]!, variable[2]!, variable[3]!);
  const candidates = [...(await candidatesFor(shell, text, cursor, at, completers))];
  const unique = [...new Map(candidates.map((candidate) => [candidate.text, candidate])).values()];
  unique.sort((left, right) => compare(left.text, right.text));
  return { start: at.start, word: at.word, candidates: unique, quote: (value, final) => quoteFor(at, value, final) };
}

function quoteFor(at: WordAt, text: string, final: boolean): string {
  const end = final ? " " : "";
  if (at.quote === "'") return `'${text.replaceAll("'", "'\\''")}${final ? "' " : ""}`;
  if (at.quote === '"') return `"${text.replace(/["$`\\]/g, "\\$&")}${final ? '" ' : ""}`;
  const tilde = /^~[\w.-]*(?=\/|$)/.exec(text)?.[0] ?? "";
  return tilde + text.slice(tilde.length).replace(SPECIAL, "\\$&") + end;
}

function variableCompletion(shell: Shell, at: WordAt, before: string, brace: string, start: string): Completion {
  const names = shell.variables
    .all()
    .map(([name]) => name)
    .filter((name) => name.startsWith(start));
  const lead = `${before}$${brace}`;
  const candidates = names.map((name) => ({ text: lead + name, shown: name, final: true }));
  return {
    start: at.start,
    word: at.word,
    candidates,
    quote: (text, final) => `${at.quote}${text}${final ? `${brace === "" ? "" : "}"}${at.quote === "" ? " " : ""}` : ""}`,
  };
}

async function candidatesFor(
  shell: Shell,
  text: string,
  cursor: number,
  at: WordAt,
  completers: Completers,
): Promise<readonly Candidate[]> {
  const { word, before } = at;
  if (at.redirected) return fileCandidates(shell, word, false);
  if (/^~[^/]*$/.test(word)) {
    const homes = users(shell.self.files)
      .map(({ name }) => `~${name}`)
      .filter((name) => name.startsWith(word));
    if (homes.length > 0 && word !== "~") return homes.map((name) => ({ text: `${name}/`, shown: name, final: false }));
  }
  if (before.length === 0) return commandCandidates(shell, word);
  const name = before[0]!.split("/").at(-1)!;
  const spec = shell.completions.get(before[0]!) ?? shell.completions.get(name) ?? shell.completions.get("-D");
  if (spec !== undefined) {
    const offered = await specCandidates(shell, spec.flags, text, cursor, at);
    if (offered.length > 0 || !/default|bashdefault/.test(spec.flags.get("o") ?? "")) return offered;
  }
  const request = { shell, words: before, word };
  const offered = (await completers.get(name))?.(request) ?? builtinCompleters.get(name)?.(request);
  return offered?.filter((candidate) => candidate.text.startsWith(word)) ?? fileCandidates(shell, word, false);
}

/** A command's name: what is in PATH, or with a slash an executable file. */
function commandCandidates(shell: Shell, word: string): readonly Candidate[] {
  if (word.includes("/") || word.startsWith("~")) {
    return fileCandidates(shell, word, false).filter(({ text, final }) => !final || isExecutable(shell, text));
  }
  const names = commandNames(shell).filter((name) => name.startsWith(word));
  const keywords = ["for", "while", "until", "if", "case", "function", "select", "time"].filter(
    (name) => word !== "" && name.startsWith(word),
  );
  const found = [...names, ...keywords].map((text) => ({ text, final: true }));
  return found.length > 0 ? found : fileCandidates(shell, word, true);
}

function isExecutable(shell: Shell, path: string): boolean {
  const home = shell.variables.get("HOME") ?? "";
  return shell.self.files.access(path.startsWith("~/") ? home + path.slice(1) : path, 1);
}

/** `complete -F function` and its like: the function leaves what it offers in COMPREPLY. */
async function specCandidates(
  shell: Shell,
  flags: ReadonlyMap<string, string>,
  text: string,
  cursor: number,
  at: WordAt,
): Promise<readonly Candidate[]> {
  const final = !/nospace/.test(flags.get("o") ?? "");
  const handler = flags.get("F");
  if (handler === undefined) return specWords(shell, flags, at.word).map((word) => ({ text: word, final }));
  const { variables } = shell;
  variables.global("COMP_WORDS").value = [...at.before, at.word];
  variables.global("COMP_CWORD").value = String(at.before.length);
  variables.global("COMP_LINE").value = text;
  variables.global("COMP_POINT").value = String(cursor);
  variables.unset("COMPREPLY");
  const quoted = [at.before[0] ?? "", at.word, at.before.at(-1) ?? ""].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  const { status } = shell;
  try {
    await drive(evaluateText(shell, `${handler} ${quoted.join(" ")}`));
  } finally {
    shell.status = status;
  }
  return elementValues(variables.lookup("COMPREPLY")?.value).map((word) => ({ text: word.trimEnd(), final }));
}
