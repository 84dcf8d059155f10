/** System calls on names and attributes of files, as the interpreter imports them (Emscripten's names and argument orders). */

import { KernelError } from "../../../kernel/errno.ts";
import type { Stat } from "../../../kernel/types.ts";
import { answered } from "./error-numbers.ts";
import type { ProcessState } from "./process-state.ts";

const AT_FDCWD = -100;
const AT = { SYMLINK_NOFOLLOW: 0x100, REMOVEDIR: 0x200, EMPTY_PATH: 0x1000 } as const;
const UTIME = { NOW: 0x3fffffff, OMIT: 0x3ffffffe } as const;
const DENTRY_BYTES = 280;
const DT = { file: 8, directory: 4, symlink: 10, device: 2, fifo: 1, socket: 12 } as const;
const BLOCK = 512;

type Call = (...args: number[]) => number;

export function fileCalls(state: () => ProcessState): Record<string, (...args: never[]) => number> {
  const text = (address: number) => state().memory.text(address);

  /** Resolves a path of an *at call from the directory behind `dirfd`. */
  const at = <T>(dirfd: number, path: string, use: (path: string) => T): T => {
    const { files, descriptors } = state();
    if (dirfd === AT_FDCWD || path.startsWith("/")) return use(path);
    const directory = descriptors.get(dirfd);
    if (directory.kind !== "directory") throw new KernelError("ENOTDIR");
    return files.from(directory.ino, () => use(path));
  };

  const writeStat = (address: number, stat: Stat): number => {
    const { memory } = state();
    memory.setInt(address, 1);
    memory.setInt(address + 4, stat.mode);
    memory.setInt(address + 8, stat.nlink);
    memory.setInt(address + 12, stat.uid);
    memory.setInt(address + 16, stat.gid);
    memory.setInt(address + 20, stat.rdev);
    memory.setLong(address + 24, stat.size);
    memory.setInt(address + 32, 4096);
    memory.setInt(address + 36, Math.ceil(stat.size / BLOCK));
    const time = (place: number, milliseconds: number) => {
      memory.setLong(place, Math.floor(milliseconds / 1000));
      memory.setInt(place + 8, Math.round((milliseconds - Math.floor(milliseconds / 1000) * 1000) * 1e6));
    };
    time(address + 40, stat.atimeMs);
    time(address + 56, stat.mtimeMs);
    time(address + 72, stat.ctimeMs);
    memory.setLong(address + 88, stat.ino);
    return 0;
  };

  const times = (address: number): [number, number] => {
    const { memory } = state();
    if (address === 0) return [Number.NaN, Number.NaN];
    const time = (place: number) => {
      const nanoseconds = memory.int(place + 8);
      if (nanoseconds === UTIME.NOW) return Number.NaN;
      if (nanoseconds === UTIME.OMIT) return Number.POSITIVE_INFINITY;
      return memory.long(place) * 1000 + nanoseconds / 1e6;
    };
    return [time(address), time(address + 16)];
  };

  const statAt = (dirfd: number, path: string, address: number, follow: boolean): number => {
    const { files, memory } = state();
    if (dirfd !== AT_FDCWD && !path.startsWith("/")) {
      return answered(() => at(dirfd, path, (name) => writeStat(address, follow ? files.stat(name) : files.lstat(name))));
    }
    // Most of what is looked for by import is not there: no exception for that.
    const ino = files.lookup(path, follow);
    if (ino > 0) return writeStat(address, files.statInode(ino));
    return answered(() => {
      void memory;
      return writeStat(address, follow ? files.stat(path) : files.lstat(path));
    });
  };

  const calls: Record<string, Call> = {
    __syscall_openat: (dirfd = 0, path = 0, flags = 0, varargs = 0) =>
      answered(() => {
        const current = state();
        const mode = varargs === 0 ? 0 : current.memory.int(varargs);
        return at(dirfd, text(path), (name) => current.open(name, flags, mode));
      }),
    __syscall_stat64: (path = 0, address = 0) => statAt(AT_FDCWD, text(path), address, true),
    __syscall_lstat64: (path = 0, address = 0) => statAt(AT_FDCWD, text(path), address, false),
    __syscall_newfstatat: (dirfd = 0, path = 0, address = 0, flags = 0) => {
      const name = text(path);
      if (name === "" && (flags & AT.EMPTY_PATH) !== 0) return answered(() => writeStat(address, state().descriptors.get(dirfd).stat()));
      return statAt(dirfd, name, address, (flags & AT.SYMLINK_NOFOLLOW) === 0);
    },
    __syscall_fstat64: (fd = 0, address = 0) => answered(() => writeStat(address, state().descriptors.get(fd).stat())),
    __syscall_faccessat: (dirfd = 0, path = 0, mode = 0) =>
      answered(() =>
        at(dirfd, text(path), (name) => {
          const { files } = state();
          files.stat(name);
          if (!files.access(name, mode)) throw new KernelError("EACCES");
          return 0;
        }),
      ),
    __syscall_chdir: (path = 0) => done(() => state().files.chdir(text(path))),
    __syscall_fchdir: (fd = 0) =>
      done(() => {
        const directory = state().descriptors.get(fd);
        if (directory.kind === "kernel") throw new KernelError("ENOTDIR");
        state().files.chdirTo(directory);
      }),
    __syscall_getcwd: (address = 0, size = 0) =>
      answered(() => {
        const { files, memory } = state();
        const bytes = new TextEncoder().encode(files.cwd);
        if (bytes.length + 1 > size) throw new KernelError("ERANGE");
        memory.setText(address, files.cwd, size);
        return bytes.length + 1;
      }),
    __syscall_mkdirat: (dirfd = 0, path = 0, mode = 0) =>
      done(() => at(dirfd, text(path), (name) => state().files.mkdir(name, { mode: mode & 0o7777 }))),
    __syscall_mknodat: (dirfd = 0, path = 0, mode = 0, device = 0) =>
      done(() => at(dirfd, text(path), (name) => state().files.mknod(name, mode, device))),
    __syscall_rmdir: (path = 0) => done(() => state().files.rmdir(text(path))),
    __syscall_unlinkat: (dirfd = 0, path = 0, flags = 0) =>
      done(() => at(dirfd, text(path), (name) => ((flags & AT.REMOVEDIR) === 0 ? state().files.unlink(name) : state().files.rmdir(name)))),
    __syscall_renameat: (fromfd = 0, from = 0, tofd = 0, to = 0) =>
      done(() => {
        const { files } = state();
        const source = at(fromfd, text(from), (name) => files.absolute(name));
        const target = at(tofd, text(to), (name) => files.absolute(name));
        files.rename(fromfd === AT_FDCWD ? text(from) : source, tofd === AT_FDCWD ? text(to) : target);
      }),
    __syscall_symlinkat: (target = 0, dirfd = 0, path = 0) =>
      done(() => at(dirfd, text(path), (name) => state().files.symlink(text(target), name))),
    __syscall_readlinkat: (dirfd = 0, path = 0, address = 0, size = 0) =>
      answered(() => {
        const bytes = new TextEncoder().encode(at(dirfd, text(path), (name) => state().files.readlink(name))).subarray(0, size);
        state().memory.bytes.set(bytes, address >>> 0);
        return bytes.length;
      }),
    __syscall_chmod: (path = 0, mode = 0) => done(() => state().files.chmod(text(path), mode & 0o7777)),
    __syscall_fchmod: (fd = 0, mode = 0) =>
      done(() => {
        const file = state().descriptors.get(fd);
        if (file.kind !== "kernel") file.chmod(mode & 0o7777);
      }),
    __syscall_fchmodat2: (dirfd = 0, path = 0, mode = 0, flags = 0) =>
      done(() =>
        at(dirfd, text(path), (name) => state().files.chmod(name, mode & 0o7777, { followLinks: (flags & AT.SYMLINK_NOFOLLOW) === 0 })),
      ),
    __syscall_fchownat: (dirfd = 0, path = 0, uid = 0, gid = 0, flags = 0) =>
      done(() =>
        at(dirfd, text(path), (name) => state().files.chown(name, uid, gid, { followLinks: (flags & AT.SYMLINK_NOFOLLOW) === 0 })),
      ),
    __syscall_fchown32: (fd = 0, uid = 0, gid = 0) =>
      done(() => {
        const file = state().descriptors.get(fd);
        if (file.kind !== "kernel") file.chown(uid, gid);
      }),
    __syscall_utimensat: (dirfd = 0, path = 0, address = 0, flags = 0) =>
      done(() => {
        const [atime, mtime] = times(address);
        if (path === 0) {
          const file = state().descriptors.get(dirfd);
          if (file.kind !== "kernel") file.utimes(atime, mtime);
          return;
        }
        at(dirfd, text(path), (name) => state().files.utimes(name, atime, mtime, { followLinks: (flags & AT.SYMLINK_NOFOLLOW) === 0 }));
      }),
    __syscall_statfs64: (_path = 0, _size = 0, address = 0) => answered(() => writeStatFs(address)),
    __syscall_fstatfs64: (_fd = 0, _size = 0, address = 0) => answered(() => writeStatFs(address)),
    __syscall_umask_js: (mask = 0) => {
      const current = state();
      const before = current.umask;
      current.umask = mask & 0o777;
      return before;
    },
    __syscall_getdents64: (fd = 0, address = 0, size = 0) => answered(() => readDirectory(fd, address, size)),
  };

  const writeStatFs = (address: number): number => {
    const { files, memory } = state();
    const stats = files.statfs();
    memory.slice(address, 72).fill(0);
    memory.setInt(address + 4, stats.blockSize);
    memory.setLong(address + 8, stats.blocks);
    memory.setLong(address + 16, stats.freeBlocks);
    memory.setLong(address + 24, stats.freeBlocks);
    memory.setLong(address + 32, stats.files);
    memory.setLong(address + 40, stats.freeFiles);
    memory.setInt(address + 56, 255);
    memory.setInt(address + 60, stats.blockSize);
    return 0;
  };

  const listings = new WeakMap<object, { name: string; ino: number; type: number }[]>();
  const readDirectory = (fd: number, address: number, size: number): number => {
    const { memory, descriptors } = state();
    const directory = descriptors.get(fd);
    if (directory.kind !== "directory") throw new KernelError("ENOTDIR");
    let entries = directory.position === 0 ? undefined : listings.get(directory);
    if (!entries) {
      entries = [
        { name: ".", ino: directory.ino, type: DT.directory },
        { name: "..", ino: directory.ino, type: DT.directory },
        ...directory.readdir().map(({ name, ino, kind }) => ({ name, ino, type: DT[kind] })),
      ];
      listings.set(directory, entries);
    }
    let written = 0;
    for (; written + DENTRY_BYTES <= size; written += DENTRY_BYTES) {
      const entry = entries[directory.position];
      if (!entry) break;
      directory.position++;
      memory.setLong(address + written, entry.ino);
      memory.setLong(address + written + 8, directory.position);
      memory.setShort(address + written + 16, DENTRY_BYTES);
      memory.bytes[address + written + 18] = entry.type;
      memory.setText(address + written + 19, entry.name, 256);
    }
    return written;
  };

  return {
    ...calls,
    __syscall_truncate64: (path: number, size: bigint) => done(() => state().files.truncate(text(path), Number(size))),
  };
}

function done(call: () => unknown): number {
  return answered(() => {
    call();
    return 0;
  });
}
