/**
 * The kernel's side of the file operations of `abi.ts` (LIST to STATFS): what the system call server calls for a worker process.
 * OPEN is the server's own, since handles are: it calls `WorldFiles.openInode(ino, flags)`.
 */

import { DATA_BYTES, OP } from "../abi.ts";
import { KernelError, kernelError } from "../errno.ts";
import type { Credentials } from "../types.ts";
import { type LockRequest, type Locks, openFileOwner, recordOwner } from "./locks.ts";
import { S } from "./shared-memory.ts";
import type { WorldFiles } from "./world-files.ts";

/** The process that makes the call. */
export interface FileCaller {
  readonly pid: number;
  readonly credentials: Credentials;
  /** Aborts a call that waits (for a lock): the answer is then -EINTR. */
  readonly signal?: AbortSignal;
}

export interface FileAnswer {
  /** ≥ 0 or -errno. */
  readonly result: number;
  readonly data?: Uint8Array;
}

type Handler = (world: WorldFiles, caller: FileCaller, args: readonly number[], data: Uint8Array) => FileAnswer | Promise<FileAnswer>;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const done: FileAnswer = { result: 0 };

const handlers = new Map<number, Handler>([
  [OP.LIST, (world, _caller, [directory = 0, from = 0]) => list(world, directory, from)],
  [
    OP.CREATE,
    (world, { credentials }, [directory = 0, mode = 0, exclusive = 1, rdev = 0], data) => {
      const name = text(data);
      const existing = world.names.find(directory, name);
      if (existing !== 0 && exclusive === 0) return { result: existing };
      const type = mode & S.FORMAT;
      if (type === S.SYMLINK || type === 0) throw kernelError("EINVAL");
      return { result: world.names.create(credentials, directory, name, mode, rdev) };
    },
  ],
  [OP.UNLINK, (world, { credentials }, [directory = 0], data) => finished(() => world.names.unlink(credentials, directory, text(data)))],
  [OP.RMDIR, (world, { credentials }, [directory = 0], data) => finished(() => world.names.rmdir(credentials, directory, text(data)))],
  [
    OP.RENAME,
    (world, { credentials }, [fromDirectory = 0, toDirectory = 0], data) => {
      const [from, to] = pair(data);
      return finished(() => world.names.rename(credentials, fromDirectory, from, toDirectory, to));
    },
  ],
  [
    OP.LINK,
    (world, { credentials }, [ino = 0, directory = 0], data) => finished(() => world.names.link(credentials, ino, directory, text(data))),
  ],
  [
    OP.SYMLINK,
    (world, { credentials }, [directory = 0], data) => {
      const [name, target] = pair(data);
      return { result: world.names.symlink(credentials, directory, name, target) };
    },
  ],
  [OP.READLINK, (world, _caller, [ino = 0]) => ({ result: 0, data: encoder.encode(world.names.target(ino)) })],
  [OP.GROW, (world, _caller, [ino = 0, size = 0]) => finished(() => world.store.grow(existing(world, ino), size))],
  [OP.TRUNCATE, (world, _caller, [ino = 0, size = 0]) => finished(() => world.store.truncate(existing(world, ino), size))],
  [OP.CHMOD, (world, { credentials }, [ino = 0, mode = 0]) => finished(() => world.names.chmod(credentials, ino, mode))],
  [OP.CHOWN, (world, { credentials }, [ino = 0, uid = -1, gid = -1]) => finished(() => world.names.chown(credentials, ino, uid, gid))],
  [
    OP.UTIMES,
    (world, { credentials }, [ino = 0], data) => {
      if (data.length < 16) throw kernelError("EINVAL");
      const [atimeMs = NaN, mtimeMs = NaN] = new Float64Array(data.slice(0, 16).buffer);
      return finished(() => world.names.utimes(credentials, ino, atimeMs, mtimeMs));
    },
  ],
  [
    OP.LOCK,
    (world, caller, [ino = 0, type = 0, start = 0, length = 0, wait = 0]) => {
      const owner = recordOwner(caller.pid);
      if (type === 2) return finished(() => world.recordLocks.unlock(existing(world, ino), owner, start, length));
      return lock(world.recordLocks, { ...record(ino, type, start, length), owner }, wait !== 0, caller.signal);
    },
  ],
  [
    OP.GETLOCK,
    (world, caller, [ino = 0, type = 0, start = 0, length = 0]) => {
      const found = world.recordLocks.conflict({ ...record(ino, type, start, length), owner: recordOwner(caller.pid) });
      if (found === undefined) return { result: 0, data: int32([2, start, length]) };
      return { result: Number(found.owner), data: int32([found.type === "write" ? 1 : 0, found.start, found.length]) };
    },
  ],
  [
    OP.FLOCK,
    (world, caller, [ino = 0, operation = 0, slot = 0]) => {
      const owner = openFileOwner(caller.pid, slot);
      const kind = operation & ~4;
      if (kind === 8) return finished(() => world.flocks.unlock(ino, owner));
      if (kind !== 1 && kind !== 2) throw kernelError("EINVAL");
      return lock(world.flocks, { ...record(ino, kind - 1, 0, 0), owner }, (operation & 4) === 0, caller.signal);
    },
  ],
  [OP.FORGET, (world, _caller, [ino = 0]) => finished(() => world.store.forget(ino))],
  [OP.STATFS, (world, _caller, [root = 0]) => ({ result: 0, data: encoder.encode(JSON.stringify(world.statfs(root))) })],
]);

/**
 * Answers a file operation; undefined when `op` is none of them. A promise comes only from LOCK and FLOCK that wait. `data` may lie in
 * shared memory. Nothing is thrown but the kernel's own mistakes.
 */
export function fileCall(
  world: WorldFiles,
  caller: FileCaller,
  op: number,
  args: ArrayLike<number>,
  data: Uint8Array,
): FileAnswer | Promise<FileAnswer> | undefined {
  const handler = handlers.get(op);
  if (handler === undefined) return undefined;
  try {
    return handler(world, caller, Array.from(args), data);
  } catch (error) {
    if (error instanceof KernelError) return { result: -error.errno };
    throw error;
  }
}

/** [name, ino, …] from the given index on; of an odd length when there is more: then the last element is the index to go on from. */
function list(world: WorldFiles, directory: number, from: number): FileAnswer {
  const entries: (string | number)[] = [];
  let index = 0;
  let room = DATA_BYTES - 64;
  for (const [name, ino] of world.names.entries(directory)) {
    if (index++ < from) continue;
    // A name takes at most 6 bytes a character in JSON (\u0001); an inode at most 10 digits.
    room -= name.length * 6 + 16;
    if (room < 0) {
      entries.push(index - 1);
      break;
    }
    entries.push(name, ino);
  }
  return { result: world.names.version(directory), data: encoder.encode(JSON.stringify(entries)) };
}

function lock(locks: Locks, request: LockRequest, wait: boolean, signal: AbortSignal | undefined): FileAnswer | Promise<FileAnswer> {
  if (locks.tryLock(request)) return done;
  if (!wait) throw kernelError("EAGAIN");
  return new Promise((resolve) => {
    const interrupted = () => {
      cancel();
      resolve({ result: -kernelError("EINTR").errno });
    };
    const cancel = locks.lock(request, (error) => {
      signal?.removeEventListener("abort", interrupted);
      resolve(error === undefined ? done : { result: -error.errno });
    });
    if (signal?.aborted === true) interrupted();
    else signal?.addEventListener("abort", interrupted, { once: true });
  });
}

function record(ino: number, type: number, start: number, length: number): Omit<LockRequest, "owner"> {
  if (type !== 0 && type !== 1) throw kernelError("EINVAL");
  if (length < 0) return record(ino, type, start + length, -length);
  if (start < 0) throw kernelError("EINVAL");
  return { ino, type: type === 1 ? "write" : "read", start, length };
}

function existing(world: WorldFiles, ino: number): number {
  if (!world.store.exists(ino)) throw kernelError("ENOENT");
  return ino;
}

function finished(call: () => void): FileAnswer {
  call();
  return done;
}

function text(data: Uint8Array): string {
  return decoder.decode(data.slice());
}

function pair(data: Uint8Array): [string, string] {
  const both = text(data);
  const cut = both.indexOf("\0");
  if (cut < 0) throw kernelError("EINVAL");
  return [both.slice(0, cut), both.slice(cut + 1)];
}

function int32(numbers: readonly number[]): Uint8Array {
  return new Uint8Array(Int32Array.from(numbers).buffer);
}
