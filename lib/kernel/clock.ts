/** The world's clock: real time, plus what it has been made to jump. */
import type { Clock, Host } from "./types.ts";

interface Timer {
  readonly dueMs: number;
  readonly order: number;
  readonly callback: () => void;
}

export class WorldClock implements Clock {
  readonly #host: Pick<Host, "now" | "monotonic" | "setTimeout">;
  /** Resolves when every process waits in the kernel. */
  readonly #quiet: () => Promise<void>;
  /** Called after the time has jumped. */
  onJump: () => void = () => {};
  #jumped = 0;
  /** What of that no longer counts for the time of day; the monotonic clock never goes back (clock_gettime(2)). */
  #takenBack = 0;
  #order = 0;
  /** Sorted, the first one due at the front. */
  readonly #timers: Timer[] = [];
  #cancelHostTimer: (() => void) | undefined;
  #hostTimerDue = Number.POSITIVE_INFINITY;
  #isStopped = false;

  constructor(host: Pick<Host, "now" | "monotonic" | "setTimeout">, quiet: () => Promise<void>) {
    this.#host = host;
    this.#quiet = quiet;
  }

  now(): number {
    return this.#host.now() + this.aheadMs;
  }

  /** How far the time of day has been made to jump, in milliseconds. */
  get aheadMs(): number {
    return this.#jumped - this.#takenBack;
  }

  /** The time of day goes on as if it had jumped so far only. */
  takeBackTo(aheadMs: number): void {
    this.#takenBack = this.#jumped - aheadMs;
    this.onJump();
  }

  monotonic(): number {
    return this.#host.monotonic() + this.#jumped;
  }

  /** At the end of the world: what was to happen later never will. A timer of tomorrow's would keep the whole world in memory until then. */
  stop(): void {
    this.#isStopped = true;
    this.#timers.length = 0;
    this.#arm();
  }

  after(milliseconds: number, callback: () => void): () => void {
    if (this.#isStopped) return () => {};
    const timer: Timer = { dueMs: this.monotonic() + Math.max(0, milliseconds), order: this.#order++, callback };
    let at = this.#timers.length;
    while (at > 0 && (this.#timers[at - 1]?.dueMs ?? 0) > timer.dueMs) at--;
    this.#timers.splice(at, 0, timer);
    this.#arm();
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index < 0) return;
      this.#timers.splice(index, 1);
      this.#arm();
    };
  }

  async advance(milliseconds: number): Promise<void> {
    const target = this.monotonic() + milliseconds;
    for (;;) {
      await this.#quiet();
      const next = this.#timers[0];
      if (next === undefined || next.dueMs > target) break;
      this.#jumped += Math.max(0, next.dueMs - this.monotonic());
      this.onJump();
      this.#runDue();
    }
    this.#jumped += Math.max(0, target - this.monotonic());
    this.onJump();
    this.#arm();
  }

  #runDue(): void {
    const now = this.monotonic();
    for (let next = this.#timers[0]; next !== undefined && next.dueMs <= now; next = this.#timers[0]) {
      this.#timers.shift();
      next.callback();
    }
    this.#arm();
  }

  #arm(): void {
    const next = this.#timers[0];
    const due = next === undefined ? Number.POSITIVE_INFINITY : next.dueMs - this.#jumped;
    if (due === this.#hostTimerDue) return;
    this.#cancelHostTimer?.();
    this.#cancelHostTimer = undefined;
    this.#hostTimerDue = due;
    if (next === undefined) return;
    // Timers beyond 2^31 ms overflow in every host: those are armed again on the way.
    const wait = Math.min(Math.max(0, due - this.#host.monotonic()), 0x7fffffff);
    this.#cancelHostTimer = this.#host.setTimeout(() => {
      this.#hostTimerDue = Number.POSITIVE_INFINITY;
      this.#runDue();
    }, wait);
  }
}
