import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { LessonFolders } from "./lesson-folders.ts";
import { readLibrary, readPart } from "./load.ts";

let folder = "";
const root = () => join(folder, "content");

function write(path: string, text: string): void {
  const file = join(root(), path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const lesson = (id: string, more = ""): string =>
  `---\nid: ${id}\ntitle: ${id}\nsummary: It is.\nminutes: 5\nobjectives: [Do it]\n${more}---\n\n## Start\n\n<Task id='a' />\n`;
const lab = (more = ""): string =>
  `${more}machines:\n  laptop: { image: ubuntu }\ntasks:\n  - id: a\n    title: A\n    checks: [{ id: c, file: a.txt, contains: hi, because: b, next: n }]\n`;
const saidIn = (library: ReturnType<typeof readPart>): string[] => library.problems.map(({ file, message }) => `${file}: ${message}`);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "part-"));
  write("one/course.yaml", "title: One\nsummary: The first.\nteaches: [Something]\norder: 1\nlessons: [first, second]\n");
  write("two/course.yaml", "title: Two\nsummary: The second.\nteaches: [More]\norder: 2\nlessons: [third, broken]\n");
  write("one/first/lesson.mdx", lesson("one/first"));
  write("one/first/lab.yaml", lab());
  write("one/first/attempts/solution.sh", "# task: a\necho hi > a.txt\n");
  write("one/second/lesson.mdx", lesson("one/later", "requires: [one/first]\n"));
  write("one/second/lab.yaml", lab("continues: one/first\n"));
  write("two/third/lesson.mdx", lesson("two/third"));
  write("two/third/lab.yaml", lab());
  write("two/broken/lesson.mdx", "<nothing");
});

afterEach(() => rmSync(folder, { recursive: true }));

it("finds a lesson by its id without reading it, also where its folder is called otherwise", () => {
  const places = new LessonFolders(root());
  expect(places.all()).toEqual(["one/first", "one/second", "two/broken", "two/third"]);
  expect(places.ofId("one/first")).toBe("one/first");
  expect(places.ofId("one/later")).toBe("one/second");
  expect(places.ofId("one/second")).toBeUndefined();
  expect(places.has("../content/one")).toBe(false);
});

it("reads a lesson as it is read among all, and no other", () => {
  const part = readPart(["two/third"], root());
  expect([...part.lessons.keys()]).toEqual(["two/third"]);
  expect(part.problems).toEqual([]);
  expect(part.lessons.get("two/third")).toEqual({
    ...readLibrary(root()).lessons.get("two/third"),
    context: expect.objectContaining({ file: "content/two/third/lesson.mdx" }),
  });
});

it("reads the lessons that one continues too, and knows those that it requires", () => {
  const part = readPart(["one/second"], root());
  expect([...part.lessons.keys()].sort()).toEqual(["one/first", "one/later"]);
  expect(part.problems).toEqual([]);
  expect(part.lessons.get("one/later")?.lab?.continues?.world).toBe(readLibrary(root()).lessons.get("one/later")?.lab?.continues?.world);
});

it("says what is wrong with the lesson, and what was meant by a name that no lesson has", () => {
  write("one/second/lab.yaml", lab("continues: one/frist\n"));
  write("one/first/lesson.mdx", lesson("one/first", "requires: [nowhere]\n"));
  expect(saidIn(readPart(["one/second"], root())).join("\n")).toContain(
    "content/one/second/lab.yaml: `continues: one/frist`: no such lesson.",
  );
  expect(saidIn(readPart(["one/first"], root()))).toEqual([
    "content/one/first/lesson.mdx: `requires: nowhere`: there is no lesson with this id.",
  ]);
});

it("finds an id that a lesson has which is not read, and faults of all lists, when it is asked to", () => {
  write("two/third/lesson.mdx", lesson("one/first"));
  write("two/course.yaml", "title: Two\nsummary: The second.\nteaches: [More]\norder: 2\nlessons: [broken]\n");
  expect(saidIn(readPart(["one/first"], root()))).toEqual([]);
  expect(saidIn(readPart(["one/first"], root(), { lists: true })).sort()).toEqual([
    "content/one/first/lesson.mdx: content/two/third/lesson.mdx has the id `one/first` already.",
    "content/two/course.yaml: The folder `third` is not in the list of lessons.",
  ]);
});
