/** The kernel's half of the inodes: giving out and taking back, and where their bytes lie. */

import { kernelError } from "../errno.ts";
import { Blobs } from "./blobs.ts";
import { Extents, MAX_FILE } from "./extents.ts";
import { FileMemory, HEADER, HEADER_WORDS, INODE, INODE_WORDS, KERNEL, makeSharedFiles, S, type SharedFiles } from "./shared-memory.ts";

export interface StoreOptions {
  /** Default: `makeSharedFiles()`. */
  readonly shared?: SharedFiles;
  /** The world's clock, milliseconds since the epoch. Default: Date.now. */
  readonly now?: () => number;
  /** Bytes that files may take altogether; pristine blobs do not count. Default 768 MiB. */
  readonly maxBytes?: number;
  /** Bytes that the files of one machine may take. Default 448 MiB, or `maxBytes` where that is given. */
  readonly maxBytesOfTree?: number;
  /** Inodes that programs may make altogether. Default 300,000. */
  readonly maxInodes?: number;
  /** Inodes that one machine's programs may make. Default 150,000, or `maxInodes` where that is given. */
  readonly maxInodesOfTree?: number;
}

const MiB = 1 << 20;

/** Numbers below this are never given out (2 is the first root, as on ext4). */
const FIRST = 2;

export class InodeStore {
  readonly memory: FileMemory;
  readonly extents: Extents;
  readonly blobs: Blobs;
  readonly maxInodes: number;
  readonly maxInodesOfTree: number;
  readonly directories = new Map<number, Map<string, number>>();
  readonly targets = new Map<number, string>();
  /** Inodes in use. */
  count = 0;
  /** Whether a worker has the inode open (`OPEN_INODES` of any control block). The process table sets it. */
  heldByWorker: (ino: number) => boolean = () => false;
  /** Called when an inode's number goes back. */
  onFree: (ino: number) => void = () => {};
  private readonly countByTree = new Map<number, number>();
  private readonly clock: () => number;
  private readonly freeNumbers: number[] = [];
  private next = FIRST;
  private readonly opened = new Map<number, number>();
  /** Without a name, but open somewhere. */
  private readonly orphans = new Set<number>();

  constructor(options: StoreOptions = {}) {
    this.memory = new FileMemory(options.shared ?? makeSharedFiles());
    this.extents = new Extents(this.memory, options.maxBytes ?? 768 * MiB, options.maxBytesOfTree ?? options.maxBytes ?? 448 * MiB);
    this.blobs = new Blobs(this.memory, this.extents);
    this.maxInodes = options.maxInodes ?? 300_000;
    this.maxInodesOfTree = options.maxInodesOfTree ?? options.maxInodes ?? 150_000;
    this.clock = options.now ?? Date.now;
    this.now();
  }

  /** The world's time; also lets workers know it. */
  now(): number {
    const now = this.clock();
    this.memory.floats[HEADER.CLOCK >> 1] = now - Date.now();
    return now;
  }

  /**
   * A new inode without a name (NLINK 0). `root` 0 makes it the root of a tree. Throws ENOSPC; what the kernel makes for itself
   * (copies of machines) is held only to the size of the table.
   */
  allocate(mode: number, uid: number, gid: number, root: number, byKernel = false): number {
    if (!byKernel && (this.count >= this.maxInodes || this.countIn(root) >= this.maxInodesOfTree)) throw kernelError("ENOSPC");
    const { memory } = this;
    const ino = this.freeNumbers.pop() ?? this.next++;
    if (HEADER_WORDS + (ino + 1) * INODE_WORDS > memory.words.length) this.growTable(ino);
    this.counted(root === 0 ? ino : root, 1);
    const base = memory.base(ino);
    const sequence = memory.get(ino, INODE.SEQ);
    const generation = memory.get(ino, INODE.GENERATION);
    memory.words.fill(0, base, base + INODE_WORDS);
    memory.set(ino, INODE.SEQ, (sequence | 1) + 1);
    memory.set(ino, INODE.GENERATION, generation + 1);
    memory.set(ino, INODE.UID, uid);
    memory.set(ino, INODE.GID, gid);
    memory.set(ino, INODE.ROOT, root === 0 ? ino : root);
    const now = this.now();
    memory.setTime(ino, INODE.MTIME, now);
    memory.setTime(ino, INODE.CTIME, now);
    memory.setTime(ino, INODE.ATIME, now);
    memory.set(ino, INODE.MODE, mode);
    if ((mode & S.FORMAT) === S.DIRECTORY) this.directories.set(ino, new Map());
    return ino;
  }

  private growTable(ino: number): void {
    const { inodes } = this.memory.shared;
    const needed = (HEADER_WORDS + (ino + 1) * INODE_WORDS) * 4;
    if (!inodes.growable || needed > inodes.maxByteLength) {
      this.freeNumbers.push(ino);
      throw kernelError("ENOSPC");
    }
    inodes.grow(Math.min(inodes.maxByteLength, Math.max(needed, Math.ceil((inodes.byteLength * 1.5) / 8) * 8)));
    this.memory.refreshTable();
  }

  /** Whether the number stands for a file now. */
  exists(ino: number): boolean {
    return ino >= FIRST && ino < this.next && this.memory.get(ino, INODE.MODE) !== 0;
  }

  /** A description in the kernel holds the inode: it outlives its last name. */
  retain(ino: number): void {
    this.opened.set(ino, (this.opened.get(ino) ?? 0) + 1);
  }

  release(ino: number): void {
    const left = (this.opened.get(ino) ?? 0) - 1;
    if (left > 0) {
      this.opened.set(ino, left);
      return;
    }
    this.opened.delete(ino);
    this.forget(ino);
  }

  /** Changes NLINK; an inode without names that nobody has open goes back. */
  addLinks(ino: number, difference: number): void {
    const links = this.memory.get(ino, INODE.NLINK) + difference;
    this.memory.set(ino, INODE.NLINK, links);
    if (links > 0) return;
    if (this.isHeld(ino)) this.orphans.add(ino);
    else this.free(ino);
  }

  /** Takes an orphan back if nobody holds it any more. */
  forget(ino: number): void {
    if (this.orphans.has(ino) && !this.isHeld(ino)) this.free(ino);
  }

  /** After a process ended: clears the locks it held and takes back what only it had open. */
  processEnded(pid: number): void {
    const { memory } = this;
    for (let ino = FIRST; ino < this.next; ino++) {
      const at = memory.base(ino) + INODE.LOCK;
      Atomics.compareExchange(memory.words, at, pid, 0);
    }
    for (const ino of [...this.orphans]) this.forget(ino);
  }

  /** Returns when no worker holds a write lock. With FREEZE set, none takes one after that. */
  waitForWriters(): void {
    const { words } = this.memory;
    let at = this.memory.base(FIRST) + INODE.LOCK;
    for (let ino = FIRST; ino < this.next; ino++, at += INODE_WORDS) {
      if (Atomics.load(words, at) === 0) continue;
      this.memory.lock(ino, KERNEL);
      this.memory.unlock(ino);
    }
  }

  private isHeld(ino: number): boolean {
    return this.opened.has(ino) || this.heldByWorker(ino);
  }

  private free(ino: number): void {
    const { memory } = this;
    this.onFree(ino);
    this.orphans.delete(ino);
    this.directories.delete(ino);
    this.targets.delete(ino);
    this.dropBytes(ino);
    this.counted(memory.get(ino, INODE.ROOT), -1);
    memory.set(ino, INODE.MODE, 0);
    memory.set(ino, INODE.NLINK, 0);
    memory.set(ino, INODE.SEQ, (memory.get(ino, INODE.SEQ) | 1) + 1);
    this.freeNumbers.push(ino);
  }

  /** Inodes of one tree. */
  countIn(root: number): number {
    return this.countByTree.get(root) ?? 0;
  }

  private counted(root: number, difference: number): void {
    this.count += difference;
    const count = this.countIn(root) + difference;
    if (count === 0) this.countByTree.delete(root);
    else this.countByTree.set(root, count);
  }

  /** Room for `size` bytes that are this file's own. Throws EFBIG, ENOSPC. */
  grow(ino: number, size: number): void {
    const { memory } = this;
    if (size > MAX_FILE) throw kernelError("EFBIG");
    if (size <= memory.get(ino, INODE.CAPACITY)) return;
    const offset = memory.get(ino, INODE.OFFSET);
    if (memory.get(ino, INODE.CONTENT) === 0 && this.extents.owners(offset) === 1 && this.extents.capacity(offset) >= size) {
      memory.set(ino, INODE.CAPACITY, this.extents.capacity(offset));
      return;
    }
    this.move(ino, Math.max(size, memory.get(ino, INODE.SIZE)));
  }

  /** Sets the size; new bytes are zeros. Throws EFBIG, ENOSPC. */
  truncate(ino: number, size: number): void {
    const { memory } = this;
    if (size > MAX_FILE) throw kernelError("EFBIG");
    const capacity = memory.get(ino, INODE.CAPACITY);
    if (size === 0) {
      memory.lock(ino, KERNEL);
      this.dropBytes(ino);
      memory.unlock(ino);
    } else if (size <= capacity && size * 4 >= capacity) {
      memory.lock(ino, KERNEL);
      const before = memory.get(ino, INODE.SIZE);
      const start = memory.get(ino, INODE.OFFSET);
      if (size > before) memory.data(start + size).fill(0, start + before, start + size);
      memory.set(ino, INODE.SIZE, size);
      memory.unlock(ino);
    } else {
      this.move(ino, size, size);
    }
    this.touch(ino, true);
  }

  /** Lets a new file share the bytes of a blob. */
  setBlob(ino: number, id: number): void {
    const blob = this.blobs.get(id);
    if (blob === undefined) throw kernelError("EINVAL");
    this.replaceBytes(ino, blob.offset, 0, blob.length);
    this.memory.set(ino, INODE.CONTENT, id);
  }

  /** Lets the file share the bytes of a blob if its own are the same; tells whether they are. */
  adopt(ino: number, id: number): boolean {
    this.memory.lock(ino, KERNEL);
    try {
      const same = this.blobs.matches(ino, id);
      if (same) this.setBlob(ino, id);
      return same;
    } finally {
      this.memory.unlock(ino);
    }
  }

  /** Lets `copy` (new, empty) have the same bytes as `ino`, copied when one of them is written. */
  shareBytes(ino: number, copy: number): void {
    const { memory } = this;
    const size = memory.get(ino, INODE.SIZE);
    const offset = memory.get(ino, INODE.OFFSET);
    const content = memory.get(ino, INODE.CONTENT);
    if (content === 0 && offset !== 0) {
      memory.lock(ino, KERNEL);
      memory.set(ino, INODE.CAPACITY, 0);
      memory.unlock(ino);
      this.extents.share(offset, memory.get(copy, INODE.ROOT));
    }
    memory.set(copy, INODE.OFFSET, offset);
    memory.set(copy, INODE.SIZE, size);
    memory.set(copy, INODE.CONTENT, content);
  }

  /** Sets MTIME (when bytes changed) and CTIME to now and stamps the change. */
  touch(ino: number, ofBytes: boolean): void {
    const now = this.now();
    if (ofBytes) this.memory.setTime(ino, INODE.MTIME, now);
    this.memory.setTime(ino, INODE.CTIME, now);
    this.memory.changed(ino, ofBytes);
  }

  /**
   * Moves the file to a new block for `room` bytes; `size` is its new size, by default what it is once the lock is held (another worker
   * may append until then, inside the old block).
   */
  private move(ino: number, room: number, size?: number): void {
    const { memory } = this;
    const extent = this.extents.allocate(room, memory.get(ino, INODE.ROOT));
    memory.lock(ino, KERNEL);
    const start = memory.get(ino, INODE.OFFSET);
    const before = memory.get(ino, INODE.SIZE);
    const after = size ?? before;
    const keep = Math.min(before, after);
    const data = memory.data(Math.max(start + keep, extent.offset + extent.capacity));
    data.copyWithin(extent.offset, start, start + keep);
    data.fill(0, extent.offset + keep, extent.offset + after);
    this.replaceBytes(ino, extent.offset, extent.capacity, after);
    memory.unlock(ino);
  }

  private dropBytes(ino: number): void {
    this.replaceBytes(ino, 0, 0, 0);
  }

  /** Points the inode elsewhere, between two steps of its seqlock, and gives the old bytes back. */
  private replaceBytes(ino: number, offset: number, capacity: number, size: number): void {
    const { memory } = this;
    const before = memory.get(ino, INODE.OFFSET);
    const shared = memory.get(ino, INODE.CONTENT) !== 0;
    const at = memory.base(ino) + INODE.SEQ;
    Atomics.add(memory.words, at, 1);
    memory.set(ino, INODE.OFFSET, offset);
    memory.set(ino, INODE.CAPACITY, capacity);
    memory.set(ino, INODE.SIZE, size);
    memory.set(ino, INODE.CONTENT, 0);
    Atomics.add(memory.words, at, 1);
    if (before !== 0 && !shared) this.extents.release(before, memory.get(ino, INODE.ROOT));
  }
}
