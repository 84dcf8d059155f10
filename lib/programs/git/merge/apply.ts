/** A merge's result brought into index and working tree. */
import type { Git } from "../context.ts";
import { Fatal } from "../errors.ts";
import { mergeBases } from "../history/walk.ts";
import { switchTree } from "../repository/checkout-tree.ts";
import { Ignore } from "../repository/ignore.ts";
import { bareEntry } from "../repository/index-file.ts";
import type { Repository } from "../repository/repository.ts";
import { writeTree } from "../repository/write-tree.ts";
import type { ConflictStyle, Labels } from "./merge-lines.ts";
import { type MergedTree, mergeTrees } from "./merge-trees.ts";

export function conflictStyle(repository: Repository): ConflictStyle {
  const set = repository.config.get("merge.conflictStyle");
  if (set === undefined || set === "merge") return "merge";
  if (set === "diff3" || set === "zdiff3") return "diff3";
  throw new Fatal(`unknown style '${set}' given for 'merge.conflictstyle'`);
}

/** The tree that the merge starts from; several common ancestors are themselves merged first. */
export function baseTree(git: Git, ours: string, theirs: string): { tree: string | undefined; label: string } {
  const { repository } = git;
  const bases = mergeBases(repository.store, ours, theirs);
  const [first, ...others] = bases;
  if (first === undefined) return { tree: undefined, label: "empty tree" };
  let tree = repository.store.commit(first).tree;
  let at = first;
  for (const other of others) {
    const below = baseTree(git, at, other);
    const merged = mergeTrees(repository, below.tree, tree, repository.store.commit(other).tree, {
      labels: { ours: "Temporary merge branch 1", base: below.label, theirs: "Temporary merge branch 2" },
    });
    tree = writeTree(repository.store, merged.files);
    at = other;
  }
  return { tree, label: others.length > 0 ? "merged common ancestors" : repository.short(first) };
}

export interface ApplyWords {
  readonly action: string;
  readonly before: string;
}

/** Puts the result where HEAD's tree was; throws Quit when changes would be lost. Returns whether it was clean. */
export function applyMerge(git: Git, merged: MergedTree, words: ApplyWords): boolean {
  const { repository } = git;
  const before = repository.flatten(repository.headTree);
  switchTree(repository, before, merged.files, { words, ignore: new Ignore(repository, git.env) });
  for (const [path, { base, ours, theirs }] of merged.conflicts) {
    repository.index.remove(path);
    if (base) repository.index.set(bareEntry(path, base.mode, base.oid, 1));
    if (ours) repository.index.set(bareEntry(path, ours.mode, ours.oid, 2));
    if (theirs) repository.index.set(bareEntry(path, theirs.mode, theirs.oid, 3));
  }
  repository.writeIndex();
  return merged.conflicts.size === 0;
}

/** A three-way merge of trees onto HEAD, with what it says. */
export function mergeOnto(
  git: Git,
  trees: { base: string | undefined; theirs: string },
  labels: Labels,
  words: ApplyWords,
  options: { favor?: "ours" | "theirs" | undefined } = {},
): { clean: boolean; merged: MergedTree } {
  const { repository } = git;
  const merged = mergeTrees(repository, trees.base, repository.headTree ?? "4b825dc642cb6eb9a060e54bf8d69288fbee4904", trees.theirs, {
    labels,
    style: conflictStyle(repository),
    favor: options.favor,
  });
  const clean = applyMerge(git, merged, words);
  for (const message of merged.messages) {
    if (message.startsWith("warning: ")) git.warn(`${message}\n`);
    else git.say(`${message}\n`);
  }
  return { clean, merged };
}
