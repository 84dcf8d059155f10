/** Brings working tree and index from one tree to another without losing what is not committed (git-read-tree(1), two-tree merge). */
import { codeOf } from "../../core/errors.ts";
import { decode } from "../../core/io.ts";
import { compareText } from "../../core/paths.ts";
import { workBytes } from "../diff/content.ts";
import { Quit } from "../errors.ts";
import { hashObject, MODE } from "../objects/object.ts";
import type { Ignore } from "./ignore.ts";
import { bareEntry, statEntry } from "./index-file.ts";
import type { Repository, TreeFile } from "./repository.ts";
import { statOf, workFile } from "./work-tree.ts";

/** Writes one file, with the folders above it; what stands in the way (a file for a folder, a link) goes. */
export function writeWorkFile(repository: Repository, path: string, file: TreeFile): void {
  const { files } = repository;
  const full = repository.workPath(path);
  for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1)) {
    const folder = repository.workPath(path.slice(0, slash));
    const kind = kindOf(repository, folder);
    if (kind === "directory") continue;
    if (kind !== undefined) files.unlink(folder);
    files.mkdir(folder);
  }
  const kind = kindOf(repository, full);
  if (file.mode === MODE.gitlink) {
    if (kind === undefined) files.mkdir(full);
    return;
  }
  if (kind === "directory") files.removeTree(full);
  else if (kind !== undefined) files.unlink(full);
  const data = repository.store.blob(file.oid);
  if (file.mode === MODE.link) files.symlink(decode(data), full);
  else files.writeFile(full, data, { mode: file.mode === MODE.executable ? 0o777 : 0o666 });
}

function kindOf(repository: Repository, full: string): string | undefined {
  try {
    return repository.files.lstat(full).kind;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}

/** Removes a file and the folders that are left empty. */
export function removeWorkFile(repository: Repository, path: string): void {
  const { files } = repository;
  const full = repository.workPath(path);
  const kind = kindOf(repository, full);
  if (kind === undefined) return;
  if (kind === "directory") {
    if (files.readdir(full).length === 0) files.rmdir(full);
    return;
  }
  files.unlink(full);
  const cwd = files.cwd;
  for (let slash = path.lastIndexOf("/"); slash > 0; slash = path.lastIndexOf("/", slash - 1)) {
    const folder = repository.workPath(path.slice(0, slash));
    if (cwd === folder || files.readdir(folder).length > 0) return;
    files.rmdir(folder);
  }
}

/** Puts a file of a tree into working tree and index. */
export function takeFile(repository: Repository, path: string, file: TreeFile): void {
  writeWorkFile(repository, path, file);
  const stat = repository.files.lstat(repository.workPath(path));
  repository.index.set(file.mode === MODE.gitlink ? bareEntry(path, file.mode, file.oid) : statEntry(path, file.mode, file.oid, stat));
}

export interface SwitchWords {
  /** "checkout", "merge". */
  readonly action: string;
  /** "switch branches", "merge". */
  readonly before: string;
}

const list = (paths: readonly string[]) => paths.map((path) => `\t${path}\n`).join("");

/** Throws Quit with git's words when changes or untracked files would be lost. */
function refuse(changed: readonly string[], untracked: readonly string[], removed: readonly string[], words: SwitchWords): void {
  let text = "";
  if (changed.length > 0)
    text += `error: Your local changes to the following files would be overwritten by ${words.action}:\n${list(changed)}Please commit your changes or stash them before you ${words.before}.\n`;
  if (untracked.length > 0)
    text += `error: The following untracked working tree files would be overwritten by ${words.action}:\n${list(untracked)}Please move or remove them before you ${words.before}.\n`;
  if (removed.length > 0)
    text += `error: The following untracked working tree files would be removed by ${words.action}:\n${list(removed)}Please move or remove them before you ${words.before}.\n`;
  if (text !== "") throw new Quit(`${text}Aborting\n`, 1);
}

const same = (a: TreeFile | undefined, b: TreeFile | undefined) => a?.oid === b?.oid && a?.mode === b?.mode;

export interface Transition {
  readonly words: SwitchWords;
  /** Ignored files may be overwritten. */
  readonly ignore: Ignore;
}

/** Every path that differs between the two is brought to the new state; where it was changed, nothing is done at all and Quit says why. */
export function switchTree(
  repository: Repository,
  from: ReadonlyMap<string, TreeFile>,
  to: ReadonlyMap<string, TreeFile>,
  { words, ignore }: Transition,
): void {
  const { index } = repository;
  const changed: string[] = [];
  const blocking: string[] = [];
  const work: { path: string; to: TreeFile | undefined }[] = [];
  const paths = [...new Set([...from.keys(), ...to.keys()])].sort(compareText);
  for (const path of paths) {
    const before = from.get(path);
    const after = to.get(path);
    if (same(before, after)) continue;
    const entry = index.get(path);
    const staged = entry && { mode: entry.mode, oid: entry.oid };
    if (same(staged, after) && entry) continue;
    if (index.isUnmerged(path)) {
      changed.push(path);
      continue;
    }
    if (!same(staged, before)) {
      if (!staged && !before) {
        // Not tracked here: a file of the same content is no loss.
      } else if (!(before && !staged && !after)) {
        changed.push(path);
        continue;
      }
    }
    if (entry) {
      const now = workFile(repository, entry);
      const stat = statOf(repository, path);
      if (now ? !same(now, staged) : stat !== undefined && stat.kind !== "directory") {
        changed.push(path);
        continue;
      }
      if (!now && stat?.kind === "directory" && after) blocking.push(path);
    } else if (after) {
      const stat = statOf(repository, path);
      if (stat && stat.kind !== "directory" && !ignore.isIgnored(path, false)) {
        const own = hashObject("blob", workBytes(repository, path));
        if (own !== after.oid) {
          blocking.push(path);
          continue;
        }
      } else if (stat?.kind === "directory" && !index.hasBelow(path) && repository.files.readdir(repository.workPath(path)).length > 0)
        blocking.push(path);
    }
    work.push({ path, to: after });
  }
  refuse(changed, blocking, [], words);
  for (const { path, to: after } of work) {
    if (after) continue;
    removeWorkFile(repository, path);
    index.remove(path);
  }
  for (const { path, to: after } of work) if (after) takeFile(repository, path, after);
}

/** As reset --hard: whatever was changed is lost; untracked files stay. */
export function forceTree(repository: Repository, to: ReadonlyMap<string, TreeFile>): void {
  const { index } = repository;
  for (const path of new Set(index.entries.map((entry) => entry.path)))
    if (!to.has(path)) {
      removeWorkFile(repository, path);
      index.remove(path);
    }
  for (const [path, file] of to) {
    const entry = index.get(path);
    if (entry && same(entry, file)) {
      const now = workFile(repository, entry);
      if (now && same(now, file)) continue;
    }
    takeFile(repository, path, file);
  }
}

/** The index holds this tree; the working tree stays (reset --mixed). */
export function resetIndex(repository: Repository, to: ReadonlyMap<string, TreeFile>): void {
  const { index } = repository;
  const known = new Map(index.entries.filter(({ stage }) => stage === 0).map((entry) => [entry.path, entry]));
  index.clear();
  for (const [path, file] of to) {
    const before = known.get(path);
    index.set(before && same(before, file) && !before.intentToAdd ? before : bareEntry(path, file.mode, file.oid));
  }
}
