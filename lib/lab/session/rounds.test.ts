import { expect, it } from "vitest";
import { type CommandsAre, Rounds } from "./rounds.ts";

/** Time that stands still until it is moved. */
class TestTimers {
  now = 0;
  private readonly waiting = new Set<{ at: number; callback: () => void }>();

  setTimeout(callback: () => void, milliseconds: number): () => void {
    const entry = { at: this.now + milliseconds, callback };
    this.waiting.add(entry);
    return () => this.waiting.delete(entry);
  }

  monotonic(): number {
    return this.now;
  }

  async pass(milliseconds: number): Promise<void> {
    const end = this.now + milliseconds;
    for (;;) {
      const next = [...this.waiting].sort((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > end) break;
      this.waiting.delete(next);
      this.now = next.at;
      next.callback();
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    }
    this.now = end;
  }
}

function setUp() {
  const timers = new TestTimers();
  const idle = (): CommandsAre => "none";
  const world = { digest: 0, commands: idle(), rounds: 0, onRound: (): void => undefined, sentRequests: false };
  const rounds = new Rounds({
    timers,
    digest: () => String(world.digest),
    commands: () => world.commands,
    round: async () => {
      world.rounds++;
      world.onRound();
      return { sentRequests: world.sentRequests };
    },
    onChecking: () => undefined,
  });
  return { timers, world, rounds };
}

it("looks once the world is quiet after a change, and then no more", async () => {
  const { timers, world } = setUp();
  await timers.pass(1000);
  expect(world.rounds).toBe(0);
  world.digest++;
  await timers.pass(2000);
  expect(world.rounds).toBe(1);
});

it("looks at a world that never rests now and then", async () => {
  const { timers, world } = setUp();
  for (let step = 0; step < 40; step++) {
    world.digest++;
    await timers.pass(100);
  }
  expect(world.rounds).toBeGreaterThanOrEqual(2);
  expect(world.rounds).toBeLessThanOrEqual(4);
});

it("leaves a command alone that is half done, whatever else the learner does meanwhile", async () => {
  const { timers, world, rounds } = setUp();
  world.commands = "working";
  world.digest++;
  rounds.touch();
  await timers.pass(5000);
  expect(world.rounds).toBe(0);
  world.commands = "none";
  await timers.pass(300);
  expect(world.rounds).toBe(1);
});

it("does not let a command that never ends keep it from what is done elsewhere", async () => {
  const { timers, world, rounds } = setUp();
  world.commands = "working";
  rounds.touch();
  await timers.pass(11_000);
  expect(world.rounds).toBe(1);
  world.digest++;
  await timers.pass(60_000);
  expect(world.rounds).toBe(1);
});

it("looks at what a program has done that waits for keys, once it is at rest", async () => {
  const { timers, world } = setUp();
  world.commands = "asking";
  world.digest++;
  await timers.pass(800);
  expect(world.rounds).toBe(0);
  await timers.pass(500);
  expect(world.rounds).toBe(1);
});

it("waits for the end of a command when it is asked, and not for ever", async () => {
  const { timers, world, rounds } = setUp();
  world.commands = "working";
  const short = rounds.asked();
  await timers.pass(1000);
  expect(world.rounds).toBe(0);
  world.commands = "none";
  await timers.pass(200);
  await short;
  expect(world.rounds).toBe(1);
  world.commands = "working";
  const long = rounds.asked();
  await timers.pass(4000);
  await long;
  expect(world.rounds).toBe(2);
});

it("does not start again because of what its own requests have changed", async () => {
  const { timers, world } = setUp();
  world.sentRequests = true;
  world.onRound = () => {
    world.digest++;
  };
  world.digest++;
  await timers.pass(5000);
  expect(world.rounds).toBe(1);
});

it("never makes two rounds at a time, however many ask while one is under way", async () => {
  const { world, rounds } = setUp();
  let atOnce = 0;
  let most = 0;
  world.onRound = () => {
    atOnce++;
    most = Math.max(most, atOnce);
    void Promise.resolve().then(() => atOnce--);
  };
  await Promise.all([rounds.now(), rounds.now(), rounds.now()]);
  expect(world.rounds).toBe(3);
  expect(most).toBe(1);
});
