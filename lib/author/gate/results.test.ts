import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { caughtShare, freshness, keepMutations, keepResult, lessonHash, postpone, readResult } from "./results.ts";
import { readSurvivors } from "./survivors.ts";

const folder = mkdtempSync(join(tmpdir(), "results-"));
mkdirSync(join(folder, "attempts"));
writeFileSync(join(folder, "lab.yaml"), "machines: {}\n");
writeFileSync(join(folder, "lesson.mdx"), "text");

afterAll(() => rmSync(folder, { recursive: true }));

const counts = { differences: 0, noise: {}, candidates: 0, caught: 19, excused: 0, survived: ["file x"], untried: [], notes: [] };

it("knows a result for the lesson as it is, whatever its words; and not after its lab has changed", () => {
  expect(freshness(folder, lessonHash(folder, ""), "e1", "2026-11-21")).toBe("missing");
  const result = { on: "2026-11-21", trials: 1, shortSeconds: 1, right: 1, wrong: 2, mutations: counts };
  keepResult(folder, { lesson: lessonHash(folder, ""), engine: "e1", ...result });
  writeFileSync(join(folder, "lesson.mdx"), "other text");
  expect(freshness(folder, lessonHash(folder, ""), "e1", "2026-11-21")).toBe("fresh");
  expect(freshness(folder, lessonHash(folder, "$ a new command"), "e1", "2026-11-21")).toBe("lesson");
  keepResult(folder, { lesson: lessonHash(folder, ""), ...result, engine: "older" });
  expect(freshness(folder, lessonHash(folder, ""), "e1", "2026-11-21")).toBe("engine");
  writeFileSync(join(folder, "lab.yaml"), "machines: { laptop: {} }\n");
  expect(freshness(folder, lessonHash(folder, ""), "e1", "2026-11-21")).toBe("lesson");
});

it("keeps mutations that were tried alone, beside what else is known of this very lesson", () => {
  const lesson = lessonHash(folder, "");
  keepMutations(folder, { lesson, engine: "e1", on: "2026-11-21", mutations: counts });
  expect(readResult(folder)).toMatchObject({ only: "mutations", right: 0, mutations: { caught: 19 } });
  expect(freshness(folder, lesson, "e1", "2026-11-21")).toBe("mutations");
  keepResult(folder, { lesson, engine: "e1", on: "2026-11-21", trials: 9, shortSeconds: 1, right: 1, wrong: 2, mutations: counts });
  keepMutations(folder, { lesson, engine: "e1", on: "2026-11-22", mutations: { ...counts, caught: 20, survived: [] } });
  expect(readResult(folder)).toMatchObject({ trials: 9, right: 1, mutations: { caught: 20 } });
  expect(freshness(folder, lesson, "e1", "2026-11-22")).toBe("fresh");
});

it("lets the full gate wait, with a reason, and not for ever", () => {
  postpone(folder, "it rains", "2026-11-21");
  writeFileSync(join(folder, "lab.yaml"), "machines: { web-1: {} }\n");
  expect(freshness(folder, lessonHash(folder, ""), "e1", "2026-11-22")).toBe("later");
  expect(freshness(folder, lessonHash(folder, ""), "e1", "2026-12-20")).toBe("overdue");
});

it("counts what survived against what was caught", () => {
  expect(caughtShare(counts)).toBe(0.95);
  expect(caughtShare({ ...counts, caught: 0, survived: [] })).toBe(1);
});

it("wants a pattern and a reason for each survivor, and no pattern for everything", () => {
  const read = (text: string) => {
    writeFileSync(join(folder, "attempts/survivors.yaml"), text);
    return readSurvivors(folder, "survivors.yaml").problems.map(({ line, message }) => `${line}: ${message}`);
  };
  expect(read("- pattern: file laptop:/srv/*\n  reason: a copy that nobody looks at\n")).toEqual([]);
  expect(read("- pattern: file *\n  reason: because I say so\n")).toEqual(["1: `file *` fits everything."]);
  expect(read("- pattern: fiel x\n  reason: because I say so\n")).toEqual(["1: `fiel x` can fit no difference."]);
  expect(read("- pattern: file x\n")[0]).toContain("`reason` is missing");
});
