import type { SignalName } from "../kernel/types.ts";
import { Interrupted, KilledBy } from "./control.ts";
import { runTrap } from "./exec/trap-action.ts";
import type { Run } from "./run.ts";
import type { Shell } from "./shell.ts";

export const PSEUDO_SIGNALS = ["EXIT", "DEBUG", "RETURN", "ERR"] as const;
export type PseudoSignal = (typeof PSEUDO_SIGNALS)[number];
export type TrapName = SignalName | PseudoSignal;

/** Linux's numbers of the signals that the kernel knows (signal(7)). */
export const SIGNAL_NUMBERS: readonly (readonly [SignalName, number])[] = [
  ["SIGHUP", 1],
  ["SIGINT", 2],
  ["SIGQUIT", 3],
  ["SIGILL", 4],
  ["SIGTRAP", 5],
  ["SIGABRT", 6],
  ["SIGBUS", 7],
  ["SIGFPE", 8],
  ["SIGKILL", 9],
  ["SIGUSR1", 10],
  ["SIGSEGV", 11],
  ["SIGUSR2", 12],
  ["SIGPIPE", 13],
  ["SIGALRM", 14],
  ["SIGTERM", 15],
  ["SIGCHLD", 17],
  ["SIGCONT", 18],
  ["SIGSTOP", 19],
  ["SIGTSTP", 20],
  ["SIGTTIN", 21],
  ["SIGTTOU", 22],
  ["SIGWINCH", 28],
];

/** The signal that `kill` and `trap` mean by "TERM", "sigterm", "15"; undefined when there is none. */
export function signalByName(text: string): SignalName | undefined {
  if (/^\d+$/.test(text)) return SIGNAL_NUMBERS.find(([, number]) => number === Number(text))?.[0];
  const upper = text.toUpperCase();
  const name = upper.startsWith("SIG") ? upper : `SIG${upper}`;
  return SIGNAL_NUMBERS.find(([signal]) => signal === name)?.[0];
}

export function signalNumber(signal: SignalName): number {
  return SIGNAL_NUMBERS.find(([name]) => name === signal)?.[1] ?? 0;
}

/** What `trap` has set, and the signals that have come in since. */
export class TrapTable {
  /** "" ignores the signal. */
  readonly actions = new Map<TrapName, string>();
  /** In a subshell that has set none of its own, what `trap` lists: the traps of its parent. */
  inherited: ReadonlyMap<TrapName, string> | undefined;
  private pending: SignalName[] = [];
  /** Resolved by the next signal with a trap: what lets `wait` end early. */
  private waiters: (() => void)[] = [];
  private running = false;
  /** A signal that ends the shell, which has an EXIT trap to run first. */
  deadly: SignalName | undefined;

  /** In a subshell traps are reset, ignored signals stay ignored; ERR, DEBUG and RETURN go along under -E and -T. */
  inSubshell(options: ReadonlySet<string>): TrapTable {
    const table = new TrapTable();
    table.inherited = this.inherited ?? new Map(this.actions);
    for (const [name, action] of this.actions) {
      const kept =
        action === "" ||
        (name === "ERR" && options.has("errtrace")) ||
        ((name === "DEBUG" || name === "RETURN") && options.has("functrace"));
      if (kept) table.actions.set(name, action);
    }
    return table;
  }

  get hasPending(): boolean {
    return this.pending.length > 0 || this.deadly !== undefined;
  }

  get lastPending(): SignalName | undefined {
    return this.pending[this.pending.length - 1];
  }

  /** From the kernel: a signal with a trap has arrived. */
  arrived(signal: SignalName): void {
    this.pending.push(signal);
    for (const wake of this.waiters.splice(0)) wake();
  }

  /** Resolves when a signal with a trap comes in. */
  nextSignal(): { promise: Promise<void>; cancel: () => void } {
    let wake = (): void => {};
    const promise = new Promise<void>((resolve) => {
      wake = resolve;
      this.waiters.push(resolve);
    });
    const cancel = (): void => {
      this.waiters = this.waiters.filter((other) => other !== wake);
    };
    return { promise, cancel };
  }

  /** From the kernel: the shell is to end. */
  end(signal: SignalName): void {
    this.deadly = signal;
    this.wake();
  }

  /** Wakes what waits for a signal: Ctrl-C at an interactive shell. */
  wake(): void {
    for (const wake of this.waiters.splice(0)) wake();
  }

  *runPending(shell: Shell): Run<void> {
    if (this.deadly !== undefined) throw new KilledBy(this.deadly);
    if (this.running) return;
    this.running = true;
    try {
      for (let signal = this.pending.shift(); signal !== undefined; signal = this.pending.shift()) {
        const action = this.actions.get(signal);
        if (action !== undefined && action !== "") yield* runTrap(shell, action);
      }
    } finally {
      this.running = false;
    }
    if (shell.interrupted) {
      shell.interrupted = false;
      throw new Interrupted();
    }
  }
}
