import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { findLabLesson } from "../library.ts";
import { readAttempts } from "./attempts.ts";
import { markerProblems } from "./markers.ts";
import { LessonPlaces } from "./problem.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-markers-"));
afterAll(() => rmSync(folder, { recursive: true }));

const lesson = findLabLesson("foundations/what-deploying-means");
const places = new LessonPlaces({ ...lesson, folder });

/** What is wrong with attempts of these files, in a lab with the tasks copy, build and start. */
function problems(files: Readonly<Record<string, string>>): string[] {
  rmSync(join(folder, "attempts"), { recursive: true, force: true });
  mkdirSync(join(folder, "attempts"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, "attempts", name), text);
  const tasks = ["copy", "build", "start"].map((id) => ({ id, title: id, text: "", needs: [], checks: [], hints: [] }));
  return markerProblems(readAttempts(folder), { tasks }, places).map(
    ({ file, line, message, remedy }) => `${file.split("/").slice(-2).join("/")}:${line}: ${message} ${remedy}`,
  );
}

const json = (...steps: readonly object[]): string => JSON.stringify({ steps }, undefined, 1);

describe("the markers of a solution", () => {
  it("are right when each task has its steps, in the order of the lab", () => {
    expect(problems({ "solution.sh": "# task: copy\ncp a b\n# task: build\nmake\nmake install\n# task: start\n./run\n" })).toEqual([]);
    const steps = json({ task: "copy", run: "cp a b" }, { run: "ls" }, { task: "build", run: "make" }, { task: "start", run: "./run" });
    expect(problems({ "solution.json": steps })).toEqual([]);
  });

  it("name a task that there is, also in other attempts", () => {
    const steps = json({ task: "copy", run: "cp a b" }, { task: "biuld", run: "make" }, { task: "start", run: "./run" });
    expect(problems({ "solution.json": steps })).toEqual([
      'attempts/solution.json:7: `"task": "biuld"`: lab.yaml has no such task. Did you mean `build`?',
      expect.stringContaining("No step of the solution belongs to the task `build`."),
    ]);
    const right = "# task: copy\ncp a b\n# task: build\nmake\n# task: start\n./run\n";
    expect(problems({ "solution.sh": right, "also-right-it.sh": "pwd\n# task: stop\nkill 1\n" })).toEqual([
      expect.stringMatching(/^attempts\/also-right-it\.sh:3: `# task: stop`: lab\.yaml has no such task\./),
    ]);
  });

  it("say of every task where it is done, and of every step what it is for", () => {
    expect(problems({ "solution.sh": "cp a b\n# task: build\nmake\n" })).toEqual([
      "attempts/solution.sh:1: The solution's first step belongs to no task, so nobody is shown it. Write `# task: copy` on a line before its first command.",
      expect.stringMatching(/^attempts\/solution\.sh:1: No step of the solution belongs to the task `copy`\. Write `# task: copy`/),
      expect.stringContaining("belongs to the task `start`. Write `# task: start` on a line before its first command."),
    ]);
  });

  it("keep the order of the lab, and each task in one piece", () => {
    expect(problems({ "solution.sh": "# task: build\nmake\n# task: copy\ncp a b\n# task: start\n./run\n" })).toEqual([
      expect.stringMatching(/^attempts\/solution\.sh:4: The solution does `copy` after `build`; in lab\.yaml it comes before\./),
    ]);
    expect(problems({ "solution.sh": "# task: copy\ncp a b\n# task: build\nmake\n# task: copy\ncp c d\n# task: start\n./run\n" })).toEqual([
      expect.stringMatching(/^attempts\/solution\.sh:6: Steps of the task `copy` stand in two places of the solution\./),
    ]);
  });

  it("are words", () => {
    expect(() => problems({ "solution.json": json({ task: 3, run: "ls" }) })).toThrow(
      /solution\.json:\d+:\d+: `task` must be text, not the number `3`/,
    );
  });
});
