/** Open file descriptions of regular files and directories, as programs inside the kernel use them. */

import { kernelError } from "../errno.ts";
import { O, type OpenFile, POLL, type Stat } from "../types.ts";
import { ACCESS_MODE } from "./content-files.ts";
import { AT_END, readAt, writeAt } from "./inode-bytes.ts";
import type { InodeStore } from "./inode-store.ts";
import { INODE, KERNEL } from "./shared-memory.ts";
import { statOf } from "./stat.ts";

abstract class InodeDescription {
  private references = 1;
  protected position = 0;

  constructor(
    protected readonly store: InodeStore,
    /** The inode behind the description. */
    readonly ino: number,
    public flags: number,
  ) {
    store.retain(ino);
  }

  stat(): Stat {
    return statOf(this.store.memory, this.ino);
  }

  onReady(): () => void {
    // Files and directories are always ready.
    return () => {};
  }

  retain(): void {
    this.references++;
  }

  release(): void {
    if (--this.references === 0) this.store.release(this.ino);
  }

  protected move(offset: number, whence: "set" | "current" | "end"): number {
    const from = whence === "set" ? 0 : whence === "current" ? this.position : this.store.memory.get(this.ino, INODE.SIZE);
    if (!(from + offset >= 0)) throw kernelError("EINVAL", "lseek");
    this.position = from + offset;
    return this.position;
  }
}

export class RegularFile extends InodeDescription implements OpenFile {
  readonly kind = "file";

  async read(max: number): Promise<Uint8Array> {
    return this.readNow(max);
  }

  readNow(max: number): Uint8Array {
    if ((this.flags & ACCESS_MODE) === O.WRONLY) throw kernelError("EBADF", "read");
    const { memory } = this.store;
    const bytes = new Uint8Array(Math.max(0, Math.min(max, memory.get(this.ino, INODE.SIZE) - this.position)));
    const count = readAt(memory, this.ino, bytes, 0, bytes.length, this.position);
    this.position += count;
    return count === bytes.length ? bytes : bytes.subarray(0, count);
  }

  async write(bytes: Uint8Array): Promise<number> {
    return this.writeNow(bytes);
  }

  writeNow(bytes: Uint8Array): number {
    if ((this.flags & ACCESS_MODE) === O.RDONLY) throw kernelError("EBADF", "write");
    const at = (this.flags & O.APPEND) === 0 ? this.position : AT_END;
    this.position = writeAt(this.store.memory, this.ino, bytes, 0, bytes.length, at, KERNEL, (ino, size) => this.store.grow(ino, size));
    return bytes.length;
  }

  seek(offset: number, whence: "set" | "current" | "end"): number {
    return this.move(offset, whence);
  }

  truncate(size: number): void {
    if ((this.flags & ACCESS_MODE) === O.RDONLY || size < 0) throw kernelError("EINVAL", "ftruncate");
    this.store.truncate(this.ino, size);
  }

  poll(): number {
    return POLL.IN | POLL.OUT;
  }
}

export class DirectoryFile extends InodeDescription implements OpenFile {
  readonly kind = "directory";

  async read(): Promise<Uint8Array> {
    return this.readNow();
  }

  readNow(): Uint8Array {
    throw kernelError("EISDIR", "read");
  }

  async write(): Promise<number> {
    return this.writeNow();
  }

  writeNow(): number {
    throw kernelError("EBADF", "write");
  }

  seek(offset: number, whence: "set" | "current" | "end"): number {
    return this.move(offset, whence);
  }

  truncate(): void {
    throw kernelError("EINVAL", "ftruncate");
  }

  poll(): number {
    return POLL.IN;
  }
}
