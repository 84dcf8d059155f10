/** git-cherry-pick(1) and git-revert(1). */
import type { Git } from "../context.ts";
import { Fatal, Quit } from "../errors.ts";
import { subjectOf } from "../history/pretty.ts";
import { mergeBases, walk } from "../history/walk.ts";
import type { Commit, Person } from "../objects/object.ts";
import { type Grammar, type Options, parseOptions, usageText } from "../options.ts";
import { forceTree } from "../repository/checkout-tree.ts";
import { stagedPairs } from "../repository/status.ts";
import { indexFiles } from "../repository/work-tree.ts";
import { writeTree } from "../repository/write-tree.ts";
import type { Command } from "./command.ts";
import { signedOff } from "./commit.ts";
import { commitSummary, makeCommit } from "./make-commit.ts";
import { conflictList, favorOf } from "./merge.ts";
import { pick } from "./pick.ts";
import { forgetState } from "./reset.ts";
import { cleanMessage, edit, moveHead, runHook } from "./shared.ts";

type Kind = "cherry-pick" | "revert";

const grammar = (name: Kind): Grammar => ({
  name,
  usage: [
    `git ${name} [--edit] [-n] [-m <parent-number>] [-s] [-x] [--ff] <commit>...`,
    `git ${name} (--continue | --skip | --abort | --quit)`,
  ],
  options: [
    "--quit",
    "--continue",
    "--abort",
    "--skip",
    "-n, --no-commit",
    "-e, --edit",
    "-x",
    "-s, --signoff",
    "-m, --mainline=",
    "-X, --strategy-option=",
    "--strategy=",
    "--ff",
    "--allow-empty",
    "--allow-empty-message",
    "--keep-redundant-commits",
    "--cleanup=",
    "--reference",
  ],
  unmodeled: ["-S", "--gpg-sign", "--rerere-autoupdate"],
});

function headName(kind: Kind): string {
  return kind === "revert" ? "REVERT_HEAD" : "CHERRY_PICK_HEAD";
}

function commitsOf(git: Git, options: Options, kind: Kind): Commit[] {
  const { repository, revisions } = git;
  const found: Commit[] = [];
  for (const text of options.everything) {
    const range = /^(.*?)(\.\.\.?)(.*)$/.exec(text);
    if (range) {
      const [from, to] = [revisions.commit(range[1] || "HEAD"), revisions.commit(range[3] || "HEAD")];
      const exclude = range[2] === "..." ? mergeBases(repository.store, from, to) : [from];
      const list = [...walk(repository, { include: [to], exclude, order: "topo" })].map(({ commit }) => commit);
      found.push(...(kind === "revert" ? list : list.reverse()));
      continue;
    }
    const named = revisions.find(text);
    const oid = named && revisions.toCommit(named.oid);
    if (oid === undefined) throw new Fatal(`bad revision '${text}'`);
    found.push(repository.store.commit(oid));
  }
  return found;
}

function revertMessage(commit: Commit, parent: string | undefined, merge: boolean): string {
  const subject = subjectOf(commit.message);
  return `Revert "${subject}"\n\nThis reverts commit ${commit.oid}${merge ? `, reversing\nchanges made to ${parent}` : ""}.\n`;
}

async function one(git: Git, kind: Kind, commit: Commit, options: Options, rest: readonly Commit[]): Promise<number> {
  const { repository } = git;
  const head = repository.headOid;
  const mainlineText = options.get("mainline");
  const mainline = mainlineText === undefined ? undefined : Number(mainlineText);
  const noCommit = options.has("no-commit");
  if (kind === "cherry-pick" && options.has("ff") && commit.parents[0] === head) {
    forceTree(repository, repository.flatten(commit.tree));
    repository.writeIndex();
    moveHead(git, commit.oid, "cherry-pick: fast-forward");
    return 0;
  }
  let message = kind === "revert" ? revertMessage(commit, commit.parents[(mainline ?? 1) - 1], commit.parents.length > 1) : commit.message;
  if (kind === "cherry-pick" && options.has("x"))
    message = `${message.replace(/\n*$/, "\n")}${/\n\n(?:[\w-]+: .*\n)+$/.test(message) ? "" : "\n"}(cherry picked from commit ${commit.oid})\n`;
  if (options.has("signoff")) message = signedOff(message, git.committer());
  const result = pick(git, commit, { revert: kind === "revert", mainline, action: kind, favor: favorOf(options) });
  if (!result.clean) {
    repository.writeGitFile("MERGE_MSG", `${message}${conflictList(result.conflicts)}`);
    if (!noCommit) repository.writeGitFile(headName(kind), `${commit.oid}\n`);
    remember(git, kind, [commit, ...rest], options);
    git.warn(
      `error: could not ${kind === "revert" ? "revert" : "apply"} ${repository.short(commit.oid)}... ${subjectOf(commit.message)}\nhint: After resolving the conflicts, mark them with\nhint: "git add/rm <pathspec>", then run\nhint: "git ${kind} --continue".\nhint: You can instead skip this commit with "git ${kind} --skip".\nhint: To abort and get back to the state before "git ${kind}",\nhint: run "git ${kind} --abort".\n`,
    );
    return 1;
  }
  if (noCommit) {
    repository.writeGitFile("MERGE_MSG", message);
    if (kind === "revert") {
      repository.writeGitFile("REVERT_HEAD", `${commit.oid}\n`);
      remember(git, kind, [commit, ...rest], options);
    }
    return 0;
  }
  if (head !== undefined && result.tree === repository.store.commit(head).tree && !options.has("allow-empty", "keep-redundant-commits")) {
    repository.writeGitFile(headName(kind), `${commit.oid}\n`);
    repository.writeGitFile("MERGE_MSG", message);
    remember(git, kind, [commit, ...rest], options);
    if (kind === "cherry-pick")
      git.warn(
        "The previous cherry-pick is now empty, possibly due to conflict resolution.\nIf you wish to commit it anyway, use:\n\n    git commit --allow-empty\n\nOtherwise, please use 'git cherry-pick --skip'\n",
      );
    const { status } = await import("./status.ts");
    await status.run(git, []);
    return 1;
  }
  const editing = options.flag("edit") ?? (kind === "revert" && git.self.fds.get(0)?.tty !== undefined);
  if (editing) {
    repository.writeGitFile("COMMIT_EDITMSG", message);
    message = cleanMessage(await edit(git, repository.gitPath("COMMIT_EDITMSG")), { comments: true });
    if (message === "") throw new Quit("Aborting commit due to empty commit message.\n", 1);
  }
  finish(git, kind, result.tree, message, kind === "cherry-pick" ? commit.author : git.author());
  await runHook(git, "post-commit", []);
  return 0;
}

function finish(git: Git, kind: Kind, tree: string, message: string, author: Person, showDate = true): void {
  const { repository } = git;
  const head = repository.headOid;
  const oid = makeCommit(git, {
    tree,
    parents: head === undefined ? [] : [head],
    author,
    message: cleanMessage(message, { comments: false }),
  });
  moveHead(git, oid, `${kind}: ${subjectOf(message)}`);
  git.say(commitSummary(git, oid, { showDate }));
}

/** What is left to do, where --continue and --abort find it (sequencer.c). */
function remember(git: Git, kind: Kind, todo: readonly Commit[], options: Options): void {
  const { repository } = git;
  if (repository.readGitFile("sequencer/head") === undefined && todo.length > 1)
    repository.writeGitFile("sequencer/head", `${repository.headOid}\n`);
  if (todo.length > 1 || repository.readGitFile("sequencer/head") !== undefined)
    repository.writeGitFile(
      "sequencer/todo",
      todo
        .map((commit) => `${kind === "revert" ? "revert" : "pick"} ${repository.short(commit.oid)} ${subjectOf(commit.message)}\n`)
        .join(""),
    );
  repository.writeGitFile("sequencer/slipway-options", JSON.stringify(options.given));
  if (repository.readGitFile("sequencer/slipway-start") === undefined)
    repository.writeGitFile("sequencer/slipway-start", `${repository.headOid}\n`);
}

function todoOf(git: Git): Commit[] {
  const text = git.repository.readGitFile("sequencer/todo") ?? "";
  return text
    .split("\n")
    .flatMap((line) => /^\w+ ([0-9a-f]+) /.exec(line)?.[1] ?? [])
    .map((name) => git.repository.store.commit(git.revisions.commit(name)));
}

async function sequence(git: Git, kind: Kind, commits: readonly Commit[], options: Options): Promise<number> {
  for (const [i, commit] of commits.entries()) {
    const status = await one(git, kind, commit, options, commits.slice(i + 1));
    if (status !== 0) return status;
  }
  git.repository.removeGitFile("sequencer");
  return 0;
}

async function proceed(git: Git, kind: Kind, options: Options, skip: boolean): Promise<number> {
  const { repository } = git;
  const at = repository.readGitFile(headName(kind))?.trim();
  if (at === undefined && repository.readGitFile("sequencer/todo") === undefined)
    throw new Quit(`error: no cherry-pick or revert in progress\nfatal: ${kind} failed\n`, 128);
  if (skip) {
    forceTree(repository, repository.flatten(repository.headTree));
    repository.writeIndex();
  } else {
    if (repository.index.unmerged.length > 0)
      throw new Quit(
        `error: Committing is not possible because you have unmerged files.\nhint: Fix them up in the work tree, and then use 'git add/rm <file>'\nhint: as appropriate to mark resolution and make a commit.\nfatal: Exiting because of an unresolved conflict.\n`,
        128,
      );
    const commit = at === undefined ? undefined : repository.store.commit(at);
    const tree = writeTree(repository.store, indexFiles(repository));
    if (commit) {
      const path = repository.gitPath("MERGE_MSG");
      const text =
        git.self.fds.get(0)?.tty !== undefined || git.env.GIT_EDITOR !== undefined
          ? await edit(git, path)
          : repository.files.readText(path);
      const message = cleanMessage(text, { comments: true });
      finish(git, kind, tree, message, kind === "cherry-pick" ? commit.author : git.author(), kind === "cherry-pick");
    }
  }
  const todo = todoOf(git).slice(1);
  forgetState(repository);
  return sequence(git, kind, todo, options);
}

function abort(git: Git, kind: Kind): number {
  const { repository } = git;
  const start = repository.readGitFile("sequencer/head") ?? repository.readGitFile("sequencer/slipway-start");
  if (repository.readGitFile(headName(kind)) === undefined && start === undefined)
    throw new Quit(`error: no cherry-pick or revert in progress\nfatal: ${kind} failed\n`, 128);
  const oid = start?.trim() ?? repository.headOid ?? "";
  forceTree(repository, repository.flatten(repository.store.commit(oid).tree));
  repository.writeIndex();
  if (oid !== repository.headOid) moveHead(git, oid, `reset: moving to ${oid}`);
  forgetState(repository);
  repository.removeGitFile("sequencer");
  return 0;
}

async function run(git: Git, argv: readonly string[], kind: Kind): Promise<number> {
  const options = parseOptions(grammar(kind), argv);
  const repository = git.withWorkTree;
  if (options.has("abort")) return abort(git, kind);
  if (options.has("quit")) {
    forgetState(repository);
    repository.removeGitFile("sequencer");
    return 0;
  }
  if (options.has("continue", "skip")) return proceed(git, kind, options, options.has("skip"));
  if (options.everything.length === 0) throw new Quit(`${usageText(grammar(kind))}\n`, 129);
  const commits = commitsOf(git, options, kind);
  const [first] = commits;
  if (!first) throw new Fatal(`empty commit set passed`);
  if (repository.index.unmerged.length > 0)
    throw new Quit(
      `error: ${kind === "revert" ? "Reverting" : "Cherry-picking"} is not possible because you have unmerged files.\nhint: Fix them up in the work tree, and then use 'git add/rm <file>'\nhint: as appropriate to mark resolution and make a commit.\nfatal: ${kind} failed\n`,
      128,
    );
  const staged = stagedPairs(repository, repository.headTree);
  if (staged.length > 0 && !options.has("no-commit"))
    throw new Quit(
      `error: your local changes would be overwritten by ${kind}.\nhint: commit your changes or stash them to proceed.\nfatal: ${kind} failed\n`,
      128,
    );
  git.committer();
  try {
    return await sequence(git, kind, commits, options);
  } catch (error) {
    if (error instanceof Quit && error.text.endsWith("Aborting\n")) throw new Quit(`${error.text}fatal: ${kind} failed\n`, 128);
    if (error instanceof Fatal && error.message.startsWith("error: ")) throw new Quit(`${error.message}\nfatal: ${kind} failed\n`, 128);
    throw error;
  }
}

export const cherryPick: Command = {
  name: "cherry-pick",
  summary: "Apply the changes introduced by some existing commits",
  run: (git, argv) => run(git, argv, "cherry-pick"),
};
export const revert: Command = { name: "revert", summary: "Revert some existing commits", run: (git, argv) => run(git, argv, "revert") };
