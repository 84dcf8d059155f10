import { beforeEach, describe, expect, test } from "vitest";
import { KernelError } from "../errno.ts";
import { O } from "../types.ts";
import { ClientFiles, LocalFile } from "./client-files.ts";
import { fileCall } from "./file-calls.ts";
import type { MachineFiles } from "./machine-files.ts";
import { ROOT, WorldFiles } from "./world-files.ts";

const ann = { uid: 1000, gid: 1000, groups: [1000] };

let world: WorldFiles;
let root: number;
let admin: MachineFiles;
let calls: number;
const marks: Int32Array[] = [];

/** A process whose system calls are answered at once, in this thread. */
function client(pid: number, credentials = ann): ClientFiles {
  const openInodes = new Int32Array(new SharedArrayBuffer(64));
  marks.push(openInodes);
  let data = new Uint8Array(0);
  return new ClientFiles({
    shared: world.shared,
    pid,
    rootInode: root,
    credentials,
    cwd: "/home/ann",
    umask: () => 0o022,
    openInodes,
    calls: {
      call(op, args, payload = new Uint8Array(0)) {
        calls++;
        const answer = fileCall(world, { pid, credentials }, op, args, payload);
        if (answer === undefined || answer instanceof Promise) return 0;
        data = answer.data === undefined ? new Uint8Array(0) : answer.data.slice();
        return answer.result;
      },
      answer: () => data,
    },
  });
}

function failure(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof KernelError) return error.code;
    throw error;
  }
  return "none";
}

function openFile(files: ClientFiles, path: string, flags: number): LocalFile {
  const file = files.open(path, flags);
  if (!(file instanceof LocalFile)) throw new Error(`${path} is special`);
  return file;
}

beforeEach(() => {
  world = new WorldFiles();
  root = world.createTree();
  admin = world.files({ root, credentials: ROOT });
  admin.mkdir("/home/ann", { recursive: true });
  admin.chown("/home/ann", 1000, 1000);
  marks.length = 0;
  calls = 0;
  world.store.heldByWorker = (ino) => marks.some((open) => open.includes(ino));
});

describe("a worker's files", () => {
  test("stat, open, read and failing lookups need no call once a listing is known", () => {
    const files = client(7);
    files.mkdir("shop");
    files.writeFile("shop/settings.py", "DEBUG = True\n");
    files.stat("shop/settings.py");
    calls = 0;
    expect(files.stat("shop/settings.py").size).toBe(13);
    expect(files.readText("shop/settings.py")).toBe("DEBUG = True\n");
    expect(failure(() => files.stat("shop/none.py"))).toBe("ENOENT");
    expect(files.lookup("shop/none.py", true)).toBe(-2);
    const file = openFile(files, "shop/settings.py", O.RDWR);
    file.write(new TextEncoder().encode("DEBUG"));
    file.release();
    expect(calls).toBe(0);
  });

  test("its own changes keep the cached listing; others' changes are seen at once", () => {
    const files = client(7);
    files.readdir(".");
    calls = 0;
    files.writeFile("a", "1");
    files.rename("a", "b");
    files.link("b", "c");
    files.unlink("b");
    expect(files.readdir(".").map((entry) => entry.name)).toEqual(["c"]);
    // create, grow, rename, link, unlink
    expect(calls).toBe(5);
    admin.writeFile("/home/ann/d", "");
    expect(files.exists("d")).toBe(true);
    admin.rename("/home/ann/d", "/home/ann/e");
    expect(files.exists("d")).toBe(false);
    admin.symlink("c", "/home/ann/l");
    expect(files.readText("l")).toBe("1");
    admin.unlink("/home/ann/l");
    admin.symlink("e", "/home/ann/l");
    expect(files.readText("l")).toBe("");
  });

  test("a listing larger than the data area comes in pages", () => {
    for (let index = 0; index < 9000; index++) admin.writeFile(`/home/ann/a-rather-long-name-of-a-file-${index}`, "");
    expect(client(7).readdir(".").length).toBe(9000);
  });

  test("a file deleted by another process lives until it is closed here", () => {
    const files = client(7);
    files.writeFile("t", "hello");
    const count = world.store.count;
    const file = openFile(files, "t", O.RDONLY);
    admin.unlink("/home/ann/t");
    const bytes = new Uint8Array(5);
    expect(file.read(bytes)).toBe(5);
    expect(new TextDecoder().decode(bytes)).toBe("hello");
    expect(file.stat().nlink).toBe(0);
    expect(world.store.count).toBe(count);
    file.release();
    expect(world.store.count).toBe(count - 1);
  });

  test("what a process had open goes when the process ended", () => {
    const files = client(7);
    files.writeFile("t", "hello");
    openFile(files, "t", O.RDONLY);
    admin.unlink("/home/ann/t");
    const count = world.store.count;
    marks.pop();
    world.processEnded(7);
    expect(world.store.count).toBe(count - 1);
  });

  test("permissions and the file's own mode hold for the caller", () => {
    const files = client(7);
    admin.writeFile("/home/shadow", "x", { mode: 0o600 });
    expect(failure(() => files.open("/home/shadow", O.RDONLY))).toBe("EACCES");
    expect(failure(() => files.writeFile("/home/x", ""))).toBe("EACCES");
    const file = files.open("ro", O.WRONLY | O.CREAT, 0o444);
    expect(file).toBeInstanceOf(LocalFile);
    expect(failure(() => files.open("ro", O.WRONLY))).toBe("EACCES");
  });

  test("relative paths can start at an open directory", () => {
    const files = client(7);
    files.mkdir("d");
    files.writeFile("d/f", "1");
    const directory = openFile(files, "d", O.RDONLY | O.DIRECTORY);
    expect(files.from(directory.ino, () => files.stat("f").size)).toBe(1);
    files.from(directory.ino, () => files.unlink("f"));
    expect(directory.readdir()).toEqual([]);
    directory.release();
    expect(files.cwd).toBe("/home/ann");
  });

  // flock(2): the lock is the open file's; `with open(…) as file: fcntl.flock(file, LOCK_EX)` gives it back by closing.
  test("a lock of flock goes when its file is closed for the last time", () => {
    admin.writeFile("/home/ann/count", "1");
    admin.chown("/home/ann/count", 1000, 1000);
    const mine = openFile(client(1), "/home/ann/count", O.RDWR);
    const files = client(2);
    const theirs = openFile(files, "/home/ann/count", O.RDWR);
    mine.flock(2);
    expect(failure(() => theirs.flock(2 | 4))).toBe("EAGAIN");
    mine.retain().release();
    expect(failure(() => theirs.flock(2 | 4))).toBe("EAGAIN");
    mine.release();
    theirs.flock(2 | 4);
    const again = openFile(files, "/home/ann/count", O.RDWR);
    expect(failure(() => again.flock(1 | 4))).toBe("EAGAIN");
    theirs.flock(8);
    again.flock(1 | 4);
  });

  test("record locks keep processes apart, are told by F_GETLK, and go with any close", () => {
    const [first, second] = [client(7), client(8)];
    first.writeFile("db", "");
    const mine = openFile(first, "db", O.RDWR);
    const theirs = openFile(second, "db", O.RDWR);
    mine.setLock({ type: 1, start: 100, length: 10 }, false);
    expect(failure(() => theirs.setLock({ type: 0, start: 105, length: 1 }, false))).toBe("EAGAIN");
    theirs.setLock({ type: 0, start: 110, length: 1 }, false);
    expect(theirs.getLock({ type: 0, start: 0, length: 0 })).toEqual({ pid: 7, type: 1, start: 100, length: 10 });
    openFile(first, "db", O.RDONLY).release();
    theirs.setLock({ type: 1, start: 0, length: 0 }, false);
    world.processEnded(8);
    mine.setLock({ type: 1, start: 0, length: 0 }, false);
  });
});
