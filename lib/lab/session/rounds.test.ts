import { expect, it } from "vitest";
import { Rounds } from "./rounds.ts";

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
  const world = { digest: 0, busy: false, rounds: 0, onRound: (): void => undefined, sentRequests: false };
  const rounds = new Rounds({
    timers,
    digest: () => String(world.digest),
    busy: () => world.busy,
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

it("leaves a command alone that is half done, unless the learner did something else", async () => {
  const { timers, world, rounds } = setUp();
  world.busy = true;
  world.digest++;
  await timers.pass(5000);
  expect(world.rounds).toBe(0);
  rounds.touch();
  await timers.pass(500);
  expect(world.rounds).toBe(1);
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
