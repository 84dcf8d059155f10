import { expect, it } from "vitest";
import { makeSharedFiles } from "./shared-memory.ts";
import { ROOT, WorldFiles } from "./world-files.ts";

function world(): WorldFiles {
  return new WorldFiles({ shared: makeSharedFiles({ dataBytes: 64 << 20, inodes: 20_000 }) });
}

it("brings a tree back with its bytes, links, owners, times and symbolic links", () => {
  const files = world();
  const root = files.createTree();
  const disk = files.files({ root, credentials: ROOT });
  disk.mkdir("/shop/deep", { recursive: true });
  disk.writeFile("/shop/app.py", "print(1)\n", { mode: 0o640 });
  disk.link("/shop/app.py", "/shop/deep/same.py");
  disk.symlink("../app.py", "/shop/deep/way");
  disk.chown("/shop/app.py", 1000, 1000);
  disk.utimes("/shop/app.py", 1000, 2000);
  const kept = files.kept.keep(root);
  disk.writeFile("/shop/app.py", "changed\n");
  disk.removeTree("/shop");
  disk.writeFile("/new", "new");

  const back = files.files({ root: files.kept.restore(kept), credentials: ROOT });
  expect(back.readdir("/").map(({ name }) => name)).toEqual(["shop"]);
  expect(back.readText("/shop/deep/way")).toBe("print(1)\n");
  const stat = back.stat("/shop/app.py");
  expect(stat).toMatchObject({ uid: 1000, gid: 1000, nlink: 2, mtimeMs: 2000 });
  expect(stat.mode & 0o777).toBe(0o640);
  // Both names are one file, and what is kept stays as it was.
  back.writeFile("/shop/deep/same.py", "other\n");
  expect(back.readText("/shop/app.py")).toBe("other\n");
  expect(files.files({ root: files.kept.restore(kept), credentials: ROOT }).readText("/shop/app.py")).toBe("print(1)\n");
});

it("keeps what has not changed once, and gives the bytes back when nobody holds them", () => {
  const files = world();
  const root = files.createTree();
  const disk = files.files({ root, credentials: ROOT });
  disk.writeFile("/a", new Uint8Array(100_000));
  disk.writeFile("/b", new Uint8Array(100_000));
  const before = files.store.extents.used;
  const first = files.kept.keep(root);
  const second = files.kept.keep(root, first);
  expect(files.store.extents.used).toBe(before);
  expect([...first.inodes.keys()].every((ino) => first.inodes.get(ino) === second.inodes.get(ino))).toBe(true);
  disk.writeFile("/a", new Uint8Array(100_000).fill(1));
  const third = files.kept.keep(root, second);
  expect([...third.inodes.keys()].filter((ino) => third.inodes.get(ino) !== second.inodes.get(ino))).toHaveLength(1);
  expect(files.keptBytes).toBeGreaterThanOrEqual(100_000);
  files.kept.forget(first);
  expect(files.keptBytes).toBeGreaterThanOrEqual(100_000);
  files.kept.forget(second);
  files.kept.forget(third);
  expect(files.keptBytes).toBe(0);
  expect(files.store.extents.used).toBe(before);
});

it("names bytes that a file shares with a wheel by the same key every time, as those of its own", () => {
  const files = world();
  const root = files.createTree();
  const disk = files.files({ root, credentials: ROOT });
  const pack = { name: "wheel", bytes: new TextEncoder().encode("shared"), files: [{ offset: 0, length: 6, sharedOnly: true }] };
  const content = files.importPack(pack);
  disk.writeFile("/own", "own");
  disk.writeFile("/installed", "");
  files.store.setBlob(disk.inode("/installed"), content);
  const keys = (tree: number) => files.capture(tree).manifest.inodes.flatMap(({ bytes }) => bytes?.key ?? []);
  const kept = files.kept.keep(root);
  expect(keys(root)).toHaveLength(2);
  expect(keys(files.kept.restore(kept))).toEqual(keys(root));
  expect(keys(files.kept.restore(kept))).toEqual(keys(root));
});
