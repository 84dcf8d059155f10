import { expect, it } from "vitest";
import { WorldClock } from "./clock.ts";

it("leaves nothing behind on the host's clock when its world ends", () => {
  const waiting = new Set<() => void>();
  const setTimeout = (callback: () => void) => {
    waiting.add(callback);
    return () => waiting.delete(callback);
  };
  const clock = new WorldClock({ now: () => 0, monotonic: () => 0, setTimeout }, async () => {});
  let rang = 0;
  clock.after(1000, () => rang++);
  clock.after(0, () => rang++);
  expect(waiting.size).toBe(1);
  clock.stop();
  clock.after(0, () => rang++);
  expect(waiting.size).toBe(0);
  expect(rang).toBe(0);
});
