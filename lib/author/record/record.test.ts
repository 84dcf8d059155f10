import { expect, it } from "vitest";
import { judge } from "../../lab/quiz/judge.ts";
import type { Action } from "../../lab/session/actions.ts";
import type { QuizDefinition, TaskDefinition } from "../../lab/types.ts";
import { readScript } from "../gate/attempts.ts";
import { readStepsFile } from "../read-steps.ts";
import { markTasks } from "./mark-tasks.ts";
import { rightAnswer } from "./right-answer.ts";
import { asJson, asScript, fixedPart, patternOf, stepsOf } from "./steps-of.ts";
import { suggestChecks } from "./suggest-checks.ts";

it("writes lines where lines suffice", () => {
  const read = (text: string) => readScript(text).steps;
  expect(asScript([{ run: "ls", terminal: "t1" }], read)).toBe("ls\n");
  expect(asScript([{ run: "cat > x <<END\na\nEND", terminal: "t1" }], read)).toBe("cat > x <<END\na\nEND\n");
  expect(asScript([{ run: "# a comment", terminal: "t1" }], read)).toBeUndefined();
  expect(asScript([{ run: "serve", terminal: "t1", until: "ready" }], read)).toBeUndefined();
  expect(asScript([{ run: "ls", terminal: "t2" }], read)).toBeUndefined();
  expect(patternOf("Listening at: http://0.0.0.0:8000 (12)")).toBe("Listening at: http:\\/\\/\\d+\\.\\d+\\.\\d+\\.\\d+:\\d+ \\(\\d+\\)");
});

it("takes of a message what is the same each time", () => {
  expect(fixedPart("The laptop can't read the word: {found}.")).toBe("The laptop can't read the word");
  expect(fixedPart("{found}, and {expected} is what the card asks for.")).toBe("is what the card asks for");
  expect(fixedPart("It is closed.")).toBe("It is closed");
});

it("writes steps one a line, and leaves out what goes without saying", () => {
  const text = asJson({ fails: "a/b", says: "no" }, [
    { task: "a", run: 'echo "x"', terminal: "t1", until: "x" },
    { run: "ls", terminal: "t2" },
    { answer: ["a"], quiz: "q" },
  ]);
  expect(text).toBe(`{
  "fails": "a/b",
  "says": "no",
  "steps": [
    { "task": "a", "run": "echo \\"x\\"", "until": "x" },
    { "run": "ls", "terminal": "t2" },
    { "answer": ["a"], "quiz": "q" }
  ]
}
`);
  expect(readStepsFile(text, "wrong-a.json")).toMatchObject({ fails: "a/b", says: "no", steps: [{ line: 5 }, { line: 6 }, { line: 7 }] });
});

it("takes the editor, the browser and the quiz from an attempt made in the page, and tells what it can't take", () => {
  const form = btoa("csrfmiddlewaretoken=abcdefghijklmnopqrstuvwxyz&user=ann");
  const urlencoded = [["Content-Type", "application/x-www-form-urlencoded"]] as const;
  const actions: Action[] = [
    { kind: "terminal", atMs: 0, terminal: "t1", machine: "laptop", columns: 80, rows: 24 },
    { kind: "write", atMs: 1, machine: "laptop", path: "/home/learner/x", text: "a" },
    { kind: "request", atMs: 2, machine: "laptop", method: "GET", url: "http://localhost/login", mode: "navigate" },
    { kind: "request", atMs: 3, machine: "laptop", method: "GET", url: "http://localhost/style.css", mode: "no-cors" },
    {
      kind: "request",
      atMs: 4,
      machine: "laptop",
      method: "POST",
      url: "http://localhost/login",
      mode: "navigate",
      headers: urlencoded,
      body: form,
      referrer: "http://localhost/login",
    },
    { kind: "request", atMs: 5, machine: "laptop", method: "GET", url: "http://localhost/", mode: "navigate" },
    { kind: "answer", atMs: 6, quiz: "q", option: ["b", "a"] },
    { kind: "remove", atMs: 7, machine: "laptop", path: "/home/learner/y" },
  ];
  const { steps, leftOut } = stepsOf(actions, new Map());
  expect(steps).toEqual([
    { write: "/home/learner/x", text: "a" },
    { visit: "http://localhost/login", form: { user: "ann" } },
    { answer: ["b", "a"], quiz: "q" },
  ]);
  expect(leftOut).toEqual(["In the page, you deleted /home/learner/y: there is no step for it. Use a command."]);
});

it("leaves running at the end what still ran, once it has shown what was seen", () => {
  const typed = { terminal: "t1", machine: "laptop" };
  const actions: Action[] = [
    { kind: "terminal", atMs: 0, ...typed, columns: 80, rows: 24 },
    { kind: "saw", atMs: 1, terminal: "t1", what: "command", line: "mkdir site" },
    { kind: "saw", atMs: 2, terminal: "t1", what: "prompt" },
    { kind: "saw", atMs: 3, terminal: "t1", what: "command", line: "serve site" },
  ];
  const { steps } = stepsOf(actions, new Map([[actions.length, new Map([["t1", "Serving on port 8000"]])]]));
  expect(steps).toEqual([
    { run: "mkdir site", terminal: "t1" },
    { run: "serve site", terminal: "t1", until: "Serving on port \\d+" },
  ]);
});

it("says which task each step of a solution belongs to, and puts answers where they are asked for", () => {
  const task = (id: string, quiz?: string): TaskDefinition => ({
    id,
    title: id,
    needs: [],
    hints: [],
    checks: quiz === undefined ? [] : [{ kind: "quiz", id: quiz, quiz, because: "b", next: "n", lasting: false }],
  });
  const tasks = [task("copy"), task("serve", "who"), task("tidy")];
  const run = (text: string) => ({ run: text, terminal: "t1" });
  const answer = { answer: "self", quiz: "who" };
  expect(
    markTasks(
      [answer, run("mkdir"), run("cp"), run("serve"), run("rm")],
      [[], [], [], ["copy"], ["copy", "serve"], ["copy", "serve"]],
      tasks,
    ),
  ).toEqual([{ task: "copy", ...run("mkdir") }, run("cp"), { task: "serve", ...run("serve") }, answer, { task: "tidy", ...run("rm") }]);
  // What comes after the last task belongs to it, and without tasks nothing is marked.
  expect(markTasks([run("cp"), run("ls")], [[], ["copy"], ["copy"]], [task("copy")])).toEqual([{ task: "copy", ...run("cp") }, run("ls")]);
  expect(markTasks([run("ls")], [[], []], [])).toEqual([run("ls")]);
  expect(asScript([{ task: "copy", ...run("cp") }, run("ls")], (text) => readScript(text).steps)).toBe("# task: copy\ncp\nls\n");
});

it("knows a right answer to each kind of question", () => {
  const parts = [
    { id: "a", text: "A", right: true, why: "w", to: "x" },
    { id: "b", text: "B", right: false, why: "w", to: "y" },
  ];
  const targets = ["x", "y"].map((id) => ({ id, text: id }));
  const quizzes: QuizDefinition[] = [
    { kind: "one", id: "q", question: "?", options: parts },
    { kind: "many", id: "q", question: "?", options: parts },
    { kind: "order", id: "q", question: "?", sequence: parts },
    { kind: "match", id: "q", question: "?", items: parts, targets },
    {
      kind: "text",
      id: "q",
      question: "?",
      answer: "6",
      rules: [{ kind: "is", texts: ["6"], exact: false, right: true, why: "w" }],
      otherwise: "no",
    },
  ];
  expect(quizzes.map((quiz) => judge(quiz, rightAnswer(quiz)).right)).toEqual([true, true, true, true, true]);
});

it("suggests a check for each kind of difference", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const fact = { kind: "file", machine: "web-1", place: "/etc/app.conf" } as const;
  const yaml = suggestChecks(
    [
      {
        ...fact,
        id: "1",
        change: "changed",
        aspects: [{ name: "mode", before: "0644", after: "0600" }],
        before: { ...fact, aspects: {}, bytes: bytes("old line\n") },
        after: { ...fact, aspects: {}, bytes: bytes("old line\nnew line here\n") },
      },
      { id: "2", kind: "process", machine: "web-1", place: "ann: /usr/bin/python3 -m gunicorn shop.wsgi", change: "added", aspects: [] },
      { id: "3", kind: "port", machine: "web-1", place: "0.0.0.0:8000", change: "added", aspects: [] },
      { id: "4", kind: "ref", machine: "laptop", place: "/home/ann/shop/.git refs/tags/v1", change: "added", aspects: [] },
    ],
    "laptop",
  );
  expect(yaml).toContain('  - id: app-conf\n    file: /etc/app.conf\n    contains: new line here\n    mode: "0600"\n    on: web-1\n');
  expect(yaml).toContain("process: gunicorn\n    user: ann");
  expect(yaml).toContain("port: 8000\n    address: 0.0.0.0");
  expect(yaml).toContain("repository: /home/ann/shop\n      tag: v1\n    because");
});
