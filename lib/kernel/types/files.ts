/** What files are to a process. */
import type { Tty } from "./terminals.ts";

/** User and groups of a process, as in credentials(7). */
export interface Credentials {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

export type FileKind = "file" | "directory" | "symlink" | "device" | "fifo" | "socket";

/** As stat(2). Times are milliseconds since the epoch, on the kernel's clock. */
export interface Stat {
  readonly ino: number;
  readonly kind: FileKind;
  /** File type and permission bits, as `st_mode`. */
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly atimeMs: number;
  /** Device number of a device file, else 0. */
  readonly rdev: number;
}

export interface DirectoryEntry {
  readonly name: string;
  readonly ino: number;
  readonly kind: FileKind;
}

/** Flags of open(2), with Linux's numbers. */
export const O = {
  RDONLY: 0,
  WRONLY: 1,
  RDWR: 2,
  CREAT: 0o100,
  EXCL: 0o200,
  TRUNC: 0o1000,
  APPEND: 0o2000,
  NONBLOCK: 0o4000,
  DIRECTORY: 0o200000,
  NOFOLLOW: 0o400000,
  CLOEXEC: 0o2000000,
} as const;

/**
 * The file system of one machine as one process sees it: paths are resolved against its working directory, and every call is
 * made with its credentials. All calls are synchronous and throw `KernelError` (`errno.ts`) with the failing call and path.
 */
export interface Files {
  readonly cwd: string;
  /** chdir(2): the directory must exist and be searchable. */
  chdir(path: string): void;
  /** Absolute and without `.` and `..`, by the text of the path only; nothing needs to exist. */
  absolute(path: string): string;
  /** Absolute, with every symbolic link followed; throws ENOENT when a part does not exist. */
  realpath(path: string): string;
  /** Where an open file of this disk lies now, as a link in /proc/PID/fd says; undefined: it was deleted, or is no file of this disk. */
  whereIs(file: OpenFile): string | undefined;
  stat(path: string): Stat;
  lstat(path: string): Stat;
  exists(path: string): boolean;
  /** access(2). `mode` is a sum of 4 (read), 2 (write), 1 (execute); 0 asks whether the path exists. */
  access(path: string, mode: number): boolean;
  /** A private copy of the bytes. */
  readFile(path: string): Uint8Array;
  /** The bytes decoded as UTF-8, malformed sequences replaced. */
  readText(path: string): string;
  /** Creates or truncates. `mode` (default 0o666) is used for a new file only, less the umask. */
  writeFile(path: string, data: Uint8Array | string, options?: { mode?: number; append?: boolean; exclusive?: boolean }): void;
  /** Entries without `.` and `..`, in the order in which they were made. */
  readdir(path: string): DirectoryEntry[];
  mkdir(path: string, options?: { mode?: number; recursive?: boolean }): void;
  rmdir(path: string): void;
  unlink(path: string): void;
  /** rm -rf: permissions are respected; a missing path is no error. */
  removeTree(path: string): void;
  rename(from: string, to: string): void;
  link(existing: string, path: string): void;
  symlink(target: string, path: string): void;
  readlink(path: string): string;
  chmod(path: string, mode: number): void;
  /** -1 leaves an id as it is. */
  chown(path: string, uid: number, gid: number, options?: { followLinks?: boolean }): void;
  utimes(path: string, atimeMs: number, mtimeMs: number, options?: { followLinks?: boolean }): void;
  truncate(path: string, size: number): void;
  mkfifo(path: string, mode?: number): void;
  /** What bind(2) makes of a path: a file of the kind "socket", its permissions less the umask. Gives its inode. Throws EEXIST. */
  mksocket(path: string, mode?: number): number;
  /** A new open file description, with one reference held by the caller. */
  open(path: string, flags: number, mode?: number): OpenFile;
  statfs(): { blockSize: number; blocks: number; freeBlocks: number; files: number; freeFiles: number };
  /** Called after the tree below `path` has changed (names, contents, attributes); at most once a macrotask. */
  watch(path: string, changed: (paths: readonly string[]) => void): () => void;
}

export type OpenFileKind = "file" | "directory" | "pipe" | "tty" | "socket" | "device";

/** Readiness bits, with poll(2)'s numbers. */
export const POLL = { IN: 1, OUT: 4, ERR: 8, HUP: 16, NVAL: 32 } as const;

/** An open file description (open(2)): shared by all descriptors that were duplicated or inherited from it. */
export interface OpenFile {
  readonly kind: OpenFileKind;
  /** Status flags: the access mode, O.APPEND, O.NONBLOCK. */
  flags: number;
  /**
   * Up to `max` bytes, at least one; an empty array at the end. Waits unless O.NONBLOCK, which throws EAGAIN.
   * `signal` interrupts the wait: the promise rejects with the signal's reason.
   */
  read(max: number, signal?: AbortSignal): Promise<Uint8Array>;
  /** Writes everything before it resolves (unless O.NONBLOCK, which may write less). Throws EPIPE when nobody can read. Resolves to the count. */
  write(bytes: Uint8Array, signal?: AbortSignal): Promise<number>;
  /** Read at once if that needs no waiting, else undefined. The way to stay off the microtask queue in long loops. */
  readNow(max: number): Uint8Array | undefined;
  /** Write at once as much as fits; resolves nothing. Returns the number of bytes taken (0 when full). */
  writeNow(bytes: Uint8Array): number;
  stat(): Stat;
  /** lseek(2); throws ESPIPE where it makes no sense. Returns the new position. */
  seek(offset: number, whence: "set" | "current" | "end"): number;
  truncate(size: number): void;
  /** Readiness now, as a sum of POLL bits. */
  poll(): number;
  /** Called whenever readiness may have changed. Returns the unsubscriber. */
  onReady(callback: () => void): () => void;
  retain(): void;
  /** Drops one reference; the last one closes. */
  release(): void;
  /** The terminal behind it, if it is one. */
  readonly tty?: Tty;
}
