import { expect, it } from "vitest";
import { loadLibrary } from "./load.ts";
import { solutionSteps } from "./solution.ts";

function stepsOf(lesson: string, task: string) {
  const source = loadLibrary().lessons.get(lesson);
  if (source === undefined) throw new Error(`no lesson ${lesson}`);
  const found = solutionSteps(source).find((each) => each.task === task);
  const short = (step: NonNullable<typeof found>["steps"][number]): string =>
    step.kind === "run" ? `${step.terminal} ${step.command.split("\n")[0]}` : step.kind;
  return { before: found?.before.map(short), steps: found?.steps.map(short) };
}

it("knows the steps of a task by the markers in the solution", () => {
  expect(stepsOf("foundations/what-deploying-means", "run-app").steps).toEqual([
    "t2 cd ~/app",
    "t2 pip install flask",
    "t2 flask --app app run",
  ]);
});

it("brings terminals to where the task begins: folders, logins and servers in front, and nothing that lies on the disks", () => {
  expect(stepsOf("foundations/what-deploying-means", "stop-site").before).toEqual([
    "t1 cd ~/site",
    "t1 python -m http.server 8000",
    "t2 cd ~/app",
    "t2 flask --app app run",
  ]);
  expect(stepsOf("a-stateful-app/the-four-commands", "migrate").before).toEqual([
    "t1 ssh deploy@web-1",
    "t1 cd ~/shop",
    "t1 source .venv/bin/activate",
  ]);
  expect(stepsOf("your-own-servers/first-server-over-ssh", "serve-site").before).toEqual([]);
});
