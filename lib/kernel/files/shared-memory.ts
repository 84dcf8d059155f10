/**
 * The memory that the kernel and every process worker share: one table of inodes and one store of bytes for the whole world.
 *
 * Workers read attributes and bytes, and write in place, without a call to the kernel; the kernel alone allocates, moves and frees.
 * No kernel code may be imported here: process workers load this file.
 *
 * - Bytes of a file lie at OFFSET … OFFSET + CAPACITY of the data. CAPACITY 0 with SIZE > 0 means that the bytes are shared (copy on
 *   write, or a pristine blob): whoever wants to write must first ask the kernel to GROW the file, which makes it private.
 * - SEQ of a file is a seqlock (odd while the kernel moves the bytes); SEQ of a directory is the version of its listing. It only ever
 *   grows, also when the inode is used again, so a cache that compares it is never fooled.
 * - LOCK is held while bytes are changed (pid of the holder, -1 the kernel), never over a call. The kernel clears those of a dead process.
 * - FREEZE stops new writers; when no LOCK is held, all files stand still and can be captured at one instant.
 */

/** The two buffers, as `InitMessage.memory` carries them to workers. */
export interface SharedFiles {
  readonly inodes: SharedArrayBuffer;
  readonly data: SharedArrayBuffer;
}

/** Words before the first inode. */
export const HEADER = {
  /** Counts every change of the world; its value is the stamp of the change. */
  CHANGES: 0,
  /** 1 while the kernel captures: writers wait here. */
  FREEZE: 1,
  /** 1 while the kernel waits to hear of the next change. */
  WATCHED: 2,
  /** Float64: milliseconds to add to Date.now() to get the world's time. */
  CLOCK: 4,
  /** The last changes: pairs of stamp and inode. */
  RING: 16,
} as const;
export const RING_SIZE = 4096;
export const HEADER_WORDS = HEADER.RING + RING_SIZE * 2;

/** Words of an inode. */
export const INODE = {
  SEQ: 0,
  /** File type and permission bits; 0 when the inode is free. */
  MODE: 1,
  SIZE: 2,
  CAPACITY: 3,
  OFFSET: 4,
  NLINK: 5,
  UID: 6,
  GID: 7,
  LOCK: 8,
  RDEV: 9,
  /** Number of the pristine blob that the bytes are, unmodified; else 0. */
  CONTENT: 10,
  /** Stamp of the last change of any kind, and of the last change of the bytes. */
  STAMP: 11,
  DATA_STAMP: 12,
  /** Root of the tree (the machine) that the inode belongs to. */
  ROOT: 13,
  /** Directory that holds it (of a file with several links: one of them). A root is its own parent. */
  PARENT: 14,
  /** Of a root: counts the changes of its tree. */
  TREE_CHANGES: 15,
  /** Float64 milliseconds each. */
  MTIME: 16,
  CTIME: 18,
  ATIME: 20,
  /** Counts how often the number was given to a new file: what a working directory compares to know that it still exists. */
  GENERATION: 22,
} as const;
export const INODE_WORDS = 24;

export const S = {
  FORMAT: 0o170000,
  FILE: 0o100000,
  DIRECTORY: 0o040000,
  SYMLINK: 0o120000,
  CHARACTER: 0o020000,
  BLOCK: 0o060000,
  FIFO: 0o010000,
  SOCKET: 0o140000,
} as const;

/** Holder of a LOCK that is the kernel's. */
export const KERNEL = -1;

const MiB = 1 << 20;
export const DATA_START = 16 * MiB;

/** Growable buffers of up to 1 GiB of bytes and half a million inodes; fixed ones (256 MiB, 128 k) where growing is not supported. */
export function makeSharedFiles(limits: { dataBytes?: number; inodes?: number } = {}): SharedFiles {
  const inodes = limits.inodes ?? 524_288;
  const table = (count: number) => (HEADER_WORDS + count * INODE_WORDS) * 4;
  return {
    data: growable(DATA_START, limits.dataBytes ?? 1024 * MiB, 256 * MiB),
    inodes: growable(table(Math.min(inodes, 16_384)), table(inodes), table(Math.min(inodes, 131_072))),
  };
}

function growable(start: number, max: number, fixed: number): SharedArrayBuffer {
  for (let size = max; size > fixed; size /= 2) {
    try {
      const buffer = new SharedArrayBuffer(Math.min(start, size), { maxByteLength: size });
      if (buffer.growable) return buffer;
      break;
    } catch {
      // Not enough address space (phones): ask for less.
    }
  }
  return new SharedArrayBuffer(Math.min(max, fixed));
}

/** Views of the shared buffers that follow their growth. */
export class FileMemory {
  readonly shared: SharedFiles;
  /** The inode table. A field of an inode is `words[base(ino) + INODE.…]`. */
  words: Int32Array<SharedArrayBuffer>;
  /** The same as 64-bit floats: index is that of the word, halved. */
  floats: Float64Array<SharedArrayBuffer>;
  private bytes: Uint8Array<SharedArrayBuffer>;

  constructor(shared: SharedFiles) {
    this.shared = shared;
    this.words = new Int32Array(shared.inodes, 0, shared.inodes.byteLength >> 2);
    this.floats = new Float64Array(shared.inodes, 0, shared.inodes.byteLength >> 3);
    this.bytes = new Uint8Array(shared.data, 0, shared.data.byteLength);
  }

  /** Index of an inode's first word. */
  base(ino: number): number {
    const base = HEADER_WORDS + ino * INODE_WORDS;
    if (base >= this.words.length) this.refreshTable();
    return base;
  }

  refreshTable(): void {
    const { inodes } = this.shared;
    this.words = new Int32Array(inodes, 0, inodes.byteLength >> 2);
    this.floats = new Float64Array(inodes, 0, inodes.byteLength >> 3);
  }

  /** All bytes of files, valid at least up to `end`. Take a new one for every access. */
  data(end: number): Uint8Array<SharedArrayBuffer> {
    if (end > this.bytes.length) this.bytes = new Uint8Array(this.shared.data, 0, this.shared.data.byteLength);
    return this.bytes;
  }

  get(ino: number, field: number): number {
    const at = this.base(ino) + field;
    return Atomics.load(this.words, at);
  }

  set(ino: number, field: number, value: number): void {
    const at = this.base(ino) + field;
    Atomics.store(this.words, at, value);
  }

  /** MTIME, CTIME or ATIME in milliseconds. */
  time(ino: number, field: number): number {
    const at = (this.base(ino) + field) >> 1;
    return this.floats[at] ?? 0;
  }

  setTime(ino: number, field: number, milliseconds: number): void {
    const at = (this.base(ino) + field) >> 1;
    this.floats[at] = milliseconds;
  }

  /** The world's time in milliseconds, as near as a worker can know it. */
  now(): number {
    return Date.now() + (this.floats[HEADER.CLOCK >> 1] ?? 0);
  }

  kind(ino: number): number {
    return this.get(ino, INODE.MODE) & S.FORMAT;
  }

  /** Whether it is a regular file whose bytes lie here: files of /proc have a device number instead. */
  isStored(ino: number): boolean {
    return this.kind(ino) === S.FILE && this.get(ino, INODE.RDEV) === 0;
  }

  isDirectory(ino: number): boolean {
    return this.kind(ino) === S.DIRECTORY;
  }

  /** Takes the inode's write lock. A worker waits while the world is frozen. */
  lock(ino: number, holder: number): void {
    const at = this.base(ino) + INODE.LOCK;
    for (let attempt = 0; ; attempt++) {
      const before = Atomics.compareExchange(this.words, at, 0, holder);
      if (before === 0) {
        if (holder === KERNEL || Atomics.load(this.words, HEADER.FREEZE) === 0) return;
        Atomics.store(this.words, at, 0);
        Atomics.wait(this.words, HEADER.FREEZE, 1);
      } else if (attempt > 5000 && holder === KERNEL) {
        // Nobody holds it longer than a copy of bytes takes: the holder died and nobody told the kernel.
        Atomics.compareExchange(this.words, at, before, 0);
      } else if (attempt > 200) {
        Atomics.wait(this.words, at, before, 1);
      }
    }
  }

  unlock(ino: number): void {
    const at = this.base(ino) + INODE.LOCK;
    Atomics.store(this.words, at, 0);
  }

  /** Stamps a change of the inode and tells the kernel if it waits for one. Call it after the change, under LOCK if it was of bytes. */
  changed(ino: number, ofBytes: boolean): void {
    const base = this.base(ino);
    const words = this.words;
    const stamp = (Atomics.add(words, HEADER.CHANGES, 1) + 1) | 0;
    Atomics.store(words, base + INODE.STAMP, stamp);
    if (ofBytes) Atomics.store(words, base + INODE.DATA_STAMP, stamp);
    const slot = HEADER.RING + (stamp & (RING_SIZE - 1)) * 2;
    Atomics.store(words, slot + 1, ino);
    Atomics.store(words, slot, stamp);
    const root = this.base(Atomics.load(words, base + INODE.ROOT));
    Atomics.add(this.words, root + INODE.TREE_CHANGES, 1);
    if (Atomics.load(words, HEADER.WATCHED) === 1 && Atomics.exchange(words, HEADER.WATCHED, 0) === 1)
      Atomics.notify(words, HEADER.WATCHED);
  }
}
