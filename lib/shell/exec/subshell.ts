import type { OpenFile, Process, SignalName } from "../../kernel/types.ts";
import { AbortLine, BreakLoop, ContinueLoop, ExitShell, Interrupted, KilledBy, ReturnFrom } from "../control.ts";
import { drive, type Run, wait } from "../run.ts";
import type { Shell } from "../shell.ts";
import { signalNumber } from "../traps.ts";
import { runPseudoTrap } from "./trap-action.ts";

export interface SubshellOptions {
  readonly processGroup?: "new" | number;
  readonly foreground?: boolean;
  /** A background job of a shell without job control ignores Ctrl-C. */
  readonly background?: boolean;
}

/** Runs `body` in a child process with a copy of the shell: fork(2). The descriptors are retained by the child. */
export function spawnSubshell(
  shell: Shell,
  fds: ReadonlyMap<number, OpenFile>,
  body: (subshell: Shell) => Run<number>,
  options: SubshellOptions = {},
): Process {
  const subshell = shell.fork();
  const { self } = shell;
  return self.spawn({
    argv: self.argv,
    env: self.env,
    fds,
    processGroup: options.processGroup,
    foreground: options.foreground,
    run: (process) => {
      subshell.self = process;
      process.umask = self.umask;
      resetSignals(subshell, options.background === true);
      return drive(runToExit(subshell, () => body(subshell)));
    },
  });
}

/** What a shell ignores or handles for itself is the default again in a subshell; `trap ''` stays. */
function resetSignals(subshell: Shell, background: boolean): void {
  const { signals } = subshell.self;
  for (const signal of ["SIGINT", "SIGTERM", "SIGQUIT", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGHUP"] as const) {
    if (subshell.traps.actions.get(signal) === "") signals.set(signal, "ignore");
    else if (background && (signal === "SIGINT" || signal === "SIGQUIT")) signals.set(signal, "ignore");
    else signals.set(signal, "default");
  }
}

/** Runs to the end of a shell: `exit`, stray `break`, errors, then the EXIT trap. Resolves to the exit status. */
export function* runToExit(shell: Shell, body: () => Run<number>): Run<number> {
  let status: number;
  let killer: SignalName | undefined;
  try {
    status = yield* body();
    if (shell.traps.hasPending) {
      shell.status = status;
      yield* shell.traps.runPending(shell);
    }
  } catch (error) {
    if (error instanceof KilledBy) killer = error.signal;
    status = error instanceof KilledBy ? 128 + signalNumber(error.signal) : statusOf(error);
  }
  shell.status = status;
  shell.traps.deadly = undefined;
  try {
    yield* runPseudoTrap(shell, "EXIT");
  } catch (error) {
    return statusOf(error);
  }
  if (killer !== undefined) {
    shell.self.signals.set(killer, "default");
    shell.kill(shell.self.pid, killer);
    yield* wait(shell.self.tick());
  }
  return status;
}

function statusOf(error: unknown): number {
  if (error instanceof ExitShell || error instanceof AbortLine || error instanceof ReturnFrom) return error.status;
  if (error instanceof BreakLoop || error instanceof ContinueLoop) return error.status;
  if (error instanceof Interrupted) return 130;
  throw error;
}
