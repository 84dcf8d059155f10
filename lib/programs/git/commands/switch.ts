/** git-switch(1). */
import type { Git } from "../context.ts";
import { Fatal } from "../errors.ts";
import { type Grammar, parseOptions } from "../options.ts";
import type { Command } from "./command.ts";
import { underWay } from "./shared.ts";
import { remoteGuess, switchTo, switchToNew } from "./switching.ts";

const GRAMMAR: Grammar = {
  name: "switch",
  usage: ["git switch [<options>] [<branch>]"],
  options: [
    "-c, --create=",
    "-C, --force-create=",
    "--guess",
    "--discard-changes",
    "-q, --quiet",
    "--progress",
    "-m, --merge",
    "--conflict=",
    "-d, --detach",
    "-t, --track[=]",
    "-f, --force",
    "--orphan=",
    "--ignore-other-worktrees",
  ],
  unmodeled: ["--recurse-submodules", "--overwrite-ignore"],
};

const WHILE = { merge: "merging", rebase: "rebasing", "cherry-pick": "cherry-picking", revert: "reverting" } as const;

async function run(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(GRAMMAR, argv);
  const repository = git.withWorkTree;
  const state = underWay(repository);
  if (state !== undefined && state !== "bisect")
    throw new Fatal(`cannot switch branch while ${WHILE[state]}\nConsider "git ${state} --quit" or "git worktree add".`);
  const [name, extra] = options.everything;
  const common = {
    force: options.has("force", "discard-changes"),
    merge: options.has("merge"),
    quiet: options.has("quiet"),
  };
  const orphan = options.get("orphan");
  if (orphan !== undefined) {
    const { forceTree } = await import("../repository/checkout-tree.ts");
    forceTree(repository, new Map());
    repository.writeIndex();
    repository.refs.setSymbolic("HEAD", `refs/heads/${orphan}`);
    git.warn(`Switched to a new branch '${orphan}'\n`);
    return 0;
  }
  const create = options.get("create") ?? options.get("force-create");
  if (create !== undefined)
    return switchToNew(git, create, name, { ...common, reset: options.has("force-create"), track: options.flag("track") });
  if (name === undefined) throw new Fatal("missing branch or commit argument");
  if (extra !== undefined) throw new Fatal("only one reference expected");
  const { revisions } = git;
  const branch = revisions.branchName(name);
  if (options.has("track") && !options.has("detach")) {
    const full = revisions.fullName(branch);
    const short = full?.replace(/^refs\/remotes\/[^/]+\//, "");
    if (full === undefined || short === undefined) throw new Fatal(`missing branch name; try -c`);
    return switchToNew(git, short, branch, { ...common, reset: false, track: true });
  }
  const oid = repository.refs.resolve(`refs/heads/${branch}`);
  if (options.has("detach")) {
    const commit = revisions.tryCommit(branch);
    if (commit === undefined) throw new Fatal(`invalid reference: ${name}`);
    return switchTo(git, { name: branch, oid: commit, branch: undefined, isNew: false, ...common, advise: false });
  }
  if (oid !== undefined) return switchTo(git, { name: branch, oid, branch, isNew: false, ...common, advise: false });
  if (options.flag("guess") !== false && !name.startsWith("-")) {
    const guess = remoteGuess(git, branch);
    if (guess !== undefined) return switchToNew(git, branch, guess.slice("refs/remotes/".length), { ...common, reset: false, track: true });
  }
  const found = revisions.find(branch);
  if (!found) throw new Fatal(`invalid reference: ${name}`);
  const kind = found.ref?.startsWith("refs/tags/") ? "tag" : found.ref?.startsWith("refs/remotes/") ? "remote branch" : "commit";
  throw new Fatal(
    `a branch is expected, got ${kind} '${name}'\nhint: If you want to detach HEAD at the commit, try again with the --detach option.`,
  );
}

export const switchCommand: Command = { name: "switch", summary: "Switch branches", run };
