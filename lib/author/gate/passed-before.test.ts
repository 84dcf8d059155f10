import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { LessonFolders } from "../../content/lesson-folders.ts";
import { readPart } from "../../content/load.ts";
import { makeLessons } from "../bench/many-lessons.ts";
import { PassedBefore } from "./passed-before.ts";

let folder = "";
const root = () => join(folder, "content");

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "passed-"));
  makeLessons(3, folder);
  const { lessons } = readPart(new LessonFolders(root()).all(), root());
  const before = new PassedBefore(root(), "engine");
  for (const lesson of lessons.values()) before.keep(lesson, lessons, "graded");
  before.save();
});

afterEach(() => rmSync(folder, { recursive: true }));

/** The lessons that must be tried again. */
function due(): string[] {
  const before = new PassedBefore(root(), "engine");
  return new LessonFolders(root()).all().filter((each) => before.get(each) === undefined);
}

it("knows every lesson that is as it was when it passed, with what its grades hang on", () => {
  expect(due()).toEqual([]);
  expect(new PassedBefore(root(), "engine").get("course-1/lesson-1")).toMatchObject({ id: "course-1/lesson-1", graded: "graded" });
});

it("has a lesson tried again after any of its files has changed, and no other", () => {
  writeFileSync(join(root(), "course-1/lesson-2/files/laptop/home/learner/note.txt"), "other\n");
  expect(due()).toEqual(["course-1/lesson-2"]);
  writeFileSync(join(root(), "course-1/lesson-3/full-gate.json"), "{}");
  expect(due()).toEqual(["course-1/lesson-2"]);
});

it("has a lesson tried again after one that it continues has changed", () => {
  const lessons = readPart(new LessonFolders(root()).all(), root()).lessons;
  const [first, second] = [lessons.get("course-1/lesson-1"), lessons.get("course-1/lesson-2")];
  if (first === undefined || second?.lab === undefined) throw new Error("the lessons were not made");
  const continues = { lesson: "course-1/lesson-1", title: "", tasks: [], world: "" };
  const before = new PassedBefore(root(), "engine");
  before.keep({ info: second.info, lab: { ...second.lab, continues } }, lessons, "graded");
  before.save();
  writeFileSync(join(root(), "course-1/lesson-1/attempts/solution.json"), "[]");
  expect(due()).toEqual(["course-1/lesson-1", "course-1/lesson-2"]);
});

it("has all tried again after the glossary has changed", () => {
  writeFileSync(join(root(), "glossary.yaml"), "- { id: bread, term: bread, text: It is baked. }\n");
  expect(due()).toHaveLength(3);
});

it("notices that a lesson has gone, to which others may lead", () => {
  const lost = () => new PassedBefore(root(), "engine").hasLost(new LessonFolders(root()));
  expect(lost()).toBe(false);
  rmSync(join(root(), "course-1/lesson-2"), { recursive: true });
  expect(lost()).toBe(true);
});

it("tries everything where what it has kept can't be read", () => {
  mkdirSync(join(folder, ".slipway"), { recursive: true });
  writeFileSync(join(folder, ".slipway/gate-passed.json"), "{");
  expect(due()).toHaveLength(3);
});
