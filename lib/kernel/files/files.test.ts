import { expect, test } from "vitest";
import { OP } from "../abi.ts";
import { KernelError } from "../errno.ts";
import { O, type OpenFile } from "../types.ts";
import { type FileAnswer, fileCall } from "./file-calls.ts";
import { makeSharedFiles } from "./shared-memory.ts";
import { ROOT, type SpecialFile, WorldFiles } from "./world-files.ts";

const ann = { uid: 1000, gid: 1000, groups: [1000] };
const bob = { uid: 1001, gid: 1001, groups: [1001] };

function machine() {
  const world = new WorldFiles();
  const root = world.createTree();
  const admin = world.files({ root, credentials: ROOT });
  admin.mkdir("/home/ann", { recursive: true });
  admin.chown("/home/ann", 1000, 1000);
  admin.mkdir("/tmp");
  admin.chmod("/tmp", 0o1777);
  return { world, root, admin, files: world.files({ root, credentials: ann, cwd: "/home/ann" }) };
}

/** Code of the error that the call throws. */
function failure(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof KernelError) return error.code;
    throw error;
  }
  return "none";
}

test("a file keeps what was written, its owner, its mode less the umask", () => {
  const { files } = machine();
  files.writeFile("notes.txt", "one\n");
  files.writeFile("notes.txt", "two\n", { append: true });
  expect(files.readText("/home/ann/notes.txt")).toBe("one\ntwo\n");
  expect(files.stat("notes.txt")).toMatchObject({ kind: "file", mode: 0o100644, uid: 1000, gid: 1000, size: 8, nlink: 1 });
});

test("paths resolve through links, dots and slashes as path_resolution(7) says", () => {
  const { files } = machine();
  files.mkdir("a/b", { recursive: true });
  files.writeFile("a/b/f", "x");
  files.symlink("a/b", "l");
  files.symlink("loop2", "loop1");
  files.symlink("loop1", "loop2");
  expect(files.readText("l/../b/./f")).toBe("x");
  expect(files.realpath("l/f")).toBe("/home/ann/a/b/f");
  expect(files.lstat("l")).toMatchObject({ kind: "symlink", size: 3 });
  expect(files.lstat("l/").kind).toBe("directory");
  expect(failure(() => files.stat("loop1"))).toBe("ELOOP");
  expect(failure(() => files.stat("a/b/f/"))).toBe("ENOTDIR");
  expect(failure(() => files.stat("a/b/f/.."))).toBe("ENOTDIR");
  expect(failure(() => files.stat("none/x"))).toBe("ENOENT");
  expect(failure(() => files.stat(""))).toBe("ENOENT");
  expect(failure(() => files.writeFile(`${"n".repeat(256)}`, ""))).toBe("ENAMETOOLONG");
  files.symlink("made-through-link", "dangling");
  files.writeFile("dangling", "y");
  expect(files.readText("made-through-link")).toBe("y");
  expect(failure(() => files.open("dangling", O.WRONLY | O.CREAT | O.EXCL))).toBe("EEXIST");
  expect(failure(() => files.open("l", O.RDONLY | O.NOFOLLOW))).toBe("ELOOP");
});

test("permissions follow the caller, not the file system", () => {
  const { world, root, admin, files } = machine();
  const other = world.files({ root, credentials: bob });
  files.writeFile("secret", "s", { mode: 0o600 });
  expect(failure(() => other.readFile("/home/ann/secret"))).toBe("EACCES");
  expect(failure(() => other.writeFile("/home/ann/x", ""))).toBe("EACCES");
  expect(failure(() => other.chmod("/home/ann/secret", 0o777))).toBe("EPERM");
  expect(failure(() => files.chown("secret", 0, -1))).toBe("EPERM");
  expect(admin.readText("/home/ann/secret")).toBe("s");
  files.writeFile("/tmp/mine", "");
  expect(failure(() => other.unlink("/tmp/mine"))).toBe("EPERM");
  expect(failure(() => other.rename("/tmp/mine", "/tmp/theirs"))).toBe("EPERM");
  files.unlink("/tmp/mine");
  files.chmod("/home/ann", 0o700);
  expect(failure(() => other.stat("/home/ann/secret"))).toBe("EACCES");
});

test("new files in a set-group-id directory belong to its group, new directories hand the bit on", () => {
  const { admin, files } = machine();
  admin.mkdir("/srv");
  admin.chown("/srv", 1000, 50);
  admin.chmod("/srv", 0o2775);
  files.mkdir("/srv/sub");
  files.writeFile("/srv/sub/f", "");
  expect(files.stat("/srv/sub")).toMatchObject({ gid: 50, mode: 0o042755 });
  expect(files.stat("/srv/sub/f").gid).toBe(50);
});

test("removing and renaming fail as unlink(2), rmdir(2) and rename(2) say", () => {
  const { files } = machine();
  files.mkdir("d/e", { recursive: true });
  files.writeFile("f", "f");
  expect(failure(() => files.unlink("d"))).toBe("EISDIR");
  expect(failure(() => files.rmdir("f"))).toBe("ENOTDIR");
  expect(failure(() => files.rmdir("d"))).toBe("ENOTEMPTY");
  expect(failure(() => files.rmdir("d/."))).toBe("EINVAL");
  expect(failure(() => files.rmdir("/"))).toBe("EBUSY");
  expect(failure(() => files.rename("d", "d/e/x"))).toBe("EINVAL");
  expect(failure(() => files.rename("f", "d"))).toBe("EISDIR");
  expect(failure(() => files.rename("d", "f"))).toBe("ENOTDIR");
  files.mkdir("g/h", { recursive: true });
  expect(failure(() => files.rename("d", "g"))).toBe("ENOTEMPTY");
  files.rmdir("g/h");
  files.rename("d", "g");
  expect(files.readdir("g").map((entry) => entry.name)).toEqual(["e"]);
  expect(files.stat("/home/ann").nlink).toBe(3);
});

test("hard links share one file; it goes with the last name", () => {
  const { world, files } = machine();
  const before = world.store.count;
  files.writeFile("a", "1");
  files.link("a", "b");
  files.writeFile("b", "22");
  expect(files.stat("a")).toMatchObject({ size: 2, nlink: 2 });
  files.rename("a", "b");
  expect(files.exists("a")).toBe(true);
  files.unlink("a");
  expect(files.readText("b")).toBe("22");
  expect(failure(() => files.link("/home/ann", "d"))).toBe("EPERM");
  files.unlink("b");
  expect(world.store.count).toBe(before);
});

test("a deleted file can be read and written until it is closed; then its bytes come back", () => {
  const { world, files } = machine();
  const used = world.store.extents.used;
  const file = files.open("t", O.RDWR | O.CREAT);
  file.writeNow(new Uint8Array(100_000).fill(7));
  files.unlink("t");
  expect(file.seek(0, "set")).toBe(0);
  expect(file.readNow(5)).toEqual(new Uint8Array([7, 7, 7, 7, 7]));
  expect(file.stat().nlink).toBe(0);
  expect(world.store.extents.used).toBeGreaterThan(used);
  file.release();
  expect(world.store.extents.used).toBe(used);
});

test("creating and deleting 10 MB a thousand times stays within bounds", () => {
  const { world, files } = machine();
  const bytes = new Uint8Array(10 << 20);
  for (let round = 0; round < 1000; round++) {
    const file = files.open("big", O.WRONLY | O.CREAT);
    for (let part = 0; part < 10; part++) file.writeNow(bytes.subarray(part << 20, (part << 20) + (round < 3 ? 1 << 20 : 1)));
    file.truncate(10 << 20);
    file.release();
    files.unlink("big");
  }
  expect(world.shared.data.byteLength).toBeLessThanOrEqual(64 << 20);
  expect(world.store.extents.used).toBe(0);
});

test("a full disk answers ENOSPC, for bytes and for inodes; deleting makes room", () => {
  const world = new WorldFiles({ maxBytes: 1 << 20, maxInodes: 20 });
  const files = world.files({ root: world.createTree(), credentials: ROOT });
  expect(failure(() => files.writeFile("a", new Uint8Array(2 << 20)))).toBe("ENOSPC");
  files.writeFile("a", new Uint8Array(900_000));
  expect(failure(() => files.writeFile("b", new Uint8Array(500_000)))).toBe("ENOSPC");
  files.unlink("a");
  files.writeFile("b", new Uint8Array(500_000));
  expect(
    failure(() => {
      for (let index = 0; ; index++) files.writeFile(`f${index}`, "");
    }),
  ).toBe("ENOSPC");
  expect(failure(() => files.truncate("b", 2 ** 31))).toBe("EFBIG");
  expect(files.statfs()).toMatchObject({ files: 20, freeFiles: 0 });
});

test("a hole reads as zeros, also where an older file's bytes were", () => {
  const { files } = machine();
  files.writeFile("old", new Uint8Array(5000).fill(9));
  files.unlink("old");
  const file = files.open("new", O.RDWR | O.CREAT);
  file.writeNow(new Uint8Array([1]));
  file.seek(3000, "set");
  file.writeNow(new Uint8Array([2]));
  file.truncate(4500);
  const bytes = files.readFile("new");
  expect(bytes.length).toBe(4500);
  expect(bytes.reduce((sum, byte) => sum + byte, 0)).toBe(3);
});

test("a working directory keeps its place when its parent is renamed, and is told when it is removed", () => {
  const { files, admin } = machine();
  files.mkdir("x/y", { recursive: true });
  files.chdir("x/y");
  admin.rename("/home/ann/x", "/home/ann/z");
  expect(files.cwd).toBe("/home/ann/z/y");
  admin.rmdir("/home/ann/z/y");
  expect(failure(() => files.stat("."))).toBe("ENOENT");
  expect(failure(() => files.writeFile("f", ""))).toBe("ENOENT");
});

test("times come from the world's clock, also when it jumps", () => {
  let now = 1_700_000_000_000;
  const world = new WorldFiles({ now: () => now });
  const files = world.files({ root: world.createTree(), credentials: ROOT });
  files.mkdir("/d");
  expect(files.stat("/d")).toMatchObject({ mtimeMs: now, ctimeMs: now, atimeMs: now });
  now += 3_600_000;
  files.writeFile("/d/f", "");
  expect(files.stat("/d").mtimeMs).toBe(now);
  files.utimes("/d/f", 5, 6);
  now += 1000;
  files.chmod("/d/f", 0o600);
  expect(files.stat("/d/f")).toMatchObject({ atimeMs: 5, mtimeMs: 6, ctimeMs: now });
  now += 86_400_000;
  world.syncClock();
  expect(Math.abs(world.memory.now() - now)).toBeLessThan(1000);
});

test("buffers that cannot grow are a smaller disk", () => {
  const shared = makeSharedFiles({ dataBytes: 32 << 20, inodes: 1000 });
  expect(shared.data.growable).toBe(false);
  const world = new WorldFiles({ shared });
  const files = world.files({ root: world.createTree(), credentials: ROOT });
  files.writeFile("/a", new Uint8Array(9 << 20));
  expect(failure(() => files.writeFile("/b", new Uint8Array(9 << 20)))).toBe("ENOSPC");
  files.unlink("/a");
  files.writeFile("/b", new Uint8Array(9 << 20));
  expect(
    failure(() => {
      for (let index = 0; ; index++) files.writeFile(`/f${index}`, "");
    }),
  ).toBe("ENOSPC");
});

test("fifos and device nodes are opened by whoever was registered for them; only root makes devices", () => {
  const opened: SpecialFile[] = [];
  const { world, admin, files } = machine();
  expect(failure(() => files.open("/dev/null", O.RDONLY))).toBe("ENOENT");
  admin.mkdir("/dev");
  admin.mknod("/dev/null", 0o020666, 0x103);
  admin.chmod("/dev/null", 0o666);
  expect(failure(() => files.open("/dev/null", O.RDONLY))).toBe("ENXIO");
  const regular: OpenFile = files.open("plain", O.RDWR | O.CREAT);
  world.openSpecial = (file) => {
    opened.push(file);
    return regular;
  };
  expect(files.open("/dev/null", O.WRONLY)).toBe(regular);
  files.mkfifo("pipe");
  files.open("pipe", O.RDONLY);
  expect(opened).toMatchObject([
    { kind: "character", rdev: 0x103, flags: O.WRONLY },
    { kind: "fifo", rdev: 0, root: files.root },
  ]);
  expect(files.stat("/dev/null")).toMatchObject({ kind: "device", mode: 0o020666 });
  expect(failure(() => files.mknod("null", 0o020666, 0x103))).toBe("EPERM");
  expect(failure(() => files.open("/dev/null", O.RDONLY | O.DIRECTORY))).toBe("ENOTDIR");
});

test("a process that waits for a lock is answered when it gets it, or when a signal comes", async () => {
  const { world, files } = machine();
  files.writeFile("db", "");
  const ino = files.inode("db");
  const nothing = new Uint8Array(0);
  const lock = (pid: number, wait: number, signal?: AbortSignal) =>
    fileCall(world, { pid, credentials: ann, signal }, OP.LOCK, [ino, 1, 0, 0, wait], nothing);
  expect(lock(1, 0)).toEqual({ result: 0 });
  expect(lock(2, 0)).toEqual({ result: -11 });
  const signal = new AbortController();
  const interrupted = lock(3, 1, signal.signal);
  const waiting = lock(2, 1);
  signal.abort();
  expect(await interrupted).toEqual<FileAnswer>({ result: -4 });
  world.processEnded(1);
  expect(await waiting).toEqual<FileAnswer>({ result: 0 });
  expect(lock(3, 0)).toEqual({ result: -11 });
});
