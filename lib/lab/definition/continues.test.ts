import { expect, it } from "vitest";
import { toyLab } from "../testing.ts";
import type { LabDefinition } from "../types.ts";
import { type Continued, continuesProblems } from "./continues.ts";

const machine = (name: string, image = "python", user = "learner") => ({ name, image, user, cwd: "/home/learner" });
const lab = (lesson: string, continues?: string, machines = [machine("laptop")]): LabDefinition =>
  toyLab([], {
    lesson,
    machines,
    ...(continues === undefined ? {} : { continues: { lesson: continues, title: "", tasks: [], world: "" } }),
  });

function problems(text: string, mine: LabDefinition, ...others: (LabDefinition | { id: string; hasLab: boolean })[]): string[] {
  const all = [mine, ...others].map((each): [string, Continued] =>
    "lesson" in each
      ? [each.lesson, { lab: each, hasLab: true, hasSolution: each.lesson !== "a/unsolved" }]
      : [each.id, { lab: undefined, hasLab: each.hasLab, hasSolution: false }],
  );
  return continuesProblems("lab.yaml", text, mine, new Map(all)).map(({ line, message, remedy }) => `${line}: ${message} ${remedy}`);
}

it("takes a lesson whose machines are all there, and more machines of one's own", () => {
  expect(problems("continues: a/first\n", lab("a/second", "a/first", [machine("laptop"), machine("web")]), lab("a/first"))).toEqual([]);
});

it("names the line of a lesson that is not there, and what was meant", () => {
  expect(problems("machines:\n  laptop: { image: python }\ncontinues: a/frist\n", lab("a/second", "a/frist"), lab("a/first"))).toEqual([
    "3: `continues: a/frist`: no such lesson. Did you mean `a/first`?",
  ]);
});

it("refuses a lesson without a lab, and one without a solution", () => {
  expect(problems("continues: a/prose\n", lab("a/second", "a/prose"), { id: "a/prose", hasLab: false })[0]).toContain(
    "that lesson has no lab",
  );
  expect(problems("continues: a/unsolved\n", lab("a/second", "a/unsolved"), lab("a/unsolved"))[0]).toContain("has no attempts/solution.sh");
});

it("shows a circle", () => {
  expect(problems("continues: a/b\n", lab("a/a", "a/b"), lab("a/b", "a/c"), lab("a/c", "a/a"))).toEqual([
    "1: `continues: a/b`: the lessons continue each other in a circle: a/a → a/b → a/c → a/a. Let one of them start from fresh machines.",
  ]);
  expect(problems("continues: a/a\n", lab("a/a", "a/a"))[0]).toContain("a/a → a/a");
});

it("demands the other's machines, with the same image and user", () => {
  const text = "continues: a/first\nmachines:\n  laptop:\n    image: ubuntu\n  db: { image: server, user: ann }\n";
  const first = lab("a/first", undefined, [machine("laptop"), machine("web"), machine("db", "server")]);
  const second = lab("a/second", "a/first", [machine("laptop", "ubuntu"), machine("db", "server", "ann")]);
  expect(problems(text, second, first)).toEqual([
    "4: `laptop` has the image `python` in a/first, which this lab continues. Write `image: python`.",
    "2: The machine `web` of a/first, which this lab continues, is missing. Add `web: { image: python }`.",
    "5: `db` has the user `learner` in a/first, which this lab continues. Write `user: learner`.",
  ]);
});
