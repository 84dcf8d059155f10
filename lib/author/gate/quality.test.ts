import { expect, it } from "vitest";
import { readLibrary, soundPart } from "../../content/load.ts";
import { qualityOf } from "./quality.ts";

it("counts for every lesson what its files hold", () => {
  const library = soundPart(readLibrary());
  const lessons = qualityOf(library);
  expect(lessons.map(({ id }) => id).sort()).toEqual([...library.lessons.keys()].sort());
  for (const lesson of lessons.filter(({ full }) => full !== undefined)) {
    expect(lesson.checks, lesson.id).toBeGreaterThanOrEqual(lesson.tasks);
    expect(lesson.right, lesson.id).toBeGreaterThanOrEqual(2);
    expect(lesson.wrong, lesson.id).toBeGreaterThanOrEqual(2);
    expect(lesson.readingMinutes, lesson.id).toBeGreaterThan(0);
  }
});
