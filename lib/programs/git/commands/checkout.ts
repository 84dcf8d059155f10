/** git-checkout(1). */
import type { Git } from "../context.ts";
import { pathOf } from "../diff/pairs.ts";
import { Fatal, notModeled, Quit } from "../errors.ts";
import { type Grammar, parseOptions } from "../options.ts";
import { choosePatch } from "../patch/choose.ts";
import { Pathspec, repositoryPath } from "../repository/pathspec.ts";
import { stagedPairs, unstagedPairs } from "../repository/status.ts";
import { statOf } from "../repository/work-tree.ts";
import type { Command } from "./command.ts";
import { restorePaths } from "./restore.ts";
import { trackingText } from "./status-text.ts";
import { remoteGuess, switchTo, switchToNew } from "./switching.ts";

const GRAMMAR: Grammar = {
  name: "checkout",
  usage: ["git checkout [<options>] <branch>", "git checkout [<options>] [<branch>] -- <file>..."],
  options: [
    "-b=",
    "-B=",
    "-l",
    "--guess",
    "--overlay",
    "-q, --quiet",
    "--progress",
    "-m, --merge",
    "--conflict=",
    "-d, --detach",
    "-t, --track[=]",
    "-f, --force",
    "--orphan=",
    "--ignore-other-worktrees",
    "-2, --ours",
    "-3, --theirs",
    "-p, --patch",
  ],
  unmodeled: ["--ignore-skip-worktree-bits", "--pathspec-from-file", "--pathspec-file-nul", "--recurse-submodules", "--overwrite-ignore"],
};

function files(git: Git, source: string | undefined, paths: readonly string[], options: ReturnType<typeof parseOptions>): number {
  const { repository, revisions } = git;
  let tree: string | undefined;
  if (source !== undefined) {
    const found = revisions.find(source);
    tree = found && revisions.toTree(found.oid);
    if (tree === undefined) throw new Fatal(found ? `reference is not a tree: ${source}` : `invalid reference: ${source}`);
  }
  const side = options.has("ours") ? "ours" : options.has("theirs") ? "theirs" : options.has("merge") ? "merge" : undefined;
  const pathspec = new Pathspec(repository, paths);
  const count = restorePaths(git, pathspec, { tree, staged: true, worktree: true, overlay: options.flag("overlay") !== false, side });
  repository.writeIndex();
  if (!options.has("quiet") && options.paths === undefined) {
    const plural = count === 1 ? "" : "s";
    if (side === "merge") git.warn(`Recreated ${count} merge conflict${plural}\n`);
    else git.warn(`Updated ${count} path${plural} from ${tree === undefined ? "the index" : repository.short(tree)}\n`);
  }
  return 0;
}

async function run(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(GRAMMAR, argv);
  const repository = git.withWorkTree;
  if (options.has("patch")) {
    const words = [...options.operands, ...(options.paths ?? [])];
    if (words[0] !== undefined && options.paths === undefined && git.revisions.find(words[0]))
      throw notModeled("choosing hunks of another commit");
    const pathspec = new Pathspec(repository, words);
    await choosePatch(
      git,
      "discard",
      unstagedPairs(repository, (path) => words.length === 0 || pathspec.matches(path)),
    );
    return 0;
  }
  const common = { force: options.has("force"), merge: options.has("merge"), quiet: options.has("quiet") };
  const { revisions } = git;
  const create = options.get("b") ?? options.get("B");
  const [name, ...others] = options.operands;
  if (create !== undefined) {
    if (options.paths !== undefined && options.paths.length > 0)
      throw new Fatal(`Cannot update paths and switch to branch '${create}' at the same time.`);
    if (others.length > 0) throw new Fatal(`'${others[0]}' is not a commit and a branch '${create}' cannot be created from it`);
    return switchToNew(git, create, name, { ...common, reset: options.has("B"), track: options.flag("track") });
  }
  const orphan = options.get("orphan");
  if (orphan !== undefined) {
    repository.refs.setSymbolic("HEAD", `refs/heads/${orphan}`);
    if (!common.quiet) git.warn(`Switched to a new branch '${orphan}'\n`);
    return 0;
  }
  if (options.paths !== undefined && options.paths.length > 0) {
    if (others.length > 0) throw new Fatal(`only one reference expected, ${options.operands.length} given.`);
    return files(git, name, options.paths, options);
  }
  if (name === undefined) {
    if (options.has("detach") && repository.headOid !== undefined)
      return switchTo(git, {
        name: repository.headOid,
        oid: repository.headOid,
        branch: undefined,
        isNew: false,
        ...common,
        advise: false,
      });
    if (!options.has("quiet")) {
      for (const pair of [...stagedPairs(repository, repository.headTree), ...unstagedPairs(repository)])
        git.say(`${pair.status}\t${pathOf(pair)}\n`);
      if (repository.branch !== undefined) git.say(trackingText(git, repository.branch, true));
    }
    return 0;
  }
  const branch = revisions.branchName(name);
  if (options.has("track")) {
    const full = revisions.fullName(branch);
    const short = full?.replace(/^refs\/remotes\/[^/]+\//, "").replace(/^refs\/heads\//, "");
    if (full === undefined || short === undefined) throw new Fatal("missing branch name; try -b");
    return switchToNew(git, short, branch, { ...common, reset: false, track: true });
  }
  if (others.length > 0) {
    const isRevision = revisions.find(branch) !== undefined;
    return isRevision ? files(git, name, others, options) : files(git, undefined, [name, ...others], options);
  }
  if (options.has("ours", "theirs")) return files(git, undefined, [name], options);
  const oid = repository.refs.resolve(`refs/heads/${branch}`);
  if (oid !== undefined && !options.has("detach")) {
    return switchTo(git, { name: branch, oid, branch, isNew: false, ...common, advise: false });
  }
  const commit = revisions.find(branch) === undefined ? undefined : revisions.tryCommit(branch);
  const isFile =
    statOf(repository, repositoryPath(repository, name)) !== undefined ||
    repository.index.has(repositoryPath(repository, name)) ||
    repository.index.hasBelow(repositoryPath(repository, name));
  if (commit !== undefined)
    return switchTo(git, { name: branch, oid: commit, branch: undefined, isNew: false, ...common, advise: !options.has("detach") });
  if (options.flag("guess") !== false) {
    const guess = remoteGuess(git, branch);
    if (guess !== undefined && !isFile)
      return switchToNew(git, branch, guess.slice("refs/remotes/".length), { ...common, reset: false, track: true });
  }
  if (name === "HEAD" && repository.headOid === undefined) throw new Fatal("You are on a branch yet to be born");
  if (options.paths !== undefined) throw new Fatal(`invalid reference: ${name}`);
  if (!isFile && !/[*?[]/.test(name)) throw new Quit(`error: pathspec '${name}' did not match any file(s) known to git\n`, 1);
  return files(git, undefined, [name], options);
}

export const checkout: Command = { name: "checkout", summary: "Switch branches or restore working tree files", run };
