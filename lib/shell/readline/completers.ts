/** Completers of commands that the shell itself knows something about. Programs bring their own (`bashProgram`). */
import { SET_OPTIONS, SHOPT_DEFAULTS } from "../options.ts";
import type { Shell } from "../shell.ts";
import { SIGNAL_NUMBERS } from "../traps.ts";
import { type Candidate, commandNames, fileCandidates } from "./candidates.ts";
import type { Completer, CompletionRequest } from "./complete.ts";

function words(list: readonly string[]): Candidate[] {
  return list.map((text) => ({ text, final: true }));
}

const directories: Completer = ({ shell, word }) => fileCandidates(shell, word, true);
const commands: Completer = ({ shell }) => words(commandNames(shell));
const variables: Completer = ({ shell }) => words(shell.variables.all().map(([name]) => name));

const exported: Completer = ({ shell, word }) =>
  word.includes("=") ? undefined : shell.variables.all().map(([name]) => ({ text: name, final: false }));

const jobs: Completer = ({ shell }) => words(shell.jobs.jobs.map((job) => `%${job.id}`));

const kill: Completer = ({ word, shell }) => {
  if (word.startsWith("-")) return words(SIGNAL_NUMBERS.map(([name]) => `-${name.slice(3)}`));
  if (word.startsWith("%")) return jobs({ word, shell, words: [] });
  return words(
    shell.self.machine
      .processes()
      .filter((process) => process.uid === shell.self.uid)
      .map((process) => String(process.pid)),
  );
};

const GIT = [
  "add",
  "bisect",
  "blame",
  "branch",
  "checkout",
  "cherry-pick",
  "clean",
  "clone",
  "commit",
  "config",
  "diff",
  "fetch",
  "grep",
  "init",
  "log",
  "merge",
  "mv",
  "pull",
  "push",
  "rebase",
  "reflog",
  "remote",
  "reset",
  "restore",
  "revert",
  "rm",
  "show",
  "stash",
  "status",
  "switch",
  "tag",
]; // prettier-ignore
const WANT_BRANCH = new Set(["branch", "checkout", "cherry-pick", "diff", "log", "merge", "push", "rebase", "reset", "show", "switch"]);

const git: Completer = ({ shell, words: before, word }) => {
  if (before.length === 1) return words(GIT);
  if (!WANT_BRANCH.has(before[1]!)) return undefined;
  const branches = gitBranches(shell);
  return branches.some((branch) => branch.startsWith(word)) ? words(branches) : undefined;
};

/** Branches of the repository that the working directory lies in, from .git/refs/heads and packed-refs. */
export function gitBranches(shell: Shell): string[] {
  const { files } = shell.self;
  let directory = files.cwd;
  while (!files.exists(`${directory}/.git`)) {
    if (directory === "/" || directory === "") return [];
    directory = directory.replace(/\/[^/]*$/, "") || "/";
  }
  const found: string[] = [];
  const collect = (path: string, prefix: string): void => {
    if (!files.exists(path)) return;
    for (const entry of files.readdir(path)) {
      if (entry.kind === "directory") collect(`${path}/${entry.name}`, `${prefix}${entry.name}/`);
      else found.push(prefix + entry.name);
    }
  };
  try {
    collect(`${directory}/.git/refs/heads`, "");
    if (files.exists(`${directory}/.git/packed-refs`)) {
      for (const match of files.readText(`${directory}/.git/packed-refs`).matchAll(/refs\/heads\/(\S+)/g)) found.push(match[1]!);
    }
  } catch {
    // A repository that can't be read offers no branches.
  }
  return [...new Set(found)];
}

/** Django's own commands (its documentation, "django-admin and manage.py"). */
const DJANGO = [
  "changepassword",
  "check",
  "clearsessions",
  "collectstatic",
  "compilemessages",
  "createcachetable",
  "createsuperuser",
  "dbshell",
  "diffsettings",
  "dumpdata",
  "findstatic",
  "flush",
  "inspectdb",
  "loaddata",
  "makemessages",
  "makemigrations",
  "migrate",
  "optimizemigration",
  "runserver",
  "sendtestemail",
  "shell",
  "showmigrations",
  "sqlflush",
  "sqlmigrate",
  "sqlsequencereset",
  "squashmigrations",
  "startapp",
  "startproject",
  "test",
  "testserver",
]; // prettier-ignore

/** Commands of the project's own applications: application/management/commands/NAME.py. */
function ownCommands(shell: Shell): string[] {
  const { files } = shell.self;
  const found: string[] = [];
  try {
    for (const entry of files.readdir(".")) {
      const path = `${entry.name}/management/commands`;
      if (entry.kind !== "directory" || !files.exists(path)) continue;
      for (const command of files.readdir(path)) {
        const name = /^([A-Za-z]\w*)\.py$/.exec(command.name)?.[1];
        if (name !== undefined) found.push(name);
      }
    }
  } catch {
    // No directory to read: only Django's own.
  }
  return found;
}

const manage: Completer = ({ shell, words: before, word }) => {
  if (before.length !== 1 || word.startsWith("-")) return undefined;
  return words([...DJANGO, ...ownCommands(shell)]);
};

const python: Completer = (request: CompletionRequest) => {
  const script = request.words.findIndex((word) => /(?:^|\/)manage\.py$/.test(word));
  return script < 0 ? undefined : manage({ ...request, words: request.words.slice(script) });
};

const PIP = [
  "cache",
  "check",
  "config",
  "debug",
  "download",
  "freeze",
  "hash",
  "help",
  "index",
  "inspect",
  "install",
  "list",
  "search",
  "show",
  "uninstall",
  "wheel",
];

const pip: Completer = ({ words: before }) => (before.length === 1 ? words(PIP) : undefined);

export const builtinCompleters: ReadonlyMap<string, Completer> = new Map<string, Completer>([
  ["cd", directories],
  ["pushd", directories],
  ["rmdir", directories],
  ["type", commands],
  ["which", commands],
  ["command", commands],
  ["hash", commands],
  ["man", commands],
  ["help", commands],
  ["unset", variables],
  ["export", exported],
  ["declare", exported],
  ["local", exported],
  ["readonly", exported],
  ["printenv", variables],
  ["fg", jobs],
  ["bg", jobs],
  ["wait", jobs],
  ["disown", jobs],
  ["kill", kill],
  ["alias", ({ shell }) => words([...shell.aliases.keys()])],
  ["unalias", ({ shell }) => words([...shell.aliases.keys()])],
  ["shopt", ({ word }) => (word.startsWith("-") ? undefined : words(Object.keys(SHOPT_DEFAULTS)))],
  ["set", ({ words: before }) => (before.at(-1) === "-o" ? words(Object.keys(SET_OPTIONS)) : undefined)],
  ["git", git],
  ["manage.py", manage],
  ["django-admin", manage],
  ["python", python],
  ["python3", python],
  ["pip", pip],
  ["pip3", pip],
]);
