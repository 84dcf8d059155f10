import { expect, it } from "vitest";
import { readConsoleBlock } from "../../content/console-block.ts";
import type { StepResult } from "../engine/protocol.ts";
import { readScript } from "./attempts.ts";
import { proseProblems, proseSteps } from "./prose.ts";

it("reads a script: what it fails and says, and its commands, over here-documents and continued lines", () => {
  const text = [
    "# fails: greet/file",
    "# says: no greeting",
    "",
    "echo one \\",
    "  two",
    "cat > file <<'END'",
    "# no comment",
    "END",
    "# optional: it only looks",
    "ls",
    "pwd # optional: so does this",
  ].join("\n");
  expect(readScript(`${text}\n`)).toEqual({
    fails: "greet/file",
    says: "no greeting",
    failsLine: 1,
    steps: [
      { step: { run: "echo one \\\n  two" }, line: 4, optional: undefined },
      { step: { run: "cat > file <<'END'\n# no comment\nEND" }, line: 6, optional: undefined },
      { step: { run: "ls" }, line: 10, optional: "it only looks" },
      { step: { run: "pwd # optional: so does this" }, line: 11, optional: "so does this" },
    ],
  });
});

it("reads which task a step belongs to: a marker holds until the next", () => {
  expect(readScript("# task: copy\nls\npwd\n# task: start\ndate\n").steps.map(({ task }) => task)).toEqual(["copy", "copy", "start"]);
});

const block = (text: string, options: Record<string, string> = {}) => readConsoleBlock(text, 7, new Map(Object.entries(options)));
const result = (more: Partial<StepResult>): StepResult => ({ terminal: "t1", machine: "m", output: "", exitCode: 0, ms: 1, ...more });

it("tries the prose from top to bottom, and stops a server before its terminal is used again", () => {
  const steps = proseSteps([
    block("$ cd shop\n$ serve", { until: "ready" }),
    block("$ curl x", { terminal: "t2" }),
    block("$ ls"),
    block("$ rm -rf /", { shown: "what nobody should do" }),
    block("$ login", { input: "ann\\n" }),
  ]);
  expect(steps.map(({ step }) => ("run" in step ? `${step.terminal} ${step.run}` : "interrupt" in step ? "^C" : "input"))).toEqual([
    "t1 cd shop",
    "t1 serve",
    "t2 curl x",
    "^C",
    "t1 ls",
    "t1 login",
    "input",
    "input",
  ]);
});

it("says with its line which command did not do what the prose says", () => {
  const steps = proseSteps([block("$ false"), block("$ serve", { until: "ready" })]);
  expect(proseProblems(steps, [result({ exitCode: 1, output: "no\n" }), result({ exitCode: 1 })])).toEqual([
    { line: 7, message: "`false` ended with status 1, not 0.\nno" },
    { line: 7, message: "`serve` ended with status 1 before it showed ready." },
  ]);
  expect(proseProblems(steps, [result({}), result({ exitCode: null })])).toEqual([]);
});
