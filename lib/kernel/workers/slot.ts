/** One worker with its control block. */
import { CONTROL, CONTROL_BYTES, DATA_BYTES, type InitMessage, OPEN_SLOTS, type WorkerMessage } from "../abi.ts";
import type { WorkerHandle } from "../types.ts";

export interface SlotOwner {
  /** The worker asks for a system call. */
  onCall(): void;
  /** The worker is dead, or never became ready. */
  onDeath(reason: string): void;
}

export class Slot {
  readonly control: Int32Array<SharedArrayBuffer>;
  readonly data: Uint8Array<SharedArrayBuffer>;
  readonly interrupt: Uint8Array<SharedArrayBuffer>;
  readonly openInodes: Int32Array<SharedArrayBuffer>;
  /** Settles when the worker can become a process; rejects with an Error that says why it can't. */
  readonly ready: Promise<void>;
  owner: SlotOwner | undefined;
  readonly #handle: WorkerHandle;
  #isOver = false;
  #giveUp: (reason: Error) => void = () => {};

  constructor(handle: WorkerHandle, memory: InitMessage["memory"], assets: unknown) {
    this.#handle = handle;
    const control = new SharedArrayBuffer(CONTROL_BYTES + DATA_BYTES);
    const interrupt = new SharedArrayBuffer(1);
    this.control = new Int32Array(control, 0, CONTROL_BYTES / 4);
    this.openInodes = this.control.subarray(CONTROL.OPEN_INODES, CONTROL.OPEN_INODES + OPEN_SLOTS);
    this.data = new Uint8Array(control, CONTROL_BYTES, DATA_BYTES);
    this.interrupt = new Uint8Array(interrupt);
    this.ready = new Promise((resolve, reject) => {
      this.#giveUp = reject;
      const died = (reason: string) => {
        reject(new Error(reason));
        if (!this.#isOver) this.owner?.onDeath(reason);
      };
      handle.onMessage((message) => {
        const received = message as WorkerMessage;
        if (received === 0) {
          if (!this.#isOver) this.owner?.onCall();
        } else if (received.kind === "ready") resolve();
        else died(received.reason);
      });
      handle.onError(died);
    });
    // Whoever waits for it hears of it; a spare that fails is dealt with through `onDeath`.
    this.ready.catch(() => {});
    const init: InitMessage = { kind: "init", control, interrupt, memory, assets };
    handle.post(init);
  }

  /** The worker waits for the kernel, so it touches no memory. */
  get isInCall(): boolean {
    return Atomics.load(this.control, CONTROL.STATE) === 1;
  }

  post(message: unknown): void {
    if (!this.#isOver) this.#handle.post(message);
  }

  /** Ends the worker, whatever it does. */
  terminate(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.owner = undefined;
    this.#giveUp(new Error("the worker was ended"));
    this.#handle.terminate();
  }
}
