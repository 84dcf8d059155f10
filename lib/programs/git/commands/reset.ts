/** git-reset(1). */
import type { Git } from "../context.ts";
import { pathOf } from "../diff/pairs.ts";
import { Fatal } from "../errors.ts";
import { ambiguous } from "../history/revisions.ts";
import { type Grammar, parseOptions } from "../options.ts";
import { choosePatch } from "../patch/choose.ts";
import { forceTree, removeWorkFile, resetIndex, switchTree, takeFile } from "../repository/checkout-tree.ts";
import { Ignore } from "../repository/ignore.ts";
import { bareEntry } from "../repository/index-file.ts";
import { Pathspec, repositoryPath } from "../repository/pathspec.ts";
import type { Repository } from "../repository/repository.ts";
import { stagedPairs, unmergedStages, unstagedPairs } from "../repository/status.ts";
import { statOf } from "../repository/work-tree.ts";
import type { Command } from "./command.ts";
import { moveHead, sayHeadIs } from "./shared.ts";

const GRAMMAR: Grammar = {
  name: "reset",
  usage: [
    "git reset [--mixed | --soft | --hard | --merge | --keep] [-q] [<commit>]",
    "git reset [-q] [<tree-ish>] [--] <pathspec>...",
    "git reset [-q] [--pathspec-from-file [--pathspec-file-nul]] [<tree-ish>]",
    "git reset --patch [<tree-ish>] [--] [<pathspec>...]",
  ],
  options: ["-q, --quiet", "--mixed", "--soft", "--hard", "--merge", "--keep", "-p, --patch", "-N, --intent-to-add", "--refresh"],
  unmodeled: ["--pathspec-from-file", "--pathspec-file-nul", "--recurse-submodules"],
};

/** What was under way is over. */
export function forgetState(repository: Repository): void {
  for (const name of ["MERGE_HEAD", "MERGE_MSG", "MERGE_MODE", "CHERRY_PICK_HEAD", "REVERT_HEAD", "SQUASH_MSG", "AUTO_MERGE"])
    repository.removeGitFile(name);
}

function sayUnstaged(git: Git): void {
  const pairs = unstagedPairs(git.repository);
  if (pairs.length === 0) return;
  git.say(`Unstaged changes after reset:\n${pairs.map((pair) => `${pair.status}\t${pathOf(pair)}\n`).join("")}`);
}

async function run(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(GRAMMAR, argv);
  const { repository } = git;
  if (options.has("patch")) {
    const words = [...options.operands, ...(options.paths ?? [])].filter((word) => word !== "HEAD");
    const pathspec = new Pathspec(repository, words);
    await choosePatch(
      git,
      "unstage",
      stagedPairs(repository, repository.headTree, (path) => words.length === 0 || pathspec.matches(path)),
    );
    return 0;
  }
  const mode = options.last("mixed", "soft", "hard", "merge", "keep") ?? "mixed";
  const quiet = options.has("quiet");
  const { revisions } = git;
  let [first, ...rest] = options.operands;
  let target = "HEAD";
  if (first !== undefined) {
    if (revisions.find(first)) target = first;
    else {
      const path = repository.isBare ? undefined : repositoryPath(repository, first);
      if (options.paths !== undefined) throw new Fatal(`Failed to resolve '${first}' as a valid tree.`);
      if (
        path !== undefined &&
        (statOf(repository, path) || repository.index.has(path) || repository.index.hasBelow(path) || /[*?[]|^:/.test(first))
      )
        rest = [first, ...rest];
      else throw ambiguous(first);
      first = undefined;
    }
  }
  const paths = [...rest, ...(options.paths ?? [])];
  const unborn = repository.headOid === undefined && target === "HEAD";
  if (paths.length > 0 || options.paths !== undefined) {
    if (mode !== "mixed" || options.has("mixed")) {
      if (mode === "mixed") git.warn("warning: --mixed with paths is deprecated; use 'git reset -- <paths>' instead.\n");
      else throw new Fatal(`Cannot do ${mode} reset with paths.`);
    }
    if (paths.length > 0) {
      const tree = unborn ? undefined : revisions.toTree(revisions.object(target).oid);
      resetPaths(git, repository, tree, new Pathspec(repository, paths));
      repository.writeIndex();
      if (!quiet) sayUnstaged(git);
      return 0;
    }
  }
  const oid = unborn ? undefined : revisions.toCommit(revisions.object(target).oid);
  if (oid === undefined && !unborn) throw new Fatal(`Could not parse object '${target}'.`);
  if (repository.isBare && mode !== "soft") throw new Fatal(`${mode} reset is not allowed in a bare repository`);
  if (mode === "soft" && (unmergedStages(repository).size > 0 || repository.readGitFile("MERGE_HEAD") !== undefined))
    throw new Fatal("Cannot do a soft reset in the middle of a merge.");
  const to = oid === undefined ? new Map() : repository.flatten(repository.store.commit(oid).tree);
  if (mode === "hard") forceTree(repository, to);
  else if (mode === "merge" || mode === "keep") {
    if (mode === "merge") dropUnmerged(repository);
    switchTree(repository, repository.flatten(repository.headTree), to, {
      words: { action: "reset", before: "reset" },
      ignore: new Ignore(repository, git.env),
    });
  } else if (mode === "mixed") resetIndex(repository, to);
  if (mode !== "soft") repository.writeIndex();
  const before = repository.headOid;
  if (oid !== undefined) {
    if (before !== undefined) repository.refs.write("ORIG_HEAD", before);
    moveHead(git, oid, `reset: moving to ${target}`);
  }
  if (mode !== "soft" || repository.readGitFile("MERGE_HEAD") === undefined) forgetState(repository);
  if (mode === "hard" && !quiet) sayHeadIs(git);
  if (mode === "mixed" && !quiet && !repository.isBare) {
    sayUnstaged(git);
    repository.writeIndex();
  }
  return 0;
}

/** reset --merge: files in conflict go back to what HEAD has. */
function dropUnmerged(repository: Repository): void {
  const head = repository.flatten(repository.headTree);
  for (const path of repository.index.unmerged) {
    repository.index.remove(path);
    const file = head.get(path);
    if (file) takeFile(repository, path, file);
    else removeWorkFile(repository, path);
  }
}

function resetPaths(_git: Git, repository: Repository, tree: string | undefined, pathspec: Pathspec): void {
  const source = repository.flatten(tree);
  for (const path of new Set([...source.keys(), ...repository.index.entries.map((entry) => entry.path)])) {
    if (!pathspec.matches(path)) continue;
    const file = source.get(path);
    const entry = repository.index.get(path);
    if (!file) repository.index.remove(path);
    else if (entry?.oid !== file.oid || entry.mode !== file.mode || entry.intentToAdd)
      repository.index.set(bareEntry(path, file.mode, file.oid));
  }
}

export const reset: Command = { name: "reset", summary: "Reset current HEAD to the specified state", run };
