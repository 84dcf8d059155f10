/** What a process does with each signal (sigaction(2)). */
import { KernelError } from "./errno.ts";
import { canBeCaught } from "./signals.ts";
import type { SignalName, Signals } from "./types.ts";

export type SignalAction = ReturnType<Signals["get"]>;

export class Dispositions implements Signals {
  readonly #actions = new Map<SignalName, SignalAction>();

  set(signal: SignalName, action: SignalAction): void {
    if (!canBeCaught(signal)) throw new KernelError("EINVAL", "sigaction");
    if (action === "default") this.#actions.delete(signal);
    else this.#actions.set(signal, action);
  }

  get(signal: SignalName): SignalAction {
    return this.#actions.get(signal) ?? "default";
  }

  /** execve(2): handlers are gone, ignored signals stay ignored. */
  forgetHandlers(): void {
    for (const [signal, action] of this.#actions) if (action !== "ignore") this.#actions.delete(signal);
  }

  get ignored(): SignalName[] {
    return [...this.#actions].filter(([, action]) => action === "ignore").map(([signal]) => signal);
  }

  /** What a child of fork(2) begins with: everything. */
  copy(parent: Dispositions): void {
    for (const [signal, action] of parent.#actions) this.#actions.set(signal, action);
  }

  /** What a child that runs another program begins with. */
  inherit(parent: Dispositions): void {
    for (const signal of parent.ignored) this.#actions.set(signal, "ignore");
  }
}
