import { expect, it } from "vitest";
import { testHost } from "../../kernel/testing.ts";
import { LabSession } from "../session/session.ts";
import { toyLab, toyWorld } from "../testing.ts";
import { Patience } from "./patience.ts";

it("waits less for what comes next where little of it has come, and longer again when some does", async () => {
  const lab = toyLab([]);
  const session = new LabSession(await toyWorld(lab), lab, testHost());
  let now = 0;
  const clock = {
    monotonic: () => now,
    after: (milliseconds: number, callback: () => void) => {
      const timer = setImmediate(() => {
        now += milliseconds;
        callback();
      });
      return () => clearImmediate(timer);
    },
  };
  const patience = new Patience(
    () => session,
    clock,
    { restMs: 500, mostMs: 8000, leastMs: 1000 },
    () => false,
  );
  /** How long it waits, of a world in which something is written all the time; `looks`: after so many of them it comes. */
  const waited = async (looks = Number.POSITIVE_INFINITY): Promise<number> => {
    const began = now;
    let looked = 0;
    const came = await patience.until(() => {
      session.writeFile("laptop", "/home/learner/log", `${looked}`);
      return ++looked > looks;
    }, 0);
    expect(came).toBe(looks < Number.POSITIVE_INFINITY);
    return Math.floor((now - began) / 1000);
  };
  expect([await waited(), await waited(), await waited(), await waited(), await waited()]).toEqual([8, 4, 2, 1, 1]);
  for (let time = 0; time < 3; time++) await waited(5);
  expect(await waited()).toBe(2);
  session.dispose();
  session.world.dispose();
});
