/** Completion of `manage.py`: the commands that Django and the project's applications have on the disk. */
import type { Files } from "../../kernel/types.ts";
import type { Shell } from "../shell.ts";
import type { Completer, CompletionRequest } from "./complete.ts";

const COMMANDS = "management/commands";

/** Names of the modules in a package of commands. */
function commandsIn(files: Files, path: string): string[] {
  try {
    return files.readdir(path).flatMap(({ name }) => /^([A-Za-z]\w*)\.pyc?$/.exec(name)?.[1] ?? []);
  } catch {
    return [];
  }
}

function folders(files: Files, path: string): string[] {
  try {
    return files
      .readdir(path)
      .filter((entry) => entry.kind === "directory")
      .map((entry) => `${path}/${entry.name}`);
  } catch {
    return [];
  }
}

/** Where Django is installed: the active environment first, then those in this directory, then the machine's own. */
function djangoFolder(shell: Shell): string | undefined {
  const { files } = shell.self;
  const roots = [shell.variables.get("VIRTUAL_ENV"), ".venv", "venv", "env", `${shell.variables.get("HOME")}/.local`, "/usr/local", "/usr"];
  for (const root of roots) {
    if (root === undefined) continue;
    for (const library of folders(files, `${root}/lib`)) {
      if (!/\/python[\d.]+$/.test(library)) continue;
      for (const site of ["site-packages", "dist-packages"]) {
        const path = `${library}/${site}/django`;
        if (files.exists(path)) return path;
      }
    }
  }
  return undefined;
}

/** The applications of Django's own that the settings of a project here name. */
function contributed(files: Files): string[] {
  const found = new Set<string>();
  for (const folder of folders(files, ".")) {
    try {
      const settings = files.readText(`${folder}/settings.py`);
      for (const match of settings.matchAll(/["']django\.contrib\.(\w+)/g)) found.add(match[1]!);
    } catch {
      // No settings in this one.
    }
  }
  return [...found];
}

function allCommands(shell: Shell): string[] {
  const { files } = shell.self;
  const django = djangoFolder(shell);
  const found = folders(files, ".").flatMap((folder) => commandsIn(files, `${folder}/${COMMANDS}`));
  if (django !== undefined) {
    found.push(...commandsIn(files, `${django}/core/${COMMANDS}`));
    for (const name of contributed(files)) found.push(...commandsIn(files, `${django}/contrib/${name}/${COMMANDS}`));
  }
  return [...new Set(found)];
}

export const manage: Completer = ({ shell, words, word }) => {
  if (words.length !== 1 || word.startsWith("-")) return undefined;
  return allCommands(shell).map((text) => ({ text, final: true }));
};

export const python: Completer = (request: CompletionRequest) => {
  const script = request.words.findIndex((word) => /(?:^|\/)manage\.py$/.test(word));
  return script < 0 ? undefined : manage({ ...request, words: request.words.slice(script) });
};
