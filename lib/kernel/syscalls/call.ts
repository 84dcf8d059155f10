/** What the handlers of system calls are given, and what they give back. */
import type { KernelProcess } from "../program-process.ts";
import type { PendingSignals } from "../workers/pending-signals.ts";

export interface Call {
  readonly process: KernelProcess;
  /** A0 … A5. */
  readonly args: readonly number[];
  /** A private copy of the request's bytes. */
  readonly data: Uint8Array;
  readonly pending: PendingSignals;
  /** Aborts when a signal interrupts the call. */
  readonly interrupted: () => AbortSignal;
}

export interface Answer {
  /** ≥ 0 or -errno. */
  readonly result: number;
  readonly data?: Uint8Array;
}

/** A call that has to wait: tried again at each wake-up until it has an answer. */
export interface Blocked {
  readonly retry: () => Answer | undefined;
  readonly subscribe: (wake: () => void) => () => void;
  /** Milliseconds on the world's clock; undefined: for ever. */
  readonly timeoutMs?: number;
  readonly onTimeout?: () => Answer;
  /** What an interrupted call has done so far: that many bytes are its answer, instead of EINTR when there are any. */
  readonly partial?: () => number;
}

/** "none": the worker gets no answer, since its process is over or another program now. */
export type Outcome = Answer | Blocked | Promise<Answer> | "none";

export type Handler = (call: Call) => Outcome;

export const done: Answer = { result: 0 };

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function text(data: Uint8Array): string {
  return decoder.decode(data);
}

export function json(value: unknown, result = 0): Answer {
  return { result, data: encoder.encode(JSON.stringify(value)) };
}

export function bytesOf(value: string): Uint8Array {
  return encoder.encode(value);
}

export function int32(...numbers: number[]): Uint8Array {
  return new Uint8Array(Int32Array.from(numbers).buffer);
}

/** Answers at once when `attempt` can, else waits. */
export function orWait(attempt: () => Answer | undefined, subscribe: Blocked["subscribe"]): Answer | Blocked {
  return attempt() ?? { retry: attempt, subscribe };
}
