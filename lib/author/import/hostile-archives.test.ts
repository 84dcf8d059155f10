import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { packTar } from "modern-tar";
import { afterAll, expect, it } from "vitest";
import { LIMITS } from "./limits.ts";
import { readSource } from "./read-source.ts";
import { zipOf } from "./zip-testing.ts";

const root = mkdtempSync(join(tmpdir(), "hostile-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let count = 0;
function file(bytes: Uint8Array, ending: string): string {
  const path = join(root, `archive-${count++}.${ending}`);
  writeFileSync(path, bytes);
  return path;
}

type Entry = Parameters<typeof packTar>[0][number];
const tarFile = (name: string, text = "x"): Entry => ({ header: { name, size: text.length, type: "file" }, body: text });
const tar = async (...entries: Entry[]): Promise<string> => file(gzipSync(await packTar(entries)), "tar.gz");

const badNames = [
  "../out.md",
  "a/../../out.md",
  "/etc/passwd",
  "C:/x.md",
  "a\\..\\b.md",
  "con.md",
  "a/NUL",
  "end.",
  "what?.md",
  "bell\x07.md",
];

it.each(badNames)("refuses the name %j in a zip and in a tar", async (name) => {
  await expect(readSource(file(zipOf([{ name, text: "x" }]), "zip"))).rejects.toThrow(/Nothing was imported|invalid|absolute path/);
  await expect(readSource(await tar(tarFile(name)))).rejects.toThrow(/Nothing was imported/);
});

it("refuses links that lead out, and leaves the others out", async () => {
  const link = (linkname: string, type: "symlink" | "link" = "symlink"): Entry => ({ header: { name: "a/b", size: 0, type, linkname } });
  await expect(readSource(await tar(link("/etc/passwd")))).rejects.toThrow("leads out");
  await expect(readSource(await tar(link("../../x")))).rejects.toThrow("leads out");
  await expect(readSource(await tar(link("/etc/passwd", "link")))).rejects.toThrow("leads out");
  await expect(readSource(await tar(link("../x", "link")))).rejects.toThrow("leads out");
  await expect(readSource(file(zipOf([{ name: "a/b", text: "../../../x", mode: 0o120777 }]), "zip"))).rejects.toThrow("leads out");
  const inside = await readSource(await tar(tarFile("c.md"), link("../c.md")));
  expect([...inside.files.keys()]).toEqual(["c.md"]);
  expect(inside.skipped).toMatchObject([{ path: "a/b" }]);
  const folder = join(root, "folder");
  mkdirSync(folder);
  symlinkSync("/etc", join(folder, "etc"));
  await expect(readSource(folder)).rejects.toThrow("leads out");
});

it("refuses devices and pipes", async () => {
  for (const type of ["character-device", "block-device", "fifo"] as const) {
    await expect(readSource(await tar({ header: { name: "dev", size: 0, type } }))).rejects.toThrow("device");
  }
  await expect(readSource(file(zipOf([{ name: "dev", text: "", mode: 0o020666 }]), "zip"))).rejects.toThrow("device");
});

it("refuses bombs: by ratio, by size, by number, by depth, and those that lie about their size", async () => {
  const zeros = new Uint8Array(4 * 1024 * 1024);
  await expect(readSource(file(zipOf([{ name: "a.md", bytes: zeros }]), "zip"))).rejects.toThrow("bomb");
  await expect(readSource(file(gzipSync(new Uint8Array(LIMITS.totalBytes * 2)), "tar.gz"))).rejects.toThrow(/larger than|bomb/);
  await expect(readSource(file(zipOf([{ name: "a.md", bytes: zeros, says: 10 }]), "zip"))).rejects.toThrow(/Nothing was imported/);
  await expect(readSource(await tar(...Array.from({ length: LIMITS.files + 1 }, (_, index) => tarFile(`${index}.md`))))).rejects.toThrow(
    "more than",
  );
  await expect(readSource(await tar(tarFile(`${"d/".repeat(LIMITS.depth + 1)}x.md`)))).rejects.toThrow("deeper");
});

it("refuses names that are there twice, also those that differ only in case", async () => {
  await expect(readSource(await tar(tarFile("a.md"), tarFile("a.md")))).rejects.toThrow("twice");
  await expect(
    readSource(
      file(
        zipOf([
          { name: "a.md", text: "1" },
          { name: "A.md", text: "2" },
        ]),
        "zip",
      ),
    ),
  ).rejects.toThrow("twice");
});

it("says what is wrong with what is no archive", async () => {
  await expect(readSource(file(new TextEncoder().encode("PK not really"), "zip"))).rejects.toThrow("no zip archive");
  await expect(readSource(file(gzipSync(new TextEncoder().encode("no tar")), "tar.gz"))).rejects.toThrow(/tar archive|Nothing/);
  await expect(readSource(join(root, "nothing"))).rejects.toThrow("There is no");
});

it("reads a zip that is as it should be", async () => {
  const tree = await readSource(
    file(
      zipOf([
        { name: "a/", text: "" },
        { name: "a/b.md", text: "hello" },
        { name: "run", text: "x", mode: 0o100755 },
      ]),
      "zip",
    ),
  );
  expect(tree.text("a/b.md")).toBe("hello");
  expect(tree.files.get("run")?.executable).toBe(true);
});
