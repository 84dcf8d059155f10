/** Telling who watches a tree what changed in it, whoever changed it: the kernel, or a worker writing in shared memory. */

import type { InodeStore } from "./inode-store.ts";
import type { Names } from "./names.ts";
import { HEADER, INODE, RING_SIZE } from "./shared-memory.ts";

interface Watch {
  readonly root: number;
  readonly path: string;
  readonly changed: (paths: readonly string[]) => void;
}

/** Where Atomics.waitAsync does not exist, the kernel looks this often. */
const POLL_MS = 100;

export class Watches {
  private readonly watches = new Set<Watch>();
  /** Stamp up to which changes were told. */
  private seen = 0;
  private listening = false;
  private scheduled = false;
  private stuckAt: number | undefined;

  constructor(
    private readonly store: InodeStore,
    private readonly names: Names,
    /** Runs a callback in a later macrotask. */
    private readonly schedule: (callback: () => void) => void = (callback) => void setTimeout(callback, 0),
  ) {}

  /**
   * `changed` gets the absolute paths, at or below `path`, whose contents, attributes or (of a directory) names changed; at most once
   * a macrotask. A name that is gone is told as a change of its directory. Returns the unsubscriber.
   */
  watch(root: number, path: string, changed: (paths: readonly string[]) => void): () => void {
    const watch = { root, path, changed };
    if (this.watches.size === 0) this.seen = this.stamp();
    this.watches.add(watch);
    this.listen();
    return () => this.watches.delete(watch);
  }

  private stamp(): number {
    return Atomics.load(this.store.memory.words, HEADER.CHANGES);
  }

  private listen(): void {
    if (this.listening || this.watches.size === 0) return;
    this.listening = true;
    const { words } = this.store.memory;
    Atomics.store(words, HEADER.WATCHED, 1);
    const heard = () => {
      this.listening = false;
      this.soon();
    };
    if (typeof Atomics.waitAsync !== "function") {
      setTimeout(heard, POLL_MS);
      return;
    }
    const waiting = Atomics.waitAsync(words, HEADER.WATCHED, 1);
    if (waiting.async) void waiting.value.then(heard);
    else heard();
  }

  private soon(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    this.schedule(() => {
      this.scheduled = false;
      // Listen first: what changes from here on is heard.
      this.listen();
      this.tell();
    });
  }

  private tell(): void {
    const inodes = this.changedInodes();
    if (inodes.size === 0) return;
    const paths = new Map<number, Set<string>>();
    for (const ino of inodes) this.addPath(paths, ino);
    for (const watch of [...this.watches]) {
      const below = watch.path === "/" ? "/" : `${watch.path}/`;
      const found = [...(paths.get(watch.root) ?? [])].filter((path) => path === watch.path || path.startsWith(below));
      if (found.length > 0) watch.changed(found);
    }
  }

  private addPath(paths: Map<number, Set<string>>, ino: number): void {
    const { memory } = this.store;
    if (!this.store.exists(ino)) return;
    const root = memory.get(ino, INODE.ROOT);
    const path = this.names.pathOfInode(ino);
    if (path === undefined) return;
    const set = paths.get(root) ?? new Set();
    paths.set(root, set.add(path));
  }

  /** Inodes changed since the last time, from the ring; from the whole table when the ring was too short. */
  private changedInodes(): Set<number> {
    const { words } = this.store.memory;
    const found = new Set<number>();
    const head = this.stamp();
    if (((head - this.seen) | 0) > RING_SIZE - 64) {
      this.scan(found);
      this.seen = head;
      return found;
    }
    while (this.seen !== head) {
      const stamp = (this.seen + 1) | 0;
      const slot = HEADER.RING + (stamp & (RING_SIZE - 1)) * 2;
      if (Atomics.load(words, slot) !== stamp) {
        // A worker is between counting and writing down. It wakes us when it is done; if it was killed there, we go on the next time.
        if (this.stuckAt !== stamp) {
          this.stuckAt = stamp;
          return found;
        }
      } else found.add(Atomics.load(words, slot + 1));
      this.seen = stamp;
    }
    return found;
  }

  private scan(found: Set<number>): void {
    const { memory } = this.store;
    for (const watch of this.watches) {
      const pending = [watch.root];
      for (let ino = pending.pop(); ino !== undefined; ino = pending.pop()) {
        if (((memory.get(ino, INODE.STAMP) - this.seen) | 0) > 0) found.add(ino);
        for (const child of this.store.directories.get(ino)?.values() ?? []) pending.push(child);
      }
    }
  }
}
