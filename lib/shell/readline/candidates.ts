/** What can be completed: names of commands, and of files. */
import { builtins, declarations } from "../builtins/index.ts";
import { compare } from "../expand/glob.ts";
import type { Shell } from "../shell.ts";

export interface Candidate {
  /** What is put into the line, before quoting. */
  readonly text: string;
  /** What a list shows; default: the text. */
  readonly shown?: string;
  /** A space follows it: it is complete. */
  readonly final: boolean;
}

/** Every command: aliases, functions, builtins and the programs in PATH, each once, sorted. */
export function commandNames(shell: Shell): string[] {
  const names = new Set<string>([...shell.aliases.keys(), ...shell.functions.keys(), ...builtins.keys(), ...declarations.keys()]);
  const { files } = shell.self;
  for (const directory of (shell.variables.get("PATH") ?? "").split(":")) {
    if (directory === "") continue;
    try {
      for (const entry of files.readdir(directory)) {
        if (!names.has(entry.name) && files.access(`${directory}/${entry.name}`, 1)) names.add(entry.name);
      }
    } catch {
      // A directory of PATH that is not there, or can't be read.
    }
  }
  return [...names].sort(compare);
}

/** Files whose path begins with `word` (a `~/` stays as it is typed). Directories end in a slash and are not final. */
export function fileCandidates(shell: Shell, word: string, onlyDirectories: boolean): Candidate[] {
  const slash = word.lastIndexOf("/");
  const typed = word.slice(0, slash + 1);
  const start = word.slice(slash + 1);
  const home = shell.variables.get("HOME") ?? "/";
  const directory = typed === "" ? "." : typed.startsWith("~/") ? home + typed.slice(1) : typed;
  const { files } = shell.self;
  let names: string[];
  try {
    names = files.readdir(directory).map((entry) => entry.name);
  } catch {
    return [];
  }
  const found: Candidate[] = [];
  for (const name of names.sort(compare)) {
    if (!name.startsWith(start) || (name.startsWith(".") && !start.startsWith("."))) continue;
    let isDirectory = false;
    try {
      isDirectory = files.stat(`${directory}/${name}`).kind === "directory";
    } catch {
      // A dangling link: a name like any other.
    }
    if (onlyDirectories && !isDirectory) continue;
    found.push({ text: typed + name + (isDirectory ? "/" : ""), shown: name + (isDirectory ? "/" : ""), final: !isDirectory });
  }
  return found;
}
