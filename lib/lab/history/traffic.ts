import type { TrafficDefinition } from "../types.ts";
import type { World } from "../world/world.ts";

/** A request of a simulated user that has ended. Times are monotonic milliseconds of the lab's clock. */
export interface TrafficResult {
  readonly startedMs: number;
  /** 0: no answer came. */
  readonly status: number;
}

/** What the page shows of a traffic. */
export interface TrafficState {
  readonly name: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly perSecond: number;
  readonly running: boolean;
  /** Whether the learner starts and stops it. */
  readonly byHand: boolean;
  /** Since it began the last time. */
  readonly requests: number;
  readonly lost: number;
  readonly errors: number;
}

/** A user waits so long, on the lab's clock. */
const PATIENCE_MS = 30_000;
/** The latest results are kept one by one, older ones as sums. */
const MOST_RESULTS = 20_000;
/** More requests than this do not wait at once: users of a server that hangs queue up before it, not in memory. */
const MOST_WAITING = 200;

/** Simulated users: real requests through the lab's network, at a steady rate of the lab's clock. */
export class Traffic {
  private readonly results: TrafficResult[] = [];
  private readonly waiting = new Set<number>();
  private stopTimer: (() => void) | undefined;
  private sent = 0;
  private sums = { requests: 0, lost: 0, errors: 0 };
  private nextDueMs = 0;
  private began = 0;
  /** Results of a run that has been started anew do not count any more. */
  private run = 0;

  constructor(
    readonly definition: TrafficDefinition,
    private readonly world: Pick<World, "http" | "kernel">,
  ) {}

  get running(): boolean {
    return this.stopTimer !== undefined;
  }

  /** When it was last started: monotonic milliseconds of the lab's clock. */
  get beganMs(): number {
    return this.began;
  }

  /** Begins, with nothing counted yet. */
  start(): void {
    if (this.running) return;
    this.run += 1;
    this.results.length = 0;
    this.waiting.clear();
    this.sums = { requests: 0, lost: 0, errors: 0 };
    this.began = this.world.kernel.clock.monotonic();
    this.nextDueMs = this.began;
    this.arm();
  }

  /** Ends; what was counted stays. */
  stop(): void {
    this.stopTimer?.();
    this.stopTimer = undefined;
  }

  state(): TrafficState {
    const { name, from = "internet", to, perSecond, during } = this.definition;
    return { name, from, to, perSecond, running: this.running, byHand: during === undefined, ...this.sums };
  }

  /** The results of requests that were begun at that moment or later, and how long the oldest unanswered one of them waits. */
  since(startedMs: number): { readonly results: readonly TrafficResult[]; readonly oldestWaitingMs: number | undefined } {
    const waiting = [...this.waiting].filter((each) => each >= startedMs);
    return {
      results: this.results.filter((each) => each.startedMs >= startedMs),
      oldestWaitingMs: waiting.length === 0 ? undefined : this.world.kernel.clock.monotonic() - Math.min(...waiting),
    };
  }

  private arm(): void {
    const { clock } = this.world.kernel;
    const wait = Math.max(0, this.nextDueMs - clock.monotonic());
    this.stopTimer = clock.after(wait, () => {
      // A computer that was too slow, or a laptop that slept, owes no requests.
      this.nextDueMs = Math.max(this.nextDueMs, clock.monotonic() - 1000) + 1000 / this.definition.perSecond;
      this.arm();
      if (this.waiting.size < MOST_WAITING) void this.request();
    });
  }

  private async request(): Promise<void> {
    const { run } = this;
    const number = this.sent++;
    const { from = "internet", to } = this.definition;
    const url = to[number % to.length] ?? "";
    let startedMs = this.world.kernel.clock.monotonic();
    while (this.waiting.has(startedMs)) startedMs += 1e-3;
    this.waiting.add(startedMs);
    const headers: [string, string][] = [["User-Agent", "Mozilla/5.0 (Slipway) Visitor"]];
    const answer = await this.world.http(from, {
      url,
      method: "GET",
      headers,
      body: undefined,
      grading: false,
      by: "traffic",
      timeoutMs: PATIENCE_MS,
    });
    if (run !== this.run) return;
    this.waiting.delete(startedMs);
    const status = "failure" in answer ? 0 : answer.status;
    this.results.push({ startedMs, status });
    if (this.results.length === 2 * MOST_RESULTS) this.results.splice(0, MOST_RESULTS);
    this.sums = {
      requests: this.sums.requests + 1,
      lost: this.sums.lost + (status === 0 ? 1 : 0),
      errors: this.sums.errors + (status >= 500 ? 1 : 0),
    };
  }
}
