/** The table of descriptors of a process worker: which open file description stands behind each number. */

import { OP } from "../../../kernel/abi.ts";
import { KernelError } from "../../../kernel/errno.ts";
import type { LocalFile } from "../../../kernel/files/client-files.ts";
import type { SyscallClient } from "../../../kernel/syscall-client.ts";
import { O, type Stat } from "../../../kernel/types.ts";

/** RLIMIT_NOFILE. */
const MOST = 1024;

/** A description that the kernel holds; closed when the last descriptor of it is. */
export class KernelFile {
  readonly kind = "kernel";
  /** Kept here since the worker's blocking is the kernel's. */
  flags: number;
  /** Timeouts of SO_RCVTIMEO and SO_SNDTIMEO are not offered by the kernel; whether it is a socket is. */
  isSocket = false;
  private references = 1;
  private cachedStat: Stat | undefined;

  constructor(
    private current: number,
    private readonly client: SyscallClient,
    flags: number,
  ) {
    this.flags = flags;
  }

  get handle(): number {
    return this.current;
  }

  /** Another handle stands for the same connection from now on. */
  become(handle: number): void {
    this.client.call(OP.CLOSE, [this.current]);
    this.current = handle;
    if ((this.flags & O.NONBLOCK) !== 0) this.client.must(OP.SETFLAGS, [handle, O.NONBLOCK]);
  }

  retain(): this {
    this.references++;
    return this;
  }

  release(): void {
    if (--this.references === 0) this.client.call(OP.CLOSE, [this.handle]);
  }

  stat(): Stat {
    const result = this.client.must(OP.STAT, [this.handle]);
    if (result >= 0) this.cachedStat = JSON.parse(new TextDecoder().decode(this.client.answer())) as Stat;
    if (!this.cachedStat) throw new KernelError("EBADF", "fstat");
    return this.cachedStat;
  }
}

export type Description = LocalFile | KernelFile;

interface Descriptor {
  readonly file: Description;
  closeOnExec: boolean;
}

export class DescriptorTable {
  private readonly table: (Descriptor | undefined)[] = [];

  get(fd: number): Description {
    const found = this.table[fd];
    if (!found) throw new KernelError("EBADF");
    return found.file;
  }

  find(fd: number): Description | undefined {
    return this.table[fd]?.file;
  }

  /** Gives the lowest free number from `from` on; takes over the caller's reference. */
  add(file: Description, closeOnExec = false, from = 0): number {
    let fd = from;
    while (this.table[fd]) fd++;
    if (fd >= MOST) {
      file.release();
      throw new KernelError("EMFILE");
    }
    this.table[fd] = { file, closeOnExec };
    return fd;
  }

  /** Puts it at `fd`, closing what was there; takes over the caller's reference. */
  set(fd: number, file: Description, closeOnExec = false): void {
    if (fd < 0 || fd >= MOST) throw new KernelError("EBADF");
    const before = this.table[fd];
    this.table[fd] = { file, closeOnExec };
    before?.file.release();
  }

  /** Takes it off the table without closing what stands behind it. */
  forget(fd: number): void {
    this.table[fd] = undefined;
  }

  close(fd: number): void {
    const found = this.table[fd];
    if (!found) throw new KernelError("EBADF");
    this.table[fd] = undefined;
    found.file.release();
  }

  closeOnExec(fd: number): boolean {
    return this.table[fd]?.closeOnExec ?? false;
  }

  setCloseOnExec(fd: number, value: boolean): void {
    const found = this.table[fd];
    if (!found) throw new KernelError("EBADF");
    found.closeOnExec = value;
  }

  entries(): [number, Description][] {
    return this.table.flatMap((entry, fd): [number, Description][] => (entry ? [[fd, entry.file]] : []));
  }
}
