/** Commits in order: git-rev-list(1), COMMIT ORDERING and HISTORY SIMPLIFICATION. */

import { treePairs } from "../diff/pairs.ts";
import type { Commit } from "../objects/object.ts";
import type { ObjectStore } from "../objects/store.ts";
import type { Pathspec } from "../repository/pathspec.ts";
import type { Repository } from "../repository/repository.ts";

export interface WalkOptions {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly order?: "date" | "topo" | "author";
  readonly firstParent?: boolean;
  readonly paths?: Pathspec | undefined;
  /** Whether parents of what is left out by paths are to be rewritten (--graph, --parents). */
  readonly rewrite?: boolean;
  /** --full-history. */
  readonly full?: boolean;
}

export interface Walked {
  readonly commit: Commit;
  /** As they are shown: rewritten when paths are left out. */
  readonly parents: readonly string[];
  /** Left of a symmetric difference's two sides, if that was asked. */
  readonly boundary?: boolean;
}

/** Every commit that can be reached, those included. */
export function reachable(
  store: ObjectStore,
  from: Iterable<string>,
  stop: ReadonlySet<string> = new Set(),
  firstParent = false,
): Set<string> {
  const found = new Set<string>();
  const pending = [...from];
  for (let oid = pending.pop(); oid !== undefined; oid = pending.pop()) {
    if (found.has(oid) || stop.has(oid)) continue;
    found.add(oid);
    if (store.has(oid)) {
      const { parents } = store.commit(oid);
      pending.push(...(firstParent ? parents.slice(0, 1) : parents));
    }
  }
  return found;
}

/** A list kept in the order of dates, newest first; of the same date, who came first. */
class DateQueue {
  readonly #items: Commit[] = [];

  constructor(private readonly time: (commit: Commit) => number) {}

  put(commit: Commit): void {
    let low = 0;
    let high = this.#items.length;
    const at = this.time(commit);
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.time(this.#items[middle]!) >= at) low = middle + 1;
      else high = middle;
    }
    this.#items.splice(low, 0, commit);
  }

  take(): Commit | undefined {
    return this.#items.shift();
  }
}

/** The commits that are wanted, lazily where the order allows. */
export function* walk(repository: Repository, options: WalkOptions): Generator<Walked> {
  if (options.order === undefined || options.order === "date") {
    if (!options.rewrite || !options.paths) {
      yield* byDate(repository, options);
      return;
    }
  }
  const all = [...byDate(repository, { ...options, paths: options.paths })];
  const shown = new Set(all.map(({ commit }) => commit.oid));
  const list =
    options.rewrite && options.paths ? all.map((each) => ({ ...each, parents: rewritten(repository, each, shown, options) })) : all;
  yield* options.order === "topo" || options.order === "author" ? topological(list, options.order) : list;
}

/** The nearest ancestors that are shown. */
function rewritten(repository: Repository, { parents }: Walked, shown: ReadonlySet<string>, options: WalkOptions): string[] {
  const out: string[] = [];
  const seen = new Set<string>();
  const follow = (oid: string) => {
    if (seen.has(oid)) return;
    seen.add(oid);
    if (shown.has(oid)) out.push(oid);
    else for (const parent of simplified(repository, repository.store.commit(oid), options).parents) follow(parent);
  };
  for (const parent of parents) follow(parent);
  return [...new Set(out)];
}

/** Whether the paths are the same in both trees. */
function sameTree(repository: Repository, left: string | undefined, right: string, paths: Pathspec): boolean {
  return treePairs(repository, left, right, (path) => paths.matches(path)).length === 0;
}

function simplified(repository: Repository, commit: Commit, options: WalkOptions): { show: boolean; parents: readonly string[] } {
  const parents = options.firstParent ? commit.parents.slice(0, 1) : commit.parents;
  const { paths } = options;
  if (!paths) return { show: true, parents };
  if (parents.length === 0) return { show: !sameTree(repository, undefined, commit.tree, paths), parents };
  for (const parent of parents)
    if (sameTree(repository, repository.store.commit(parent).tree, commit.tree, paths))
      return { show: false, parents: options.full ? parents : [parent] };
  return { show: true, parents };
}

function* byDate(repository: Repository, options: WalkOptions): Generator<Walked> {
  const { store } = repository;
  const hidden = options.exclude.length > 0 ? reachable(store, options.exclude) : new Set<string>();
  const queue = new DateQueue((commit) => (options.order === "author" ? commit.author.time : commit.committer.time));
  const seen = new Set<string>();
  const add = (oid: string) => {
    if (seen.has(oid) || hidden.has(oid)) return;
    seen.add(oid);
    queue.put(store.commit(oid));
  };
  for (const oid of options.include) add(oid);
  for (let commit = queue.take(); commit; commit = queue.take()) {
    const { show, parents } = simplified(repository, commit, options);
    for (const parent of parents) add(parent);
    if (show) yield { commit, parents };
  }
}

/** No parent before all its children; branches stay together. */
function topological(list: readonly Walked[], order: "topo" | "author"): Walked[] {
  const byOid = new Map(list.map((each) => [each.commit.oid, each]));
  const waiting = new Map<string, number>();
  for (const { parents } of list) for (const parent of parents) waiting.set(parent, (waiting.get(parent) ?? 0) + 1);
  const ready = list.filter(({ commit }) => !waiting.has(commit.oid)).reverse();
  const out: Walked[] = [];
  for (let each = ready.pop(); each; each = ready.pop()) {
    out.push(each);
    for (const parent of each.parents) {
      const left = (waiting.get(parent) ?? 1) - 1;
      waiting.set(parent, left);
      const found = byOid.get(parent);
      if (left === 0 && found) ready.push(found);
    }
    if (order === "author") ready.sort((a, b) => a.commit.author.time - b.commit.author.time);
  }
  return out;
}

/** git merge-base --all: common ancestors that no other common one can reach. */
export function mergeBases(store: ObjectStore, a: string, b: string): string[] {
  if (a === b) return [a];
  const ofA = reachable(store, [a]);
  const common = new Set([...reachable(store, [b])].filter((oid) => ofA.has(oid)));
  if (common.has(a)) return [a];
  if (common.has(b)) return [b];
  const below = new Set<string>();
  for (const oid of common) for (const parent of store.commit(oid).parents) below.add(parent);
  // What is a parent of something common can be reached from it; the rest are the best.
  return [...common].filter((oid) => !below.has(oid)).sort((x, y) => store.commit(y).committer.time - store.commit(x).committer.time);
}

export function isAncestor(store: ObjectStore, ancestor: string, of: string): boolean {
  return ancestor === of || reachable(store, [of]).has(ancestor);
}

/** How many commits each has that the other has not. */
export function aheadBehind(store: ObjectStore, ours: string, theirs: string): { ahead: number; behind: number } {
  const a = reachable(store, [ours]);
  const b = reachable(store, [theirs]);
  return { ahead: [...a].filter((oid) => !b.has(oid)).length, behind: [...b].filter((oid) => !a.has(oid)).length };
}
