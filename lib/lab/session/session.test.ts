import { afterEach, expect, it } from "vitest";
import { testHost, until } from "../../kernel/testing.ts";
import { toyLab, toyWorld } from "../testing.ts";
import type { CheckDefinition, LabDefinition, TaskDefinition } from "../types.ts";
import { LabSession } from "./session.ts";

const words = { because: "There was {found}, not {expected}.", next: "Try again." };
const onLaptop = { on: "laptop", ...words };
const fileCheck: CheckDefinition = { ...onLaptop, id: "file", kind: "file", file: "~/note", exists: true, text: { contains: ["hello"] } };
const runCheck: CheckDefinition = {
  ...onLaptop,
  id: "run",
  kind: "run",
  run: "write changed x;cat note",
  exit: 0,
  network: false,
  timeoutSeconds: 5,
};
const httpCheck: CheckDefinition = {
  ...onLaptop,
  id: "http",
  kind: "http",
  http: "http://localhost:8000/",
  method: "GET",
  headers: {},
  status: 200,
};
const quizCheck: CheckDefinition = { ...words, id: "quiz", kind: "quiz", quiz: "q" };
const quizzes: LabDefinition["quizzes"] = [
  {
    id: "q",
    kind: "one",
    question: "?",
    options: [
      { id: "a", text: "A", right: true, why: "" },
      { id: "b", text: "B", right: false, why: "" },
    ],
  },
];

function task(id: string, checks: CheckDefinition[], needs: string[] = []): TaskDefinition {
  return { id, title: id, needs, checks, hints: [] };
}

let session: LabSession | undefined;

async function start(tasks: TaskDefinition[]): Promise<LabSession> {
  const lab = toyLab(tasks, { quizzes });
  session = new LabSession(await toyWorld(lab), lab, testHost());
  return session;
}

afterEach(() => {
  session?.dispose();
  session?.world.dispose();
});

it("notices by itself when a command has made a task right, and opens the next one", async () => {
  const lab = await start([task("one", [fileCheck, runCheck]), task("two", [quizCheck], ["one"])]);
  const terminal = lab.openTerminal({ columns: 80, rows: 24 });
  await terminal.atPrompt();
  await lab.checkNow();
  expect(lab.state.get().tasks).toMatchObject([
    {
      status: "open",
      checks: [{ status: "fail", found: "no ~/note", because: "There was no ~/note, not “hello” in ~/note." }, { status: "fail" }],
    },
    { status: "waiting", checks: [{ status: "blocked" }] },
  ]);
  await lab.runCommand("write note hello");
  await until(() => lab.state.get().tasks[0]?.status === "passed");
  expect(lab.world.machine("laptop").files.exists("/home/learner/changed")).toBe(false);
  lab.answerQuiz("q", "b");
  await until(() => lab.state.get().tasks[1]?.checks[0]?.found === "“B”");
  lab.answerQuiz("q", "a");
  await until(() => lab.state.get().tasks[1]?.status === "passed");
});

it("checks a server that runs in the foreground, without a trace in the request log", async () => {
  const lab = await start([task("serve", [httpCheck])]);
  await lab.checkNow();
  expect(lab.state.get().tasks[0]?.checks[0]).toMatchObject({
    status: "fail",
    found: "nothing: the connection to localhost:8000 was refused",
  });
  lab.openTerminal({ columns: 80, rows: 24 });
  await lab.runCommand("serve 8000");
  await until(() => lab.state.get().tasks[0]?.status === "passed");
  expect(lab.state.get().ports).toEqual([{ machine: "laptop", port: 8000 }]);
  expect(lab.state.get().requests).toEqual([]);
});

it("is the browser that a service worker can't be: cookies, Host, Origin, Referer", async () => {
  const lab = await start([task("serve", [httpCheck])]);
  lab.openTerminal({ columns: 80, rows: 24 });
  await lab.runCommand("serve 8000");
  await until(() => lab.state.get().ports.length === 1);
  const page = { url: "http://localhost:8000/a", method: "GET", headers: [], body: undefined, mode: "navigate", referrer: undefined };
  const first = await lab.fetch(page, "laptop");
  expect(first).toMatchObject({ status: 200, cookies: "seen=1" });
  expect(first.headers.map(([name]) => name)).not.toContain("Set-Cookie");
  const second = await lab.fetch({ ...page, method: "POST", body: new Uint8Array([65]), referrer: "http://localhost:8000/a#x" }, "laptop");
  const text = new TextDecoder().decode(second.body);
  for (const line of ["Host: localhost:8000", "Cookie: seen=1", "Origin: http://localhost:8000", "Referer: http://localhost:8000/a\r"]) {
    expect(text).toContain(line);
  }
  expect(lab.state.get().requests).toMatchObject([{ method: "GET", status: 200 }, { method: "POST" }]);
  expect(await lab.fetch({ ...page, url: "http://localhost:9/" }, "laptop")).toMatchObject({ failure: "refused" });
});

it("says that a check could not be made when its command does not end", async () => {
  const lab = await start([
    task("slow", [{ ...onLaptop, id: "run", kind: "run", run: "sleep 60000", exit: 0, network: false, timeoutSeconds: 0.05 }]),
  ]);
  await lab.checkNow();
  expect(lab.state.get().tasks[0]?.checks[0]).toMatchObject({ status: "error", found: "`sleep 60000` did not end within 0.05 seconds" });
});

it("looks again at the end at what must last", async () => {
  const lab = await start([task("one", [{ ...fileCheck, lasting: true }])]);
  lab.writeFile("laptop", "/home/learner/note", "hello\n");
  await lab.checkNow();
  lab.writeFile("laptop", "/home/learner/note", "gone\n");
  expect(await lab.finalGrades()).toMatchObject([{ status: "fail", found: "“gone”" }]);
  expect(lab.state.get().tasks[0]?.status).toBe("passed");
});

it("starts another shell when the first one has ended", async () => {
  const lab = await start([task("one", [fileCheck])]);
  const terminal = lab.openTerminal({ columns: 80, rows: 24 });
  await terminal.atPrompt();
  terminal.input("exit\r");
  await until(() => terminal.activity === "ended");
  terminal.input("x");
  await until(() => terminal.activity === "prompt");
  terminal.input("exit\r");
  await until(() => terminal.activity === "ended");
  await lab.runCommand("write note x", terminal.id);
  await until(() => lab.world.machine("laptop").files.exists("/home/learner/note"));
});

it("does not look at what a command has half done, whatever the learner does meanwhile, and looks when it ends", async () => {
  const lab = await start([task("one", [fileCheck])]);
  const terminal = lab.openTerminal({ columns: 80, rows: 24 });
  await terminal.atPrompt();
  await lab.checkNow();
  await lab.runCommand("sleep 700");
  await until(() => terminal.activity === "running");
  lab.writeFile("laptop", "/home/learner/note", "hello");
  const during: string[] = [];
  const stop = lab.state.subscribe(() => {
    if (terminal.activity === "running") during.push(lab.state.get().tasks[0]?.status ?? "");
  });
  await until(() => lab.state.get().tasks[0]?.status === "passed");
  stop();
  expect(during).not.toContain("passed");
});
