import { expect, it } from "vitest";
import { readLibrary } from "./load.ts";
import { coverage } from "./syllabus.ts";

/** The courses set out to teach all of content/syllabus.yaml; /teach/coverage shows where. */
it("teaches every topic of the syllabus in at least one lesson", () => {
  const topics = coverage(readLibrary()).flatMap((source) => source.topics);
  expect(topics.length).toBeGreaterThan(0);
  expect(topics.filter(({ lessons }) => lessons.length === 0).map(({ topic }) => topic.id)).toEqual([]);
});
