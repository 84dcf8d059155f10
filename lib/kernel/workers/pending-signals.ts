/** Signals on their way to a worker's handlers. */
import { CONTROL } from "../abi.ts";
import type { Host } from "../types.ts";
import type { Slot } from "./slot.ts";

/** How long until the interrupt byte is looked at again, in milliseconds. */
const RETRY_MS = 3;

/** The interrupt byte holds one signal: the others wait here until the worker has taken it. */
export class PendingSignals {
  readonly #slot: Slot;
  readonly #host: Pick<Host, "setTimeout">;
  readonly #queue: number[] = [];
  #cancelRetry: (() => void) | undefined;

  constructor(slot: Slot, host: Pick<Host, "setTimeout">) {
    this.#slot = slot;
    this.#host = host;
  }

  get isEmpty(): boolean {
    return this.#queue.length === 0 && Atomics.load(this.#slot.interrupt, 0) === 0;
  }

  /** A signal that is already pending is not queued twice (signal(7), standard signals). */
  add(signal: number): void {
    if (!this.#queue.includes(signal) && Atomics.load(this.#slot.interrupt, 0) !== signal) this.#queue.push(signal);
    this.pump();
    Atomics.add(this.#slot.control, CONTROL.SIGNALS, 1);
    Atomics.notify(this.#slot.control, CONTROL.SIGNALS);
  }

  /** OP.TAKE_SIGNAL: the next one, or 0. */
  take(): number {
    const signal = Atomics.exchange(this.#slot.interrupt, 0, 0) || (this.#queue.shift() ?? 0);
    this.pump();
    return signal;
  }

  /** Puts the next signal where the worker sees it, when there is room. */
  pump(): void {
    if (this.#queue.length === 0) return;
    if (Atomics.load(this.#slot.interrupt, 0) === 0) Atomics.store(this.#slot.interrupt, 0, this.#queue.shift() ?? 0);
    if (this.#queue.length === 0 || this.#cancelRetry !== undefined) return;
    this.#cancelRetry = this.#host.setTimeout(() => {
      this.#cancelRetry = undefined;
      this.pump();
    }, RETRY_MS);
  }

  end(): void {
    this.#cancelRetry?.();
    this.#queue.length = 0;
  }
}
