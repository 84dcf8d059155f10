import { expect, it } from "vitest";
import type { LabDefinition, TaskDefinition } from "../types.ts";
import { Grades } from "./grades.ts";
import type { Verdict } from "./verdict.ts";

const check = (id: string) => ({ id, because: "It was {found}, not {expected}.", next: "Try.", kind: "quiz" as const, quiz: "q" });
const task = (id: string, needs: string[], checks: string[]): TaskDefinition => ({
  id,
  title: id,
  needs,
  checks: checks.map(check),
  hints: ["one"],
});
const first = task("first", [], ["a", "b"]);
const second = task("second", ["first"], ["c"]);
const lab: LabDefinition = {
  lesson: "l",
  version: "v",
  machines: [],
  tasks: [first, second],
  files: [],
  browser: { machine: "", home: "" },
  quizzes: [],
};
const verdicts = (entries: Record<string, Verdict["status"]>): Map<string, Verdict> =>
  new Map(Object.entries(entries).map(([id, status]) => [id, { status, expected: "x", found: "y" }]));

it("passes a task only when all checks hold in one look, and keeps it passed", () => {
  const grades = new Grades(lab);
  expect(grades.record(first, verdicts({ a: "pass", b: "fail" }))).toBe(false);
  expect(grades.record(first, verdicts({ a: "fail", b: "pass" }))).toBe(false);
  expect(grades.record(first, verdicts({ a: "pass", b: "pass" }))).toBe(true);
  expect(grades.open()).toEqual([second]);
  expect(new Grades(lab, grades.save()).tasks().map((each) => each.status)).toEqual(["passed", "open"]);
});

it("blocks what needs more, and fills in the author's words", () => {
  const grades = new Grades(lab);
  grades.record(first, verdicts({ a: "fail", b: "error" }));
  const [a, b, c] = grades.checks();
  expect(a).toMatchObject({ status: "fail", because: "It was y, not x.", next: "Try." });
  expect(b?.because).toContain("no fault of yours");
  expect(c).toMatchObject({ status: "blocked", next: "Do “first” first." });
  expect(grades.record(second, verdicts({ c: "pass" }))).toBe(false);
});

it("opens hints one at a time, no more than there are", () => {
  const grades = new Grades(lab);
  expect([grades.openHint("first"), grades.openHint("first"), grades.openHint("nothing")]).toEqual([true, false, false]);
  expect(grades.tasks()[0]?.hintsOpen).toBe(1);
});
