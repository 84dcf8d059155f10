import { expect, it } from "vitest";
import { jsonMistakeAt } from "./json-place.ts";
import { readStepsFile, StepsError } from "./read-steps.ts";
import { wrongNames } from "./step-names.ts";

/** What is said of a file, each with its line and column. */
function said(text: string): string[] {
  try {
    readStepsFile(text, "a.json");
    return [];
  } catch (error) {
    if (!(error instanceof StepsError)) throw error;
    return error.problems.map(({ file, line, column, message, remedy }) => `${file}:${line}:${column} ${message} ${remedy}`);
  }
}

it("reads an attempt, and a list of steps alone", () => {
  const text =
    '{\n\t"fails": "a/b",\n\t"says": "no",\n\t"steps": [\n\t\t{ "task": "a", "run": "ls" },\n\t\t{ "answer": 6, "quiz": "q" }\n\t]\n}\n';
  expect(readStepsFile(text, "a.json")).toEqual({
    fails: "a/b",
    says: "no",
    failsLine: 2,
    steps: [
      { step: { run: "ls" }, line: 5, optional: undefined, task: "a" },
      { step: { answer: "6", quiz: "q" }, line: 6, optional: undefined, task: "a" },
    ],
  });
  expect(readStepsFile('[{"run": "ls", "optional": "it looks"}]', "a.json").steps).toEqual([
    { step: { run: "ls" }, line: 1, optional: "it looks" },
  ]);
});

it("says where a step is not understood, and what was meant", () => {
  expect(said('[\n  { "run": "serve", "unitl": "ready" }\n]')).toEqual(["a.json:2:21 `unitl`: no such key here. Did you mean `until`?"]);
  expect(said('{ "steps": [\n  { "imput": "yes" }\n] }')).toEqual(["a.json:2:5 `imput`: no such key here. Did you mean `input`?"]);
  expect(said('{ "stpes": [] }')).toEqual(["a.json:1:3 `stpes`: no such key here. Did you mean `steps`?"]);
  expect(said('[{ "run": "ls", "until": "(" }]')).toEqual([expect.stringContaining("a.json:1:26 `until`: not a regular expression.")]);
  expect(said('[{ "run": 5 }]')).toEqual([expect.stringContaining("`run` must be text, not the number `5`.")]);
  expect(said('[{ "terminal": "t2" }]')).toEqual([expect.stringContaining("This needs one of the keys `run`, `answer`, `visit`")]);
});

it("says where a text stops being JSON, in few words", () => {
  expect(said('{ "steps": [\n  { "run": "ls" }\n  { "run": "pwd" }\n] }')[0]).toMatch(
    /^a\.json:3:3 This is not JSON: Expected ',' or '\]'[^.]*\. Names/,
  );
  expect(said('{ "steps": [\n  { "run": "ls" },\n] }')[0]).toMatch(/^a\.json:3:1 This is not JSON: /);
  expect(said('{ "steps": [\n  { "run": ls }\n] }')[0]).toMatch(/^a\.json:2:12 This is not JSON: /);
  expect(said('{ "steps": [\n  { "run": "ls" }\n')[0]).toMatch(/^a\.json:\d:\d+ This is not JSON: /);
});

it("knows where any text stops being JSON, and that JSON does not", () => {
  const texts = [
    "{}",
    " [ ] ",
    '{"a": [1, -2.5e3, true, null, "x\\u00e9\\n"], "b": {}}',
    '"x"',
    "",
    "{",
    "[1,]",
    '{"a" 1}',
    "[1 2]",
    "tru",
    '["\t"]',
    "[01]",
    "{} x",
  ];
  for (const text of texts) {
    let isJson = true;
    try {
      JSON.parse(text);
    } catch {
      isJson = false;
    }
    expect(jsonMistakeAt(text) === undefined, text).toBe(isJson);
  }
  expect(jsonMistakeAt('{"a": [1,\n  2 3]}')).toBe(14);
  expect(jsonMistakeAt("[1, x]")).toBe(4);
  expect(jsonMistakeAt("[1, 2,]")).toBe(6);
  expect(jsonMistakeAt("[1, 2")).toBe(5);
});

it("finds the names in steps that a lab does not have", () => {
  const quiz = { kind: "text", id: "digits", question: "?", answer: "6", rules: [], otherwise: "" } as const;
  const lab = { machines: [{ name: "web-1", image: "ubuntu", user: "learner", cwd: "/" }], quizzes: [quiz] };
  expect(
    wrongNames(lab, [
      { run: "ls", machine: "web-1" },
      { answer: "6", quiz: "digits" },
    ]),
  ).toEqual([]);
  expect(
    wrongNames(lab, [
      { run: "ls", machine: "web1" },
      { answer: "6", quiz: "digit" },
    ]),
  ).toEqual([
    { step: 0, message: "`machine: web1`: no such machine in lab.yaml.", remedy: "Did you mean `web-1`?" },
    { step: 1, message: "`quiz: digit`: no such question in quiz.yaml.", remedy: "Did you mean `digits`?" },
  ]);
});
