/** Completers of commands that the shell itself knows something about. Programs bring their own (`bashProgram`). */
import { SET_OPTIONS, SHOPT_DEFAULTS } from "../options.ts";
import { SIGNAL_NUMBERS } from "../traps.ts";
import { type Candidate, commandNames, fileCandidates } from "./candidates.ts";
import type { Completer } from "./complete.ts";
import { manage, python } from "./django-completion.ts";
import { git } from "./git-completion.ts";
import { hosts, hostsAndFiles, userNames } from "./host-completion.ts";

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
  ["ssh", hosts],
  ["sftp", hosts],
  ["ssh-copy-id", hosts],
  ["ping", hosts],
  ["dig", hosts],
  ["host", hosts],
  ["nslookup", hosts],
  ["scp", hostsAndFiles],
  ["rsync", hostsAndFiles],
  ["su", userNames],
  ["id", userNames],
  ["groups", userNames],
  ["passwd", userNames],
  ["userdel", userNames],
  ["usermod", userNames],
]);
