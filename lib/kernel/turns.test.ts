import { expect, test } from "vitest";
import { type Runner, Share, Turns } from "./turns.ts";

/** A host whose clock the test moves, and whose macrotasks the test runs. */
function manualHost() {
  let time = 0;
  const waiting: (() => void)[] = [];
  return {
    monotonic: () => time,
    yield: () => new Promise<void>((resolve) => waiting.push(resolve)),
    pass: (milliseconds: number) => {
      time += milliseconds;
    },
    /** Runs macrotasks until nobody waits, or so many. */
    run: async (most: number) => {
      for (let count = 0; count < most; count++) {
        for (const resolve of waiting.splice(0)) resolve();
        // What runs between two macrotasks.
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    },
  };
}

const newMachine = () => ({ share: new Share() });
const newRunner = (machine: { readonly share: Share }): Runner => ({ cpuMs: 0, share: machine.share.begin(), machine });

/** A program that runs for so long each time it is its turn, and says so. */
function spin(
  turns: Turns,
  host: ReturnType<typeof manualHost>,
  runner: Runner,
  milliseconds: number,
  say: () => void,
  times = 1000,
): void {
  void (async () => {
    for (let at = 0; at < times; at++) {
      await turns.queue(runner);
      say();
      host.pass(milliseconds);
    }
  })();
}

test("one process goes on in each macrotask, so that messages from outside come in between", async () => {
  const host = manualHost();
  const turns = new Turns(host);
  const web = newMachine();
  let count = 0;
  for (let at = 0; at < 10; at++) spin(turns, host, newRunner(web), 8, () => count++);
  await host.run(5);
  expect(count).toBe(5);
});

test("fifty busy processes of one machine get as much as one of another", async () => {
  const host = manualHost();
  const turns = new Turns(host);
  const [web, laptop] = [newMachine(), newMachine()];
  const runners = Array.from({ length: 50 }, () => newRunner(web));
  for (const runner of runners) spin(turns, host, runner, 8, () => {});
  const mine = newRunner(laptop);
  spin(turns, host, mine, 8, () => {});
  await host.run(200);
  const theirs = runners.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
  expect(Math.abs(mine.cpuMs - theirs)).toBeLessThanOrEqual(32);
  const all = runners.map(({ cpuMs }) => cpuMs);
  expect(Math.max(...all) - Math.min(...all)).toBeLessThanOrEqual(8);
});

test("a process that does little at a time waits for one slice of the busy ones, not for all of them", async () => {
  const host = manualHost();
  const turns = new Turns(host);
  const web = newMachine();
  const order: string[] = [];
  for (let at = 0; at < 20; at++) spin(turns, host, newRunner(web), 8, () => order.push("busy"));
  await host.run(50);
  order.length = 0;
  spin(turns, host, newRunner(web), 0.1, () => order.push("light"), 10);
  await host.run(30);
  expect(order.lastIndexOf("light")).toBeLessThan(14);
});

test("who has slept for long does not keep the others out for as long", async () => {
  const host = manualHost();
  const turns = new Turns(host);
  const [web, laptop] = [newMachine(), newMachine()];
  const order: string[] = [];
  spin(turns, host, newRunner(web), 8, () => order.push("web"));
  await host.run(100);
  order.length = 0;
  spin(turns, host, newRunner(laptop), 8, () => order.push("laptop"));
  await host.run(20);
  expect(order.indexOf("web", 1)).toBeLessThanOrEqual(5);
  expect(order.filter((name) => name === "web").length).toBeGreaterThanOrEqual(7);
});
