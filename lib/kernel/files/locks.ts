/** Advisory locks: fcntl(2) record locks, owned by processes, and flock(2) locks. */

import { type KernelError, kernelError } from "../errno.ts";

export type LockType = "read" | "write";

interface Lock {
  readonly owner: string;
  readonly type: LockType;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

export interface LockRequest {
  readonly ino: number;
  /** Who will hold it. All locks of one owner are compatible with each other. */
  readonly owner: string;
  readonly type: LockType;
  readonly start: number;
  /** 0: to the end of the file, however far it grows. */
  readonly length: number;
}

interface Waiter {
  readonly request: LockRequest;
  readonly done: (error?: KernelError) => void;
}

/** Owner of a process's record locks. */
export const recordOwner = (pid: number) => `${pid}`;

/** Owner of the flock(2) locks of one file that a process has open. */
export const openFileOwner = (pid: number, slot: number) => `${pid}:${slot}`;

export class Locks {
  private readonly held = new Map<number, Lock[]>();
  private waiters: Waiter[] = [];

  /** The first lock that stands in the way, or undefined (F_GETLK). */
  conflict(request: LockRequest): { owner: string; type: LockType; start: number; length: number } | undefined {
    const end = endOf(request);
    for (const lock of this.held.get(request.ino) ?? []) {
      const overlaps = lock.start < end && request.start < lock.end;
      if (lock.owner !== request.owner && overlaps && (lock.type === "write" || request.type === "write")) {
        return { owner: lock.owner, type: lock.type, start: lock.start, length: lock.end === Infinity ? 0 : lock.end - lock.start };
      }
    }
    return undefined;
  }

  /** Takes the lock (changing what the owner held of that range) and returns true, or returns false when another's is in the way. */
  tryLock(request: LockRequest): boolean {
    if (this.conflict(request) !== undefined) return false;
    this.replace(request.ino, request.owner, request.start, endOf(request), request.type);
    // A write lock that became a read lock may let others in.
    this.retry(request.ino);
    return true;
  }

  /**
   * Takes the lock, waiting for it if need be; `done` is called (perhaps at once) when it is held, or with EDEADLK when waiting would be
   * for ever. Returns the canceller, for signals.
   */
  lock(request: LockRequest, done: (error?: KernelError) => void): () => void {
    if (this.tryLock(request)) {
      done();
      return () => {};
    }
    if (this.wouldDeadlock(request)) {
      done(kernelError("EDEADLK", "fcntl"));
      return () => {};
    }
    const waiter = { request, done };
    this.waiters.push(waiter);
    return () => {
      this.waiters = this.waiters.filter((other) => other !== waiter);
    };
  }

  /** `length` 0: to the end. */
  unlock(ino: number, owner: string, start = 0, length = 0): void {
    if (!this.held.has(ino)) return;
    this.replace(ino, owner, start, length === 0 ? Infinity : start + length, undefined);
    this.retry(ino);
  }

  /** Everything that a process or a file it has open holds or waits for, on all files: the end of a process. */
  unlockAll(process: string): void {
    const isIts = (owner: string) => owner === process || owner.startsWith(`${process}:`);
    this.waiters = this.waiters.filter((waiter) => !isIts(waiter.request.owner));
    for (const [ino, locks] of [...this.held]) for (const { owner } of locks) if (isIts(owner)) this.unlock(ino, owner);
  }

  /** The inode is gone. */
  forget(ino: number): void {
    this.held.delete(ino);
  }

  private replace(ino: number, owner: string, start: number, end: number, type: LockType | undefined): void {
    const locks: Lock[] = [];
    for (const lock of this.held.get(ino) ?? []) {
      if (lock.owner !== owner || lock.end <= start || lock.start >= end) {
        locks.push(lock);
        continue;
      }
      if (lock.start < start) locks.push({ ...lock, end: start });
      if (lock.end > end) locks.push({ ...lock, start: end });
    }
    if (type !== undefined) locks.push({ owner, type, start, end });
    if (locks.length === 0) this.held.delete(ino);
    else this.held.set(ino, locks);
  }

  private retry(ino: number): void {
    for (const waiter of this.waiters.filter((each) => each.request.ino === ino)) {
      if (this.conflict(waiter.request) !== undefined || !this.waiters.includes(waiter)) continue;
      this.waiters = this.waiters.filter((other) => other !== waiter);
      this.replace(ino, waiter.request.owner, waiter.request.start, endOf(waiter.request), waiter.request.type);
      waiter.done();
    }
  }

  /** Whether whoever is in the way waits, over however many others, for this owner. */
  private wouldDeadlock(request: LockRequest): boolean {
    const seen = new Set<string>();
    let blocker = this.conflict(request)?.owner;
    while (blocker !== undefined && !seen.has(blocker)) {
      if (blocker === request.owner) return true;
      seen.add(blocker);
      const next: Waiter | undefined = this.waiters.find((waiter) => waiter.request.owner === blocker);
      blocker = next === undefined ? undefined : this.conflict(next.request)?.owner;
    }
    return false;
  }
}

function endOf(request: LockRequest): number {
  return request.length === 0 ? Infinity : request.start + request.length;
}
