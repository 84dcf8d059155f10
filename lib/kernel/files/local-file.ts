/** An open file description that lives in a worker: a regular file or directory, read and written in shared memory. */

import { OP } from "../abi.ts";
import { kernelError } from "../errno.ts";
import { type DirectoryEntry, O, type Stat } from "../types.ts";
import type { SystemCalls } from "./client-names.ts";
import { ACCESS_MODE } from "./content-files.ts";
import { AT_END, readAt, truncateInPlace, writeAt } from "./inode-bytes.ts";
import type { NameSpace } from "./path-files.ts";
import { type FileMemory, INODE, S } from "./shared-memory.ts";
import { statOf } from "./stat.ts";

export interface LocalFileParts {
  readonly memory: FileMemory;
  readonly names: NameSpace;
  readonly calls: SystemCalls;
  readonly holder: number;
  /** Tells this open file from others of the process while it is open. */
  readonly slot: number;
  readonly ino: number;
  readonly flags: number;
  readonly locked: Set<number>;
  readonly list: () => DirectoryEntry[];
  readonly close: () => void;
}

/** Record lock as fcntl(2) has it; `type` 0 read, 1 write, 2 unlock; `length` 0 to the end; offsets from the start of the file. */
export interface RecordLock {
  readonly type: number;
  readonly start: number;
  readonly length: number;
}

export class LocalFile {
  readonly kind: "file" | "directory";
  readonly ino: number;
  /** As given to open(2); O_APPEND and O_NONBLOCK may be changed (F_SETFL). */
  flags: number;
  /** Where the next read or write happens; of a directory, the index of the next entry. */
  position = 0;
  private references = 1;
  private flocked = false;

  constructor(private readonly parts: LocalFileParts) {
    this.ino = parts.ino;
    this.flags = parts.flags;
    this.kind = parts.memory.isDirectory(parts.ino) ? "directory" : "file";
  }

  /** dup(2): one more reference. */
  retain(): this {
    this.references++;
    return this;
  }

  /**
   * close(2): drops one reference, and this process's record locks on the file, as POSIX wants it. A lock of flock(2) belongs to the
   * open file and goes with its last reference.
   */
  release(): void {
    if (this.parts.locked.delete(this.ino)) this.parts.calls.call(OP.LOCK, [this.ino, 2, 0, 0, 0]);
    if (--this.references > 0) return;
    if (this.flocked) this.flock(8);
    this.parts.close();
  }

  get size(): number {
    return this.parts.memory.get(this.ino, INODE.SIZE);
  }

  stat(): Stat {
    return statOf(this.parts.memory, this.ino);
  }

  /** read(2) into `target` at `offset`; returns the count, 0 at the end. */
  read(target: Uint8Array, offset = 0, length = target.length - offset): number {
    const count = this.pread(target, offset, length, this.position);
    this.position += count;
    return count;
  }

  pread(target: Uint8Array, offset: number, length: number, position: number): number {
    if ((this.flags & ACCESS_MODE) === O.WRONLY) throw kernelError("EBADF", "read");
    if (this.kind === "directory") throw kernelError("EISDIR", "read");
    return readAt(this.parts.memory, this.ino, target, offset, length, position);
  }

  /** write(2) from `source` at `offset`: everything, or an exception. O_APPEND writes are atomic. */
  write(source: Uint8Array, offset = 0, length = source.length - offset): number {
    this.position = this.put(source, offset, length, (this.flags & O.APPEND) === 0 ? this.position : AT_END);
    return length;
  }

  /** pwrite(2); with O_APPEND Linux appends, whatever the position says. */
  pwrite(source: Uint8Array, offset: number, length: number, position: number): number {
    this.put(source, offset, length, (this.flags & O.APPEND) === 0 ? position : AT_END);
    return length;
  }

  private put(source: Uint8Array, offset: number, length: number, position: number): number {
    if ((this.flags & ACCESS_MODE) === O.RDONLY) throw kernelError("EBADF", "write");
    const { memory, names, holder } = this.parts;
    return writeAt(memory, this.ino, source, offset, length, position, holder, (ino, size) => names.grow(ino, size));
  }

  /** lseek(2): whence 0 from the start, 1 from here, 2 from the end. */
  seek(offset: number, whence: number): number {
    const from = whence === 0 ? 0 : whence === 1 ? this.position : whence === 2 ? this.size : NaN;
    if (!(from + offset >= 0)) throw kernelError("EINVAL", "lseek");
    this.position = from + offset;
    return this.position;
  }

  /** ftruncate(2). */
  truncate(size: number): void {
    if ((this.flags & ACCESS_MODE) === O.RDONLY || this.kind === "directory" || size < 0) throw kernelError("EINVAL", "ftruncate");
    const { memory, names, holder } = this.parts;
    if (!truncateInPlace(memory, this.ino, size, holder)) names.truncate(this.ino, size);
  }

  /** Entries of a directory, without "." and "..". */
  readdir(): DirectoryEntry[] {
    if (this.kind !== "directory") throw kernelError("ENOTDIR", "getdents");
    return this.parts.list();
  }

  chmod(mode: number): void {
    this.parts.names.chmod(this.ino, mode);
  }

  chown(uid: number, gid: number): void {
    this.parts.names.chown(this.ino, uid, gid);
  }

  /** futimens(2) in milliseconds: NaN is "now", Infinity "leave it". */
  utimes(atimeMs: number, mtimeMs: number): void {
    this.parts.names.utimes(this.ino, atimeMs, mtimeMs);
  }

  /** F_SETLK (`wait` false: EAGAIN when another process's lock is in the way) and F_SETLKW. */
  setLock(lock: RecordLock, wait: boolean): void {
    const access = this.flags & ACCESS_MODE;
    if ((lock.type === 1 && access === O.RDONLY) || (lock.type === 0 && access === O.WRONLY)) throw kernelError("EBADF", "fcntl");
    const result = this.parts.calls.call(OP.LOCK, [this.ino, lock.type, lock.start, lock.length, wait ? 1 : 0]);
    if (result < 0) throw kernelError(result, "fcntl");
    if (lock.type !== 2) this.parts.locked.add(this.ino);
  }

  /** F_GETLK: what is in the way, with the pid that holds it; type 2 when nothing is. */
  getLock(lock: RecordLock): RecordLock & { readonly pid: number } {
    const pid = this.parts.calls.call(OP.GETLOCK, [this.ino, lock.type, lock.start, lock.length]);
    if (pid < 0) throw kernelError(pid, "fcntl");
    const [type = 2, start = 0, length = 0] = new Int32Array(this.parts.calls.answer().slice(0, 12).buffer);
    return { pid, type, start, length };
  }

  /** flock(2): 1 shared, 2 exclusive, 8 unlock, +4 not waiting. */
  flock(operation: number): void {
    const result = this.parts.calls.call(OP.FLOCK, [this.ino, operation, this.parts.slot]);
    if (result < 0) throw kernelError(result, "flock");
    this.flocked = (operation & ~4) !== 8;
  }

  /** Whether it is a regular file whose bytes are an unmodified pristine blob; its content id, else 0. */
  get content(): number {
    return this.parts.memory.kind(this.ino) === S.FILE ? this.parts.memory.get(this.ino, INODE.CONTENT) : 0;
  }
}
