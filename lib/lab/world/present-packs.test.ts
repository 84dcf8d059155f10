import { expect, test } from "vitest";
import { WorldFiles } from "../../kernel/files/world-files.ts";
import { withPresentPacks } from "./present-packs.ts";

const ROOT = { uid: 0, gid: 0, groups: [] };
const encoder = new TextEncoder();

function pack(name: string, files: Readonly<Record<string, string>>) {
  const texts = Object.values(files);
  let offset = 0;
  const places = texts.map(({ length }) => {
    offset += length;
    return { offset: offset - length, length };
  });
  const keys = new Map(Object.keys(files).map((path, index) => [`/${path}`, `${name}#${index}`]));
  return { pack: { name, bytes: encoder.encode(texts.join("")), files: places }, paths: Object.keys(files), keys };
}

test("a disk saved with an earlier build's files comes back with this build's, and what was written on it stays", () => {
  const before = pack("library-1", { "lib/a.py": "one", "lib/b.py": "gone", "old/only.py": "old", "lib/mine.py": "shipped" });
  const after = pack("library-2", { "lib/a.py": "two!", "lib/c.py": "new", "lib/mine.py": "shipped" });
  const world = new WorldFiles();
  const root = world.createTree();
  world.install(
    root,
    world.importPack(before.pack),
    before.paths.map((path, file) => ({ path, file })),
    { uid: 0, gid: 0 },
  );
  const files = world.files({ root, credentials: ROOT });
  files.writeFile("/lib/mine.py", "changed by me");
  files.link("/lib/a.py", "/lib/also-a.py");
  const { manifest, bytes } = world.capture(root);

  const later = new WorldFiles();
  later.importPack(after.pack);
  const present = withPresentPacks(manifest, (path, key) => (key.startsWith("library-2#") ? key : after.keys.get(path)));
  const restored = later.files({ root: later.restore(present, (key) => bytes.get(key)), credentials: ROOT });
  expect(restored.readText("/lib/a.py")).toBe("two!");
  expect(restored.readText("/lib/also-a.py")).toBe("two!");
  expect(restored.readText("/lib/mine.py")).toBe("changed by me");
  expect(restored.exists("/lib/b.py")).toBe(false);
  expect(restored.exists("/old")).toBe(false);
});

test("what only shares a pack's bytes is saved with its own copy", () => {
  const world = new WorldFiles();
  const root = world.createTree();
  const files = world.files({ root, credentials: ROOT });
  files.writeFile("/installed.py", "print('x')");
  const first = world.importPack({
    name: "wheel-1",
    bytes: encoder.encode("print('x')"),
    files: [{ offset: 0, length: 10, sharedOnly: true }],
  });
  expect(world.adopt(files.inode("/installed.py"), first)).toBe(true);
  const { manifest, bytes } = world.capture(root);
  const later = new WorldFiles();
  const restored = later.files({ root: later.restore(manifest, (key) => bytes.get(key)), credentials: ROOT });
  expect(restored.readText("/installed.py")).toBe("print('x')");
});
