/** The descriptor table of a process (dup(2)). */
import { KernelError } from "./errno.ts";
import type { Descriptors, OpenFile } from "./types.ts";

/** RLIMIT_NOFILE. */
export const MOST_DESCRIPTORS = 1024;

export class DescriptorTable implements Descriptors {
  readonly #files = new Map<number, OpenFile>();

  get(fd: number): OpenFile | undefined {
    return this.#files.get(fd);
  }

  /** Whether one of the descriptors leads to it. */
  holds(file: OpenFile): boolean {
    for (const other of this.#files.values()) if (other === file) return true;
    return false;
  }

  /** Throws EBADF. */
  require(fd: number, call: string): OpenFile {
    const file = this.#files.get(fd);
    if (file === undefined) throw new KernelError("EBADF", call);
    return file;
  }

  set(fd: number, file: OpenFile): void {
    if (fd < 0 || fd >= MOST_DESCRIPTORS) throw new KernelError("EBADF", "dup2");
    const before = this.#files.get(fd);
    file.retain();
    this.#files.set(fd, file);
    before?.release();
  }

  add(file: OpenFile, from = 0): number {
    let fd = from;
    while (this.#files.has(fd)) fd++;
    if (fd >= MOST_DESCRIPTORS) throw new KernelError("EMFILE", "dup");
    file.retain();
    this.#files.set(fd, file);
    return fd;
  }

  /** Adds a description whose one reference the caller gives away. */
  adopt(file: OpenFile, from = 0): number {
    try {
      return this.add(file, from);
    } finally {
      file.release();
    }
  }

  close(fd: number): void {
    const file = this.require(fd, "close");
    this.#files.delete(fd);
    file.release();
  }

  closeAll(): void {
    const files = [...this.#files.values()];
    this.#files.clear();
    for (const file of files) file.release();
  }

  all(): ReadonlyMap<number, OpenFile> {
    return new Map(this.#files);
  }

  get size(): number {
    return this.#files.size;
  }
}
