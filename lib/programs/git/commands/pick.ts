/** One commit's change done again, or undone, on top of HEAD: what cherry-pick, revert, rebase and stash build on. */
import type { Git } from "../context.ts";
import { Fatal } from "../errors.ts";
import { subjectOf } from "../history/pretty.ts";
import { mergeOnto } from "../merge/apply.ts";
import { type Commit, EMPTY_TREE } from "../objects/object.ts";
import { indexFiles } from "../repository/work-tree.ts";
import { writeTree } from "../repository/write-tree.ts";

export interface PickResult {
  readonly clean: boolean;
  readonly conflicts: readonly string[];
  /** The tree that would be committed. */
  readonly tree: string;
}

/** `mainline`: which parent of a merge is the base (1 is the first). */
export function parentOf(commit: Commit, mainline: number | undefined): string | undefined {
  if (commit.parents.length > 1) {
    if (mainline === undefined) throw new Fatal(`error: commit ${commit.oid} is a merge but no -m option was given.`, 1);
    const parent = commit.parents[mainline - 1];
    if (parent === undefined) throw new Fatal(`error: commit ${commit.oid} does not have parent ${mainline}`, 1);
    return parent;
  }
  if (mainline !== undefined && mainline > 1) throw new Fatal(`error: commit ${commit.oid} does not have parent ${mainline}`, 1);
  return commit.parents[0];
}

export function pick(
  git: Git,
  commit: Commit,
  options: { revert: boolean; mainline?: number | undefined; action: string; favor?: "ours" | "theirs" | undefined },
): PickResult {
  const { repository } = git;
  const parent = parentOf(commit, options.mainline);
  const before = parent === undefined ? EMPTY_TREE : repository.store.commit(parent).tree;
  const own = `${repository.short(commit.oid)} (${subjectOf(commit.message)})`;
  const parentLabel = `parent of ${own}`;
  const [base, theirs, baseLabel, theirLabel] = options.revert
    ? [commit.tree, before, own, parentLabel]
    : [before, commit.tree, parentLabel, own];
  const { clean, merged } = mergeOnto(
    git,
    { base, theirs },
    { ours: "HEAD", base: baseLabel, theirs: theirLabel },
    { action: options.action, before: options.action },
    { favor: options.favor },
  );
  return { clean, conflicts: [...merged.conflicts.keys()], tree: writeTree(repository.store, indexFiles(repository)) };
}
