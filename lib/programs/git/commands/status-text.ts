/** The long form of git-status(1), which commit's editor shows as well. */
import type { Git } from "../context.ts";
import { pathOf } from "../diff/pairs.ts";
import { paint } from "../diff/patch.ts";
import { quotePath } from "../diff/quote.ts";
import { Revisions } from "../history/revisions.ts";
import { aheadBehind } from "../history/walk.ts";
import type { Repository } from "../repository/repository.ts";
import type { WorkStatus } from "../repository/status.ts";
import { describeState } from "./status-state.ts";

export interface LongStyle {
  readonly hints: boolean;
  readonly color: boolean;
  /** How the part on what is not tracked is shown; "no" says so where hints are wanted. */
  readonly untracked: "no" | "normal" | "all";
  readonly showIgnored?: boolean;
  /** In a commit's template: what is not there is not mentioned. */
  readonly template?: boolean;
  readonly amend?: boolean;
}

/** From the working directory, as paths are shown to people. */
export function relativePath(repository: Repository, path: string): string {
  if (repository.prefix === "") return path;
  const from = repository.prefix.split("/").filter((part) => part !== "");
  const to = path.split("/");
  let same = 0;
  while (same < from.length && same < to.length - 1 && from[same] === to[same]) same++;
  const up = "../".repeat(from.length - same);
  const rest = to.slice(same).join("/");
  // A folder that is the working directory itself.
  if (rest === "" && up === "") return "./";
  return up + rest;
}

/** Lines on how a branch stands to its upstream, each with its newline; empty where there is none. */
export function trackingText(git: Git, branch: string, hints: boolean): string {
  const { repository } = git;
  const full = git.revisions.upstream(branch);
  if (full === undefined) return "";
  const name = Revisions.shortName(full);
  const theirs = repository.refs.resolve(full);
  const ours = repository.refs.resolve(`refs/heads/${branch}`);
  const hint = (text: string) => (hints ? `  (${text})\n` : "");
  if (theirs === undefined)
    return `Your branch is based on '${name}', but the upstream is gone.\n${hint('use "git branch --unset-upstream" to fixup')}`;
  if (ours === undefined) return "";
  const { ahead, behind } = aheadBehind(repository.store, ours, theirs);
  const commits = (count: number) => `${count} commit${count === 1 ? "" : "s"}`;
  if (ahead === 0 && behind === 0) return `Your branch is up to date with '${name}'.\n`;
  if (behind === 0)
    return `Your branch is ahead of '${name}' by ${commits(ahead)}.\n${hint('use "git push" to publish your local commits')}`;
  if (ahead === 0)
    return `Your branch is behind '${name}' by ${commits(behind)}, and can be fast-forwarded.\n${hint('use "git pull" to update your local branch')}`;
  return `Your branch and '${name}' have diverged,\nand have ${ahead} and ${behind} different commits each, respectively.\n${hint('use "git pull" to merge the remote branch into yours')}`;
}

const WORDS: Readonly<Record<string, string>> = {
  A: "new file:",
  D: "deleted:",
  M: "modified:",
  R: "renamed:",
  C: "copied:",
  T: "typechange:",
  U: "unmerged:",
};

const UNMERGED: Readonly<Record<number, string>> = {
  1: "both deleted:",
  2: "added by us:",
  3: "deleted by them:",
  4: "added by them:",
  5: "deleted by us:",
  6: "both added:",
  7: "both modified:",
};

export function longStatus(git: Git, status: WorkStatus, style: LongStyle): string {
  const { repository } = git;
  const { hints, color } = style;
  const initial = repository.headOid === undefined;
  const state = describeState(git, hints);
  const green = (text: string) => paint(color, "32", text);
  const red = (text: string) => paint(color, "31", text);
  const show = (path: string) => quotePath(relativePath(repository, path));
  let out =
    state.head.color === undefined ? `${state.head.text}\n` : `${paint(color, state.head.color, state.head.text)}${state.head.rest}\n`;
  if (!initial && repository.branch !== undefined && !state.rebasing) {
    const tracking = trackingText(git, repository.branch, hints);
    if (tracking !== "") out += `${tracking}\n`;
  }
  out += state.text;
  if (initial) out += `\n${style.template ? "Initial commit" : "No commits yet"}\n\n`;
  const section = (title: string, advice: readonly string[], lines: readonly string[]) => {
    if (lines.length === 0) return;
    out += `${title}\n${hints ? advice.map((line) => `  (${line})\n`).join("") : ""}${lines.map((line) => `\t${line}\n`).join("")}\n`;
  };
  const named = (pair: WorkStatus["staged"][number], paintIt: (text: string) => string) => {
    const path = pair.status === "R" || pair.status === "C" ? `${show(pair.old?.path ?? "")} -> ${show(pathOf(pair))}` : show(pathOf(pair));
    return paintIt(`${(WORDS[pair.status] ?? "").padEnd(12)}${path}`);
  };
  const restore = initial ? 'use "git rm --cached <file>..." to unstage' : 'use "git restore --staged <file>..." to unstage';
  // While a merge waits, how to unstage is not said.
  section(
    "Changes to be committed:",
    state.merging ? [] : [restore],
    status.staged.map((pair) => named(pair, green)),
  );
  if (status.unmerged.size > 0) {
    const kinds = new Set(status.unmerged.values());
    const deleted = kinds.has(1) || kinds.has(3) || kinds.has(5);
    const both = !deleted
      ? 'use "git add <file>..." to mark resolution'
      : [...kinds].every((kind) => kind === 1)
        ? 'use "git rm <file>..." to mark resolution'
        : 'use "git add/rm <file>..." as appropriate to mark resolution';
    section(
      "Unmerged paths:",
      state.merging ? [both] : [restore, both],
      [...status.unmerged].map(([path, kind]) => red(`${(UNMERGED[kind] ?? "").padEnd(17)}${show(path)}`)),
    );
  }
  const gone = status.unstaged.some((pair) => pair.status === "D");
  section(
    "Changes not staged for commit:",
    [
      gone ? 'use "git add/rm <file>..." to update what will be committed' : 'use "git add <file>..." to update what will be committed',
      'use "git restore <file>..." to discard changes in working directory',
    ],
    status.unstaged.map((pair) => named(pair, red)),
  );
  if (style.untracked !== "no") {
    section(
      "Untracked files:",
      ['use "git add <file>..." to include in what will be committed'],
      status.untracked.map((path) => red(show(path))),
    );
    if (style.showIgnored)
      section(
        "Ignored files:",
        ['use "git add -f <file>..." to include in what will be committed'],
        status.ignored.map((path) => red(show(path))),
      );
  } else if (!style.template && status.staged.length > 0)
    out += `Untracked files not listed${hints ? " (use -u option to show untracked files)" : ""}\n`;
  if (style.template) return out;
  return out + ending(status, style, initial);
}

/** The last line: what a commit would find. */
function ending(status: WorkStatus, style: LongStyle, initial: boolean): string {
  if (style.amend) return status.staged.length === 0 ? "No changes\n" : "";
  if (status.staged.length > 0) return "";
  const hint = (text: string) => (style.hints ? ` (${text})` : "");
  if (status.unstaged.length > 0 || status.unmerged.size > 0)
    return `no changes added to commit${hint('use "git add" and/or "git commit -a"')}\n`;
  if (status.untracked.length > 0) return `nothing added to commit but untracked files present${hint('use "git add" to track')}\n`;
  if (initial) return `nothing to commit${hint('create/copy files and use "git add" to track')}\n`;
  if (style.untracked === "no") return `nothing to commit${hint("use -u to show untracked files")}\n`;
  return "nothing to commit, working tree clean\n";
}
