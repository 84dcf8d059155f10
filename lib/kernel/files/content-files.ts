/** What open(2) does up to the descriptor, and whole files at once; on top of `PathFiles`, for the kernel and for workers. */

import { kernelError } from "../errno.ts";
import { O } from "../types.ts";
import { AT_END, readAll, writeAt } from "./inode-bytes.ts";
import { PathFiles } from "./path-files.ts";
import { FOLLOW, NO_FOLLOW, PARENT } from "./path-walk.ts";
import { allows, READ, WRITE } from "./permissions.ts";
import { INODE, S } from "./shared-memory.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

export const ACCESS_MODE = 3;

/** Permissions that an open for reading, writing or both needs. */
export function wanted(flags: number): number {
  const access = flags & ACCESS_MODE;
  return access === O.RDONLY ? READ : access === O.WRONLY ? WRITE : READ | WRITE;
}

export abstract class ContentFiles extends PathFiles {
  /**
   * The inode that open(2) would open, made if O_CREAT asks for it; nothing is truncated yet. Throws what open(2) fails with: ENOENT,
   * EEXIST, EISDIR, ENOTDIR, ELOOP, EACCES, ENOSPC.
   */
  protected openTarget(path: string, flags: number, mode: number): number {
    const exclusive = (flags & (O.CREAT | O.EXCL)) === (O.CREAT | O.EXCL);
    const last = exclusive || (flags & O.NOFOLLOW) !== 0 ? NO_FOLLOW : FOLLOW;
    if ((flags & O.CREAT) !== 0 && path.endsWith("/")) {
      const parent = this.walker.walk(path, this.start(), this.credentials, PARENT);
      throw kernelError(parent < 0 ? parent : "EISDIR", "open", path);
    }
    for (;;) {
      const ino = this.walker.walk(path, this.start(), this.credentials, last);
      if (ino > 0) {
        this.mayOpen(path, ino, flags, exclusive);
        return ino;
      }
      if (ino < 0 || (flags & O.CREAT) === 0) throw kernelError(ino === 0 ? "ENOENT" : ino, "open", path);
      const { parent, name, slash } = this.walker;
      if (slash) throw kernelError("EISDIR", "open", path);
      const made = this.tryCreate(path, parent, name, S.FILE | (mode & 0o7777 & ~this.umask()), exclusive);
      if (made > 0) return made;
    }
  }

  /** 0 when another process was quicker, which matters only with O_EXCL. */
  private tryCreate(path: string, parent: number, name: string, mode: number, exclusive: boolean): number {
    try {
      return this.attempt("open", path, () => this.names.create(parent, name, mode));
    } catch (error) {
      if (!exclusive && this.names.find(parent, name) !== 0) return 0;
      throw error;
    }
  }

  private mayOpen(path: string, ino: number, flags: number, exclusive: boolean): void {
    const kind = this.memory.kind(ino);
    const writes = (flags & ACCESS_MODE) !== O.RDONLY || (flags & O.TRUNC) !== 0;
    if (exclusive) throw kernelError("EEXIST", "open", path);
    if (kind === S.SYMLINK) throw kernelError((flags & O.DIRECTORY) === 0 ? "ELOOP" : "ENOTDIR", "open", path);
    if (kind === S.DIRECTORY && (writes || (flags & O.CREAT) !== 0)) throw kernelError("EISDIR", "open", path);
    if (kind !== S.DIRECTORY && (flags & O.DIRECTORY) !== 0) throw kernelError("ENOTDIR", "open", path);
    const want = wanted(flags) | ((flags & O.TRUNC) === 0 ? 0 : WRITE);
    if (!allows(this.memory, ino, this.credentials, want)) throw kernelError("EACCES", "open", path);
    if (kind === S.SOCKET) throw kernelError("ENXIO", "open", path);
  }

  /** Runs `use` on the opened inode, which cannot go away meanwhile. */
  protected abstract withOpen<T>(path: string, flags: number, mode: number, use: (ino: number) => T): T;

  /** The bytes of a fifo, device or the like that can be read now. */
  protected abstract readSpecial(path: string): Uint8Array;
  protected abstract writeSpecial(path: string, bytes: Uint8Array): void;

  readFile(path: string): Uint8Array {
    return this.withOpen(path, O.RDONLY, 0, (ino) => {
      const kind = this.memory.kind(ino);
      if (kind === S.DIRECTORY) throw kernelError("EISDIR", "read", path);
      return this.memory.isStored(ino) ? readAll(this.memory, ino) : this.readSpecial(path);
    });
  }

  readText(path: string): string {
    return decoder.decode(this.readFile(path));
  }

  writeFile(path: string, data: Uint8Array | string, options: { mode?: number; append?: boolean; exclusive?: boolean } = {}): void {
    const bytes = typeof data === "string" ? encoder.encode(data) : data;
    const flags = O.WRONLY | O.CREAT | (options.exclusive === true ? O.EXCL : 0) | (options.append === true ? O.APPEND : O.TRUNC);
    this.withOpen(path, flags, options.mode ?? 0o666, (ino) => {
      if (!this.memory.isStored(ino)) {
        this.writeSpecial(path, bytes);
        return;
      }
      this.attempt("write", path, () => {
        if (options.append !== true && this.memory.get(ino, INODE.SIZE) !== 0) this.setSize(ino, 0);
        const position = options.append === true ? AT_END : 0;
        writeAt(this.memory, ino, bytes, 0, bytes.length, position, this.holder, (target, size) => this.names.grow(target, size));
      });
    });
  }
}
