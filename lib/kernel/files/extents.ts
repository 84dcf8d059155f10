/** Allocation of the shared bytes: a buddy allocator (Knuth, TAOCP 2.5) whose blocks can have several owners (copy on write). */

import { kernelError } from "../errno.ts";
import type { FileMemory } from "./shared-memory.ts";

/** Smallest block, in bytes. */
const UNIT = 256;
const CHUNK_LEVEL = 16;
/** The store grows by this many bytes at a time. */
const CHUNK = UNIT << CHUNK_LEVEL;
const LEVELS = 23;

/** Largest file: 1 GiB, as much as the store can ever hold. */
export const MAX_FILE = 1 << 30;

export interface Extent {
  readonly offset: number;
  readonly capacity: number;
}

/** The account of blocks that a tree has given up while copies of it still have them; no quota of one tree counts them. */
export const KEPT = 0;

interface Block {
  readonly level: number;
  /** The tree whose account it is on; KEPT when only copies of that tree, as it was earlier, still have it. */
  tree: number;
  owners: number;
}

export class Extents {
  /** Bytes in blocks of files (not of pristine packs). */
  used = 0;
  /** Of those, how many each tree asked for. */
  private readonly usedByTree = new Map<number, number>();
  private readonly free: Set<number>[] = Array.from({ length: LEVELS }, () => new Set<number>());
  private readonly blocks = new Map<number, Block>();
  private limit = 0;
  /** Called when there is no room: gives up some copies that are only kept in case, and tells whether there were any. */
  reclaim: () => boolean = () => false;

  constructor(
    private readonly memory: FileMemory,
    /** Bytes that files may take altogether. */
    readonly quota: number,
    /** Bytes that the files of one tree may take: a machine that fills its disk leaves room for the others. */
    readonly quotaOfTree = quota,
  ) {
    // Offset 0 means "no bytes".
    this.take(0);
  }

  usedBy(tree: number): number {
    return this.usedByTree.get(tree) ?? 0;
  }

  /** A block for `size` bytes with one owner, on the account of a tree. Throws ENOSPC, EFBIG. Its bytes are not cleared. */
  allocate(size: number, tree: number): Extent {
    const level = levelFor(size);
    const capacity = UNIT << level;
    if (this.usedBy(tree) + capacity > this.quotaOfTree) throw kernelError("ENOSPC");
    while (this.used + capacity > this.quota) if (!this.reclaim()) throw kernelError("ENOSPC");
    const offset = this.takeOrReclaim(level);
    this.count(tree, capacity);
    this.blocks.set(offset, { level, tree, owners: 1 });
    return { offset, capacity };
  }

  /** Room for a pack of pristine bytes, for ever; outside the quota. Returns the offset. */
  allocatePack(size: number): number {
    const level = levelFor(size);
    const offset = this.take(level);
    const end = offset + (UNIT << level);
    // What the power of two is too large by goes back.
    let at = offset + Math.max(UNIT, Math.ceil(size / UNIT) * UNIT);
    while (at < end) {
      let piece = 0;
      while (piece + 1 < LEVELS && at % (UNIT << (piece + 1)) === 0 && at + (UNIT << (piece + 1)) <= end) piece++;
      this.give(at, piece);
      at += UNIT << piece;
    }
    return offset;
  }

  owners(offset: number): number {
    return this.blocks.get(offset)?.owners ?? 0;
  }

  capacity(offset: number): number {
    const block = this.blocks.get(offset);
    return block === undefined ? 0 : UNIT << block.level;
  }

  /** One more owner: a copy of the tree. What had been given up goes on the copy's account. */
  share(offset: number, tree: number): void {
    const block = this.blocks.get(offset);
    if (block === undefined) return;
    block.owners++;
    if (block.tree === KEPT) this.charge(block, tree);
  }

  /** The tree gives it up; the last owner gives the bytes back. */
  release(offset: number, tree: number): void {
    const block = this.blocks.get(offset);
    if (block === undefined) return;
    if (--block.owners > 0) {
      if (block.tree === tree) this.charge(block, KEPT);
      return;
    }
    this.blocks.delete(offset);
    this.count(block.tree, -(UNIT << block.level));
    this.give(offset, block.level);
  }

  private charge(block: Block, tree: number): void {
    const bytes = UNIT << block.level;
    this.count(block.tree, -bytes);
    block.tree = tree;
    this.count(tree, bytes);
  }

  private count(tree: number, bytes: number): void {
    this.used += bytes;
    const used = this.usedBy(tree) + bytes;
    if (used === 0) this.usedByTree.delete(tree);
    else this.usedByTree.set(tree, used);
  }

  private takeOrReclaim(level: number): number {
    for (;;) {
      try {
        return this.take(level);
      } catch (error) {
        if (!this.reclaim()) throw error;
      }
    }
  }

  private take(level: number): number {
    let from = level;
    while (this.free[from]?.size === 0) from++;
    while (from >= LEVELS) {
      this.extend();
      from = level;
      while (this.free[from]?.size === 0) from++;
    }
    const candidates = this.free[from];
    const offset = candidates?.values().next().value;
    if (candidates === undefined || offset === undefined) throw kernelError("ENOSPC");
    candidates.delete(offset);
    while (from > level) {
      from--;
      this.free[from]?.add(offset + (UNIT << from));
    }
    return offset;
  }

  private give(offset: number, level: number): void {
    let at = offset;
    let size = level;
    while (size + 1 < LEVELS) {
      const buddy = at ^ (UNIT << size);
      if (this.free[size]?.delete(buddy) !== true) break;
      at = Math.min(at, buddy);
      size++;
    }
    this.free[size]?.add(at);
  }

  private extend(): void {
    const { data } = this.memory.shared;
    const end = this.limit + CHUNK;
    if (end > data.byteLength) {
      if (!data.growable || end > data.maxByteLength) throw kernelError("ENOSPC");
      try {
        data.grow(end);
      } catch {
        throw kernelError("ENOSPC");
      }
    }
    this.give(this.limit, CHUNK_LEVEL);
    this.limit = end;
  }
}

function levelFor(size: number): number {
  if (size > MAX_FILE) throw kernelError("EFBIG");
  let level = 0;
  while (UNIT << level < size) level++;
  return level;
}
