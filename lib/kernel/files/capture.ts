/**
 * Saving and bringing back trees. A capture is a manifest (plain JSON: names, owners, modes, times, links) and the bytes of those files
 * that the saver does not have yet; files that are pristine blobs are named, not stored.
 */

import { readAll } from "./inode-bytes.ts";
import type { InodeStore } from "./inode-store.ts";
import { INODE, S } from "./shared-memory.ts";
import type { Trees } from "./trees.ts";

/** One inode. Exactly the fields of its kind are there. */
export interface SavedInode {
  /** File type and permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Milliseconds: mtime, ctime, atime. */
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly atimeMs: number;
  /** Device nodes. */
  readonly rdev?: number;
  /** Symbolic links. */
  readonly target?: string;
  /** Directories: names and indexes into `inodes`, in order. */
  readonly entries?: readonly { readonly name: string; readonly inode: number }[];
  /** Regular files: the blob ("pack#index") that the bytes are… */
  readonly pristine?: string;
  /** …or the key under which the saver keeps them, and their length. Equal keys mean equal bytes, for ever. */
  readonly bytes?: { readonly key: string; readonly length: number };
}

export interface TreeManifest {
  readonly format: 1;
  /** The first is the root. */
  readonly inodes: readonly SavedInode[];
}

export interface TreeCapture {
  readonly manifest: TreeManifest;
  /** By key; only those that the saver said it does not have. */
  readonly bytes: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

export class Captures {
  /** The key under which the bytes of an inode were saved, while they are the same. */
  private readonly keys = new Map<number, { readonly stamp: number; readonly key: string }>();
  /** By key, an inode that had those bytes when it was last looked at. */
  private readonly living = new Map<string, number>();

  constructor(
    private readonly store: InodeStore,
    private readonly trees: Trees,
    /** Makes keys of this world differ from those of every other one that was saved in the same place. */
    private readonly epoch: string,
  ) {}

  /** To be called when an inode's number goes back. */
  forget(ino: number): void {
    const key = this.keys.get(ino)?.key;
    this.keys.delete(ino);
    if (key !== undefined && this.living.get(key) === ino) this.living.delete(key);
  }

  /** The inode's bytes are those that a saver keeps under the key. */
  know(ino: number, key: string): void {
    this.forget(ino);
    this.keys.set(ino, { stamp: this.store.memory.get(ino, INODE.DATA_STAMP), key });
    this.living.set(key, ino);
  }

  /** The tree at one instant. `isSaved` tells whether the saver already has the bytes of a key. */
  capture(root: number, isSaved: (key: string) => boolean): TreeCapture {
    return this.trees.frozen(() => {
      const bytes = new Map<string, Uint8Array<ArrayBuffer>>();
      const numbers = new Map<number, number>([[root, 0]]);
      const order = [root];
      for (const directory of order) {
        for (const ino of this.store.directories.get(directory)?.values() ?? []) {
          if (numbers.has(ino)) continue;
          numbers.set(ino, order.length);
          order.push(ino);
        }
      }
      const inodes = order.map((ino) => this.save(ino, numbers, isSaved, bytes));
      return { manifest: { format: 1, inodes }, bytes };
    });
  }

  private save(
    ino: number,
    numbers: ReadonlyMap<number, number>,
    isSaved: (key: string) => boolean,
    bytes: Map<string, Uint8Array<ArrayBuffer>>,
  ): SavedInode {
    const { memory, directories, targets, blobs } = this.store;
    const saved = {
      mode: memory.get(ino, INODE.MODE),
      uid: memory.get(ino, INODE.UID),
      gid: memory.get(ino, INODE.GID),
      mtimeMs: memory.time(ino, INODE.MTIME),
      ctimeMs: memory.time(ino, INODE.CTIME),
      atimeMs: memory.time(ino, INODE.ATIME),
    };
    const kind = memory.kind(ino);
    if (kind === S.DIRECTORY) {
      const entries = [...(directories.get(ino) ?? [])].map(([name, child]) => ({ name, inode: numbers.get(child) ?? 0 }));
      return { ...saved, entries };
    }
    if (kind === S.SYMLINK) return { ...saved, target: targets.get(ino) ?? "" };
    if (kind !== S.FILE) return { ...saved, rdev: memory.get(ino, INODE.RDEV) };
    // A file of /proc: what it says is made when it is opened.
    if (!memory.isStored(ino)) return { ...saved, rdev: memory.get(ino, INODE.RDEV), bytes: undefined };
    const blob = blobs.get(memory.get(ino, INODE.CONTENT));
    if (blob !== undefined && !blob.sharedOnly) return { ...saved, pristine: blob.key };
    const key = this.keyOf(ino);
    if (!isSaved(key) && !bytes.has(key)) bytes.set(key, readAll(memory, ino));
    return { ...saved, bytes: { key, length: memory.get(ino, INODE.SIZE) } };
  }

  /** Under which a saver keeps the bytes that the inode has now. */
  keyOf(ino: number): string {
    const stamp = this.store.memory.get(ino, INODE.DATA_STAMP);
    const known = this.keys.get(ino);
    if (known?.stamp === stamp) return known.key;
    const key = `${this.epoch}.${ino}.${stamp >>> 0}`;
    this.know(ino, key);
    return key;
  }

  /**
   * Makes a tree from a manifest; returns its root. `bytes` gives what was saved under a key. Packs named in it must have been imported.
   * Throws an Error that says what is missing; nothing is left behind then.
   */
  restore(manifest: TreeManifest, bytes: (key: string) => Uint8Array | undefined): number {
    // Frozen once: to wait for writers takes a look at every inode, which for every file would be too many.
    return this.trees.frozen(() => this.make(manifest, bytes));
  }

  private make(manifest: TreeManifest, bytes: (key: string) => Uint8Array | undefined): number {
    if (manifest.format !== 1) throw new Error(`This saved tree has format ${manifest.format}; only format 1 can be read.`);
    if (manifest.inodes[0]?.entries === undefined) throw new Error("The saved tree is damaged: it does not begin with its root directory.");
    const { memory, directories, targets } = this.store;
    const root = this.store.allocate(S.DIRECTORY | 0o755, 0, 0, 0, true);
    memory.set(root, INODE.PARENT, root);
    memory.set(root, INODE.NLINK, 2);
    const made: number[] = [];
    try {
      manifest.inodes.forEach((saved, index) => {
        const ino = index === 0 ? root : this.store.allocate(saved.mode, saved.uid, saved.gid, root, true);
        made[index] = ino;
        memory.set(ino, INODE.RDEV, saved.rdev ?? 0);
        if (saved.target !== undefined) {
          targets.set(ino, saved.target);
          memory.set(ino, INODE.SIZE, new TextEncoder().encode(saved.target).length);
        }
        memory.changed(ino, true);
        this.fill(ino, saved, bytes);
      });
      manifest.inodes.forEach((saved, index) => {
        const directory = made[index] ?? root;
        for (const { name, inode } of saved.entries ?? []) {
          const child = made[inode];
          if (child === undefined) throw new Error(`The saved tree is damaged: "${name}" points to inode ${inode}.`);
          directories.get(directory)?.set(name, child);
          memory.set(child, INODE.PARENT, directory);
          const isDirectory = memory.isDirectory(child);
          memory.set(child, INODE.NLINK, isDirectory ? 2 : memory.get(child, INODE.NLINK) + 1);
        }
      });
      manifest.inodes.forEach((saved, index) => {
        this.setAttributes(made[index] ?? root, saved);
      });
    } catch (error) {
      this.undo(made);
      throw error;
    }
    return root;
  }

  private fill(ino: number, saved: SavedInode, bytes: (key: string) => Uint8Array | undefined): void {
    const { memory, blobs } = this.store;
    if (saved.pristine !== undefined) {
      const content = blobs.idOf(saved.pristine);
      if (content === undefined) throw new Error(`The saved tree needs ${saved.pristine}, and that pack was not imported.`);
      this.store.setBlob(ino, content);
    } else if (saved.bytes !== undefined) {
      const { key, length } = saved.bytes;
      if (length > 0 && !this.shareWithLiving(ino, key)) {
        const content = bytes(key);
        if (content?.length !== length)
          throw new Error(`The saved tree needs ${length} bytes of ${key}; ${content?.length ?? "none"} are there.`);
        this.store.grow(ino, length);
        const start = memory.get(ino, INODE.OFFSET);
        memory.data(start + length).set(content, start);
        memory.set(ino, INODE.SIZE, length);
      }
      this.know(ino, key);
    }
  }

  /** Equal keys mean equal bytes: a file that has them already shares them, until one of the two is written. */
  private shareWithLiving(ino: number, key: string): boolean {
    const { memory } = this.store;
    const twin = this.living.get(key);
    if (twin === undefined || this.keys.get(twin)?.stamp !== memory.get(twin, INODE.DATA_STAMP)) return false;
    this.store.shareBytes(twin, ino);
    return true;
  }

  private setAttributes(ino: number, saved: SavedInode): void {
    const { memory } = this.store;
    memory.set(ino, INODE.MODE, saved.mode);
    memory.set(ino, INODE.UID, saved.uid);
    memory.set(ino, INODE.GID, saved.gid);
    memory.setTime(ino, INODE.MTIME, saved.mtimeMs);
    memory.setTime(ino, INODE.CTIME, saved.ctimeMs);
    memory.setTime(ino, INODE.ATIME, saved.atimeMs);
    if (!memory.isDirectory(ino)) return;
    const children = saved.entries ?? [];
    let links = 2;
    for (const { name } of children) {
      const child = this.store.directories.get(ino)?.get(name);
      if (child !== undefined && memory.isDirectory(child)) links++;
    }
    memory.set(ino, INODE.NLINK, links);
  }

  private undo(made: readonly number[]): void {
    for (const ino of made) {
      this.store.directories.get(ino)?.clear();
      this.store.addLinks(ino, -this.store.memory.get(ino, INODE.NLINK));
    }
  }
}

/** Keys of all bytes that a manifest needs: what the saver must keep, and may forget when no manifest names them. */
export function keysOf(manifest: TreeManifest): Set<string> {
  const keys = new Set<string>();
  for (const inode of manifest.inodes) if (inode.bytes !== undefined) keys.add(inode.bytes.key);
  return keys;
}
