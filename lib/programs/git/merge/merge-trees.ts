/** Three trees made one: files changed on one side are taken, on both sides merged, and renames followed (git-merge(1), "ort"). */

import { encode } from "../../core/io.ts";
import { compareText } from "../../core/paths.ts";
import { readSide } from "../diff/content.ts";
import { type Pair, treePairs } from "../diff/pairs.ts";
import { isBinary } from "../diff/patch.ts";
import { findRenames } from "../diff/renames.ts";
import { MODE } from "../objects/object.ts";
import type { Repository, TreeFile } from "../repository/repository.ts";
import { type ConflictStyle, type Labels, mergeLines } from "./merge-lines.ts";

export interface Conflict {
  readonly base: TreeFile | undefined;
  readonly ours: TreeFile | undefined;
  readonly theirs: TreeFile | undefined;
}

export interface MergedTree {
  /** As the working tree is to be: with conflict markers in files that could not be merged. */
  readonly files: Map<string, TreeFile>;
  readonly conflicts: Map<string, Conflict>;
  /** What is said, in the order of paths. */
  readonly messages: readonly string[];
}

export interface TreeMergeOptions {
  readonly labels: Labels;
  readonly style?: ConflictStyle;
  readonly favor?: "ours" | "theirs" | undefined;
}

const same = (a: TreeFile | undefined, b: TreeFile | undefined) => a?.oid === b?.oid && a?.mode === b?.mode;

/** Each byte a character, so that nothing is lost on the way through text. */
function latin1(bytes: Uint8Array): string {
  let out = "";
  for (let i = 0; i < bytes.length; i += 8192) out += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return out;
}

const bytesOf = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
const latinLabel = (label: string) => latin1(encode(label));

class TreeMerge {
  readonly files = new Map<string, TreeFile>();
  readonly conflicts = new Map<string, Conflict>();
  readonly said: { path: string; text: string }[] = [];

  constructor(
    private readonly repository: Repository,
    private readonly options: TreeMergeOptions,
  ) {}

  say(path: string, text: string): void {
    this.said.push({ path, text });
  }

  /** Both sides have changed the content. The merged file; `clean` when there was no conflict. */
  content(path: string, base: TreeFile | undefined, ours: TreeFile, theirs: TreeFile, labels: Labels): { file: TreeFile; clean: boolean } {
    const { store } = this.repository;
    const mode = base && ours.mode === base.mode ? theirs.mode : ours.mode;
    if (ours.oid === theirs.oid) return { file: { mode, oid: ours.oid }, clean: true };
    if (base && base.oid === ours.oid) return { file: { mode, oid: theirs.oid }, clean: true };
    if (base && base.oid === theirs.oid) return { file: { mode, oid: ours.oid }, clean: true };
    const plain = [ours, theirs, base].every((file) => file === undefined || file.mode === MODE.file || file.mode === MODE.executable);
    const data = [base ? store.blob(base.oid) : new Uint8Array(), store.blob(ours.oid), store.blob(theirs.oid)] as const;
    if (plain) this.say(path, `Auto-merging ${path}`);
    if (!plain || data.some(isBinary)) {
      if (this.options.favor) return { file: this.options.favor === "ours" ? ours : theirs, clean: true };
      if (plain) this.say(path, `warning: Cannot merge binary files: ${path} (${labels.ours} vs. ${labels.theirs})`);
      return { file: ours, clean: false };
    }
    const merged = mergeLines(
      latin1(data[0]),
      latin1(data[1]),
      latin1(data[2]),
      {
        ours: latinLabel(labels.ours),
        base: latinLabel(labels.base),
        theirs: latinLabel(labels.theirs),
      },
      { style: this.options.style ?? "merge", favor: this.options.favor },
    );
    return { file: { mode, oid: store.write("blob", bytesOf(merged.text)) }, clean: merged.conflicts === 0 };
  }

  one(
    path: string,
    base: TreeFile | undefined,
    ours: TreeFile | undefined,
    theirs: TreeFile | undefined,
    labels = this.options.labels,
  ): void {
    const take = (file: TreeFile | undefined) => {
      if (file) this.files.set(path, file);
    };
    if (same(ours, theirs) || same(base, theirs)) {
      take(ours);
      return;
    }
    if (same(base, ours)) {
      take(theirs);
      return;
    }
    if (ours && theirs) {
      const { file, clean } = this.content(path, base, ours, theirs, labels);
      take(file);
      if (clean) return;
      this.say(path, `CONFLICT (${base ? "content" : "add/add"}): Merge conflict in ${path}`);
      this.conflicts.set(path, { base, ours, theirs });
      return;
    }
    const deletedIn = ours ? this.options.labels.theirs : this.options.labels.ours;
    const modifiedIn = ours ? this.options.labels.ours : this.options.labels.theirs;
    take(ours ?? theirs);
    this.say(
      path,
      `CONFLICT (modify/delete): ${path} deleted in ${deletedIn} and modified in ${modifiedIn}.  Version ${modifiedIn} of ${path} left in tree.`,
    );
    this.conflicts.set(path, { base, ours, theirs });
  }
}

function renamesOf(repository: Repository, base: string | undefined, side: string): Map<string, Pair> {
  const read = (of: { path: string; mode: number; oid: string }) => readSide(repository, of).data;
  const pairs = findRenames(
    treePairs(repository, base, side, () => true),
    { read },
  );
  return new Map(pairs.flatMap((pair) => (pair.status === "R" && pair.old ? [[pair.old.path, pair] as const] : [])));
}

/** Merges trees by name; `base` undefined: they have nothing in common. */
export function mergeTrees(
  repository: Repository,
  base: string | undefined,
  ours: string,
  theirs: string,
  options: TreeMergeOptions,
): MergedTree {
  const zero = repository.flatten(base);
  const one = repository.flatten(ours);
  const two = repository.flatten(theirs);
  const merge = new TreeMerge(repository, options);
  const { labels } = options;
  const ourRenames = renamesOf(repository, base, ours);
  const theirRenames = renamesOf(repository, base, theirs);
  const done = new Set<string>();
  for (const path of new Set([...ourRenames.keys(), ...theirRenames.keys()])) {
    const mine = ourRenames.get(path)?.new?.path;
    const other = theirRenames.get(path)?.new?.path;
    const from = zero.get(path);
    const to = mine ?? other ?? path;
    if (mine !== undefined && other !== undefined && mine !== other) {
      merge.say(path, `CONFLICT (rename/rename): ${path} renamed to ${mine} in ${labels.ours} and to ${other} in ${labels.theirs}.`);
      const [x, y] = [one.get(mine), two.get(other)];
      if (x && y) {
        const { file } = merge.content(mine, from, x, y, {
          ...labels,
          ours: `${labels.ours}:${mine}`,
          theirs: `${labels.theirs}:${other}`,
        });
        merge.files.set(mine, file);
        merge.files.set(other, file);
      }
      merge.conflicts.set(path, { base: from, ours: undefined, theirs: undefined });
      merge.conflicts.set(mine, { base: undefined, ours: x, theirs: undefined });
      merge.conflicts.set(other, { base: undefined, ours: undefined, theirs: y });
      for (const each of [path, mine, other]) done.add(each);
      continue;
    }
    const renamedByUs = mine !== undefined;
    const both = mine !== undefined && other !== undefined;
    const x = one.get(renamedByUs ? to : path);
    const y = two.get(both || !renamedByUs ? to : path);
    // Something else of that name on the other side: not followed, each path goes its own way.
    if (!both && (renamedByUs ? two.has(to) : one.has(to)) && !same(renamedByUs ? two.get(to) : one.get(to), from)) continue;
    done.add(path);
    done.add(to);
    if (!both && (renamedByUs ? y : x) === undefined) {
      const [by, gone] = renamedByUs ? [labels.ours, labels.theirs] : [labels.theirs, labels.ours];
      const kept = renamedByUs ? x : y;
      merge.say(to, `CONFLICT (rename/delete): ${path} renamed to ${to} in ${by}, but deleted in ${gone}.`);
      if (kept) merge.files.set(to, kept);
      merge.conflicts.set(to, { base: from, ours: renamedByUs ? kept : undefined, theirs: renamedByUs ? undefined : kept });
      continue;
    }
    const marked = both
      ? labels
      : {
          ours: `${labels.ours}:${renamedByUs ? to : path}`,
          base: `${labels.base}:${path}`,
          theirs: `${labels.theirs}:${renamedByUs ? path : to}`,
        };
    merge.one(to, from, x, y, marked);
  }
  for (const path of [...new Set([...zero.keys(), ...one.keys(), ...two.keys()])].sort(compareText))
    if (!done.has(path)) merge.one(path, zero.get(path), one.get(path), two.get(path));
  fileAndFolder(merge, labels, one);
  const messages = [...merge.said.entries()].sort(([i, a], [j, b]) => compareText(a.path, b.path) || i - j).map(([, { text }]) => text);
  return { files: merge.files, conflicts: merge.conflicts, messages };
}

/** A file where the other side has a folder: it steps aside, under a name with its side's label. */
function fileAndFolder(merge: TreeMerge, labels: Labels, ours: ReadonlyMap<string, TreeFile>): void {
  const folders = new Set<string>();
  for (const path of merge.files.keys())
    for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1)) folders.add(path.slice(0, slash));
  for (const [path, file] of [...merge.files]) {
    if (!folders.has(path)) continue;
    const label = ours.has(path) ? labels.ours : labels.theirs;
    const aside = `${path}~${label.replaceAll("/", "_")}`;
    merge.files.delete(path);
    merge.files.set(aside, file);
    const known = merge.conflicts.get(path);
    merge.conflicts.delete(path);
    merge.conflicts.set(
      aside,
      known ?? { base: undefined, ours: ours.has(path) ? file : undefined, theirs: ours.has(path) ? undefined : file },
    );
    merge.say(path, `CONFLICT (file/directory): directory in the way of ${path} from ${label}; moving it to ${aside} instead.`);
  }
}
