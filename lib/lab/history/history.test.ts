import { afterEach, expect, it } from "vitest";
import { testHost, until } from "../../kernel/testing.ts";
import { O, type Process } from "../../kernel/types.ts";
import { LabSession } from "../session/session.ts";
import { toyLab, toyWorld } from "../testing.ts";
import type { CheckDefinition, HistoryCheck, LabDefinition, RequestRule, TaskDefinition } from "../types.ts";
import type { LabWorld } from "../world/create.ts";

const words = { because: "{found}", next: "" };
const machine = (name: string) => ({ name, image: "toy", user: "learner", cwd: "/home/learner" });
const task = (id: string, checks: CheckDefinition[], needs: string[] = []): TaskDefinition => ({ id, title: id, needs, checks, hints: [] });
const rule = (id: string, kind: "never" | "always", what: HistoryCheck["what"], since?: string): CheckDefinition => ({
  ...words,
  id,
  kind,
  what,
  since,
});
const requests = (more: Partial<RequestRule>): RequestRule => ({ kind: "request", status: ["5xx", "none"], by: "users", ...more });
const serving = { kind: "process", process: "serve", on: "web-1", count: { min: 1, max: undefined } } as const;
const open = { kind: "port", port: 8000, on: "web-1", listening: true, reach: { from: "laptop", reachable: true } } as const;
const secret = { kind: "file", file: "~/note", on: "laptop", exists: true, text: { contains: ["s3cret"] } } as const;
const page = { method: "GET", headers: [], body: undefined, mode: "navigate", referrer: undefined } as const;

let world: LabWorld;
let session: LabSession;

async function start(tasks: TaskDefinition[], more: Partial<LabDefinition> = {}): Promise<void> {
  const lab = toyLab(tasks, { machines: [machine("laptop"), machine("web-1")], ...more });
  world = await toyWorld(lab);
  session = new LabSession(world, lab, testHost());
}

afterEach(() => {
  session.dispose();
  world.dispose();
});

async function serve(port = 8000): Promise<Process> {
  const before = world.kernel.events.length;
  const nothing = world.machine("web-1").files.open("/dev/null", O.RDWR);
  const process = world.machine("web-1").spawn({
    argv: ["serve", String(port)],
    env: { PATH: "/bin" },
    cwd: "/",
    credentials: { uid: 1000, gid: 1000, groups: [] },
    fds: new Map([0, 1, 2].map((fd) => [fd, nothing])),
  });
  await until(() =>
    world.kernel.events
      .all()
      .slice(before)
      .some((event) => event.kind === "listening"),
  );
  return process;
}

function kill(process: Process): void {
  expect(() => process.kill(process.pid, "SIGKILL")).toThrow();
}

async function grades(): Promise<Record<string, string>> {
  const all = await session.finalGrades();
  return Object.fromEntries(all.map((each) => [each.id, `${each.status}: ${each.found.replace(/\d\d:\d\d:\d\d UTC/, "TIME")}`]));
}

it("remembers what users were answered, and what its own checks asked does not count", async () => {
  const http = {
    ...words,
    id: "http",
    kind: "http",
    http: "http://web-1:9/",
    on: "laptop",
    method: "GET",
    headers: {},
    status: 200,
  } as const;
  await start([
    task("t", [
      rule("errors", "never", requests({ to: "http://web-1:8000/" })),
      rule("all", "always", requests({ status: ["2xx"] })),
      http,
    ]),
  ]);
  expect(await grades()).toMatchObject({ errors: "pass: no request so far", all: "fail: no request so far" });
  await serve();
  await session.fetch({ ...page, url: "http://web-1:8000/" }, "laptop");
  expect(await grades()).toMatchObject({ errors: "pass: none of 1 requests", all: "pass: all of 1 requests" });
  await session.fetch({ ...page, url: "http://web-1:9/" }, "laptop");
  await session.fetch({ ...page, url: "http://web-1:8000/missing" }, "laptop");
  expect(await grades()).toMatchObject({
    errors: "pass: none of 2 requests",
    all: "fail: GET http://web-1:9/ got no answer at TIME, and 1 more",
  });
});

it("sees a process that stopped and a port that was open, if only for a moment between two looks", async () => {
  await start([task("t", [rule("up", "always", serving), rule("closed", "never", open)])]);
  expect(await grades()).toEqual({ up: "fail: no serve running on web-1", closed: "pass: never" });
  world.machine("web-1").network.firewall = { verdict: () => "drop" };
  const process = await serve();
  expect(await grades()).toEqual({ up: "pass: serve running on web-1, all the time", closed: "pass: never" });
  // The firewall was off for a moment, and the server was started anew: now all is as before.
  world.machine("web-1").network.firewall = undefined;
  world.machine("web-1").network.firewall = { verdict: () => "drop" };
  kill(process);
  await serve();
  expect(await grades()).toEqual({
    up: "fail: no serve running on web-1 at TIME",
    closed: "fail: something listens on port 8000 of web-1, and laptop gets through at TIME",
  });
});

it("begins with the task that it names, and is remembered with the lab", async () => {
  const first = task("first", [{ ...words, id: "go", kind: "file", file: "~/go", on: "laptop", exists: true }]);
  await start([first, task("t", [rule("leak", "never", secret, "first")], ["first"])]);
  session.writeFile("laptop", "/home/learner/note", "s3cret");
  session.writeFile("laptop", "/home/learner/note", "nothing");
  session.writeFile("laptop", "/home/learner/go", "");
  expect(await grades()).toMatchObject({ leak: "pass: never" });
  session.writeFile("laptop", "/home/learner/note", "s3cret");
  await expect.poll(async () => (await session.finalGrades()).map(({ status }) => status), { timeout: 60_000 }).toEqual(["pass", "fail"]);
  const memory = session.remember();
  const again = new LabSession(world, session.lab, testHost(), memory);
  expect((await again.finalGrades()).map(({ status }) => status)).toEqual(["pass", "fail"]);
  again.dispose();
});

it("lets simulated users ask at a steady rate while their task is open, and counts what is lost around a restart", async () => {
  const traffic = { ...words, id: "lossless", kind: "traffic", traffic: "shop", requests: 20, lost: 0, errors: 0 } as const;
  const during = { process: "serve", on: "web-1" };
  await start([task("t", [{ ...traffic, during }])], {
    traffic: [{ name: "shop", to: ["http://web-1:8000/a", "http://web-1:8000/b"], perSecond: 20, during: "t" }],
  });
  const process = await serve();
  await until(() => world.kernel.events.all().some((event) => event.kind === "request"));
  const asked = world.kernel.events.all().filter((event) => event.kind === "request");
  expect(asked[0]).toMatchObject({ from: "203.0.113.20", by: "traffic", method: "GET", status: 200 });
  await world.kernel.clock.advance(10_000);
  // The server goes for a moment: who came then found nobody.
  kill(process);
  const lost = session.trafficStates()[0]?.lost ?? 0;
  await until(() => (session.trafficStates()[0]?.lost ?? 0) > lost);
  await serve();
  expect((await grades()).lossless).toMatch(/^fail: [1-9]\d* of \d+ requests lost/);
  expect(session.state.get().requests).toEqual([]);
  // Another one beside it loses nothing; it is looked at apart from what was before.
  await world.kernel.clock.advance(10_000);
  await serve(9000);
  const lossless = async () => (await grades()).lossless;
  await expect.poll(lossless, { timeout: 60_000 }).toMatch(/^pass: 0 of \d\d+ requests lost, 0 answered with an error/);
  expect(session.trafficStates()[0]).toMatchObject({ running: false, byHand: false });
});
