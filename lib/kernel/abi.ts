/**
 * The system calls of a worker process: how a request crosses to the kernel.
 *
 * A process worker writes an operation and its arguments into its control block (a SharedArrayBuffer), announces it
 * and waits on the block with Atomics.wait; the kernel answers in the block and notifies. Bytes of regular files need no call:
 * they lie in shared memory (`files/shared-memory.ts`). Numbers of errors are Linux's, returned as -errno in RESULT; the engine translates
 * them where its libc has others.
 */

/** Words of the control block (Int32Array over the first CONTROL_BYTES). */
export const CONTROL = {
  /** 0 idle, 1 request posted, 2 answered. */
  STATE: 0,
  /** ≥ 0 or -errno. */
  RESULT: 1,
  /** Bytes in the data area: of the request, then of the answer. */
  LENGTH: 2,
  /** Incremented for every signal to be handled; waits outside a call (sleep in the worker) wait on it. */
  SIGNALS: 3,
  OP: 4,
  /** Six arguments: A0 … A5. Sizes and offsets beyond 2^31 are not supported (files are smaller). */
  ARGS: 5,
  /** Counts the calls of a worker that announces them here (`InitMessage.bell`). */
  CALLS: 11,
  /** KiB of memory that the worker has, as it says itself. */
  MEMORY: 12,
  /** From here on, OPEN_SLOTS words: the inode that each local descriptor slot holds open, else 0. The kernel reads them to know which deleted files are still in use. */
  OPEN_INODES: 64,
} as const;
export const OPEN_SLOTS = 1024;
export const CONTROL_BYTES = (CONTROL.OPEN_INODES + OPEN_SLOTS) * 4;
export const DATA_BYTES = 256 * 1024;

/**
 * Operations. `h` is a handle: the kernel's name of an open file description held by this process. Strings and bytes travel in
 * the data area; "name" is one path component, never a path.
 */
export const OP = {
  NOP: 0,
  // Files: arguments are inode numbers.
  /**
   * (dir, from) → JSON [name, ino, …] in data, from that index on; RESULT is the listing's version. An odd length means that there is
   * more: the last element is the index to go on from.
   */
  LIST: 1,
  /** (dir, mode less the umask, exclusive, rdev; name) → ino. A regular file (mode's type bits), directory, fifo or device node. EEXIST. */
  CREATE: 2,
  /** (dir; name) */
  UNLINK: 3,
  RMDIR: 4,
  /** (fromDir, toDir; "from\0to") */
  RENAME: 5,
  /** (ino, dir; name) */
  LINK: 6,
  /** (dir; "name\0target") → ino */
  SYMLINK: 7,
  /** (ino) → target */
  READLINK: 8,
  /** (ino, size): room for a write that ends at `size`; also makes a copy-on-write file private. ENOSPC. */
  GROW: 9,
  /** (ino, size) */
  TRUNCATE: 10,
  /** (ino, mode) */
  CHMOD: 11,
  /** (ino, uid, gid) */
  CHOWN: 12,
  /** (ino; Float64 atimeMs, mtimeMs): NaN is "now", Infinity "leave it". */
  UTIMES: 13,
  /** (ino, type 0 read 1 write 2 unlock, start, length (0 = to the end), wait) fcntl(2) record locks. EAGAIN, EDEADLK. */
  LOCK: 14,
  /** (ino, type, start, length) → F_GETLK: RESULT pid of a blocker or 0; data Int32 [type, start, length]. */
  GETLOCK: 15,
  /** (ino, operation) flock(2): 1 shared, 2 exclusive, 8 unlock, +4 non-blocking. */
  FLOCK: 16,
  /** (ino): the last local descriptor of an unlinked file was closed. */
  FORGET: 17,
  /** (root) → JSON */
  STATFS: 18,
  /** (ino, flags) → h. Devices, fifos, and regular files that must be shared with a child. */
  OPEN: 19,
  // Handles.
  /** (h, max) → bytes */
  READ: 30,
  /** (h; bytes) → count */
  WRITE: 31,
  CLOSE: 32,
  /** (h) → h: one more reference under a new handle. */
  DUP: 33,
  /** (h) → JSON Stat */
  STAT: 34,
  /** (h, offset, whence 0 1 2) → position */
  SEEK: 35,
  /** (h, size) */
  FTRUNCATE: 36,
  /** (h, flags) O.NONBLOCK and O.APPEND; (h, -1) reads them. */
  SETFLAGS: 37,
  /** (timeoutMs, -1 for ever; Int32 pairs [h, events]) → count; data Int32 revents each. No pairs: a sleep. */
  POLL: 38,
  /** (flags) → data Int32 [readEnd, writeEnd] */
  PIPE: 39,
  // Terminals.
  /** (h) → JSON TermSettings. ENOTTY. */
  TCGETATTR: 50,
  /** (h; JSON TermSettings) */
  TCSETATTR: 51,
  /** (h) → data Int32 [columns, rows] */
  WINSIZE: 52,
  /** (h) / (h, pgid) */
  TCGETPGRP: 53,
  TCSETPGRP: 54,
  /** (h) → "pts/0" */
  TTYNAME: 55,
  /** (h) → how many bytes a read would give now (FIONREAD of tty_ioctl(4)) */
  TTYWAITING: 56,
  // Sockets. Addresses travel as "127.0.0.1"; those of the family AF_UNIX as paths, with port 0, and in JSON as {path}.
  /** (type 1 stream, family 1 unix 2 inet) → h */
  SOCKET: 60,
  /** (h, port; address) */
  BIND: 61,
  /** (h, backlog) */
  LISTEN: 62,
  /** (h) → h; data JSON {address, port} or {path} of the peer */
  ACCEPT: 63,
  /** (h, port; address) */
  CONNECT: 64,
  /** (h, 0 read 1 write 2 both) */
  SHUTDOWN: 65,
  /**
   * (h, 0 own 1 peer) → JSON {address, port}. ENOTCONN. (h, 2) → SO_ERROR, a positive number of Linux's or 0.
   * (h, 3) → JSON {pid, uid, gid} of SO_PEERCRED, null for other families. (h, 4) → JSON {address} of the machine, as others reach it.
   */
  SOCKNAME: 66,
  /** (; name) → JSON ["127.0.0.1", …]; empty when unknown */
  RESOLVE: 67,
  /** () → data Int32 [h, h]: two connected sockets of the family AF_UNIX */
  SOCKETPAIR: 68,
  /**
   * (h, patience; JSON of what the host of TLS takes) → a new handle of the same connection, encrypted, or 0; data JSON of what became of it.
   * With a patience in milliseconds a non-blocking socket waits for the handshake, too. ENOTSOCK; EOPNOTSUPP where there is no TLS; ETIMEDOUT.
   */
  SECURE: 69,
  // Processes.
  /** (; JSON WorkerSpawn) → pid */
  SPAWN: 80,
  /** (pid, options 1 noHang 2 untraced) → pid or 0; data Int32 [status as wait(2) encodes it] */
  WAIT: 81,
  /** (pid, signal number, 0 only asks) */
  KILL: 82,
  /** (signal number, 0 default 1 ignore 2 handled) */
  SIGACTION: 83,
  /** → the number of a pending signal to be handled now, or 0. Called by the worker when it sees SIGNALS move. */
  TAKE_SIGNAL: 84,
  /** (pid, pgid) / (pid) / () */
  SETPGID: 85,
  GETPGID: 86,
  SETSID: 87,
  GETSID: 88,
  /** (seconds × 1000, 0 cancels) → remaining. SIGALRM. */
  ALARM: 89,
  /** (uid, gid; JSON groups) setuid(2) and friends, one call. */
  SETCREDENTIALS: 90,
  /** (mask) */
  UMASK: 91,
  /** (; path) so that ps and the world view know it */
  CHDIR: 92,
  /** (0; JSON WorkerExec) execve(2); no answer on success: the worker is ended, the process goes on as another program. */
  EXEC: 93,
  /** (status, reusable 0 or 1): the process is over. An answer only to a worker that can make itself as new, and shall. */
  EXIT: 94,
  /** () → Float64 [now, monotonic] of the world's clock */
  CLOCK: 95,
  /** (iterations, keyLength, hash 1 256 384 512, passwordLength; password + salt) → key bytes (WebCrypto's PBKDF2) */
  PBKDF2: 96,
  /** () → pid of a copy of this process, after a message of kind "fork". EAGAIN, ENOSYS. */
  FORK: 97,
  /** () → pid of the parent as it is now */
  GETPPID: 98,
} as const;

/** What OP.SPAWN carries. */
export interface WorkerSpawn {
  readonly argv: readonly string[];
  readonly path?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Child descriptor → handle of this process. */
  readonly fds: Readonly<Record<number, number>>;
  readonly processGroup?: "new" | number;
  readonly newSession?: boolean;
  readonly credentials?: { uid: number; gid: number; groups: number[] };
}

/** What OP.EXEC carries. Without `path`, argv[0] is looked up in PATH. */
export interface WorkerExec {
  readonly argv: readonly string[];
  readonly path?: string;
  readonly env: Readonly<Record<string, string>>;
  /** Descriptor of the next program → handle of this process; others are closed. Without it, all handles keep their numbers. */
  readonly fds?: Readonly<Record<number, number>>;
}

/** Kernel → worker, once after it started. Engine assets (modules, snapshot) come in `assets`, shared, not copied. */
export interface InitMessage {
  readonly kind: "init";
  readonly control: SharedArrayBuffer;
  /** One byte: the signal number Pyodide's interrupt buffer looks at. */
  readonly interrupt: SharedArrayBuffer;
  readonly memory: { readonly inodes: SharedArrayBuffer; readonly data: SharedArrayBuffer };
  readonly assets: unknown;
  /** How calls are announced: true, by incrementing and notifying CONTROL.CALLS; false, by an empty message (0). */
  readonly bell: boolean;
}

/** Kernel → a ready worker: become this process. */
export interface ExecMessage {
  readonly kind: "exec";
  readonly pid: number;
  readonly ppid: number;
  readonly argv: readonly string[];
  /** The executable as it was found, absolute. */
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly umask: number;
  readonly credentials: { readonly uid: number; readonly gid: number; readonly groups: readonly number[] };
  readonly rootInode: number;
  /** Inherited descriptors: child fd → handle. */
  readonly fds: Readonly<Record<number, number>>;
  /** Signals that are ignored (inherited). */
  readonly ignored: readonly number[];
  readonly hostname: string;
  /** It goes on where its parent called fork(2), with this memory. */
  readonly fork?: ForkedMemory;
  /** Whatever the engine's kernel half wants its worker half to know (for Python: which preloaded packages are not usable). */
  readonly engine: unknown;
}

/** What a child of fork(2) begins with: its parent's memory, and what its engine wants to know besides. */
export interface ForkedMemory {
  readonly memory: ArrayBuffer;
  readonly state: unknown;
}

/** Worker → kernel. An empty message (0) announces a system call where there is no bell. */
export type WorkerMessage =
  | 0
  | ({ readonly kind: "fork" } & ForkedMemory)
  | { readonly kind: "ready" }
  | { readonly kind: "failed"; readonly reason: string };
