import type { Verdict } from "../checks/verdict.ts";
import type { HistoryCheck, RequestRule } from "../types.ts";
import { concerns, describeRequest, describeStatus, hasStatus, type UserRequest } from "./request-rule.ts";

/** What a rule over the history remembers; kept when the lab is saved. */
export interface RuleMemory {
  /** Requests that the rule speaks of. */
  readonly seen: number;
  readonly broken: number;
  /** How it was broken first. */
  readonly first?: string;
}

const FRESH: RuleMemory = { seen: 0, broken: 0 };

/** Holds one `never` or `always` against what happens. Its memory does not grow with the history. */
export class RuleWatch {
  memory: RuleMemory;
  /** An `always` counts from the first moment on at which it holds; after coming back from a saved lab, again. */
  private hasHeld = false;
  private last: Verdict | undefined;

  /** `look` says how things stand now; `time` is the moment in words, with its zone. */
  constructor(
    readonly check: HistoryCheck,
    private readonly look: () => Verdict,
    private readonly time: () => string,
    saved: RuleMemory = FRESH,
  ) {
    this.memory = saved;
  }

  /** A user's request has ended. True when it has broken the rule. */
  heard(request: UserRequest): boolean {
    const { what, kind } = this.check;
    if (what.kind !== "request" || !concerns(what, request)) return false;
    this.memory = { ...this.memory, seen: this.memory.seen + 1 };
    if (hasStatus(what.status, request.status) !== (kind === "never")) return false;
    this.broke(describeRequest(request));
    return true;
  }

  /** Something of the world's state has changed. True when it has broken the rule. */
  looked(): boolean {
    if (this.check.what.kind === "request") return false;
    const verdict = this.look();
    const before = this.last?.status;
    this.last = verdict;
    const isSo = verdict.status === "pass";
    if (this.check.kind === "never") {
      // One breach, however often it is looked at.
      if (!isSo || before === "pass") return false;
    } else {
      const stopped = this.hasHeld && !isSo && before === "pass";
      this.hasHeld ||= isSo;
      if (!stopped) return false;
    }
    this.broke(verdict.found);
    return true;
  }

  verdict(): Verdict {
    const { what, kind } = this.check;
    const { broken, first, seen } = this.memory;
    const expected = this.expected();
    if (broken > 0) return { status: "fail", expected, found: `${first}${broken > 1 ? `, and ${broken - 1} more` : ""}` };
    if (what.kind === "request") {
      if (seen === 0) return { status: kind === "never" ? "pass" : "fail", expected, found: "no request so far" };
      return { status: "pass", expected, found: kind === "never" ? `none of ${seen} requests` : `all of ${seen} requests` };
    }
    if (kind === "never") return { status: "pass", expected, found: "never" };
    if (this.hasHeld) return { status: "pass", expected, found: expected };
    return { status: "fail", expected, found: this.last?.found ?? this.look().found };
  }

  private broke(how: string): void {
    const { broken, first } = this.memory;
    this.memory = { ...this.memory, broken: broken + 1, first: first ?? `${how} at ${this.time()}` };
  }

  private expected(): string {
    const { what, kind } = this.check;
    if (what.kind === "request") return describeRule(what, kind);
    const state = this.look().expected;
    return kind === "never" ? `never: ${state}` : `${state}, all the time`;
  }
}

function describeRule({ status, to, by }: RequestRule, kind: "never" | "always"): string {
  const who = { users: "user", traffic: "simulated user", browser: "visit in the browser" }[by];
  const where = to === undefined ? "" : ` of ${to}`;
  return kind === "never" ? `no ${who}${where} gets ${describeStatus(status)}` : `every ${who}${where} gets ${describeStatus(status)}`;
}
