/** Calls on paths, made of walks through a name space; the kernel's and the workers' views of the files both stand on this. */

import { KernelError, kernelError } from "../errno.ts";
import type { Credentials, DirectoryEntry, Stat } from "../types.ts";
import { truncateInPlace } from "./inode-bytes.ts";
import { FOLLOW, NO_FOLLOW, normalizePath, PARENT, PathWalker } from "./path-walk.ts";
import { allows, EXECUTE, READ, WRITE } from "./permissions.ts";
import { type FileMemory, INODE, S } from "./shared-memory.ts";
import { kindOf, statOf } from "./stat.ts";

/** What changes names and attributes: the kernel itself, or calls to it. Inodes and single names only; throws KernelError without a path. */
export interface NameSpace {
  /** Inode of a name in a directory, or 0. */
  find(directory: number, name: string): number;
  entries(directory: number): ReadonlyMap<string, number>;
  target(ino: number): string;
  /** Exclusive: EEXIST when the name is taken. */
  create(directory: number, name: string, mode: number, rdev?: number): number;
  unlink(directory: number, name: string): void;
  rmdir(directory: number, name: string): void;
  rename(fromDirectory: number, from: string, toDirectory: number, to: string): void;
  link(ino: number, directory: number, name: string): void;
  symlink(directory: number, name: string, target: string): number;
  grow(ino: number, size: number): void;
  truncate(ino: number, size: number): void;
  chmod(ino: number, mode: number): void;
  chown(ino: number, uid: number, gid: number): void;
  /** NaN is "now", Infinity "leave it". */
  utimes(ino: number, atimeMs: number, mtimeMs: number): void;
}

export class PathFiles {
  protected readonly walker: PathWalker;
  private cwdInode: number;
  private cwdGeneration: number;
  private cwdPath = "/";

  constructor(
    protected readonly memory: FileMemory,
    protected readonly names: NameSpace,
    readonly root: number,
    protected credentials: Credentials,
    /** Called for each new file. */
    protected readonly umask: () => number,
    /** Holder of write locks: the pid, or -1 for the kernel. */
    protected readonly holder: number,
  ) {
    this.walker = new PathWalker(memory, names, root);
    this.cwdInode = root;
    this.cwdGeneration = memory.get(root, INODE.GENERATION);
  }

  /** The working directory as getcwd(3) gives it: also after one of its parents was renamed. */
  get cwd(): string {
    const path = this.pathOf(this.cwdInode);
    if (path !== undefined) this.cwdPath = path;
    return this.cwdPath;
  }

  /** Inode of the working directory; throws ENOENT when it was removed. */
  protected start(): number {
    if (this.base !== undefined) return this.base;
    const ino = this.cwdInode;
    if (this.memory.get(ino, INODE.GENERATION) !== this.cwdGeneration || this.memory.get(ino, INODE.NLINK) === 0) return this.gone;
    return ino;
  }

  private base: number | undefined;

  /** Runs `call` with relative paths resolved from a directory that is open: openat(2) and the others of its kind. */
  from<T>(directory: number, call: () => T): T {
    const before = this.base;
    this.base = directory;
    try {
      return call();
    } finally {
      this.base = before;
    }
  }

  /** An inode that is no directory and has no links: walks from it end with ENOENT. */
  private readonly gone = 0;

  chdir(path: string): void {
    const ino = this.resolve("chdir", path, true);
    if (!this.memory.isDirectory(ino)) throw kernelError("ENOTDIR", "chdir", path);
    if (!allows(this.memory, ino, this.credentials, EXECUTE)) throw kernelError("EACCES", "chdir", path);
    this.setCwd(ino);
  }

  /** fchdir(2), the check of permissions aside. */
  protected setCwd(ino: number): void {
    this.cwdInode = ino;
    this.cwdGeneration = this.memory.get(ino, INODE.GENERATION);
    this.cwdPath = this.pathOf(ino) ?? this.cwdPath;
  }

  absolute(path: string): string {
    return normalizePath(path, this.cwd);
  }

  realpath(path: string): string {
    const ino = this.resolve("realpath", path, true);
    const { parent, name } = this.walker;
    const directory = this.memory.isDirectory(ino) ? ino : parent;
    const base = this.pathOf(directory);
    if (base === undefined) throw kernelError("ENOENT", "realpath", path);
    if (directory === ino) return base;
    return base === "/" ? `/${name}` : `${base}/${name}`;
  }

  /** Inode at the path, or -errno: the way to ask without the cost of an exception. */
  lookup(path: string, follow: boolean): number {
    const ino = this.walker.walk(path, this.start(), this.credentials, follow ? FOLLOW : NO_FOLLOW);
    return ino === 0 ? -2 : ino;
  }

  /** Inode at the path; throws with the call and the path. */
  protected resolve(syscall: string, path: string, follow: boolean): number {
    const ino = this.lookup(path, follow);
    if (ino < 0) throw kernelError(ino, syscall, path);
    return ino;
  }

  stat(path: string): Stat {
    return this.statInode(this.resolve("stat", path, true));
  }

  lstat(path: string): Stat {
    return this.statInode(this.resolve("lstat", path, false));
  }

  /** Attributes of an inode that is known to exist. */
  statInode(ino: number): Stat {
    return statOf(this.memory, ino);
  }

  exists(path: string): boolean {
    return this.lookup(path, true) > 0;
  }

  access(path: string, mode: number): boolean {
    const ino = this.lookup(path, true);
    return ino > 0 && (mode === 0 || allows(this.memory, ino, this.credentials, mode));
  }

  readdir(path: string): DirectoryEntry[] {
    const ino = this.resolve("scandir", path, true);
    if (!this.memory.isDirectory(ino)) throw kernelError("ENOTDIR", "scandir", path);
    if (!allows(this.memory, ino, this.credentials, READ)) throw kernelError("EACCES", "scandir", path);
    return this.listInode(ino);
  }

  /** Entries of a directory that is open. */
  listInode(directory: number): DirectoryEntry[] {
    const entries: DirectoryEntry[] = [];
    for (const [name, ino] of this.names.entries(directory)) entries.push({ name, ino, kind: kindOf(this.memory.get(ino, INODE.MODE)) });
    return entries;
  }

  mkdir(path: string, options: { mode?: number; recursive?: boolean } = {}): void {
    const mode = S.DIRECTORY | ((options.mode ?? 0o777) & 0o7777 & ~this.umask());
    if (options.recursive === true) {
      this.mkdirs(path, mode);
      return;
    }
    this.make("mkdir", path, mode);
  }

  private mkdirs(path: string, mode: number): void {
    const ino = this.lookup(path, true);
    if (ino > 0) {
      if (!this.memory.isDirectory(ino)) throw kernelError("EEXIST", "mkdir", path);
      return;
    }
    if (ino !== -2) throw kernelError(ino, "mkdir", path);
    const above = path.replace(/\/+[^/]*\/*$/, "");
    if (above !== path && above !== "") this.mkdirs(above, mode | 0o300);
    this.make("mkdir", path, mode);
  }

  mkfifo(path: string, mode = 0o666): void {
    this.make("mkfifo", path, S.FIFO | (mode & 0o7777 & ~this.umask()));
  }

  mksocket(path: string, mode = 0o777): number {
    return this.make("bind", path, S.SOCKET | (mode & 0o7777 & ~this.umask()));
  }

  protected make(syscall: string, path: string, mode: number, rdev = 0): number {
    const { parent, name } = this.newName(syscall, path, (mode & S.FORMAT) === S.DIRECTORY);
    return this.attempt(syscall, path, () => this.names.create(parent, name, mode, rdev));
  }

  rmdir(path: string): void {
    const { parent, name } = this.place("rmdir", path);
    this.attempt("rmdir", path, () => this.names.rmdir(parent, name));
  }

  unlink(path: string): void {
    const { parent, name, slash } = this.place("unlink", path);
    const ino = slash ? this.names.find(parent, name) : 0;
    if (ino !== 0) throw kernelError(this.memory.isDirectory(ino) ? "EISDIR" : "ENOTDIR", "unlink", path);
    this.attempt("unlink", path, () => this.names.unlink(parent, name));
  }

  removeTree(path: string): void {
    const ino = this.lookup(path, false);
    if (ino === -2) return;
    if (ino < 0) throw kernelError(ino, "rm", path);
    if (this.memory.isDirectory(ino)) {
      for (const entry of this.readdir(path)) this.removeTree(`${path}/${entry.name}`);
      this.rmdir(path);
    } else this.unlink(path);
  }

  rename(from: string, to: string): void {
    const source = this.place("rename", from);
    const destination = this.place("rename", to);
    const ino = this.names.find(source.parent, source.name);
    const named = !isSpecial(source.name) && !isSpecial(destination.name);
    if (named && ino !== 0 && !this.memory.isDirectory(ino) && (source.slash || destination.slash))
      throw kernelError("ENOTDIR", "rename", from);
    this.attempt("rename", from, () => this.names.rename(source.parent, source.name, destination.parent, destination.name));
  }

  link(existing: string, path: string): void {
    const ino = this.resolve("link", existing, false);
    const { parent, name } = this.newName("link", path, false);
    this.attempt("link", path, () => this.names.link(ino, parent, name));
  }

  symlink(target: string, path: string): void {
    const { parent, name } = this.newName("symlink", path, false);
    this.attempt("symlink", path, () => this.names.symlink(parent, name, target));
  }

  readlink(path: string): string {
    const ino = this.resolve("readlink", path, false);
    if (this.memory.kind(ino) !== S.SYMLINK) throw kernelError("EINVAL", "readlink", path);
    return this.names.target(ino);
  }

  chmod(path: string, mode: number, options: { followLinks?: boolean } = {}): void {
    const ino = this.resolve("chmod", path, options.followLinks ?? true);
    this.attempt("chmod", path, () => this.names.chmod(ino, mode));
  }

  chown(path: string, uid: number, gid: number, options: { followLinks?: boolean } = {}): void {
    const ino = this.resolve("chown", path, options.followLinks ?? true);
    this.attempt("chown", path, () => this.names.chown(ino, uid, gid));
  }

  utimes(path: string, atimeMs: number, mtimeMs: number, options: { followLinks?: boolean } = {}): void {
    const ino = this.resolve("utimensat", path, options.followLinks ?? true);
    this.attempt("utimensat", path, () => this.names.utimes(ino, atimeMs, mtimeMs));
  }

  truncate(path: string, size: number): void {
    const ino = this.resolve("truncate", path, true);
    if (this.memory.isDirectory(ino)) throw kernelError("EISDIR", "truncate", path);
    if (this.memory.kind(ino) !== S.FILE || size < 0) throw kernelError("EINVAL", "truncate", path);
    if (!allows(this.memory, ino, this.credentials, WRITE)) throw kernelError("EACCES", "truncate", path);
    this.attempt("truncate", path, () => this.setSize(ino, size));
  }

  /** ftruncate(2) on an inode that is open for writing. */
  protected setSize(ino: number, size: number): void {
    if (!truncateInPlace(this.memory, ino, size, this.holder)) this.names.truncate(ino, size);
  }

  /** Where a new name is to be made. */
  private newName(syscall: string, path: string, directory: boolean): { parent: number; name: string } {
    const { parent, name, slash } = this.place(syscall, path);
    if (isSpecial(name) || this.names.find(parent, name) !== 0) throw kernelError("EEXIST", syscall, path);
    if (slash && !directory) throw kernelError("ENOENT", syscall, path);
    return { parent, name };
  }

  /** Directory and last component of a path; a link there is not followed, whatever slashes come after it. */
  private place(syscall: string, path: string): { parent: number; name: string; slash: boolean } {
    const result = this.walker.walk(path, this.start(), this.credentials, PARENT);
    if (result < 0) throw kernelError(result, syscall, path);
    const { parent, name, slash } = this.walker;
    return { parent, name, slash };
  }

  protected attempt<T>(syscall: string, path: string, call: () => T): T {
    try {
      return call();
    } catch (error) {
      throw error instanceof KernelError ? error.at(syscall, path) : error;
    }
  }

  /** Absolute path of a directory, or undefined when it was removed. */
  protected pathOf(directory: number): string | undefined {
    const parts: string[] = [];
    let at = directory;
    while (at !== this.root) {
      const parent = this.memory.get(at, INODE.PARENT);
      if (parent === at || this.memory.get(at, INODE.NLINK) === 0) return undefined;
      let found: string | undefined;
      for (const [name, ino] of this.names.entries(parent)) if (ino === at) found = name;
      if (found === undefined) return undefined;
      parts.unshift(found);
      at = parent;
    }
    return `/${parts.join("/")}`;
  }
}

/** A last component that no call makes, removes or renames. */
function isSpecial(name: string): boolean {
  return name === "" || name === "." || name === "..";
}
