/** What git-switch(1) and git-checkout(1) share: going to a branch or commit. */
import type { Git } from "../context.ts";
import { pathOf } from "../diff/pairs.ts";
import { Fatal, Quit } from "../errors.ts";
import { subjectOf } from "../history/pretty.ts";
import { reachable } from "../history/walk.ts";
import { mergeOnto } from "../merge/apply.ts";
import { forceTree, switchTree } from "../repository/checkout-tree.ts";
import { Ignore } from "../repository/ignore.ts";
import { stagedPairs, unstagedPairs } from "../repository/status.ts";
import { indexFiles } from "../repository/work-tree.ts";
import { writeTree } from "../repository/write-tree.ts";
import { addFile } from "./add.ts";
import { checkBranchName, checkedOutAt, createBranch, setUpstream } from "./branch.ts";
import { runHook, switchHead } from "./shared.ts";
import { trackingText } from "./status-text.ts";

export interface SwitchRequest {
  /** What was typed, for messages and the log. */
  readonly name: string;
  readonly oid: string | undefined;
  /** The branch to be on; undefined: detached. */
  readonly branch: string | undefined;
  readonly isNew: boolean;
  readonly wasReset?: boolean;
  readonly force: boolean;
  readonly merge: boolean;
  readonly quiet: boolean;
  /** The advice on detached HEADs is not for --detach. */
  readonly advise: boolean;
}

const DETACHED = (name: string) => `Note: switching to '${name}'.

You are in 'detached HEAD' state. You can look around, make experimental
changes and commit them, and you can discard any commits you make in this
state without impacting any branches by switching back to a branch.

If you want to create a new branch to retain commits you create, you may
do so (now or later) by using -c with the switch command. Example:

  git switch -c <new-branch-name>

Or undo this operation with:

  git switch -

Turn off this advice by setting config variable advice.detachedHead to false

`;

/** Files that were changed and still are, as both commands list them. */
function sayChanges(git: Git): void {
  const { repository } = git;
  const rows = new Map<string, string>();
  for (const pair of [...stagedPairs(repository, repository.headTree), ...unstagedPairs(repository)]) rows.set(pathOf(pair), pair.status);
  for (const path of repository.index.unmerged) rows.set(path, "U");
  for (const path of [...rows.keys()].sort()) git.say(`${rows.get(path)}\t${path}\n`);
}

/** "Previous HEAD position was …", or that commits are left behind. */
function leaveDetached(git: Git, next: string | undefined): void {
  const { repository } = git;
  const head = repository.headOid;
  if (head === undefined) return;
  const commit = repository.store.commit(head);
  const tips = repository.refs.list().flatMap(({ oid }) => git.revisions.toCommit(oid) ?? []);
  const kept = reachable(repository.store, next === undefined ? tips : [...tips, next]);
  if (kept.has(head)) {
    if (head !== next) git.warn(`Previous HEAD position was ${repository.short(head)} ${subjectOf(commit.message)}\n`);
    return;
  }
  const lost: string[] = [];
  for (let at: string | undefined = head; at !== undefined && !kept.has(at); at = repository.store.commit(at).parents[0]) lost.push(at);
  const lines = lost
    .slice(0, lost.length > 5 ? 4 : 5)
    .map((oid) => `  ${repository.short(oid)} ${subjectOf(repository.store.commit(oid).message)}\n`);
  if (lost.length > 5) lines.push(` ... and ${lost.length - 4} more.\n`);
  const many = lost.length > 1;
  git.warn(
    `Warning: you are leaving ${lost.length} commit${many ? "s" : ""} behind, not connected to\nany of your branches:\n\n${lines.join("")}\nIf you want to keep ${many ? "them" : "it"} by creating a new branch, this may be a good time\nto do so with:\n\n git branch <new-branch-name> ${repository.short(head)}\n\n`,
  );
}

export async function switchTo(git: Git, request: SwitchRequest): Promise<number> {
  const { repository } = git;
  const { oid, branch } = request;
  const before = repository.headOid;
  const beforeBranch = repository.refs.head;
  if (repository.index.unmerged.length > 0 && !request.force) {
    throw new Quit(
      `${repository.index.unmerged.map((path) => `${path}: needs merge\n`).join("")}error: you need to resolve your current index first\n`,
      1,
    );
  }
  if (branch !== undefined && !request.isNew && beforeBranch !== `refs/heads/${branch}`) {
    const place = checkedOutAt(git, branch);
    if (place !== undefined) throw new Fatal(`'${branch}' is already checked out at '${place}'`);
  }
  const to = oid === undefined ? new Map() : repository.flatten(repository.store.commit(oid).tree);
  const from = repository.flatten(repository.headTree);
  if (request.force) forceTree(repository, to);
  else
    try {
      switchTree(repository, from, to, {
        words: { action: "checkout", before: "switch branches" },
        ignore: new Ignore(repository, git.env),
      });
    } catch (error) {
      if (!request.merge || !(error instanceof Quit) || oid === undefined) throw error;
      carryOver(git, request, oid);
    }
  repository.writeIndex();
  const fromName = beforeBranch?.replace(/^refs\/heads\//, "") ?? before ?? "";
  const leaving = beforeBranch === undefined && before !== undefined && (branch !== undefined || before !== oid) && !request.quiet;
  const message = `checkout: moving from ${fromName} to ${request.name}`;
  if (branch !== undefined) {
    const same = beforeBranch === `refs/heads/${branch}`;
    if (leaving) leaveDetached(git, oid);
    switchHead(git, { branch }, message);
    if (!request.quiet) {
      if (!request.force) sayChanges(git);
      if (request.wasReset) git.warn(same ? `Reset branch '${branch}'\n` : `Switched to and reset branch '${branch}'\n`);
      else if (request.isNew) git.warn(`Switched to a new branch '${branch}'\n`);
      else git.warn(same ? `Already on '${branch}'\n` : `Switched to branch '${branch}'\n`);
      if (!request.isNew) git.say(trackingText(git, branch, true));
    }
  } else if (oid !== undefined) {
    if (!request.quiet) {
      if (leaving) leaveDetached(git, oid);
      else if (beforeBranch !== undefined && request.advise && repository.config.bool("advice.detachedHead") !== false)
        git.warn(DETACHED(request.name));
    }
    switchHead(git, { oid }, message);
    if (!request.quiet) {
      if (!request.force) sayChanges(git);
      const commit = repository.store.commit(oid);
      git.warn(`HEAD is now at ${repository.short(oid)} ${subjectOf(commit.message)}\n`);
    }
  }
  await runHook(git, "post-checkout", [before ?? "0".repeat(40), repository.headOid ?? "0".repeat(40), "1"]);
  return 0;
}

/** -m: changes are merged into what is checked out. */
function carryOver(git: Git, request: SwitchRequest, oid: string): void {
  const { repository } = git;
  for (const entry of [...repository.index.entries])
    if (repository.files.exists(repository.workPath(entry.path))) addFile(repository, entry.path);
  const mine = writeTree(repository.store, indexFiles(repository));
  const old = repository.headTree;
  const tree = repository.store.commit(oid).tree;
  forceTree(repository, repository.flatten(tree));
  const head = repository.refs.head;
  const before = repository.headOid;
  repository.refs.write("HEAD", oid);
  try {
    mergeOnto(
      git,
      { base: old, theirs: mine },
      { ours: request.name, base: "ancestor", theirs: "local" },
      { action: "checkout", before: "switch branches" },
    );
  } finally {
    if (head !== undefined) repository.refs.setSymbolic("HEAD", head);
    else if (before !== undefined) repository.refs.write("HEAD", before);
  }
}

/** A remote branch of that name, where exactly one remote has it: `git switch feature` makes the local one. */
export function remoteGuess(git: Git, name: string): string | undefined {
  const { repository } = git;
  const found = repository.config
    .subsections("remote")
    .map((remote) => `refs/remotes/${remote}/${name}`)
    .filter((full) => repository.refs.resolve(full) !== undefined);
  if (found.length > 1)
    throw new Quit(
      `hint: If you meant to check out a remote tracking branch on, e.g. 'origin',\nhint: you can do so by fully qualifying the name with the --track option:\nhint: \nhint:     git checkout --track origin/<name>\nhint: \nhint: If you'd like to always have checkouts of an ambiguous <name> prefer\nhint: one remote, e.g. the 'origin' remote, consider setting\nhint: checkout.defaultRemote=origin in your config.\nfatal: '${name}' matched multiple (${found.length}) remote tracking branches\n`,
      128,
    );
  return found[0];
}

/** A new branch at `start` to go to. On an unborn branch only the name changes. */
export async function switchToNew(
  git: Git,
  name: string,
  start: string | undefined,
  options: { reset: boolean; track: boolean | undefined; force: boolean; merge: boolean; quiet: boolean },
): Promise<number> {
  const { repository } = git;
  const { refs } = repository;
  if (start === undefined && repository.headOid === undefined) {
    refs.setSymbolic("HEAD", `refs/heads/${name}`);
    git.warn(`Switched to a new branch '${name}'\n`);
    return 0;
  }
  const at = start === undefined ? "HEAD" : git.revisions.branchName(start);
  const existed = refs.resolve(`refs/heads/${name}`) !== undefined;
  const oid = git.revisions.tryCommit(at);
  if (oid === undefined) {
    if (git.revisions.find(at)) throw new Fatal(`Cannot switch branch to a non-commit '${at}'`);
    throw new Fatal(`'${at}' is not a commit and a branch '${name}' cannot be created from it`);
  }
  if (existed && !options.reset) throw new Fatal(`a branch named '${name}' already exists`);
  // The branch is made when the files have been brought over: a refusal must leave nothing behind.
  const request: SwitchRequest = { name, oid, branch: name, isNew: true, wasReset: existed && options.reset, ...options, advise: false };
  const full = git.revisions.fullName(at);
  const track = options.track ?? (full?.startsWith("refs/remotes/") && repository.config.get("branch.autoSetupMerge") !== "false");
  const before = refs.resolve(`refs/heads/${name}`);
  const make = () => {
    if (before !== undefined && refs.head === `refs/heads/${name}`) refs.write(`refs/heads/${name}`, oid);
    else createBranch(git, name, at === "HEAD" ? "HEAD" : at, { force: options.reset, track: false, quiet: true });
  };
  checkBranchName(name);
  const from = repository.flatten(repository.headTree);
  if (!options.force && !options.merge)
    switchTree(repository, from, repository.flatten(repository.store.commit(oid).tree), {
      words: { action: "checkout", before: "switch branches" },
      ignore: new Ignore(repository, git.env),
    });
  repository.writeIndex();
  make();
  const status = await switchTo(git, { ...request });
  if (track && full !== undefined) setUpstream(git, name, at, options.quiet);
  return status;
}
