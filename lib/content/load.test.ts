import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { loadCourses, loadLesson, readLibrary } from "./load.ts";

let folder = "";
const root = () => join(folder, "content");

function write(path: string, text: string): void {
  const file = join(root(), path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "content-"));
  write("glossary.yaml", "- { id: server, term: server, text: It serves. }\n");
  write("one/course.yaml", "title: One\nsummary: The first.\nteaches: [Something]\norder: 1\nlessons: [first]\n");
  write(
    "one/first/lesson.mdx",
    "---\nid: one/first\ntitle: First\nsummary: It is.\nminutes: 5\nobjectives: [Do it]\n---\n\n## Start\n\n<Task id='a' />\n\n![It](pictures/a.svg)\n\n<Quiz id='q' />\n",
  );
  write("one/first/pictures/a.svg", "<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0'/></svg>");
  write("one/first/files/laptop/home/learner/a.txt", "hello\n");
  write(
    "one/first/quiz.yaml",
    "- id: q\n  question: Q?\n  options: [{ id: a, text: A, right: true, why: w }, { id: b, text: B, why: w }]\n",
  );
  write(
    "one/first/lab.yaml",
    "machines:\n  laptop: { image: ubuntu }\ntasks:\n  - id: a\n    title: A\n    checks: [{ id: c, file: a.txt, contains: hi, because: b, next: n }]\n",
  );
});

afterEach(() => rmSync(folder, { recursive: true }));

it("loads courses, and a lesson with its lab, pictures and quizzes", async () => {
  expect(loadCourses(root())).toMatchObject([{ slug: "one", lessons: [{ id: "one/first", hasLab: true }] }]);
  const lesson = await loadLesson("one/first", root());
  expect(lesson.lab?.files).toEqual([{ machine: "laptop", path: "/home/learner/a.txt", mode: 0o644, base64: "aGVsbG8K" }]);
  expect(Object.keys(lesson.pictures)).toEqual(["pictures/a.svg"]);
  expect(lesson.headings).toEqual([{ depth: 2, id: "start", text: "Start" }]);
});

it("gives the lab another version when a file changes", () => {
  const before = readLibrary(root()).lessons.get("one/first")?.lab?.version;
  write("one/first/files/laptop/home/learner/a.txt", "hullo\n");
  expect(readLibrary(root()).lessons.get("one/first")?.lab?.version).not.toBe(before);
});

it("stops at bad frontmatter, course and lesson lists, with file and line", () => {
  write("one/course.yaml", "title: One\nsummary: The first.\nteaches: [Something]\norder: one\nlessons: [frist]\n");
  const problems = readLibrary(root()).problems;
  expect(problems).toMatchObject([{ file: "content/one/course.yaml", line: 4 }]);
  write("one/course.yaml", "title: One\nsummary: The first.\nteaches: [Something]\norder: 1\nlessons:\n  - frist\n");
  expect(readLibrary(root()).problems).toMatchObject([{ line: 6 }, { message: "The folder `first` is not in the list of lessons." }]);
  write("one/course.yaml", "title: One\nsummary: The first.\nteaches: [Something]\norder: 1\nlessons: [first]\n");
  write("one/first/lesson.mdx", "---\nid: one/first\ntitle: First\nminutes: soon\n---\n");
  expect(readLibrary(root()).problems.map((problem) => problem.line)).toEqual([2, 4, 2]);
});

it("refuses a picture with a script in it", () => {
  write("one/first/pictures/a.svg", "<svg>\n<script>1</script></svg>");
  expect(readLibrary(root()).problems).toMatchObject([{ file: "content/one/first/lesson.mdx", line: 13 }]);
});

it("shows in the preview what is sound, whatever else is broken", () => {
  write("two/course.yaml", "title: Two\nsummary: The second.\nteaches: [Something]\norder: two\nlessons: [other]\n");
  write("one/first/lab.yaml", "machines:\n  laptop: { image: ubunto }\n");
  expect(() => loadCourses(root())).toThrow("`tasks` is missing");
  vi.stubEnv("NODE_ENV", "production");
  expect(() => loadCourses(root())).toThrow("`order` must be a number");
  vi.stubEnv("NODE_ENV", "development");
  expect(loadCourses(root())).toMatchObject([{ slug: "one", lessons: [] }]);
  vi.unstubAllEnvs();
});
