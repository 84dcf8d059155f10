/** Completion of names of machines, as bash-completion's `_known_hosts` finds them, and of users. */
import { users } from "../expand/tilde.ts";
import type { Shell } from "../shell.ts";
import { fileCandidates } from "./candidates.ts";
import type { Completer } from "./complete.ts";

function lines(shell: Shell, path: string): string[] {
  try {
    return shell.self.files.readText(path).split("\n");
  } catch {
    return [];
  }
}

/** From ~/.ssh/config (ssh_config(5)), ~/.ssh/known_hosts (sshd(8)) and /etc/hosts. */
export function knownHosts(shell: Shell): string[] {
  const home = shell.variables.get("HOME") ?? "";
  const found: string[] = [];
  for (const line of lines(shell, `${home}/.ssh/config`)) {
    const names = /^\s*host\s+(.+)$/i.exec(line)?.[1]?.split(/\s+/) ?? [];
    found.push(...names.filter((name) => !/[*?!]/.test(name)));
  }
  for (const line of lines(shell, `${home}/.ssh/known_hosts`)) {
    const first = line.trim().split(/\s+/)[0] ?? "";
    if (first === "" || /^[#|@]/.test(first)) continue;
    found.push(...first.split(",").map((name) => /^\[(.*)\](?::\d+)?$/.exec(name)?.[1] ?? name));
  }
  for (const line of lines(shell, "/etc/hosts")) found.push(...line.replace(/#.*/, "").trim().split(/\s+/).slice(1));
  return [...new Set(found.filter((name) => name !== ""))];
}

/** `user@host` keeps its user. */
function hostsFor(shell: Shell, word: string, end: string): { text: string; shown: string; final: boolean }[] {
  const user = /^[^@/]*@/.exec(word)?.[0] ?? "";
  return knownHosts(shell).map((name) => ({ text: `${user}${name}${end}`, shown: name + end, final: end === "" }));
}

export const hosts: Completer = ({ shell, word }) => (word.startsWith("-") ? undefined : hostsFor(shell, word, ""));

/** scp and rsync: `host:`, or a file of this machine. */
export const hostsAndFiles: Completer = ({ shell, word }) =>
  word.startsWith("-") || word.includes("/") ? undefined : [...hostsFor(shell, word, ":"), ...fileCandidates(shell, word, false)];

export const userNames: Completer = ({ shell, word }) =>
  word.startsWith("-") ? undefined : users(shell.self.files).map(({ name }) => ({ text: name, final: true }));
