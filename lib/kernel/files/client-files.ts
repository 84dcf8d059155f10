/**
 * The files of a process worker: everything that reads or writes in place happens in shared memory, the rest by calls to the kernel.
 * All methods throw KernelError with Linux's numbers. `lookup(path, follow)` answers -errno instead, for where failing is usual;
 * `from(directory, call)` resolves relative paths from an open directory (the *at calls).
 */

import { OP } from "../abi.ts";
import { kernelError } from "../errno.ts";
import { type Credentials, O } from "../types.ts";
import { ClientNames, type SystemCalls } from "./client-names.ts";
import { ContentFiles } from "./content-files.ts";
import { LocalFile } from "./local-file.ts";
import { FOLLOW } from "./path-walk.ts";
import { allows, EXECUTE } from "./permissions.ts";
import { FileMemory, INODE, S, type SharedFiles } from "./shared-memory.ts";

export type { SystemCalls } from "./client-names.ts";
export { LocalFile } from "./local-file.ts";

export interface ClientOptions {
  /** `InitMessage.memory`. */
  readonly shared: SharedFiles;
  readonly calls: SystemCalls;
  readonly pid: number;
  readonly rootInode: number;
  readonly credentials: Credentials;
  readonly cwd: string;
  /** Asked for each new file. */
  readonly umask: () => number;
  /** The OPEN_INODES words of the control block: OPEN_SLOTS long. */
  readonly openInodes: Int32Array;
}

/** A fifo, device or the like: open it with OP.OPEN (ino, flags), which gives a handle. */
export interface SpecialTarget {
  readonly kind: "special";
  readonly ino: number;
}

export class ClientFiles extends ContentFiles {
  private readonly calls: SystemCalls;
  private readonly openInodes: Int32Array;
  /** Inodes on which this process ever took a record lock: closing any descriptor of them drops it (fcntl(2)). */
  private readonly locked = new Set<number>();
  private nextSlot = 0;

  constructor(options: ClientOptions) {
    const memory = new FileMemory(options.shared);
    super(memory, new ClientNames(memory, options.calls), options.rootInode, options.credentials, options.umask, options.pid);
    this.calls = options.calls;
    this.openInodes = options.openInodes;
    // The kernel started us there, whoever may enter it now.
    if (options.cwd !== "/") {
      const ino = this.walker.walk(options.cwd, options.rootInode, { uid: 0, gid: 0, groups: [] }, FOLLOW);
      if (ino > 0 && memory.isDirectory(ino)) this.setCwd(ino);
    }
  }

  /** The shared memory, for reading attributes without making a Stat. */
  get fileMemory(): FileMemory {
    return this.memory;
  }

  /** After setuid(2) and its like; the kernel must be told with OP.SETCREDENTIALS too. */
  setCredentials(credentials: Credentials): void {
    this.credentials = credentials;
  }

  override chdir(path: string): void {
    super.chdir(path);
    this.tellCwd();
  }

  /** fchdir(2). */
  chdirTo(directory: LocalFile): void {
    if (directory.kind !== "directory") throw kernelError("ENOTDIR", "fchdir");
    if (!allows(this.memory, directory.ino, this.credentials, EXECUTE)) throw kernelError("EACCES", "fchdir");
    this.setCwd(directory.ino);
    this.tellCwd();
  }

  private tellCwd(): void {
    this.calls.call(OP.CHDIR, [], new TextEncoder().encode(this.cwd));
  }

  /** open(2). The description has one reference; what is neither file nor directory must be opened by the kernel. */
  open(path: string, flags: number, mode = 0o666): LocalFile | SpecialTarget {
    const { ino, slot } = this.hold(path, flags, mode);
    const kind = this.memory.kind(ino);
    if (kind !== S.DIRECTORY && !this.memory.isStored(ino)) {
      this.drop(slot, ino);
      return { kind: "special", ino };
    }
    try {
      if ((flags & O.TRUNC) !== 0 && kind === S.FILE && this.memory.get(ino, INODE.SIZE) > 0) this.setSize(ino, 0);
    } catch (error) {
      this.drop(slot, ino);
      throw error;
    }
    return this.localFile(ino, slot, flags);
  }

  /** A description of an inode that the kernel keeps for us meanwhile: what a child of fork(2) has of its parent's. */
  openInode(ino: number, flags: number, position: number): LocalFile {
    const slot = this.freeSlot("");
    Atomics.store(this.openInodes, slot, ino);
    const file = this.localFile(ino, slot, flags & ~(O.CREAT | O.EXCL | O.TRUNC));
    file.position = position;
    return file;
  }

  /** statvfs(3). */
  statfs(): { blockSize: number; blocks: number; freeBlocks: number; files: number; freeFiles: number } {
    const result = this.calls.call(OP.STATFS, [this.root]);
    if (result < 0) throw kernelError(result, "statfs");
    return JSON.parse(new TextDecoder().decode(this.calls.answer()));
  }

  /** mknod(2). */
  mknod(path: string, mode: number, rdev = 0): void {
    const type = mode & S.FORMAT;
    this.make("mknod", path, (type === 0 ? S.FILE : type) | (mode & 0o7777 & ~this.umask()), rdev);
  }

  private localFile(ino: number, slot: number, flags: number): LocalFile {
    return new LocalFile({
      memory: this.memory,
      names: this.names,
      calls: this.calls,
      holder: this.holder,
      slot,
      ino,
      flags,
      locked: this.locked,
      list: () => this.listInode(ino),
      close: () => this.drop(slot, ino),
    });
  }

  /** Resolves and marks the inode as open, so that it outlives its last name. */
  private hold(path: string, flags: number, mode: number): { ino: number; slot: number } {
    const slot = this.freeSlot(path);
    for (;;) {
      const ino = this.openTarget(path, flags, mode);
      const { parent, name } = this.walker;
      Atomics.store(this.openInodes, slot, ino);
      // The kernel looks at the marks after it took the name away: if the name still stands, it will see ours.
      if (name === "" || name === "." || name === ".." || this.names.find(parent, name) === ino) return { ino, slot };
      Atomics.store(this.openInodes, slot, 0);
    }
  }

  private freeSlot(path: string): number {
    const { length } = this.openInodes;
    for (let tried = 0; tried < length; tried++) {
      const slot = (this.nextSlot + tried) % length;
      if (this.openInodes[slot] !== 0) continue;
      this.nextSlot = slot + 1;
      return slot;
    }
    throw kernelError("EMFILE", "open", path);
  }

  private drop(slot: number, ino: number): void {
    Atomics.store(this.openInodes, slot, 0);
    if (this.memory.get(ino, INODE.NLINK) === 0) this.calls.call(OP.FORGET, [ino]);
  }

  protected override withOpen<T>(path: string, flags: number, mode: number, use: (ino: number) => T): T {
    const { ino, slot } = this.hold(path, flags, mode);
    try {
      return use(ino);
    } finally {
      this.drop(slot, ino);
    }
  }

  protected override readSpecial(path: string): Uint8Array {
    return this.withHandle(path, O.RDONLY, (handle) => {
      this.must(this.calls.call(OP.READ, [handle, 65536]), "read", path);
      return this.calls.answer();
    });
  }

  protected override writeSpecial(path: string, bytes: Uint8Array): void {
    this.withHandle(path, O.WRONLY, (handle) => {
      for (let sent = 0; sent < bytes.length; ) {
        sent += this.must(this.calls.call(OP.WRITE, [handle], bytes.subarray(sent, sent + 65536)), "write", path);
      }
    });
  }

  private withHandle<T>(path: string, flags: number, use: (handle: number) => T): T {
    const handle = this.must(this.calls.call(OP.OPEN, [this.resolve("open", path, true), flags]), "open", path);
    try {
      return use(handle);
    } finally {
      this.calls.call(OP.CLOSE, [handle]);
    }
  }

  private must(result: number, syscall: string, path: string): number {
    if (result < 0) throw kernelError(result, syscall, path);
    return result;
  }
}
