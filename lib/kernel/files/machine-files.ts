/** `Files` for programs inside the kernel: one tree, one process's credentials and working directory. */

import { kernelError } from "../errno.ts";
import type { Credentials, Files, OpenFile } from "../types.ts";
import { O } from "../types.ts";
import { ContentFiles } from "./content-files.ts";
import type { NameSpace } from "./path-files.ts";
import { KERNEL, S } from "./shared-memory.ts";
import type { WorldFiles } from "./world-files.ts";

export interface FilesOptions {
  readonly root: number;
  readonly credentials: Credentials;
  /** Default "/". */
  readonly cwd?: string;
  /** The directory was the parent's: fork(2) asks for no permission to stay in it. */
  readonly cwdIsInherited?: boolean;
  /** Default: 0o022. */
  readonly umask?: () => number;
}

export class MachineFiles extends ContentFiles implements Files {
  constructor(
    private readonly world: WorldFiles,
    options: FilesOptions,
  ) {
    const names = new KernelNames(world, options.credentials);
    super(world.memory, names, options.root, options.credentials, options.umask ?? (() => 0o022), KERNEL);
    this.kernelNames = names;
    if (options.cwd === undefined || options.cwd === "/") return;
    if (options.cwdIsInherited !== true) {
      this.chdir(options.cwd);
      return;
    }
    this.setCredentials({ uid: 0, gid: 0, groups: [] });
    try {
      this.chdir(options.cwd);
    } finally {
      this.setCredentials(options.credentials);
    }
  }

  private readonly kernelNames: KernelNames;

  /** setuid(2) and friends: from now on every call is made as this user. */
  setCredentials(credentials: Credentials): void {
    this.credentials = credentials;
    this.kernelNames.credentials = credentials;
  }

  open(path: string, flags: number, mode = 0o666): OpenFile {
    const ino = this.openTarget(path, flags, mode);
    return this.attempt("open", path, () => this.openInode(ino, flags));
  }

  whereIs(file: OpenFile): string | undefined {
    return file.kind === "file" || file.kind === "directory" ? this.world.pathOf(file.stat().ino, this.root) : undefined;
  }

  /** A description of an inode, permissions not asked: `path` was resolved before, perhaps by a worker. */
  openInode(ino: number, flags: number): OpenFile {
    return this.world.openInode(ino, flags);
  }

  /** mknod(2) for device nodes; only root may. */
  mknod(path: string, mode: number, rdev: number): void {
    this.make("mknod", path, (mode & S.FORMAT) | (mode & 0o7777 & ~this.umask()), rdev);
  }

  statfs() {
    return this.world.statfs(this.root);
  }

  watch(path: string, changed: (paths: readonly string[]) => void): () => void {
    const absolute = this.exists(path) ? this.realpath(path) : this.absolute(path);
    return this.world.watches.watch(this.root, absolute, changed);
  }

  /** Inode at a path (with links followed), for the calls of `WorldFiles` that take one. Throws like stat(2). */
  inode(path: string): number {
    return this.resolve("stat", path, true);
  }

  protected override withOpen<T>(path: string, flags: number, mode: number, use: (ino: number) => T): T {
    const ino = this.openTarget(path, flags, mode);
    this.world.store.retain(ino);
    try {
      return use(ino);
    } finally {
      this.world.store.release(ino);
    }
  }

  protected override readSpecial(path: string): Uint8Array {
    const file = this.open(path, O.RDONLY | O.NONBLOCK);
    try {
      return file.readNow(1 << 20) ?? new Uint8Array(0);
    } finally {
      file.release();
    }
  }

  protected override writeSpecial(path: string, bytes: Uint8Array): void {
    const file = this.open(path, O.WRONLY | O.NONBLOCK);
    try {
      if (file.writeNow(bytes) < bytes.length) throw kernelError("EAGAIN", "write", path);
    } finally {
      file.release();
    }
  }
}

/** The name space with one caller's credentials. */
class KernelNames implements NameSpace {
  constructor(
    private readonly world: WorldFiles,
    public credentials: Credentials,
  ) {}

  find(directory: number, name: string): number {
    return this.world.names.find(directory, name);
  }

  entries(directory: number): ReadonlyMap<string, number> {
    return this.world.names.entries(directory);
  }

  target(ino: number): string {
    return this.world.names.target(ino);
  }

  create(directory: number, name: string, mode: number, rdev?: number): number {
    return this.world.names.create(this.credentials, directory, name, mode, rdev);
  }

  unlink(directory: number, name: string): void {
    this.world.names.unlink(this.credentials, directory, name);
  }

  rmdir(directory: number, name: string): void {
    this.world.names.rmdir(this.credentials, directory, name);
  }

  rename(fromDirectory: number, from: string, toDirectory: number, to: string): void {
    this.world.names.rename(this.credentials, fromDirectory, from, toDirectory, to);
  }

  link(ino: number, directory: number, name: string): void {
    this.world.names.link(this.credentials, ino, directory, name);
  }

  symlink(directory: number, name: string, target: string): number {
    return this.world.names.symlink(this.credentials, directory, name, target);
  }

  grow(ino: number, size: number): void {
    this.world.store.grow(ino, size);
  }

  truncate(ino: number, size: number): void {
    this.world.store.truncate(ino, size);
  }

  chmod(ino: number, mode: number): void {
    this.world.names.chmod(this.credentials, ino, mode);
  }

  chown(ino: number, uid: number, gid: number): void {
    this.world.names.chown(this.credentials, ino, uid, gid);
  }

  utimes(ino: number, atimeMs: number, mtimeMs: number): void {
    this.world.names.utimes(this.credentials, ino, atimeMs, mtimeMs);
  }
}
