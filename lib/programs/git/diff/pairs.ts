/** What differs between two trees, or a tree, the index and the working tree: one pair a path (gitdiffcore(7)). */

import { compareText } from "../../core/paths.ts";
import { MODE, ZERO } from "../objects/object.ts";
import type { Repository, TreeFile } from "../repository/repository.ts";

export type Status = "A" | "D" | "M" | "R" | "C" | "T" | "U";

export interface Side {
  readonly path: string;
  readonly mode: number;
  /** ZERO when it must be read from the working tree. */
  readonly oid: string;
}

export interface Pair {
  readonly status: Status;
  readonly old: Side | undefined;
  readonly new: Side | undefined;
  /** Of a rename or copy, in percent. */
  readonly score: number;
}

export function pathOf(pair: Pair): string {
  return pair.new?.path ?? pair.old?.path ?? "";
}

const kind = (mode: number) => mode & 0o170000;

export function pairOf(path: string, old: TreeFile | undefined, now: TreeFile | undefined): Pair | undefined {
  if (!old && !now) return undefined;
  if (!old && now) return { status: "A", old: undefined, new: { path, ...now }, score: 0 };
  if (old && !now) return { status: "D", old: { path, ...old }, new: undefined, score: 0 };
  if (!old || !now || (old.mode === now.mode && old.oid === now.oid && now.oid !== ZERO)) return undefined;
  return { status: kind(old.mode) === kind(now.mode) ? "M" : "T", old: { path, ...old }, new: { path, ...now }, score: 0 };
}

/** Two lists of files, sorted by path. */
export function pairsOf(
  left: ReadonlyMap<string, TreeFile>,
  right: ReadonlyMap<string, TreeFile>,
  wanted: (path: string) => boolean,
): Pair[] {
  const paths = new Set([...left.keys(), ...right.keys()]);
  return [...paths]
    .filter(wanted)
    .sort(compareText)
    .flatMap((path) => pairOf(path, left.get(path), right.get(path)) ?? []);
}

/** Two trees: folders of the same name are not opened. */
export function treePairs(
  repository: Repository,
  left: string | undefined,
  right: string | undefined,
  wanted: (path: string) => boolean,
): Pair[] {
  const before = new Map<string, TreeFile>();
  const after = new Map<string, TreeFile>();
  const visit = (a: string | undefined, b: string | undefined, prefix: string) => {
    if (a === b) return;
    const older = new Map(a === undefined ? [] : repository.store.tree(a).map((entry) => [entry.name, entry]));
    const newer = new Map(b === undefined ? [] : repository.store.tree(b).map((entry) => [entry.name, entry]));
    for (const name of new Set([...older.keys(), ...newer.keys()])) {
      const x = older.get(name);
      const y = newer.get(name);
      if (x && y && x.mode === y.mode && x.oid === y.oid) continue;
      const path = prefix + name;
      if (x && x.mode !== MODE.tree) before.set(path, { mode: x.mode, oid: x.oid });
      if (y && y.mode !== MODE.tree) after.set(path, { mode: y.mode, oid: y.oid });
      const xTree = x?.mode === MODE.tree ? x.oid : undefined;
      const yTree = y?.mode === MODE.tree ? y.oid : undefined;
      if (xTree !== undefined || yTree !== undefined) visit(xTree, yTree, `${path}/`);
    }
  };
  visit(left, right, "");
  return pairsOf(before, after, wanted);
}
