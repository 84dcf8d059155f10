import { KernelError } from "../../kernel/errno.ts";
import type { SignalName } from "../../kernel/types.ts";
import { setOption } from "../builtins/positional.ts";
import type { Shell } from "../shell.ts";
import type { LineSource } from "./line-source.ts";

/** What an interactive shell does on signals (bash(1), SIGNALS): Ctrl-C ends the command, not the shell. */
export function installInteractiveSignals(shell: Shell, lines: LineSource): void {
  shell.restoreInteractiveSignal = (signal) => shell.self.signals.set(signal, actionFor(shell, lines, signal));
  for (const signal of ["SIGINT", "SIGTERM", "SIGQUIT", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGHUP", "SIGWINCH"] as const)
    shell.restoreInteractiveSignal(signal);
}

function actionFor(shell: Shell, lines: LineSource, signal: SignalName): "default" | "ignore" | (() => void) {
  switch (signal) {
    case "SIGINT":
      return () => {
        shell.interrupted = true;
        shell.traps.wake();
      };
    case "SIGTERM":
    case "SIGQUIT":
    case "SIGTSTP":
    case "SIGTTIN":
    case "SIGTTOU":
      // Not "ignore": a program would inherit that, and could not be stopped.
      return () => {};
    case "SIGHUP":
      return () => hangUp(shell);
    case "SIGWINCH":
      return () => lines.resized();
    default:
      return "default";
  }
}

/** The terminal is gone: the jobs are told, and the shell ends as soon as it can. */
function hangUp(shell: Shell): void {
  shell.hungUp = true;
  for (const job of shell.jobs.jobs) {
    if (job.keepOnHangUp) continue;
    try {
      shell.kill(job.group === undefined ? job.last.pid : -job.group, "SIGHUP");
      if (job.state === "stopped") shell.kill(job.group === undefined ? job.last.pid : -job.group, "SIGCONT");
    } catch (error) {
      if (!(error instanceof KernelError)) throw error;
    }
  }
  shell.traps.wake();
}

/** Job control: a group of its own, in the terminal's foreground. Without a terminal there is none. */
export function takeTerminal(shell: Shell): void {
  const { self } = shell;
  const tty = self.fds.get(0)?.tty;
  if (tty === undefined || tty.sessionId !== self.sid) return;
  try {
    if (self.pgid !== self.pid && self.sid !== self.pid) self.setProcessGroup(self.pid, self.pid);
    tty.foregroundGroup = self.pgid;
    setOption(shell, "monitor", true);
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
  }
}
