/** git-rebase(1), not the interactive one. */

import { encode } from "../../core/io.ts";
import type { Git } from "../context.ts";
import { treePairs } from "../diff/pairs.ts";
import { PLAIN, patchText } from "../diff/patch.ts";
import { Fatal, notModeled, Quit } from "../errors.ts";
import { subjectOf } from "../history/pretty.ts";
import { Revisions } from "../history/revisions.ts";
import { isAncestor, mergeBases, walk } from "../history/walk.ts";
import { type Commit, hashObject } from "../objects/object.ts";
import { type Grammar, parseOptions } from "../options.ts";
import { forceTree, switchTree } from "../repository/checkout-tree.ts";
import { Ignore } from "../repository/ignore.ts";
import type { Repository } from "../repository/repository.ts";
import { stagedPairs, unstagedPairs } from "../repository/status.ts";
import { indexFiles } from "../repository/work-tree.ts";
import { writeTree } from "../repository/write-tree.ts";
import type { Command } from "./command.ts";
import { commitSummary, makeCommit } from "./make-commit.ts";
import { conflictList } from "./merge.ts";
import { pick } from "./pick.ts";
import { forgetState } from "./reset.ts";
import { cleanMessage, edit, switchHead, updateRef } from "./shared.ts";

const GRAMMAR: Grammar = {
  name: "rebase",
  usage: [
    "git rebase [-i] [options] [--exec <cmd>] [--onto <newbase> | --keep-base] [<upstream> [<branch>]]",
    "git rebase [-i] [options] [--exec <cmd>] [--onto <newbase>] --root [<branch>]",
    "git rebase --continue | --abort | --skip | --edit-todo",
  ],
  options: [
    "--onto=",
    "--keep-base",
    "-q, --quiet",
    "-v, --verbose",
    "-n, --no-stat",
    "--stat",
    "-f, --force-rebase",
    "--no-ff",
    "--continue",
    "--skip",
    "--abort",
    "--quit",
    "--edit-todo",
    "--show-current-patch",
    "-m, --merge",
    "-i, --interactive",
    "--autostash",
    "--root",
    "--fork-point",
    "--apply",
    "--empty=",
    "--keep-empty",
    "-X, --strategy-option=",
  ],
  unmodeled: [
    "-x",
    "--exec",
    "--autosquash",
    "-r",
    "--rebase-merges",
    "-s",
    "--strategy",
    "--signoff",
    "--committer-date-is-author-date",
    "--reset-author-date",
    "-S",
    "--gpg-sign",
    "-C",
    "--whitespace",
    "--update-refs",
  ],
};

const STATE = "rebase-merge";

/** A name for what a commit changes, whatever it stands on (git-patch-id(1)): the same change is not done twice. */
function patchId(repository: Repository, commit: Commit): string {
  const base = commit.parents[0] === undefined ? undefined : repository.store.commit(commit.parents[0]).tree;
  const text = treePairs(repository, base, commit.tree, () => true)
    .map((pair) => patchText(repository, pair, PLAIN).replace(/^(index|@@) .*\n/gm, ""))
    .join("");
  return hashObject("blob", encode(text));
}

function progress(git: Git, text: string): void {
  // A line of its own where nobody watches; on a terminal it is written over.
  git.warn(`${text}\r`);
}

const clearLine = (git: Git) => git.warn("\r\x1b[K");

/** Picks what is left. Stops at a conflict with status 1. */
async function proceed(git: Git): Promise<number> {
  const { repository } = git;
  const read = (name: string) => (repository.readGitFile(`${STATE}/${name}`) ?? "").trim();
  const quiet = repository.readGitFile(`${STATE}/quiet`) !== undefined;
  for (;;) {
    const todo = read("git-rebase-todo")
      .split("\n")
      .filter((line) => line !== "");
    const [line, ...rest] = todo;
    if (line === undefined) break;
    const done = read("done");
    const total = todo.length + (done === "" ? 0 : done.split("\n").length);
    repository.writeGitFile(`${STATE}/done`, `${done === "" ? "" : `${done}\n`}${line}\n`);
    repository.writeGitFile(`${STATE}/git-rebase-todo`, rest.map((each) => `${each}\n`).join(""));
    const oid = /^pick ([0-9a-f]{40})/.exec(line)?.[1] ?? "";
    const commit = repository.store.commit(oid);
    const head = repository.headOid;
    if (!quiet) progress(git, `Rebasing (${total - rest.length}/${total})`);
    if (commit.parents.length === 1 && commit.parents[0] === head) {
      forceTree(repository, repository.flatten(commit.tree));
      repository.writeIndex();
      switchHead(git, { oid }, `rebase (pick): ${subjectOf(commit.message)}`);
      continue;
    }
    const result = pick(git, commit, { revert: false, action: "merge" });
    if (!result.clean) {
      repository.writeGitFile("MERGE_MSG", `${commit.message}${conflictList(result.conflicts)}`);
      repository.writeGitFile(`${STATE}/message`, commit.message);
      repository.writeGitFile(`${STATE}/stopped-sha`, `${oid}\n`);
      repository.writeGitFile("REBASE_HEAD", `${oid}\n`);
      const subject = subjectOf(commit.message);
      git.warn(
        `error: could not apply ${repository.short(oid)}... ${subject}\nhint: Resolve all conflicts manually, mark them as resolved with\nhint: "git add/rm <conflicted_files>", then run "git rebase --continue".\nhint: You can instead skip this commit: run "git rebase --skip".\nhint: To abort and get back to the state before "git rebase", run "git rebase --abort".\nCould not apply ${repository.short(oid)}... ${subject}\n`,
      );
      return 1;
    }
    if (
      head !== undefined &&
      result.tree === repository.store.commit(head).tree &&
      commit.parents[0] !== undefined &&
      repository.store.commit(commit.parents[0]).tree !== commit.tree
    ) {
      git.warn(`dropping ${oid} ${subjectOf(commit.message)} -- patch contents already upstream\n`);
      continue;
    }
    const made = makeCommit(git, {
      tree: result.tree,
      parents: head === undefined ? [] : [head],
      author: commit.author,
      message: commit.message,
    });
    switchHead(git, { oid: made }, `rebase (pick): ${subjectOf(commit.message)}`);
    await git.breathe();
  }
  const name = read("head-name");
  const onto = read("onto");
  const head = repository.headOid ?? "";
  if (name.startsWith("refs/")) {
    updateRef(git, name, head, `rebase (finish): ${name} onto ${onto}`);
    repository.refs.setSymbolic("HEAD", name);
    repository.refs.appendLog("HEAD", head, head, git.committer(false), `rebase (finish): returning to ${name}`);
  }
  const stash = read("autostash");
  repository.removeGitFile(STATE);
  repository.removeGitFile("REBASE_HEAD");
  if (!quiet) {
    clearLine(git);
    git.warn(`Successfully rebased and updated ${name.startsWith("refs/") ? name : "detached HEAD"}.\n`);
  }
  if (stash !== "") await giveBack(git, stash);
  return 0;
}

/** What --autostash put away. */
async function giveBack(git: Git, oid: string): Promise<void> {
  const { applyStash } = await import("./stash.ts");
  const clean = applyStash(git, oid, { index: false });
  git.warn(
    clean
      ? "Applied autostash.\n"
      : 'Applying autostash resulted in conflicts.\nYour changes are safe in the stash.\nYou can run "git stash pop" or "git stash drop" at any time.\n',
  );
}

async function goOn(git: Git, skip: boolean): Promise<number> {
  const { repository } = git;
  const stopped = repository.readGitFile(`${STATE}/stopped-sha`)?.trim();
  if (skip) {
    forceTree(repository, repository.flatten(repository.headTree));
    repository.writeIndex();
  } else {
    if (repository.index.unmerged.length > 0 || unstagedPairs(repository).length > 0) {
      git.say(
        `${repository.index.unmerged.map((path) => `${path}: needs merge\n`).join("")}You must edit all merge conflicts and then\nmark them as resolved using git add\n`,
      );
      return 1;
    }
    const head = repository.headOid;
    const tree = writeTree(repository.store, indexFiles(repository));
    if (stopped !== undefined && head !== undefined && tree !== repository.store.commit(head).tree) {
      const commit = repository.store.commit(stopped);
      const path = repository.gitPath("MERGE_MSG");
      const text =
        git.self.fds.get(0)?.tty !== undefined || git.env.GIT_EDITOR !== undefined
          ? await edit(git, path)
          : repository.files.readText(path);
      const message = cleanMessage(text, { comments: true });
      const made = makeCommit(git, { tree, parents: [head], author: commit.author, message });
      switchHead(git, { oid: made }, `rebase (continue): ${subjectOf(message)}`);
      git.say(commitSummary(git, made, { showDate: false }));
    }
  }
  forgetState(repository);
  repository.removeGitFile(`${STATE}/stopped-sha`);
  return proceed(git);
}

async function abort(git: Git): Promise<number> {
  const { repository } = git;
  const read = (name: string) => (repository.readGitFile(`${STATE}/${name}`) ?? "").trim();
  const name = read("head-name");
  const original = read("orig-head");
  forceTree(repository, repository.flatten(repository.store.commit(original).tree));
  repository.writeIndex();
  const message = `rebase (abort): returning to ${name.startsWith("refs/") ? name : original}`;
  if (name.startsWith("refs/")) switchHead(git, { branch: name.slice(11) }, message);
  else switchHead(git, { oid: original }, message);
  const stash = read("autostash");
  repository.removeGitFile(STATE);
  repository.removeGitFile("REBASE_HEAD");
  forgetState(repository);
  if (stash !== "") await giveBack(git, stash);
  return 0;
}

export interface RebaseRequest {
  /** Where the commits go. */
  readonly onto: string;
  readonly ontoName: string;
  /** Commits that it has are not picked; undefined: everything is (--root). */
  readonly upstream: string | undefined;
  readonly quiet: boolean;
  readonly force: boolean;
  readonly autostash: boolean;
  readonly action: string;
}

/** Rebases the current branch. */
export async function rebaseOnto(git: Git, request: RebaseRequest): Promise<number> {
  const { repository } = git;
  const { store } = repository;
  const head = repository.headOid;
  if (head === undefined) throw new Fatal("You are on a branch yet to be born");
  const name = repository.refs.head ?? "detached HEAD";
  const branchWords = repository.branch === undefined ? "HEAD" : `Current branch ${repository.branch}`;
  let stash = "";
  const unstaged = unstagedPairs(repository).length > 0;
  const staged = stagedPairs(repository, repository.headTree).length > 0;
  if (unstaged || staged) {
    if (!request.autostash) {
      const what = unstaged ? `error: cannot ${request.action}: You have unstaged changes.\n` : "";
      const also = staged
        ? unstaged
          ? "error: additionally, your index contains uncommitted changes.\n"
          : `error: cannot ${request.action}: Your index contains uncommitted changes.\n`
        : "";
      throw new Quit(`${what}${also}error: Please commit or stash them.\n`, request.action === "rebase" ? 1 : 128);
    }
    const { createStash } = await import("./stash.ts");
    stash = createStash(git, "autostash", { untracked: false }) ?? "";
    if (stash !== "") {
      git.say(`Created autostash: ${repository.short(stash)}\n`);
      forceTree(repository, repository.flatten(repository.headTree));
      repository.writeIndex();
    }
  }
  const exclude = request.upstream === undefined ? [] : [request.upstream];
  const linear =
    request.upstream !== undefined &&
    isAncestor(store, request.onto, head) &&
    mergeBases(store, request.upstream, head)[0] === request.onto;
  if (linear && !request.force && [...walk(repository, { include: [head], exclude })].every(({ commit }) => commit.parents.length < 2)) {
    if (!request.quiet) git.say(`${branchWords} is up to date.\n`);
    if (stash !== "") await giveBack(git, stash);
    return 0;
  }
  const upstreamIds = new Set(
    request.upstream === undefined
      ? []
      : [...walk(repository, { include: [request.upstream], exclude: [head] })]
          .filter(({ commit }) => commit.parents.length < 2)
          .map(({ commit }) => patchId(repository, commit)),
  );
  const candidates = [...walk(repository, { include: [head], exclude, order: "topo" })]
    .map(({ commit }) => commit)
    .filter(({ parents }) => parents.length < 2)
    .reverse();
  const skipped = candidates.filter((commit) => upstreamIds.has(patchId(repository, commit)));
  for (const commit of skipped) git.warn(`warning: skipped previously applied commit ${repository.short(commit.oid)}\n`);
  if (skipped.length > 0)
    git.warn(
      'hint: use --reapply-cherry-picks to include skipped commits\nhint: Disable this message with "git config advice.skippedCherryPicks false"\n',
    );
  const todo = candidates.filter((commit) => !skipped.includes(commit));
  switchTree(repository, repository.flatten(repository.headTree), repository.flatten(store.commit(request.onto).tree), {
    words: { action: "checkout", before: "switch branches" },
    ignore: new Ignore(repository, git.env),
  });
  repository.writeIndex();
  repository.refs.write("ORIG_HEAD", head);
  switchHead(git, { oid: request.onto }, `${request.action} (start): checkout ${request.ontoName}`);
  const put = (file: string, text: string) => repository.writeGitFile(`${STATE}/${file}`, text);
  put("head-name", `${name}\n`);
  put("onto", `${request.onto}\n`);
  put("orig-head", `${head}\n`);
  put("git-rebase-todo", todo.map((commit) => `pick ${commit.oid} ${subjectOf(commit.message)}\n`).join(""));
  put("done", "");
  put("interactive", "");
  if (request.quiet) put("quiet", "");
  if (stash !== "") put("autostash", `${stash}\n`);
  return proceed(git);
}

async function run(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(GRAMMAR, argv);
  const repository = git.withWorkTree;
  const active = repository.files.exists(repository.gitPath(STATE));
  if (options.has("interactive")) throw notModeled('"git rebase --interactive"');
  if (options.has("continue", "skip", "abort", "quit", "edit-todo", "show-current-patch")) {
    if (!active) throw new Fatal("No rebase in progress?");
    if (options.has("abort")) return abort(git);
    if (options.has("quit")) {
      repository.removeGitFile(STATE);
      return 0;
    }
    if (options.has("edit-todo", "show-current-patch")) throw notModeled('"git rebase --edit-todo"');
    return goOn(git, options.has("skip"));
  }
  if (active)
    throw new Quit(
      `fatal: It seems that there is already a rebase-merge directory, and\nI wonder if you are in the middle of another rebase.  If that is the\ncase, please try\n\tgit rebase (--continue | --abort | --skip)\nIf that is not the case, please\n\trm -fr "${repository.gitPath(STATE).replace(`${repository.workTree}/`, "")}"\nand run me again.  I am stopping in case you still have something\nvaluable there.\n\n`,
      128,
    );
  const [given, branch] = options.everything;
  git.committer();
  let upstreamName = options.has("root") ? undefined : given;
  if (upstreamName === undefined && !options.has("root")) {
    const current = repository.branch;
    const upstream = current === undefined ? undefined : git.revisions.upstream(current);
    if (upstream === undefined) {
      git.say(
        current === undefined
          ? "You are not currently on a branch.\nPlease specify which branch you want to rebase against.\nSee git-rebase(1) for details.\n\n    git rebase '<branch>'\n\n"
          : `There is no tracking information for the current branch.\nPlease specify which branch you want to rebase against.\nSee git-rebase(1) for details.\n\n    git rebase '<branch>'\n\nIf you wish to set tracking information for this branch you can do so with:\n\n    git branch --set-upstream-to=<remote>/<branch> ${current}\n\n`,
      );
      return 1;
    }
    upstreamName = Revisions.shortName(upstream);
  }
  if (upstreamName === "-") upstreamName = git.revisions.branchName("-");
  if (branch !== undefined || (options.has("root") && given !== undefined)) {
    const { switchCommand } = await import("./switch.ts");
    const to = branch ?? given ?? "";
    if (git.revisions.tryCommit(to) === undefined) throw new Fatal(`no such branch/commit '${to}'`);
    await switchCommand.run(git, ["-q", ...(repository.refs.resolve(`refs/heads/${to}`) === undefined ? ["--detach"] : []), to]);
  }
  const upstream = upstreamName === undefined ? undefined : git.revisions.tryCommit(upstreamName);
  if (upstreamName !== undefined && upstream === undefined) throw new Fatal(`invalid upstream '${upstreamName}'`);
  const ontoName = options.get("onto") ?? upstreamName ?? "";
  const dots = /^(.*)\.\.\.(.*)$/.exec(ontoName);
  const onto = dots
    ? mergeBases(repository.store, git.revisions.commit(dots[1] || "HEAD"), git.revisions.commit(dots[2] || "HEAD"))[0]
    : git.revisions.tryCommit(ontoName);
  if (onto === undefined) {
    if (options.has("root") && options.get("onto") === undefined) throw notModeled('"git rebase --root" without --onto');
    throw new Fatal(`Does not point to a valid commit '${ontoName}'`);
  }
  return rebaseOnto(git, {
    onto,
    ontoName,
    upstream,
    quiet: options.has("quiet"),
    force: options.has("force-rebase", "no-ff"),
    autostash: options.flag("autostash") ?? repository.config.bool("rebase.autoStash") ?? false,
    action: "rebase",
  });
}

export const rebase: Command = { name: "rebase", summary: "Reapply commits on top of another base tip", run };
