import { afterEach, beforeEach, expect, it } from "vitest";
import { O, type Process } from "../../kernel/types.ts";
import { toyLab, toyWorld } from "../testing.ts";
import type { CheckDefinition, PortCheck, ProcessCheck } from "../types.ts";
import type { LabWorld } from "../world/create.ts";
import { Checker } from "./checker.ts";

const words = { id: "c", because: "{found}", next: "" };
const machine = (name: string) => ({ name, image: "toy", user: "learner", cwd: "/home/learner" });
let world: LabWorld;

beforeEach(async () => {
  world = await toyWorld(toyLab([], { machines: [machine("laptop"), machine("web-1")] }));
});
afterEach(() => world.dispose());

async function serve(port: number): Promise<Process> {
  const listening = new Promise<void>((resolve) => {
    const stop = world.kernel.events.subscribe((event) => {
      if (event.kind !== "listening") return;
      stop();
      resolve();
    });
  });
  const nothing = world.machine("web-1").files.open("/dev/null", O.RDWR);
  const started = world.machine("web-1").spawn({
    argv: ["serve", String(port)],
    env: { PATH: "/bin" },
    cwd: "/",
    credentials: { uid: 1000, gid: 1000, groups: [] },
    fds: new Map([
      [0, nothing],
      [1, nothing],
      [2, nothing],
    ]),
  });
  await listening;
  return started;
}

async function look(check: CheckDefinition): Promise<string> {
  const verdict = (await new Checker(world, () => undefined).look({ id: "t", title: "", needs: [], checks: [check], hints: [] })).get("c");
  return `${verdict?.status}: ${verdict?.found}`;
}

const runs = (more: Partial<ProcessCheck>) =>
  look({ ...words, kind: "process", process: "serve", on: "web-1", count: { min: 1, max: undefined }, ...more });
const listens = (more: Partial<PortCheck>) => look({ ...words, kind: "port", port: 8000, on: "web-1", listening: true, ...more });

it("says whether a program runs, how often, as whom and how it was called", async () => {
  expect(await runs({})).toBe("fail: no serve running on web-1");
  expect(await runs({ count: { min: 0, max: 0 } })).toBe("pass: no serve running on web-1");
  await serve(8000);
  expect(await runs({ user: "learner", command: { contains: ["8000"] } })).toMatch(/^pass: serve running as learner/);
  expect(await runs({ user: "root" })).toBe("fail: serve running as learner");
  expect(await runs({ command: { contains: ["9000"] } })).toBe("fail: “serve 8000” running");
  expect(await runs({ count: { min: 0, max: 0 } })).toBe("fail: “serve 8000” running");
  await serve(9000);
  expect(await runs({ count: { min: 3, max: 3 } })).toBe("fail: “serve 8000” running (2 processes)");
  expect(await runs({ count: { min: 2, max: 4 } })).toMatch(/^pass: 2 to 4 processes/);
});

it("does not count what has ended and nobody waited for", async () => {
  const process = await serve(8000);
  expect(() => process.kill(process.pid, "SIGKILL")).toThrow();
  await expect.poll(() => runs({}), { timeout: 60_000 }).toBe("fail: no serve running on web-1");
});

it("says who listens on a port, and at which address", async () => {
  expect(await listens({})).toBe("fail: nothing listens on port 8000 of web-1");
  expect(await listens({ listening: false })).toBe("pass: nothing listens on port 8000 of web-1");
  await serve(8000);
  expect(await listens({ process: "serve", address: "0.0.0.0" })).toMatch(/^pass/);
  expect(await listens({ process: "nginx" })).toBe("fail: serve listens on port 8000");
  expect(await listens({ address: "127.0.0.1" })).toBe("fail: serve listens on 0.0.0.0:8000");
  expect(await listens({ listening: false })).toBe("fail: serve listens on port 8000");
});

it("says whether another machine gets through to a port, and makes no connection to find out", async () => {
  const from = (reachable: boolean) => ({ reach: { from: "laptop", reachable } });
  expect(await listens(from(false))).toBe("pass: port 8000 of web-1 out of reach of laptop");
  expect(await listens({ ...from(false), process: "serve" })).toBe("fail: nothing listens on port 8000 of web-1");
  await serve(8000);
  expect(await listens(from(true))).toMatch(/^pass/);
  expect(await listens(from(false))).toBe("fail: laptop gets through to port 8000 of web-1");
  world.machine("web-1").network.firewall = { verdict: () => "drop" };
  expect(await listens(from(false))).toMatch(/^pass/);
  expect(await listens(from(true))).toBe("fail: packets from laptop to port 8000 of web-1 are lost: a firewall drops them");
  expect(world.machine("web-1").network.established()).toEqual([]);
});
