/** Where HEAD stands, and what is under way: the first lines of git-status(1). */
import type { Git } from "../context.ts";
import { Revisions } from "../history/revisions.ts";

export interface HeadState {
  readonly head: { readonly text: string; readonly color: string | undefined; readonly rest: string };
  /** What is under way, each line with its newline, a blank one at the end; empty otherwise. */
  readonly text: string;
  readonly merging: boolean;
  readonly rebasing: boolean;
}

/** What HEAD was detached at: a tag or remote branch that was named then, else the commit. */
export function detachedAt(git: Git): { name: string; moved: boolean } {
  const { repository } = git;
  const head = repository.headOid ?? "";
  const entry = repository.refs.log("HEAD").findLast(({ message }) => message.startsWith("checkout: moving from "));
  if (!entry) return { name: repository.short(head), moved: false };
  const to = entry.message.slice(entry.message.lastIndexOf(" to ") + 4);
  const full = git.revisions.fullName(to);
  const isName = full !== undefined && full !== "HEAD" && git.revisions.toCommit(repository.refs.resolve(full) ?? "") === entry.to;
  const name = isName ? Revisions.shortName(full) : repository.short(entry.to);
  return { name, moved: head !== entry.to };
}

function rebaseState(git: Git): { onto: string; branch: string; done: string[]; todo: string[] } | undefined {
  const { repository } = git;
  if (!repository.files.exists(repository.gitPath("rebase-merge"))) return undefined;
  const lines = (name: string) =>
    (repository.readGitFile(`rebase-merge/${name}`) ?? "").split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return {
    onto: (repository.readGitFile("rebase-merge/onto") ?? "").trim(),
    branch: (repository.readGitFile("rebase-merge/head-name") ?? "").trim(),
    done: lines("done"),
    todo: lines("git-rebase-todo"),
  };
}

export function describeState(git: Git, hints: boolean): HeadState {
  const { repository } = git;
  const unmerged = repository.index.unmerged.length > 0;
  const hint = (text: string) => (hints ? `  (${text})\n` : "");
  const rebase = rebaseState(git);
  const merging = repository.readGitFile("MERGE_HEAD") !== undefined;
  let text = "";
  const short = (oid: string) => repository.short(oid.trim());
  if (rebase) {
    const abbreviated = (line: string) => line.replace(/\b[0-9a-f]{40}\b/, (oid) => short(oid));
    const count = rebase.done.length;
    if (count > 0) {
      text += count === 1 ? "Last command done (1 command done):\n" : `Last commands done (${count} commands done):\n`;
      for (const line of rebase.done.slice(-2)) text += `   ${abbreviated(line)}\n`;
      if (count > 2) text += hint(`see more in file ${".git"}/rebase-merge/done`);
    } else text += "No commands done.\n";
    const left = rebase.todo.length;
    if (left === 0) text += "No commands remaining.\n";
    else {
      text += left === 1 ? "Next command to do (1 remaining command):\n" : `Next commands to do (${left} remaining commands):\n`;
      for (const line of rebase.todo.slice(0, 2)) text += `   ${abbreviated(line)}\n`;
      text += hint('use "git rebase --edit-todo" to view and edit');
    }
    const on = rebase.branch.startsWith("refs/heads/") ? `branch '${rebase.branch.slice(11)}' on '${short(rebase.onto)}'` : undefined;
    text += on ? `You are currently rebasing ${on}.\n` : "You are currently rebasing.\n";
    if (unmerged) {
      text += hint('fix conflicts and then run "git rebase --continue"') + hint('use "git rebase --skip" to skip this patch');
      text += hint('use "git rebase --abort" to check out the original branch');
    } else text += hint('all conflicts fixed: run "git rebase --continue"');
    text += "\n";
  } else if (merging) {
    text += unmerged
      ? `You have unmerged paths.\n${hint('fix conflicts and run "git commit"')}${hint('use "git merge --abort" to abort the merge')}\n`
      : `All conflicts fixed but you are still merging.\n${hint('use "git commit" to conclude merge')}\n`;
  }
  for (const kind of ["cherry-pick", "revert"] as const) {
    const of = repository.readGitFile(kind === "revert" ? "REVERT_HEAD" : "CHERRY_PICK_HEAD");
    if (of === undefined || rebase) continue;
    const command = `git ${kind}`;
    text +=
      kind === "revert" ? `You are currently reverting commit ${short(of)}.\n` : `You are currently cherry-picking commit ${short(of)}.\n`;
    text += unmerged ? hint(`fix conflicts and run "${command} --continue"`) : hint(`all conflicts fixed: run "${command} --continue"`);
    text += hint(`use "${command} --skip" to skip this patch`);
    text += hint(`use "${command} --abort" to cancel the ${kind === "revert" ? "revert" : "cherry-pick"} operation`);
    text += "\n";
  }
  const bisecting = repository.readGitFile("BISECT_START");
  if (bisecting !== undefined)
    text += `You are currently bisecting, started from branch '${bisecting.trim()}'.\n${hint('use "git bisect reset" to get back to the original branch')}\n`;
  return {
    head: headLine(git, rebase),
    text,
    merging: merging || repository.readGitFile("CHERRY_PICK_HEAD") !== undefined,
    rebasing: rebase !== undefined,
  };
}

function headLine(git: Git, rebase: { onto: string } | undefined): HeadState["head"] {
  const { repository } = git;
  if (rebase && repository.branch === undefined)
    return { text: "interactive rebase in progress; onto ", color: "31", rest: repository.short(rebase.onto) };
  if (repository.branch !== undefined) return { text: `On branch ${repository.branch}`, color: undefined, rest: "" };
  const { name, moved } = detachedAt(git);
  return { text: moved ? "HEAD detached from " : "HEAD detached at ", color: "31", rest: name };
}
