/** Completion of git: its commands, and branches and tags from the repository's own files (gitrepository-layout(5)). */
import type { Shell } from "../shell.ts";
import type { Candidate } from "./candidates.ts";
import type { Completer } from "./complete.ts";

const COMMANDS =
  "add bisect blame branch checkout cherry-pick clean clone commit config diff fetch grep init log merge mv pull push rebase reflog remote reset restore revert rm show stash status switch tag worktree".split(
    " ",
  );
const WANT_BRANCH = new Set([
  "branch",
  "checkout",
  "cherry-pick",
  "diff",
  "log",
  "merge",
  "push",
  "pull",
  "rebase",
  "reset",
  "show",
  "switch",
]);
const WANT_TAG = new Set(["checkout", "cherry-pick", "diff", "log", "merge", "push", "reset", "show", "tag"]);

function words(list: readonly string[]): Candidate[] {
  return list.map((text) => ({ text, final: true }));
}

export const git: Completer = ({ shell, words: before, word }) => {
  if (before.length === 1) return words(COMMANDS);
  const command = before[1]!;
  if ((command === "push" || command === "pull" || command === "fetch") && before.length === 2) return words(refs(shell, "remotes", true));
  const found: string[] = [];
  if (WANT_BRANCH.has(command)) found.push(...gitBranches(shell), ...refs(shell, "remotes"));
  if (WANT_TAG.has(command)) found.push(...refs(shell, "tags"));
  return found.some((name) => name.startsWith(word)) ? words(found) : undefined;
};

/** The repository that the working directory lies in. */
function repository(shell: Shell): string | undefined {
  const { files } = shell.self;
  let directory = files.cwd;
  while (!files.exists(`${directory}/.git`)) {
    if (directory === "/" || directory === "") return undefined;
    directory = directory.replace(/\/[^/]*$/, "") || "/";
  }
  return `${directory}/.git`;
}

/** Names below .git/refs/KIND, and in packed-refs. With `top`, only the first folders: the remotes themselves. */
function refs(shell: Shell, kind: "heads" | "remotes" | "tags", top = false): string[] {
  const { files } = shell.self;
  const folder = repository(shell);
  if (folder === undefined) return [];
  const found: string[] = [];
  const collect = (path: string, prefix: string): void => {
    if (!files.exists(path)) return;
    for (const entry of files.readdir(path)) {
      if (entry.kind === "directory") collect(`${path}/${entry.name}`, `${prefix}${entry.name}/`);
      else if (entry.name !== "HEAD") found.push(prefix + entry.name);
    }
  };
  try {
    collect(`${folder}/refs/${kind}`, "");
    if (files.exists(`${folder}/packed-refs`)) {
      const pattern = new RegExp(`refs/${kind}/(\\S+)`, "g");
      for (const match of files.readText(`${folder}/packed-refs`).matchAll(pattern)) found.push(match[1]!);
    }
  } catch {
    // A repository that can't be read offers nothing.
  }
  return [...new Set(top ? found.map((name) => name.split("/")[0]!) : found)];
}

export function gitBranches(shell: Shell): string[] {
  return refs(shell, "heads");
}
