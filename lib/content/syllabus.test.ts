import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readLibrary } from "./load.ts";
import { coverage } from "./syllabus.ts";

let root: string;

beforeEach(() => {
  root = join(mkdtempSync(join(tmpdir(), "syllabus-")), "content");
  write("syllabus.yaml", "- source: A document\n  topics:\n    - { id: rolls, text: Rolls }\n    - { id: rye, text: Rye }\n");
  write("bread/course.yaml", "title: Bread\nsummary: Bread.\nteaches: [Bake]\norder: 1\nlessons: [first]\n");
});

afterEach(() => rmSync(dirname(root), { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function lesson(frontmatter: string, check: string): void {
  write(
    "bread/first/lesson.mdx",
    `---\nid: bread/first\ntitle: First\nsummary: S.\nminutes: 5\nobjectives: [Bake]\n${frontmatter}---\n\n<Task id="bake" />\n`,
  );
  const fields = `id: there, file: /tmp/a, because: No., next: Make it.${check}`;
  write(
    "bread/first/lab.yaml",
    `machines: { laptop: { image: ubuntu } }\ntasks:\n  - { id: bake, title: Bake, checks: [{ ${fields} }] }\n`,
  );
}

test("a topic is taught where a lesson or a check says so, and else nowhere", () => {
  lesson("", ", teaches: [rye]");
  const library = readLibrary(root);
  expect(library.problems).toEqual([]);
  const taught = coverage(library).flatMap(({ topics }) =>
    topics.map(({ topic, lessons }) => [topic.id, lessons.map(({ lesson, checks }) => [lesson.id, checks])]),
  );
  expect(taught).toEqual([
    ["rolls", []],
    ["rye", [["bread/first", ["bake/there"]]]],
  ]);
});

test("a topic that the syllabus does not have is reported where it stands", () => {
  lesson("teaches: [roll]\n", ", teaches: [ryes]");
  const said = readLibrary(root).problems.map(({ file, line, message, remedy }) => `${file}:${line}: ${message} ${remedy}`);
  expect(said).toHaveLength(2);
  expect(said[0]).toMatch(/lesson\.mdx:7: `teaches: roll`: no such topic in content\/syllabus\.yaml\. .*rolls/);
  expect(said[1]).toMatch(/lab\.yaml:3: `teaches: ryes`: no such topic in content\/syllabus\.yaml\. .*rye/);
});

test("a topic that is listed twice is a mistake", () => {
  write("syllabus.yaml", "- source: A\n  topics:\n    - { id: rye, text: Rye }\n    - { id: rye, text: More rye }\n");
  lesson("", "");
  expect(readLibrary(root).problems.map(({ message }) => message)).toEqual(["The topic `rye` is listed twice."]);
});
