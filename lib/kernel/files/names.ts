/** The kernel's half of the name space: making, linking, renaming and removing names, with the rules of each call's manual page. */

import { kernelError } from "../errno.ts";
import type { Credentials } from "../types.ts";
import type { InodeStore } from "./inode-store.ts";
import { nameTooLong } from "./path-walk.ts";
import { allows, EXECUTE, inGroup, READ, WRITE } from "./permissions.ts";
import { type FileMemory, INODE, S } from "./shared-memory.ts";

const encoder = new TextEncoder();
const STICKY = 0o1000;
const SETGID = 0o2000;
const SETUID = 0o4000;

export class Names {
  private readonly memory: FileMemory;

  constructor(readonly store: InodeStore) {
    this.memory = store.memory;
  }

  /** The listing of a directory, in the order in which the names were made. Throws ENOTDIR. */
  entries(directory: number): Map<string, number> {
    const entries = this.store.directories.get(directory);
    if (entries === undefined) throw kernelError(this.store.exists(directory) ? "ENOTDIR" : "ENOENT");
    return entries;
  }

  /** Moves on with every change of the listing. */
  version(directory: number): number {
    return this.memory.get(directory, INODE.SEQ);
  }

  find(directory: number, name: string): number {
    return this.store.directories.get(directory)?.get(name) ?? 0;
  }

  target(ino: number): string {
    const target = this.store.targets.get(ino);
    if (target === undefined) throw kernelError("EINVAL");
    return target;
  }

  /**
   * A new regular file, directory, fifo or device node (the type bits of `mode`), as open(2), mkdir(2) and mknod(2) make them. The
   * umask was already applied. Throws EEXIST, EACCES, ENOSPC, ENAMETOOLONG; EPERM for device nodes unless root.
   */
  create(credentials: Credentials, directory: number, name: string, mode: number, rdev = 0): number {
    const type = mode & S.FORMAT;
    if ((type === S.CHARACTER || type === S.BLOCK) && credentials.uid !== 0) throw kernelError("EPERM");
    this.place(credentials, directory, name);
    return this.createUnchecked(credentials, directory, name, mode, rdev);
  }

  /** The same without asking whether the caller may: for what the kernel itself puts into a tree. The name must be free. */
  createUnchecked(owner: Credentials, directory: number, name: string, mode: number, rdev = 0): number {
    const { memory, store } = this;
    const type = mode & S.FORMAT;
    const entries = this.entries(directory);
    const inherits = (memory.get(directory, INODE.MODE) & SETGID) !== 0;
    const gid = inherits ? memory.get(directory, INODE.GID) : owner.gid;
    const bits = (mode & 0o7777) | (inherits && type === S.DIRECTORY ? SETGID : 0);
    const ino = store.allocate(type | bits, owner.uid, gid, memory.get(directory, INODE.ROOT));
    memory.set(ino, INODE.PARENT, directory);
    memory.set(ino, INODE.NLINK, type === S.DIRECTORY ? 2 : 1);
    memory.set(ino, INODE.RDEV, rdev);
    if (type === S.DIRECTORY) memory.set(directory, INODE.NLINK, memory.get(directory, INODE.NLINK) + 1);
    memory.changed(ino, true);
    entries.set(name, ino);
    this.listingChanged(directory);
    return ino;
  }

  /** symlink(2). */
  symlink(credentials: Credentials, directory: number, name: string, target: string): number {
    if (target === "") throw kernelError("ENOENT");
    if (target.length > 4095) throw kernelError("ENAMETOOLONG");
    this.place(credentials, directory, name);
    return this.symlinkUnchecked(credentials, directory, name, target);
  }

  symlinkUnchecked(owner: Credentials, directory: number, name: string, target: string): number {
    const ino = this.createUnchecked(owner, directory, name, S.SYMLINK | 0o777);
    this.store.targets.set(ino, target);
    this.memory.set(ino, INODE.SIZE, encoder.encode(target).length);
    return ino;
  }

  /** link(2), with Linux's fs.protected_hardlinks = 1: others' files only when they could be read and written. */
  link(credentials: Credentials, ino: number, directory: number, name: string): void {
    const { memory } = this;
    if (!this.store.exists(ino)) throw kernelError("ENOENT");
    if (memory.get(ino, INODE.ROOT) !== memory.get(directory, INODE.ROOT)) throw kernelError("EXDEV");
    if (this.entries(directory).has(name)) throw kernelError("EEXIST");
    const owned = credentials.uid === 0 || credentials.uid === memory.get(ino, INODE.UID);
    if (!owned && !this.isSafeToLink(credentials, ino)) throw kernelError("EPERM");
    const entries = this.place(credentials, directory, name);
    if (memory.isDirectory(ino)) throw kernelError("EPERM");
    if (memory.get(ino, INODE.NLINK) === 0) throw kernelError("ENOENT");
    entries.set(name, ino);
    this.store.addLinks(ino, 1);
    this.store.touch(ino, false);
    this.listingChanged(directory);
  }

  private isSafeToLink(credentials: Credentials, ino: number): boolean {
    const mode = this.memory.get(ino, INODE.MODE);
    const raises = (mode & SETUID) !== 0 || (mode & (SETGID | 0o010)) === (SETGID | 0o010);
    return (mode & S.FORMAT) === S.FILE && !raises && allows(this.memory, ino, credentials, READ | WRITE);
  }

  /** unlink(2). Throws ENOENT, EISDIR, EACCES, EPERM. */
  unlink(credentials: Credentials, directory: number, name: string): void {
    const entries = this.entries(directory);
    if (name === "" || name === "." || name === "..") throw kernelError("EISDIR");
    const ino = entries.get(name);
    if (ino === undefined) throw kernelError("ENOENT");
    this.mayRemove(credentials, directory, ino);
    if (this.memory.isDirectory(ino)) throw kernelError("EISDIR");
    entries.delete(name);
    this.listingChanged(directory);
    this.dropLink(ino);
  }

  /** rmdir(2). Throws ENOENT, ENOTDIR, ENOTEMPTY, EINVAL, EBUSY, EACCES, EPERM. */
  rmdir(credentials: Credentials, directory: number, name: string): void {
    if (name === ".") throw kernelError("EINVAL");
    if (name === "..") throw kernelError("ENOTEMPTY");
    if (name === "") throw kernelError("EBUSY");
    const entries = this.entries(directory);
    const ino = entries.get(name);
    if (ino === undefined) throw kernelError("ENOENT");
    this.mayRemove(credentials, directory, ino);
    if (this.entries(ino).size > 0) throw kernelError("ENOTEMPTY");
    entries.delete(name);
    this.dropDirectory(directory, ino);
    this.listingChanged(directory);
  }

  /** rename(2): replaces what was at the new name, in one step. */
  rename(credentials: Credentials, fromDirectory: number, from: string, toDirectory: number, to: string): void {
    const { memory } = this;
    for (const name of [from, to]) if (name === "" || name === "." || name === "..") throw kernelError("EBUSY");
    if (nameTooLong(to)) throw kernelError("ENAMETOOLONG");
    const source = this.entries(fromDirectory);
    const destination = this.entries(toDirectory);
    if (memory.get(fromDirectory, INODE.ROOT) !== memory.get(toDirectory, INODE.ROOT)) throw kernelError("EXDEV");
    const ino = source.get(from);
    if (ino === undefined) throw kernelError("ENOENT");
    const replaced = destination.get(to);
    const moved = fromDirectory !== toDirectory;
    const isDirectory = memory.isDirectory(ino);
    if (isDirectory && this.isInside(toDirectory, ino)) throw kernelError("EINVAL");
    if (replaced !== undefined && replaced !== ino && this.isInside(fromDirectory, replaced)) throw kernelError("ENOTEMPTY");
    if (replaced === ino) return;
    this.mayRemove(credentials, fromDirectory, ino);
    if (replaced === undefined) this.mayWrite(credentials, toDirectory);
    else {
      this.mayRemove(credentials, toDirectory, replaced);
      if (isDirectory && !memory.isDirectory(replaced)) throw kernelError("ENOTDIR");
      if (!isDirectory && memory.isDirectory(replaced)) throw kernelError("EISDIR");
    }
    // Its ".." changes, which is writing to it.
    if (isDirectory && moved && !allows(memory, ino, credentials, WRITE)) throw kernelError("EACCES");
    if (isDirectory && replaced !== undefined && this.entries(replaced).size > 0) throw kernelError("ENOTEMPTY");
    source.delete(from);
    if (replaced !== undefined) {
      destination.delete(to);
      if (isDirectory) this.dropDirectory(toDirectory, replaced);
    }
    destination.set(to, ino);
    memory.set(ino, INODE.PARENT, toDirectory);
    if (isDirectory && moved) {
      memory.set(fromDirectory, INODE.NLINK, memory.get(fromDirectory, INODE.NLINK) - 1);
      memory.set(toDirectory, INODE.NLINK, memory.get(toDirectory, INODE.NLINK) + 1);
    }
    this.store.touch(ino, false);
    this.listingChanged(fromDirectory);
    if (moved) this.listingChanged(toDirectory);
    if (replaced !== undefined && !isDirectory) this.dropLink(replaced);
  }

  /** chmod(2). Throws EPERM. */
  chmod(credentials: Credentials, ino: number, mode: number): void {
    const { memory } = this;
    this.mustExist(ino);
    if (credentials.uid !== 0 && credentials.uid !== memory.get(ino, INODE.UID)) throw kernelError("EPERM");
    let bits = mode & 0o7777;
    if (credentials.uid !== 0 && !inGroup(credentials, memory.get(ino, INODE.GID))) bits &= ~SETGID;
    memory.set(ino, INODE.MODE, memory.kind(ino) | bits);
    this.store.touch(ino, false);
  }

  /** chown(2); -1 leaves an id as it is. Owners may give their files to groups they are in. Throws EPERM. */
  chown(credentials: Credentials, ino: number, uid: number, gid: number): void {
    const { memory } = this;
    this.mustExist(ino);
    const owner = memory.get(ino, INODE.UID);
    if (credentials.uid !== 0) {
      const keepsOwner = credentials.uid === owner && (uid === -1 || uid === owner);
      const mayGroup = gid === -1 || gid === memory.get(ino, INODE.GID) || inGroup(credentials, gid);
      if (!keepsOwner || !mayGroup) throw kernelError("EPERM");
    }
    if (uid !== -1) memory.set(ino, INODE.UID, uid);
    if (gid !== -1) memory.set(ino, INODE.GID, gid);
    const mode = memory.get(ino, INODE.MODE);
    if ((mode & S.FORMAT) === S.FILE) memory.set(ino, INODE.MODE, mode & ~(SETUID | ((mode & 0o010) !== 0 ? SETGID : 0)));
    this.store.touch(ino, false);
  }

  /** utimensat(2) in milliseconds: NaN is "now", Infinity "leave it". Throws EPERM, EACCES. */
  utimes(credentials: Credentials, ino: number, atimeMs: number, mtimeMs: number): void {
    const { memory } = this;
    this.mustExist(ino);
    if (credentials.uid !== 0 && credentials.uid !== memory.get(ino, INODE.UID)) {
      if (!Number.isNaN(atimeMs) || !Number.isNaN(mtimeMs)) throw kernelError("EPERM");
      if (!allows(memory, ino, credentials, WRITE)) throw kernelError("EACCES");
    }
    this.store.touch(ino, false);
    const now = this.store.now();
    if (atimeMs !== Infinity) memory.setTime(ino, INODE.ATIME, Number.isNaN(atimeMs) ? now : atimeMs);
    if (mtimeMs !== Infinity) memory.setTime(ino, INODE.MTIME, Number.isNaN(mtimeMs) ? now : mtimeMs);
  }

  /** Absolute path of a directory inside its tree, or undefined when it was removed. */
  pathOf(directory: number): string | undefined {
    const { memory } = this;
    const root = memory.get(directory, INODE.ROOT);
    const parts: string[] = [];
    for (let at = directory; at !== root; ) {
      const parent = memory.get(at, INODE.PARENT);
      const name = this.nameIn(parent, at);
      if (name === undefined) return undefined;
      parts.unshift(name);
      at = parent;
    }
    return `/${parts.join("/")}`;
  }

  /** Absolute path of an inode inside its tree: of a file with several names, the latest that was given. Undefined when it was removed. */
  pathOfInode(ino: number): string | undefined {
    if (this.memory.kind(ino) === S.DIRECTORY) return this.pathOf(ino);
    const parent = this.memory.get(ino, INODE.PARENT);
    const directory = this.pathOf(parent);
    const name = this.nameIn(parent, ino);
    if (directory === undefined || name === undefined) return undefined;
    return directory === "/" ? `/${name}` : `${directory}/${name}`;
  }

  /** A name of the inode in that directory. */
  nameIn(directory: number, ino: number): string | undefined {
    for (const [name, entry] of this.store.directories.get(directory) ?? []) if (entry === ino) return name;
    return undefined;
  }

  /** Marks a directory's listing as changed. */
  listingChanged(directory: number): void {
    const at = this.memory.base(directory) + INODE.SEQ;
    Atomics.add(this.memory.words, at, 1);
    this.store.touch(directory, true);
  }

  private place(credentials: Credentials, directory: number, name: string): Map<string, number> {
    const entries = this.entries(directory);
    if (name === "" || name === "." || name === ".." || entries.has(name)) throw kernelError("EEXIST");
    if (name.includes("/") || name.includes("\0")) throw kernelError("EINVAL");
    if (nameTooLong(name)) throw kernelError("ENAMETOOLONG");
    this.mayWrite(credentials, directory);
    return entries;
  }

  private mayWrite(credentials: Credentials, directory: number): void {
    if (this.memory.get(directory, INODE.NLINK) === 0) throw kernelError("ENOENT");
    if (!allows(this.memory, directory, credentials, WRITE | EXECUTE)) throw kernelError("EACCES");
  }

  /** In a sticky directory only the owner of the file or of the directory may take a name away. */
  private mayRemove(credentials: Credentials, directory: number, ino: number): void {
    const { memory } = this;
    this.mayWrite(credentials, directory);
    if (credentials.uid === 0 || (memory.get(directory, INODE.MODE) & STICKY) === 0) return;
    if (credentials.uid !== memory.get(ino, INODE.UID) && credentials.uid !== memory.get(directory, INODE.UID)) {
      throw kernelError("EPERM");
    }
  }

  private mustExist(ino: number): void {
    if (!this.store.exists(ino)) throw kernelError("ENOENT");
  }

  private isInside(directory: number, ancestor: number): boolean {
    for (let at = directory; ; at = this.memory.get(at, INODE.PARENT)) {
      if (at === ancestor) return true;
      if (at === this.memory.get(at, INODE.PARENT)) return false;
    }
  }

  private dropLink(ino: number): void {
    this.store.touch(ino, false);
    this.store.addLinks(ino, -1);
  }

  private dropDirectory(parent: number, ino: number): void {
    this.memory.set(parent, INODE.NLINK, this.memory.get(parent, INODE.NLINK) - 1);
    const at = this.memory.base(ino) + INODE.SEQ;
    Atomics.add(this.memory.words, at, 1);
    this.store.addLinks(ino, -2);
  }
}
