import { expect, test } from "vitest";
import type { Traffic } from "../history/traffic.ts";
import type { TrafficCheck } from "../types.ts";
import { checkTraffic } from "./traffic-check.ts";

const check: TrafficCheck = { kind: "traffic", traffic: "customers", requests: 3, lost: 0, errors: 0, during: undefined };

/** Customers whose requests ended with these statuses; 0: no answer. */
function seen(statuses: readonly number[], { running = true, oldestWaitingMs = undefined as number | undefined } = {}): Traffic {
  const results = statuses.map((status) => ({ status, startedMs: 0 }));
  return { running, since: () => ({ results, oldestWaitingMs }) } as unknown as Traffic;
}

test("too few requests that all went well are still counted, as long as there is traffic", () => {
  expect(checkTraffic(check, seen([200, 200]), undefined)).toMatchObject({
    status: "fail",
    counting: true,
    found: "only 2 requests so far",
  });
  expect(checkTraffic(check, seen([200, 200], { running: false }), undefined)).toMatchObject({ status: "fail", counting: false });
});

test("a request that still waits is not held against anybody yet", () => {
  const verdict = checkTraffic(check, seen([200, 200, 200], { oldestWaitingMs: 5000 }), undefined);
  expect(verdict).toMatchObject({ status: "fail", counting: true, found: "a request that has waited 5 seconds for its answer" });
});

test("what went wrong is a failure at once, however few there were; enough that went well pass", () => {
  expect(checkTraffic(check, seen([200, 0]), undefined)).toEqual({
    status: "fail",
    expected: "none lost and none answered with an error of at least 3 requests",
    found: "1 of 2 requests lost, 0 answered with an error",
  });
  expect(checkTraffic(check, seen([200, 200, 404]), undefined).status).toBe("pass");
});
