import type { Traffic } from "../history/traffic.ts";
import type { TrafficCheck } from "../types.ts";
import type { Verdict } from "./verdict.ts";

/** Requests of this long before a change show that there was traffic when it came. */
const BEFORE_MS = 1000;
/** A request that waits longer than this may still be lost. */
const UNDECIDED_MS = 2000;

/** Looks at how simulated users fared. `changedMs`: when the program of `during` was last started or ended. */
export function checkTraffic(check: TrafficCheck, traffic: Traffic, changedMs: number | undefined): Verdict {
  const { requests, lost, errors, during } = check;
  const meanwhile = during === undefined ? "" : ` while ${during.process} is reloaded`;
  const expected = `${atMost(lost, "lost")} and ${atMost(errors, "answered with an error")} of at least ${requests} requests${meanwhile}`;
  const fail = (found: string): Verdict => ({ status: "fail", expected, found });
  if (during !== undefined && changedMs === undefined) return fail(`no start or end of ${during.process} on ${during.on} so far`);
  const began = changedMs === undefined ? Number.NEGATIVE_INFINITY : changedMs - BEFORE_MS;
  const { results, oldestWaitingMs } = traffic.since(began);
  if (changedMs !== undefined && !results.some(({ startedMs }) => startedMs <= changedMs)) {
    return fail(`no traffic when the processes of ${during?.process} last changed`);
  }
  const found = {
    lost: results.filter(({ status }) => status === 0).length,
    errors: results.filter(({ status }) => status >= 500).length,
  };
  const summary = `${found.lost} of ${results.length} requests lost, ${found.errors} answered with an error`;
  if (found.lost > lost || found.errors > errors) return fail(summary);
  if (results.length < requests) return { ...fail(`only ${results.length} requests so far`), counting: traffic.running };
  if (oldestWaitingMs !== undefined && oldestWaitingMs > UNDECIDED_MS) {
    return { ...fail(`a request that has waited ${Math.round(oldestWaitingMs / 1000)} seconds for its answer`), counting: true };
  }
  return { status: "pass", expected, found: summary };
}

function atMost(count: number, what: string): string {
  return count === 0 ? `none ${what}` : `at most ${count} ${what}`;
}
