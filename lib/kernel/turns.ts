/** How programs that share the kernel's thread give way to each other and to the keyboard. */
import type { Host } from "./types.ts";

/** A program may run that long before others, and messages from outside, get their turn. */
const SLICE_MS = 4;

const now = Promise.resolve();

export class Turns {
  readonly #host: Pick<Host, "monotonic" | "yield">;
  #lastYield: number;
  #pending: Promise<void> | undefined;
  /** Counts what programs do: while it stands still, none of them runs. */
  activity = 0;
  /** Counts turns. */
  count = 0;

  #charged: { cpuMs: number } | undefined;
  #chargedSince = 0;

  constructor(host: Pick<Host, "monotonic" | "yield">) {
    this.#host = host;
    this.#lastYield = host.monotonic();
  }

  /** This program is the one that runs now: the time since the last such call was its predecessor's. */
  charge(account: { cpuMs: number } | undefined): void {
    const now = this.#host.monotonic();
    if (this.#charged !== undefined) this.#charged.cpuMs += now - this.#chargedSince;
    this.#charged = account;
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

  /** Resolves in a later macrotask; all who ask within one turn share it. */
  yield(): Promise<void> {
    this.#pending ??= this.#host.yield().then(() => {
      this.#pending = undefined;
      this.charge(undefined);
      this.count++;
      this.#lastYield = this.#host.monotonic();
    });
    return this.#pending;
  }
}
