/** log --follow: a file's history across its renames. */
import type { Git } from "../context.ts";
import { readSide } from "../diff/content.ts";
import { pathOf, treePairs } from "../diff/pairs.ts";
import { findRenames } from "../diff/renames.ts";
import { repositoryPath } from "../repository/pathspec.ts";
import type { Walked } from "./walk.ts";

export function* followed(git: Git, commits: Iterable<Walked>, given: string): Generator<Walked> {
  const { repository } = git;
  let path = repositoryPath(repository, given);
  for (const each of commits) {
    const { commit } = each;
    if (commit.parents.length > 1) continue;
    const base = commit.parents[0] === undefined ? undefined : repository.store.commit(commit.parents[0]).tree;
    const pairs = treePairs(repository, base, commit.tree, () => true);
    const touched = pairs.find((pair) => pathOf(pair) === path);
    if (!touched) continue;
    yield each;
    if (touched.status !== "A") continue;
    const renamed = findRenames(pairs, { read: (side) => readSide(repository, side).data }).find((pair) => pathOf(pair) === path);
    if (renamed?.status === "R" && renamed.old) path = renamed.old.path;
  }
}
