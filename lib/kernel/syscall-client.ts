/** The worker's side of system calls (abi.ts). Runs in process workers, never in the kernel. */
import { CONTROL, CONTROL_BYTES, DATA_BYTES, OPEN_SLOTS } from "./abi.ts";
import { errno, kernelError } from "./errno.ts";

export interface SyscallClientOptions {
  /** `InitMessage.control`. */
  readonly control: SharedArrayBuffer;
  /** `InitMessage.bell`. */
  readonly bell: boolean;
  /** Posts a message to the kernel. */
  readonly post: (message: 0) => void;
  /** Signals have come since the last call: called before the call returns, so that handlers run before it is tried again. */
  readonly onSignals?: () => void;
}

const nothing = new Uint8Array(0);

export class SyscallClient {
  /** The most that one READ or WRITE carries. */
  static readonly DATA_BYTES = DATA_BYTES;
  /** The OPEN_INODES words, for the files' client. */
  readonly openInodes: Int32Array;
  onSignals: () => void;
  readonly #control: Int32Array;
  readonly #data: Uint8Array;
  readonly #announce: () => void;
  #signalsSeen: number;
  /** The last answer, when a signal handler's own calls have overwritten it. */
  #saved: Uint8Array | undefined;

  constructor(options: SyscallClientOptions) {
    this.#control = new Int32Array(options.control, 0, CONTROL_BYTES / 4);
    this.#data = new Uint8Array(options.control, CONTROL_BYTES, DATA_BYTES);
    this.openInodes = this.#control.subarray(CONTROL.OPEN_INODES, CONTROL.OPEN_INODES + OPEN_SLOTS);
    const { bell, post } = options;
    this.#announce = bell ? () => this.#ring() : () => post(0);
    this.onSignals = options.onSignals ?? (() => {});
    this.#signalsSeen = Atomics.load(this.#control, CONTROL.SIGNALS);
  }

  /** True when signals have come that `onSignals` was not told of. */
  get hasSignals(): boolean {
    return Atomics.load(this.#control, CONTROL.SIGNALS) !== this.#signalsSeen;
  }

  /** RESULT: ≥ 0 or -errno (-EINTR when a handled signal came first). Blocks the worker until the kernel answers. */
  call(op: number, args: readonly number[] = [], data: Uint8Array = nothing): number {
    const control = this.#control;
    if (data.length > DATA_BYTES) return -errno("E2BIG");
    this.#saved = undefined;
    for (let index = 0; index < 6; index++) control[CONTROL.ARGS + index] = args[index] ?? 0;
    this.#data.set(data);
    control[CONTROL.LENGTH] = data.length;
    control[CONTROL.OP] = op;
    Atomics.store(control, CONTROL.STATE, 1);
    this.#announce();
    while (Atomics.load(control, CONTROL.STATE) === 1) Atomics.wait(control, CONTROL.STATE, 1);
    const result = control[CONTROL.RESULT] ?? 0;
    if (this.hasSignals) {
      const answer = this.answer();
      this.takeSignals();
      this.#saved = answer;
    }
    return result;
  }

  #ring(): void {
    Atomics.add(this.#control, CONTROL.CALLS, 1);
    Atomics.notify(this.#control, CONTROL.CALLS);
  }

  /** Tells `onSignals` of signals that have come. */
  takeSignals(): void {
    const signals = Atomics.load(this.#control, CONTROL.SIGNALS);
    if (signals === this.#signalsSeen) return;
    this.#signalsSeen = signals;
    this.onSignals();
  }

  /** A private copy of the last answer's data. */
  answer(): Uint8Array {
    return this.#saved ?? this.#data.slice(0, this.#control[CONTROL.LENGTH]);
  }

  /** The same as `call`, but throws KernelError; a call that a signal interrupted is made again (as SA_RESTART and PEP 475 do). */
  must(op: number, args: readonly number[] = [], data: Uint8Array = nothing): number {
    for (;;) {
      const result = this.call(op, args, data);
      if (result >= 0) return result;
      if (result !== -errno("EINTR")) throw kernelError(result);
    }
  }

  /** Ends nothing and answers nothing: for EXIT and EXEC, after which the kernel ends this worker. */
  callForEver(op: number, args: readonly number[] = [], data: Uint8Array = nothing): never {
    const result = this.call(op, args, data);
    throw kernelError(result);
  }
}
