/** Whole trees (machines): making, copying on write, filling from packs, forgetting; and the instant when nothing moves. */

import { kernelError } from "../errno.ts";
import type { InodeStore } from "./inode-store.ts";
import type { Names } from "./names.ts";
import { HEADER, INODE, S } from "./shared-memory.ts";

/** One entry to be put into a tree. Parents come before children, or are made with mode 0755. */
export interface PackedEntry {
  /** Relative to where the tree is installed: "django/__init__.py". */
  readonly path: string;
  /** Permission bits. Default 0644; directories 0755. */
  readonly mode?: number;
  /** Number of the file in its pack; without it (and without `target`) the entry is a directory. */
  readonly file?: number;
  /** The entry is a symbolic link. */
  readonly target?: string;
  readonly mtimeMs?: number;
}

export class Trees {
  private frozenDepth = 0;

  constructor(
    private readonly store: InodeStore,
    private readonly names: Names,
  ) {}

  /** An empty tree; the result is its root directory (0755, root's). */
  create(): number {
    const { memory } = this.store;
    const root = this.store.allocate(S.DIRECTORY | 0o755, 0, 0, 0);
    memory.set(root, INODE.PARENT, root);
    memory.set(root, INODE.NLINK, 2);
    memory.changed(root, true);
    return root;
  }

  /**
   * Runs `work` while no worker changes any file: they wait at their next write. `work` must be synchronous and must not wait for a
   * worker. Can be nested.
   */
  frozen<T>(work: () => T): T {
    const { memory } = this.store;
    if (this.frozenDepth++ === 0) {
      Atomics.store(memory.words, HEADER.FREEZE, 1);
      this.store.waitForWriters();
    }
    try {
      return work();
    } finally {
      if (--this.frozenDepth === 0) {
        Atomics.store(memory.words, HEADER.FREEZE, 0);
        Atomics.notify(memory.words, HEADER.FREEZE);
      }
    }
  }

  /** A copy of the tree at one instant. Bytes are shared until one side writes them; links, owners and times are the same. */
  clone(root: number): number {
    return this.frozen(() => {
      const { memory, directories, targets } = this.store;
      const copies = new Map<number, number>();
      const copyRoot = this.copyInode(root, 0);
      memory.set(copyRoot, INODE.PARENT, copyRoot);
      copies.set(root, copyRoot);
      const pending = [root];
      for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
        const copyDirectory = copies.get(directory) ?? 0;
        const entries = directories.get(copyDirectory);
        for (const [name, ino] of directories.get(directory) ?? []) {
          let copy = copies.get(ino);
          if (copy === undefined) {
            copy = this.copyInode(ino, copyRoot);
            copies.set(ino, copy);
            memory.set(copy, INODE.PARENT, copyDirectory);
            const target = targets.get(ino);
            if (target !== undefined) targets.set(copy, target);
            if (memory.isDirectory(ino)) pending.push(ino);
          }
          entries?.set(name, copy);
        }
      }
      memory.changed(copyRoot, true);
      return copyRoot;
    });
  }

  private copyInode(ino: number, root: number): number {
    const { memory } = this.store;
    const mode = memory.get(ino, INODE.MODE);
    const copy = this.store.allocate(mode, memory.get(ino, INODE.UID), memory.get(ino, INODE.GID), root, true);
    for (const field of [INODE.NLINK, INODE.RDEV]) memory.set(copy, field, memory.get(ino, field));
    for (const field of [INODE.MTIME, INODE.CTIME, INODE.ATIME]) memory.setTime(copy, field, memory.time(ino, field));
    const stamp = memory.get(ino, INODE.DATA_STAMP);
    memory.set(copy, INODE.STAMP, stamp);
    memory.set(copy, INODE.DATA_STAMP, stamp);
    if ((mode & S.FORMAT) === S.FILE) this.store.shareBytes(ino, copy);
    else memory.set(copy, INODE.SIZE, memory.get(ino, INODE.SIZE));
    return copy;
  }

  /** Forgets a tree with everything in it. Files that are still open live on until they are closed. */
  destroy(root: number): void {
    const pending = [root];
    const found: number[] = [];
    for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
      found.push(directory);
      for (const ino of this.store.directories.get(directory)?.values() ?? []) {
        if (this.store.memory.isDirectory(ino)) pending.push(ino);
        else this.store.addLinks(ino, -1);
      }
      this.store.directories.get(directory)?.clear();
    }
    for (const directory of found) this.store.addLinks(directory, -this.store.memory.get(directory, INODE.NLINK));
  }

  /**
   * Puts the files of a pack below `directory`, owned by `owner`; bytes are shared with every other copy. What is already there is
   * replaced, directories are kept. `first` is the content id that `importPack` gave.
   */
  install(directory: number, first: number, entries: readonly PackedEntry[], owner: { uid: number; gid: number }): void {
    const made = new Map<string, number>([["", directory]]);
    for (const entry of entries) {
      const cut = entry.path.lastIndexOf("/");
      const parent = this.directoryAt(made, cut < 0 ? "" : entry.path.slice(0, cut), owner);
      const name = entry.path.slice(cut + 1);
      if (entry.file === undefined && entry.target === undefined) {
        const ino = this.directoryAt(made, entry.path, owner);
        if (entry.mode !== undefined) this.store.memory.set(ino, INODE.MODE, S.DIRECTORY | entry.mode);
        this.setTimes(ino, entry.mtimeMs);
        continue;
      }
      if (this.names.find(parent, name) !== 0) this.names.unlink({ uid: 0, gid: 0, groups: [] }, parent, name);
      const as = { uid: owner.uid, gid: owner.gid, groups: [] };
      let ino: number;
      if (entry.target !== undefined) ino = this.names.symlinkUnchecked(as, parent, name, entry.target);
      else {
        ino = this.names.createUnchecked(as, parent, name, S.FILE | (entry.mode ?? 0o644));
        this.store.setBlob(ino, first + (entry.file ?? 0));
      }
      this.setTimes(ino, entry.mtimeMs);
    }
  }

  private setTimes(ino: number, mtimeMs: number | undefined): void {
    if (mtimeMs === undefined) return;
    this.store.memory.setTime(ino, INODE.MTIME, mtimeMs);
  }

  private directoryAt(made: Map<string, number>, path: string, owner: { uid: number; gid: number }): number {
    const known = made.get(path);
    if (known !== undefined) return known;
    const cut = path.lastIndexOf("/");
    const parent = this.directoryAt(made, cut < 0 ? "" : path.slice(0, cut), owner);
    const name = path.slice(cut + 1);
    let ino = this.names.find(parent, name);
    if (ino === 0) ino = this.names.createUnchecked({ ...owner, groups: [] }, parent, name, S.DIRECTORY | 0o755);
    else if (!this.store.memory.isDirectory(ino)) throw kernelError("ENOTDIR", "install", path);
    made.set(path, ino);
    return ino;
  }
}
