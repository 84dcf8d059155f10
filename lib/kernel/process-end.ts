import type { SignalName, WaitResult } from "./types.ts";

/**
 * Thrown by every call of a process that is over, so that its program unwinds. A program lets it pass: whatever it would still do
 * can have no effect.
 */
export class ProcessEnded extends Error {
  override readonly name = "ProcessEnded";
  readonly pid: number;
  readonly signal: SignalName | undefined;

  constructor(pid: number, end: WaitResult) {
    super(end.how === "signaled" ? `process ${pid} was ended by ${end.signal}` : `process ${pid} has ended`);
    this.pid = pid;
    this.signal = end.how === "signaled" ? end.signal : undefined;
  }
}
