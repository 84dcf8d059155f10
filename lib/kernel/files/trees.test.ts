import { expect, test, vi } from "vitest";
import { keysOf, type TreeManifest } from "./capture.ts";
import { readAll } from "./inode-bytes.ts";
import { INODE } from "./shared-memory.ts";
import { ROOT, WorldFiles } from "./world-files.ts";

const ann = { uid: 1000, gid: 1000, groups: [1000] };
const encoder = new TextEncoder();

function machine(world = new WorldFiles()) {
  const root = world.createTree();
  return { world, root, admin: world.files({ root, credentials: ROOT }) };
}

const pack = {
  name: "django-5.2",
  bytes: encoder.encode("print('one')print('three')"),
  files: [
    { offset: 0, length: 12 },
    { offset: 12, length: 14 },
    { offset: 0, length: 0 },
  ],
};
const entries = [
  { path: "django/one.py", file: 0, mtimeMs: 1000 },
  { path: "django/sub/three.py", file: 1, mode: 0o755 },
  { path: "django/__init__.py", file: 2 },
  { path: "django/link", target: "one.py" },
  { path: "empty", mode: 0o700 },
];

test("a clone and its original do not see each other's changes", () => {
  const { world, root, admin } = machine();
  admin.mkdir("/d");
  admin.writeFile("/d/a", "old");
  admin.link("/d/a", "/d/b");
  admin.symlink("a", "/d/l");
  admin.chown("/d/a", 5, 6);
  admin.utimes("/d/a", 1, 2);
  const used = world.store.extents.used;
  const copyRoot = world.cloneTree(root);
  const copy = world.files({ root: copyRoot, credentials: ROOT });
  expect(world.store.extents.used).toBe(used);
  expect(copy.stat("/d/a")).toMatchObject({ uid: 5, gid: 6, nlink: 2, mtimeMs: 2, size: 3 });
  copy.writeFile("/d/b", "new!");
  expect(copy.readText("/d/l")).toBe("new!");
  expect(admin.readText("/d/a")).toBe("old");
  admin.writeFile("/d/a", " and older", { append: true });
  expect(admin.readText("/d/b")).toBe("old and older");
  copy.rename("/d", "/e");
  expect(admin.exists("/d")).toBe(true);
  expect(copy.realpath("/e/..")).toBe("/");
  world.destroyTree(copyRoot);
  expect(world.store.extents.used).toBe(used);
  expect(admin.readText("/d/b")).toBe("old and older");
  world.destroyTree(root);
  expect(world.store.count).toBe(0);
  expect(world.store.extents.used).toBe(0);
});

test("cutting a clone's file short leaves the original's bytes alone", () => {
  const { world, root, admin } = machine();
  admin.writeFile("/f", "0123456789");
  const copy = world.files({ root: world.cloneTree(root), credentials: ROOT });
  copy.truncate("/f", 4);
  copy.truncate("/f", 6);
  expect(copy.readText("/f")).toBe("0123\0\0");
  expect(admin.readText("/f")).toBe("0123456789");
});

test("a pristine tree costs no bytes, however often it is installed, until it is changed", () => {
  const { world, root, admin } = machine();
  const first = world.importPack(pack);
  expect(world.importPack(pack)).toBe(first);
  admin.mkdir("/site");
  admin.mkdir("/other");
  world.install(admin.inode("/site"), first, entries, { uid: 0, gid: 0 });
  world.install(admin.inode("/other"), first, entries, { uid: 1000, gid: 1000 });
  expect(world.store.extents.used).toBe(0);
  expect(admin.readText("/site/django/one.py")).toBe("print('one')");
  expect(admin.readText("/other/django/link")).toBe("print('one')");
  expect(admin.stat("/other/django/sub/three.py")).toMatchObject({ mode: 0o100755, uid: 1000, size: 14 });
  expect(admin.stat("/site/django/one.py").mtimeMs).toBe(1000);
  expect(admin.stat("/site/empty").mode).toBe(0o040700);
  const ino = admin.inode("/site/django/one.py");
  expect(world.contentOf(ino)).toBe(first);
  admin.writeFile("/site/django/one.py", "#", { append: true });
  expect(world.contentOf(ino)).toBe(0);
  expect(admin.readText("/site/django/one.py")).toBe("print('one')#");
  expect(admin.readText("/other/django/one.py")).toBe("print('one')");
  const copy = world.cloneTree(root);
  expect(world.contentOf(world.files({ root: copy, credentials: ROOT }).inode("/other/django/one.py"))).toBe(first);
});

test("unpacked bytes that equal a blob's are shared with it; others are not", () => {
  const { world, admin } = machine();
  const first = world.importPack(pack);
  admin.writeFile("/same", "print('three')");
  admin.writeFile("/other", "print('tree!')");
  admin.writeFile("/empty", "");
  const { mtimeMs } = admin.stat("/same");
  expect(world.adopt(admin.inode("/same"), first + 1)).toBe(true);
  expect(world.adopt(admin.inode("/other"), first + 1)).toBe(false);
  expect(world.adopt(admin.inode("/other"), first)).toBe(false);
  expect(world.adopt(admin.inode("/empty"), first + 2)).toBe(true);
  expect(world.contentOf(admin.inode("/same"))).toBe(first + 1);
  expect(admin.readText("/same")).toBe("print('three')");
  expect(admin.stat("/same").mtimeMs).toBe(mtimeMs);
  admin.truncate("/same", 5);
  expect(admin.readText("/same")).toBe("print");
  expect(world.contentOf(admin.inode("/same"))).toBe(0);
});

test("what was captured comes back in another world, and only changed bytes are captured again", () => {
  const { world, root, admin } = machine();
  const first = world.importPack(pack);
  world.install(root, first, entries, { uid: 0, gid: 0 });
  const files = world.files({ root, credentials: ann });
  admin.mkdir("/home");
  admin.chown("/home", 1000, 1000);
  files.writeFile("/home/a", "aaa");
  files.writeFile("/home/b", new Uint8Array(70_000).fill(3));
  files.writeFile("/home/empty", "");
  files.link("/home/a", "/home/a2");
  files.mkfifo("/home/pipe");
  admin.mknod("/null", 0o020666, (1 << 8) | 3);
  files.utimes("/home/a", 111, 222);
  const saved = new Map<string, Uint8Array>();
  const capture = world.capture(root);
  expect(capture.bytes.size).toBe(3);
  for (const [key, bytes] of capture.bytes) saved.set(key, bytes);

  files.writeFile("/home/a2", "changed");
  const second = world.capture(root, (key) => saved.has(key));
  expect([...second.bytes.values()]).toEqual([encoder.encode("changed")]);
  for (const [key, bytes] of second.bytes) saved.set(key, bytes);
  expect([...keysOf(second.manifest)].every((key) => saved.has(key))).toBe(true);

  const later = new WorldFiles();
  later.importPack(pack);
  const manifest: TreeManifest = JSON.parse(JSON.stringify(second.manifest));
  const restoredRoot = later.restore(manifest, (key) => saved.get(key));
  const restored = later.files({ root: restoredRoot, credentials: ROOT });
  const look = (from: typeof admin, path: string): unknown[] =>
    from.readdir(path).map(({ name }) => {
      const { ino, ...stat } = from.lstat(`${path}/${name}`);
      const inside = stat.kind === "directory" ? look(from, `${path}/${name}`) : undefined;
      const text = stat.kind === "file" ? from.readText(`${path}/${name}`) : undefined;
      return { name, stat, inside, text, target: stat.kind === "symlink" ? from.readlink(`${path}/${name}`) : undefined, shown: ino > 0 };
    });
  expect(look(restored, "/")).toEqual(look(admin, "/"));
  expect(restored.stat("/home/a").ino).toBe(restored.stat("/home/a2").ino);
  const third = later.capture(restoredRoot, (key) => saved.has(key));
  expect(third.bytes.size).toBe(0);
  expect(third.manifest).toEqual(second.manifest);
});

test("a restored tree shares bytes with files that have them, until one of the two is written", () => {
  const { world, root, admin } = machine();
  admin.writeFile("/a", new Uint8Array(500_000).fill(1));
  admin.writeFile("/b", "old");
  const { manifest, bytes } = world.capture(root);
  admin.writeFile("/b", "new");
  const used = world.store.extents.used;
  const back = world.files({ root: world.restore(manifest, (key) => bytes.get(key)), credentials: ROOT });
  expect(world.store.extents.used - used).toBeLessThan(1000);
  expect([back.readText("/b"), admin.readText("/b")]).toEqual(["old", "new"]);
  const first = (files: typeof admin) => files.readFile("/a")[0];
  admin.writeFile("/a", new Uint8Array(500_000).fill(2));
  expect([first(back), first(admin)]).toEqual([1, 2]);
  back.writeFile("/a", "");
  expect(first(admin)).toBe(2);
});

test("a manifest whose bytes or packs are missing is refused with their names, and leaves nothing behind", () => {
  const { world, root, admin } = machine();
  world.install(root, world.importPack(pack), entries, { uid: 0, gid: 0 });
  const pristine = world.capture(root).manifest;
  const later = new WorldFiles();
  expect(() => later.restore(pristine, () => undefined)).toThrow(/django-5\.2#0/);
  admin.writeFile("/f", "x");
  const { manifest } = world.capture(root);
  admin.unlink("/f");
  expect(() => world.restore(manifest, () => undefined)).toThrow(/1 bytes of/);
  expect(later.store.count).toBe(0);
});

test("a tree's version moves with every change, and only with its own", () => {
  const { world, root, admin } = machine();
  const other = world.createTree();
  const [mine, theirs] = [world.version(root), world.version(other)];
  admin.writeFile("/f", "x");
  const written = world.version(root);
  expect(written).not.toBe(mine);
  admin.readFile("/f");
  admin.readdir("/");
  world.cloneTree(root);
  expect(world.version(root)).toBe(written);
  admin.chmod("/f", 0o600);
  expect(world.version(root)).not.toBe(written);
  expect(world.version(other)).toBe(theirs);
});

test("watchers hear of names, contents and attributes below their path, in one message a turn", async () => {
  const { world, admin } = machine();
  admin.mkdir("/home/shop", { recursive: true });
  admin.writeFile("/home/shop/f", "1");
  admin.writeFile("/outside", "1");
  const heard: (readonly string[])[] = [];
  let wake = () => {};
  const stop = world.watches.watch(admin.root, "/home", (paths) => {
    heard.push(paths);
    wake();
  });
  const next = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  let turn = next();
  admin.writeFile("/home/shop/f", "2");
  admin.writeFile("/home/shop/new", "2");
  admin.writeFile("/outside", "2");
  await turn;
  expect(new Set(heard[0])).toEqual(new Set(["/home/shop/f", "/home/shop/new", "/home/shop"]));
  turn = next();
  // As a worker would: bytes in place, no call.
  world.memory.changed(admin.inode("/home/shop/f"), true);
  await turn;
  expect(heard[1]).toEqual(["/home/shop/f"]);
  turn = next();
  for (let index = 0; index < 5000; index++) admin.chmod("/home/shop/new", index % 2 === 0 ? 0o600 : 0o644);
  await turn;
  expect(heard[2]).toEqual(["/home/shop/new"]);
  stop();
});

test("inodes used again never look like the ones before", () => {
  const { world, admin } = machine();
  admin.mkdir("/a");
  const ino = admin.inode("/a");
  const version = world.memory.get(ino, INODE.SEQ);
  admin.rmdir("/a");
  admin.writeFile("/b", "text");
  expect(admin.inode("/b")).toBe(ino);
  expect(world.memory.get(ino, INODE.SEQ)).toBeGreaterThan(version);
  expect(readAll(world.memory, ino).length).toBe(4);
});

test("writers are waited for once when a tree comes back, however many files it has", () => {
  const { world, root, admin } = machine();
  for (let number = 0; number < 20; number++) admin.writeFile(`/${number}`, "text");
  const { manifest, bytes } = world.capture(root);
  const waits = vi.spyOn(world.store, "waitForWriters");
  const back = world.files({ root: world.restore(manifest, (key) => bytes.get(key)), credentials: ROOT });
  expect(back.readText("/19")).toBe("text");
  expect(waits).toHaveBeenCalledTimes(1);
});
