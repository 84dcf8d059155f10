/** What git-status(1) looks at: HEAD against the index, the index against the working tree, what is not tracked. */
import type { Git } from "../context.ts";
import { readSide } from "../diff/content.ts";
import { type Pair, pairsOf } from "../diff/pairs.ts";
import { findRenames } from "../diff/renames.ts";
import { ZERO } from "../objects/object.ts";
import { Ignore } from "./ignore.ts";
import type { Pathspec } from "./pathspec.ts";
import type { Repository, TreeFile } from "./repository.ts";
import { indexFiles, type UntrackedMode, untracked, workFile } from "./work-tree.ts";

export interface WorkStatus {
  readonly staged: readonly Pair[];
  readonly unstaged: readonly Pair[];
  /** Path and stages (bits 1, 2, 4 for base, ours, theirs). */
  readonly unmerged: ReadonlyMap<string, number>;
  readonly untracked: readonly string[];
  readonly ignored: readonly string[];
}

export interface StatusRequest {
  readonly untracked: UntrackedMode;
  readonly pathspec?: Pathspec;
  /** Compare with this tree instead of HEAD's (commit --amend). */
  readonly tree?: string | undefined;
  readonly renames?: boolean;
}

/** Index against working tree. */
export function unstagedPairs(repository: Repository, wanted: (path: string) => boolean = () => true): Pair[] {
  const before = new Map<string, TreeFile>();
  const after = new Map<string, TreeFile>();
  for (const entry of [...repository.index.entries]) {
    if (entry.stage !== 0 || !wanted(entry.path)) continue;
    if (!entry.intentToAdd) before.set(entry.path, { mode: entry.mode, oid: entry.oid });
    const now = workFile(repository, entry);
    if (now) after.set(entry.path, now);
  }
  return pairsOf(before, after, wanted);
}

export function unmergedStages(repository: Repository): Map<string, number> {
  const found = new Map<string, number>();
  for (const { path, stage } of repository.index.entries) if (stage > 0) found.set(path, (found.get(path) ?? 0) | (1 << (stage - 1)));
  return found;
}

/** HEAD (or another tree) against the index. */
export function stagedPairs(repository: Repository, tree: string | undefined, wanted: (path: string) => boolean = () => true): Pair[] {
  const unmerged = unmergedStages(repository);
  return pairsOf(repository.flatten(tree), indexFiles(repository), (path) => !unmerged.has(path) && wanted(path));
}

export function workStatus(git: Git, repository: Repository, request: StatusRequest): WorkStatus {
  const wanted = (path: string) => request.pathspec?.matches(path) ?? true;
  const unmerged = new Map([...unmergedStages(repository)].filter(([path]) => wanted(path)));
  const tree = "tree" in request ? request.tree : repository.headTree;
  const staged = stagedPairs(repository, tree, wanted);
  const others =
    request.untracked === "no"
      ? { untracked: [], ignored: [] }
      : untracked(repository, {
          mode: request.untracked,
          ignore: new Ignore(repository, git.env),
          eachIgnored: true,
          ...(request.pathspec && !request.pathspec.isEmpty
            ? { wanted, enter: (folder: string) => request.pathspec?.mayMatchBelow(folder) ?? true }
            : {}),
        });
  const read = (side: { path: string; mode: number; oid: string }) =>
    side.oid === ZERO ? new Uint8Array() : readSide(repository, side).data;
  return {
    staged: request.renames === false ? staged : findRenames(staged, { read }),
    unstaged: unstagedPairs(repository, wanted),
    unmerged,
    ...others,
  };
}
