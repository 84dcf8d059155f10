/** stat(2) of an inode, read from shared memory. */

import type { FileKind, Stat } from "../types.ts";
import { type FileMemory, INODE, S } from "./shared-memory.ts";

const kinds: Readonly<Record<number, FileKind>> = {
  [S.FILE]: "file",
  [S.DIRECTORY]: "directory",
  [S.SYMLINK]: "symlink",
  [S.CHARACTER]: "device",
  [S.BLOCK]: "device",
  [S.FIFO]: "fifo",
  [S.SOCKET]: "socket",
};

/** Kind of file of a `st_mode`. */
export function kindOf(mode: number): FileKind {
  return kinds[mode & S.FORMAT] ?? "file";
}

/** Attributes of an inode that exists. */
export function statOf(memory: FileMemory, ino: number): Stat {
  const base = memory.base(ino);
  const words = memory.words;
  const mode = Atomics.load(words, base + INODE.MODE);
  return {
    ino,
    kind: kindOf(mode),
    mode,
    nlink: Atomics.load(words, base + INODE.NLINK),
    uid: Atomics.load(words, base + INODE.UID),
    gid: Atomics.load(words, base + INODE.GID),
    size: (mode & S.FORMAT) === S.DIRECTORY ? 4096 : Atomics.load(words, base + INODE.SIZE),
    mtimeMs: memory.time(ino, INODE.MTIME),
    ctimeMs: memory.time(ino, INODE.CTIME),
    atimeMs: memory.time(ino, INODE.ATIME),
    rdev: Atomics.load(words, base + INODE.RDEV),
  };
}
