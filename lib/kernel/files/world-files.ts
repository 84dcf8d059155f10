/**
 * All files of a world: every machine is a root inode in one shared memory.
 *
 * What other parts use: `files()` makes the `Files` of a process; `createTree`, `cloneTree`, `destroyTree` are machines' disks;
 * `importPack`, `install`, `adopt` are for what ships with Slipway; `openInode`, `processEnded`, `store.heldByWorker`, `recordLocks`,
 * `flocks` and `fileCall` (`file-calls.ts`) are for the process table; `frozen`, `capture`, `restore`, `version` are for saving.
 */

import { kernelError } from "../errno.ts";
import { type Credentials, O, type OpenFile } from "../types.ts";
import type { BlobPack } from "./blobs.ts";
import { Captures, type TreeCapture, type TreeManifest } from "./capture.ts";
import { KEPT } from "./extents.ts";
import { InodeStore, type StoreOptions } from "./inode-store.ts";
import { KeptTrees } from "./kept-trees.ts";
import { Locks, recordOwner } from "./locks.ts";
import { type FilesOptions, MachineFiles } from "./machine-files.ts";
import { Names } from "./names.ts";
import { DirectoryFile, RegularFile } from "./open-file.ts";
import { type FileMemory, INODE, S, type SharedFiles } from "./shared-memory.ts";
import { type PackedEntry, Trees } from "./trees.ts";
import { Watches } from "./watches.ts";

/** What a fifo or device node needs to be opened. */
export interface SpecialFile {
  readonly kind: "fifo" | "character" | "block";
  /** Fifos of the same inode are the same pipe. */
  readonly ino: number;
  /** Tree (machine) it belongs to. */
  readonly root: number;
  /** Device number: major << 8 | minor. */
  readonly rdev: number;
  /** Flags of open(2). */
  readonly flags: number;
}

export interface WorldFilesOptions extends StoreOptions {
  /** Opens fifos and device nodes. Without it they fail with ENXIO. */
  readonly openSpecial?: (file: SpecialFile) => OpenFile;
  /** Runs a callback in a later macrotask (for `watch`). Default: setTimeout. */
  readonly schedule?: (callback: () => void) => void;
}

const STATUS_FLAGS = 3 | O.APPEND | O.NONBLOCK;

export class WorldFiles {
  readonly store: InodeStore;
  readonly memory: FileMemory;
  readonly names: Names;
  readonly trees: Trees;
  readonly watches: Watches;
  /** Trees as they were. */
  readonly kept: KeptTrees;
  /** fcntl(2). */
  readonly recordLocks = new Locks();
  /** flock(2). */
  readonly flocks = new Locks();
  private readonly captures: Captures;
  /** Opens fifos and device nodes; may be set later. */
  openSpecial: (file: SpecialFile) => OpenFile;

  constructor(options: WorldFilesOptions = {}) {
    this.store = new InodeStore(options);
    this.memory = this.store.memory;
    this.names = new Names(this.store);
    this.trees = new Trees(this.store, this.names);
    this.captures = new Captures(this.store, this.trees, randomName());
    this.kept = new KeptTrees(this.store, this.trees, this.captures);
    this.watches = new Watches(this.store, this.names, options.schedule);
    this.openSpecial =
      options.openSpecial ??
      (() => {
        throw kernelError("ENXIO");
      });
    this.store.onFree = (ino) => {
      this.recordLocks.forget(ino);
      this.flocks.forget(ino);
      this.captures.forget(ino);
    };
  }

  /** The buffers to hand to process workers. */
  get shared(): SharedFiles {
    return this.memory.shared;
  }

  /** To be called when the clock was made to jump, so that workers stamp files with the new time at once. */
  syncClock(): void {
    this.store.now();
  }

  /** The `Files` of one process (or of the machine itself) on one tree. */
  files(options: FilesOptions): MachineFiles {
    return new MachineFiles(this, options);
  }

  /** An empty tree; returns its root inode. */
  createTree(): number {
    return this.trees.create();
  }

  /** A copy on write of the tree as it is at this instant; returns the new root. */
  cloneTree(root: number): number {
    return this.trees.clone(root);
  }

  /** Called when there is no room for a file's bytes: forgets a tree that is only kept in case; false when there is none. */
  set onFull(forget: () => boolean) {
    this.store.extents.reclaim = forget;
  }

  /** Bytes that only copies still have, of trees that went on without them. */
  get keptBytes(): number {
    return this.store.extents.usedBy(KEPT);
  }

  destroyTree(root: number): void {
    this.trees.destroy(root);
  }

  /** `Machine.version.files`: moves on with every change of the tree. */
  version(root: number): number {
    return this.memory.get(root, INODE.TREE_CHANGES) >>> 0;
  }

  /** Runs `work` (synchronous) while no worker can change a file: the instant of a capture. */
  frozen<T>(work: () => T): T {
    return this.trees.frozen(work);
  }

  /**
   * The tree at one instant, for saving. `isSaved` tells of each key whether the saver has its bytes already (default: of none): only the
   * bytes of what changed since an earlier capture come along. Several trees at the same instant: `frozen(() => roots.map(capture))`.
   */
  capture(root: number, isSaved: (key: string) => boolean = () => false): TreeCapture {
    return this.captures.capture(root, isSaved);
  }

  /** Makes a tree of a captured manifest; returns its root. Packs it names must have been imported. Throws an Error that says what is missing. */
  restore(manifest: TreeManifest, bytes: (key: string) => Uint8Array | undefined): number {
    return this.captures.restore(manifest, bytes);
  }

  /** Makes the files of a pack known; returns the content id of its first one. */
  importPack(pack: BlobPack): number {
    return this.store.blobs.importPack(pack);
  }

  /** Puts files of an imported pack below a directory, at no cost of bytes. */
  install(directory: number, first: number, entries: readonly PackedEntry[], owner: { uid: number; gid: number }): void {
    this.trees.install(directory, first, entries, owner);
  }

  /** Absolute path of an inode in the tree below `root`; undefined when it is in another tree, or was removed. */
  pathOf(ino: number, root: number): string | undefined {
    return this.store.exists(ino) && this.memory.get(ino, INODE.ROOT) === root ? this.names.pathOfInode(ino) : undefined;
  }

  /** Content id of the file's bytes if they are a pristine blob that was not modified, else 0. */
  contentOf(ino: number): number {
    return this.memory.get(ino, INODE.CONTENT);
  }

  /** Moves on with every change of the file's bytes. */
  dataStamp(ino: number): number {
    return this.memory.get(ino, INODE.DATA_STAMP);
  }

  /** If the file's bytes are those of the blob, shares them from now on (and frees the file's own). Tells whether they were. */
  adopt(ino: number, content: number): boolean {
    if (this.memory.kind(ino) !== S.FILE) return false;
    if (this.memory.get(ino, INODE.CONTENT) === content) return true;
    return this.store.adopt(ino, content);
  }

  /** A description of an inode whose path was resolved and permissions checked. Truncates with O_TRUNC. */
  openInode(ino: number, flags: number): OpenFile {
    if (!this.store.exists(ino)) throw kernelError("ENOENT", "open");
    const kind = this.memory.kind(ino);
    const status = flags & STATUS_FLAGS;
    if (kind === S.DIRECTORY) return new DirectoryFile(this.store, ino, status);
    if (kind === S.FILE) {
      if ((flags & O.TRUNC) !== 0 && this.memory.get(ino, INODE.SIZE) > 0) this.store.truncate(ino, 0);
      return new RegularFile(this.store, ino, status);
    }
    if (kind === S.SYMLINK) throw kernelError("ELOOP", "open");
    if (kind === S.SOCKET) throw kernelError("ENXIO", "open");
    return this.openSpecial({
      kind: kind === S.FIFO ? "fifo" : kind === S.BLOCK ? "block" : "character",
      ino,
      root: this.memory.get(ino, INODE.ROOT),
      rdev: this.memory.get(ino, INODE.RDEV),
      flags,
    });
  }

  /** After a process ended (its worker terminated, its OPEN_INODES out of sight): its locks go, deleted files only it had open go. */
  processEnded(pid: number): void {
    this.recordLocks.unlockAll(recordOwner(pid));
    this.flocks.unlockAll(recordOwner(pid));
    this.store.processEnded(pid);
  }

  /** statfs(2) of one machine's disk. What it has free may be less than its size leaves: all disks lie in the same memory. */
  statfs(root: number): { blockSize: number; blocks: number; freeBlocks: number; files: number; freeFiles: number } {
    const { extents, maxInodes, maxInodesOfTree, count } = this.store;
    const free = Math.min(extents.quota - extents.used, extents.quotaOfTree - extents.usedBy(root));
    const freeFiles = Math.min(maxInodes - count, maxInodesOfTree - this.store.countIn(root));
    const blockSize = 4096;
    return {
      blockSize,
      blocks: Math.floor(extents.quotaOfTree / blockSize),
      freeBlocks: Math.floor(Math.max(0, free) / blockSize),
      files: maxInodesOfTree,
      freeFiles: Math.max(0, freeFiles),
    };
  }
}

/** Credentials of root, for what the kernel itself does. */
export const ROOT: Credentials = { uid: 0, gid: 0, groups: [] };

/** Not of the world's own randomness: two runs of one world must not save different bytes under one key. */
function randomName(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
