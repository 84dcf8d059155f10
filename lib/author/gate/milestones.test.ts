import { expect, it } from "vitest";
import type { CheckResult } from "../../lab/types.ts";
import { milestones, milestonesWithout } from "./milestones.ts";

/** A check of each task: + passes, - fails. */
const after = (grades: Readonly<Record<string, "+" | "-">>): CheckResult[] =>
  Object.entries(grades).map(([task, grade]) => ({
    task,
    id: "check",
    status: grade === "+" ? "pass" : "fail",
    expected: "",
    found: "",
    because: "",
    next: "",
  }));

// Three steps of the task copy, two of start; `quiz` passes from the start on.
const steps = ["copy", "copy", "copy", "start", "start"].map((task) => ({ task }));
const trace = [
  after({ quiz: "+", copy: "-", start: "-" }),
  after({ quiz: "+", copy: "-", start: "-" }),
  after({ quiz: "+", copy: "+", start: "-" }),
  after({ quiz: "+", copy: "+", start: "-" }),
  after({ quiz: "+", copy: "+", start: "-" }),
  after({ quiz: "+", copy: "+", start: "+" }),
];

it("says after which step a task has passed, when all of its own steps are done", () => {
  expect([...milestones(trace, steps)]).toEqual([
    ["copy", 3],
    ["start", 5],
  ]);
});

it("takes the step at which a task passes where steps name no tasks", () => {
  expect([
    ...milestones(
      trace,
      Array.from({ length: 5 }, () => ({})),
    ),
  ]).toEqual([
    ["copy", 2],
    ["start", 5],
  ]);
});

it("expects the same a step earlier in a run that leaves one out before", () => {
  const all = milestones(trace, steps);
  expect(milestonesWithout(all, 0)).toEqual({ copy: 2, start: 4 });
  expect(milestonesWithout(all, 3)).toEqual({ copy: 3, start: 4 });
});

it("gives a task that passes with the very step that is left out one step more", () => {
  expect(milestonesWithout(milestones(trace, steps), 2)).toEqual({ copy: 3, start: 4 });
});
