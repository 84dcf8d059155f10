/**
 * Trees as they were at an instant, kept beside the tree that goes on: a record for each inode, shared by all that were kept while it did
 * not change. Bytes are shared with the living tree until that writes them (copy on write). Keeping a tree costs a look at each inode's
 * stamp; only inodes that have changed since the one before get new records.
 */
import type { Captures } from "./capture.ts";
import { KEPT } from "./extents.ts";
import type { InodeStore } from "./inode-store.ts";
import { INODE, KERNEL, S } from "./shared-memory.ts";
import type { Trees } from "./trees.ts";

/** An inode as it was. */
interface KeptInode {
  /** Equal stamps: nothing of the inode has changed. */
  readonly stamp: number;
  readonly dataStamp: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly links: number;
  readonly rdev: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly atimeMs: number;
  readonly entries: ReadonlyMap<string, number> | undefined;
  readonly target: string | undefined;
  /** Regular files: where the bytes lie, and the blob that they are, if they are one. */
  readonly offset: number;
  readonly content: number;
  /** Under which a saver keeps the bytes. */
  readonly key: string | undefined;
  holders: number;
}

export interface KeptTree {
  readonly root: number;
  /** By number, as they were then. */
  readonly inodes: ReadonlyMap<number, KeptInode>;
}

export class KeptTrees {
  constructor(
    private readonly store: InodeStore,
    private readonly trees: Trees,
    private readonly captures: Captures,
  ) {}

  /** `before`: what was kept of the same tree last. */
  keep(root: number, before?: KeptTree): KeptTree {
    return this.trees.frozen(() => {
      const { memory } = this.store;
      const inodes = new Map<number, KeptInode>();
      const pending = [root];
      for (let ino = pending.pop(); ino !== undefined; ino = pending.pop()) {
        if (inodes.has(ino)) continue;
        let kept = before?.inodes.get(ino);
        if (kept !== undefined && kept.stamp === memory.get(ino, INODE.STAMP)) kept.holders++;
        else kept = this.record(ino);
        inodes.set(ino, kept);
        if (kept.entries !== undefined) for (const child of kept.entries.values()) pending.push(child);
      }
      return { root, inodes };
    });
  }

  private record(ino: number): KeptInode {
    const { memory, directories, targets, extents, blobs } = this.store;
    const mode = memory.get(ino, INODE.MODE);
    const content = memory.get(ino, INODE.CONTENT);
    const offset = (mode & S.FORMAT) === S.FILE ? memory.get(ino, INODE.OFFSET) : 0;
    const ownsBytes = content === 0 && offset !== 0;
    if (ownsBytes) {
      memory.lock(ino, KERNEL);
      memory.set(ino, INODE.CAPACITY, 0);
      memory.unlock(ino);
      extents.share(offset, KEPT);
    }
    const entries = directories.get(ino);
    const isSavedByKey = ownsBytes || blobs.get(content)?.sharedOnly === true;
    return {
      stamp: memory.get(ino, INODE.STAMP),
      dataStamp: memory.get(ino, INODE.DATA_STAMP),
      mode,
      uid: memory.get(ino, INODE.UID),
      gid: memory.get(ino, INODE.GID),
      links: memory.get(ino, INODE.NLINK),
      rdev: memory.get(ino, INODE.RDEV),
      size: memory.get(ino, INODE.SIZE),
      mtimeMs: memory.time(ino, INODE.MTIME),
      ctimeMs: memory.time(ino, INODE.CTIME),
      atimeMs: memory.time(ino, INODE.ATIME),
      entries: entries && new Map(entries),
      target: targets.get(ino),
      offset,
      content,
      key: isSavedByKey && memory.isStored(ino) ? this.captures.keyOf(ino) : undefined,
      holders: 1,
    };
  }

  /** A living tree that is as the kept one; returns its root. */
  restore({ root, inodes }: KeptTree): number {
    const made = new Map<number, number>();
    const rootCopy = this.revive(inodes.get(root), 0);
    made.set(root, rootCopy);
    this.store.memory.set(rootCopy, INODE.PARENT, rootCopy);
    const pending = [root];
    for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
      const copyDirectory = made.get(directory) ?? rootCopy;
      const entries = this.store.directories.get(copyDirectory);
      for (const [name, ino] of inodes.get(directory)?.entries ?? []) {
        let copy = made.get(ino);
        if (copy === undefined) {
          const kept = inodes.get(ino);
          copy = this.revive(kept, rootCopy);
          made.set(ino, copy);
          this.store.memory.set(copy, INODE.PARENT, copyDirectory);
          if (kept?.entries !== undefined) pending.push(ino);
        }
        entries?.set(name, copy);
      }
    }
    this.store.memory.changed(rootCopy, true);
    return rootCopy;
  }

  private revive(kept: KeptInode | undefined, root: number): number {
    if (kept === undefined) throw new Error("the kept tree is damaged: an entry leads nowhere");
    const { memory, targets, extents } = this.store;
    const ino = this.store.allocate(kept.mode, kept.uid, kept.gid, root, true);
    memory.set(ino, INODE.NLINK, kept.links);
    memory.set(ino, INODE.RDEV, kept.rdev);
    memory.set(ino, INODE.SIZE, kept.size);
    memory.set(ino, INODE.STAMP, kept.stamp);
    memory.set(ino, INODE.DATA_STAMP, kept.dataStamp);
    memory.setTime(ino, INODE.MTIME, kept.mtimeMs);
    memory.setTime(ino, INODE.CTIME, kept.ctimeMs);
    memory.setTime(ino, INODE.ATIME, kept.atimeMs);
    if (kept.target !== undefined) targets.set(ino, kept.target);
    if ((kept.mode & S.FORMAT) !== S.FILE) return ino;
    memory.set(ino, INODE.OFFSET, kept.offset);
    memory.set(ino, INODE.CONTENT, kept.content);
    if (kept.content === 0 && kept.offset !== 0) extents.share(kept.offset, memory.get(ino, INODE.ROOT));
    if (kept.key !== undefined) this.captures.know(ino, kept.key);
    return ino;
  }

  /** Nobody needs it any more. */
  forget({ inodes }: KeptTree): void {
    for (const kept of inodes.values()) {
      kept.holders--;
      if (kept.holders === 0 && kept.content === 0 && kept.offset !== 0) this.store.extents.release(kept.offset, KEPT);
    }
  }
}

/** Inodes that are otherwise in the later one, new in it or gone. */
export function differences(earlier: KeptTree, later: KeptTree): readonly number[] {
  const changed = [...later.inodes].flatMap(([ino, kept]) => (earlier.inodes.get(ino)?.stamp === kept.stamp ? [] : [ino]));
  return [...changed, ...[...earlier.inodes.keys()].filter((ino) => !later.inodes.has(ino))];
}
