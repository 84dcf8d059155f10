/**
 * How programs that share the kernel's thread give way to each other and to the keyboard.
 *
 * A program whose slice is over waits in line, and one of them goes on in each macrotask: that of the machine that has had the least of
 * the processor, and on it the process that has had the least (Linux's "completely fair scheduler", sched-design-CFS.rst, with a group for
 * each machine). So fifty loops on a server cost a command on the laptop the time of one slice at each of its steps, not of fifty.
 */
import type { Host } from "./types.ts";

/** A program may run that long before others, and messages from outside, get their turn. */
const SLICE_MS = 4;

/** Who has slept gets no more credit than this, or it would keep the others out for as long as it slept. */
const CREDIT_MS = 16;
/** Who is new comes before those that stand where it begins. */
const START_MS = 1;

const now = Promise.resolve();

/** What a process, or a whole machine, has had of the processor, counted from where its like stood when it came. */
export class Share {
  virtualMs = 0;
  /** Where its members stand: the one that was last chosen. */
  floorMs = 0;

  /** The share of a new member of this one. */
  begin(): Share {
    const share = new Share();
    share.virtualMs = this.floorMs - START_MS;
    return share;
  }

  /** It wants to run, within `group`. */
  wakes(group: { floorMs: number }): void {
    this.virtualMs = Math.max(this.virtualMs, group.floorMs - CREDIT_MS);
  }
}

/** A process, as far as its turns go. */
export interface Runner {
  cpuMs: number;
  readonly share: Share;
  readonly machine: { readonly share: Share };
}

interface Waiting {
  readonly runner: Runner;
  readonly go: () => void;
}

export class Turns {
  readonly #host: Pick<Host, "monotonic" | "yield">;
  #lastYield: number;
  #pending: Promise<void> | undefined;
  /** Counts what programs do: while it stands still, none of them runs. */
  activity = 0;
  /** Counts turns. */
  count = 0;

  #charged: Runner | undefined;
  #chargedSince = 0;
  readonly #line: Waiting[] = [];
  /** Where machines stand. */
  readonly #machines = { floorMs: 0 };

  constructor(host: Pick<Host, "monotonic" | "yield">) {
    this.#host = host;
    this.#lastYield = host.monotonic();
  }

  /** This program is the one that runs now: the time since the last such call was its predecessor's. */
  charge(runner: Runner | undefined): void {
    const now = this.#host.monotonic();
    const before = this.#charged;
    if (before !== undefined) {
      const used = now - this.#chargedSince;
      before.cpuMs += used;
      before.share.virtualMs += used;
      before.machine.share.virtualMs += used;
    }
    this.#charged = runner;
    this.#chargedSince = now;
  }

  /** True when the slice is over. */
  get due(): boolean {
    return this.#host.monotonic() - this.#lastYield > SLICE_MS;
  }

  /** Yields a macrotask when the slice is over; otherwise next to nothing. */
  tick(): Promise<void> {
    return this.due ? this.yield() : now;
  }

  /** Resolves in a later macrotask, when it is this process's turn. */
  queue(runner: Runner): Promise<void> {
    this.charge(undefined);
    return new Promise((go) => {
      runner.machine.share.wakes(this.#machines);
      runner.share.wakes(runner.machine.share);
      this.#line.push({ runner, go });
      void this.yield();
    });
  }

  /** Resolves in a later macrotask; all who ask within one turn share it. */
  yield(): Promise<void> {
    this.#pending ??= this.#host.yield().then(() => {
      this.#pending = undefined;
      this.charge(undefined);
      this.count++;
      this.#lastYield = this.#host.monotonic();
      this.#next();
    });
    return this.#pending;
  }

  /** The one that goes on; the others have their turn in macrotasks of their own. */
  #next(): void {
    let chosen: Waiting | undefined;
    for (const each of this.#line) if (chosen === undefined || isBefore(each.runner, chosen.runner)) chosen = each;
    if (chosen === undefined) return;
    this.#line.splice(this.#line.indexOf(chosen), 1);
    const { runner } = chosen;
    const { share } = runner.machine;
    this.#machines.floorMs = Math.max(this.#machines.floorMs, share.virtualMs);
    share.floorMs = Math.max(share.floorMs, runner.share.virtualMs);
    this.charge(runner);
    chosen.go();
    if (this.#line.length > 0) void this.yield();
  }
}

function isBefore(one: Runner, other: Runner): boolean {
  if (one.machine === other.machine) return one.share.virtualMs < other.share.virtualMs;
  return one.machine.share.virtualMs < other.machine.share.virtualMs;
}
