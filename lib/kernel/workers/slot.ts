/** One worker with its control block. */
import { CONTROL, CONTROL_BYTES, DATA_BYTES, type ForkedMemory, type InitMessage, OPEN_SLOTS, type WorkerMessage } from "../abi.ts";
import type { Turns } from "../turns.ts";
import type { Host, WorkerHandle } from "../types.ts";

export interface SlotOwner {
  /** The worker asks for a system call. */
  onCall(): void;
  /** The worker is dead, or never became ready. */
  onDeath(reason: string): void;
  /** The worker is about to fork; this is its memory. */
  onFork(forked: ForkedMemory): void;
}

export interface SlotOptions {
  readonly handle: WorkerHandle;
  readonly memory: InitMessage["memory"];
  readonly assets: unknown;
  readonly host: Pick<Host, "setTimeout">;
  readonly turns: Turns;
  /** A worker that has not said that it is ready after so many milliseconds is given up. */
  readonly patienceMs: number;
}

/** The worker has neither begun nor failed. Another one may do better. */
export class SilentWorker extends Error {}

export class Slot {
  readonly control: Int32Array<SharedArrayBuffer>;
  readonly data: Uint8Array<SharedArrayBuffer>;
  readonly interrupt: Uint8Array<SharedArrayBuffer>;
  readonly openInodes: Int32Array<SharedArrayBuffer>;
  /** Settles when the worker can become a process (again); rejects with an Error that says why it can't. */
  ready: Promise<void>;
  owner: SlotOwner | undefined;
  readonly #handle: WorkerHandle;
  readonly #turns: Turns;
  readonly #host: SlotOptions["host"];
  readonly #patienceMs: number;
  #stopped: Promise<void> | undefined;
  #isReady: () => void = () => {};
  #giveUp: (reason: Error) => void = () => {};

  constructor({ handle, memory, assets, host, turns, patienceMs }: SlotOptions) {
    this.#handle = handle;
    this.#turns = turns;
    this.#host = host;
    this.#patienceMs = patienceMs;
    const bell = handle.isFar === true && typeof Atomics.waitAsync === "function";
    const control = new SharedArrayBuffer(CONTROL_BYTES + DATA_BYTES);
    const interrupt = new SharedArrayBuffer(1);
    this.control = new Int32Array(control, 0, CONTROL_BYTES / 4);
    this.openInodes = this.control.subarray(CONTROL.OPEN_INODES, CONTROL.OPEN_INODES + OPEN_SLOTS);
    this.data = new Uint8Array(control, CONTROL_BYTES, DATA_BYTES);
    this.interrupt = new Uint8Array(interrupt);
    this.ready = this.#begin();
    const died = (reason: string) => {
      this.#giveUp(new Error(reason));
      if (!this.#isOver) this.owner?.onDeath(reason);
    };
    handle.onMessage((message) => {
      const received = message as WorkerMessage;
      if (received === 0) {
        if (!this.#isOver) this.owner?.onCall();
      } else if (received.kind === "ready") this.#isReady();
      else if (received.kind === "fork") this.owner?.onFork(received);
      else died(received.reason);
    });
    handle.onError(died);
    if (bell) this.#hear().catch((error: unknown) => died(error instanceof Error ? (error.stack ?? error.message) : String(error)));
    const init: InitMessage = { kind: "init", control, interrupt, memory, assets, bell };
    handle.post(init);
  }

  /** A promise of the worker's next word that it is ready. */
  #begin(): Promise<void> {
    const ready = new Promise<void>((resolve, reject) => {
      this.#isReady = resolve;
      this.#giveUp = reject;
    });
    const seconds = Math.round(this.#patienceMs / 1000);
    const cancel = this.#host.setTimeout(
      () => this.#giveUp(new SilentWorker(`its worker did not begin within ${seconds} seconds`)),
      this.#patienceMs,
    );
    ready.then(cancel, cancel);
    return ready;
  }

  /** Answers the exit(2) of a worker's process: it makes itself as new, and says when it is ready. */
  reuse(): void {
    this.owner = undefined;
    this.openInodes.fill(0);
    Atomics.store(this.interrupt, 0, 0);
    this.ready = this.#begin();
    this.control[CONTROL.LENGTH] = 0;
    this.control[CONTROL.RESULT] = 0;
    Atomics.store(this.control, CONTROL.STATE, 2);
    Atomics.notify(this.control, CONTROL.STATE);
  }

  /** The worker waits for the kernel, so it touches no memory. */
  get isInCall(): boolean {
    return Atomics.load(this.control, CONTROL.STATE) === 1;
  }

  get #isOver(): boolean {
    return this.#stopped !== undefined;
  }

  /** Hears the bell until the worker is ended. Calls that follow each other at once leave others their turn. */
  async #hear(): Promise<void> {
    for (let heard = 0; !this.#isOver; ) {
      const calls = Atomics.load(this.control, CONTROL.CALLS);
      if (calls !== heard) {
        heard = calls;
        this.owner?.onCall();
        await this.#turns.tick();
      } else {
        const waiting = Atomics.waitAsync(this.control, CONTROL.CALLS, heard);
        if (waiting.async) await waiting.value;
      }
    }
  }

  post(message: unknown, transfer: readonly Transferable[] = []): void {
    if (!this.#isOver) this.#handle.post(message, transfer);
  }

  /** Ends the worker, whatever it does; resolves when it has been told to stop. */
  terminate(): Promise<void> {
    if (this.#stopped !== undefined) return this.#stopped;
    this.#stopped = Promise.resolve(this.#handle.terminate());
    this.owner = undefined;
    this.#giveUp(new Error("the worker was ended"));
    // The kernel itself waits for the bell, and would keep this block for ever.
    Atomics.notify(this.control, CONTROL.CALLS);
    return this.#stopped;
  }
}
