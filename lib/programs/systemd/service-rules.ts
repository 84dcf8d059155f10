/** What a service's settings say of how its processes end (systemd.service(5), Restart=, SuccessExitStatus=). */
import { signalNumbers } from "../../kernel/signals.ts";
import type { SignalName, WaitResult } from "../../kernel/types.ts";
import { loggedStatus } from "./exit-status.ts";
import type { ServiceResult, ServiceState } from "./service-states.ts";
import type { ExecCommand, ServiceSettings } from "./settings.ts";

/** Signals by which a daemon may well end (systemd.service(5), SuccessExitStatus=). */
const CLEAN_SIGNALS: ReadonlySet<SignalName> = new Set(["SIGHUP", "SIGINT", "SIGTERM", "SIGPIPE"]);

/** What the end of a process means for its service. */
export function outcomeOf(
  { successStatus }: ServiceSettings,
  end: WaitResult,
  command: ExecCommand | undefined,
  isDaemon: boolean,
): ServiceResult {
  if (command?.ignoreFailure) return "success";
  if (end.how === "exited") return end.status === 0 || successStatus.statuses.has(end.status) ? "success" : "exit-code";
  if (end.how !== "signaled") return "success";
  if ((isDaemon && CLEAN_SIGNALS.has(end.signal)) || successStatus.signals.has(end.signal)) return "success";
  return "signal";
}

/** As it stands in the journal. */
export function endText(end: WaitResult): string {
  return end.how === "signaled"
    ? `code=killed, status=${signalNumbers[end.signal]}/${end.signal.slice(3)}`
    : `code=exited, status=${loggedStatus(end.status)}`;
}

/** Restart= and its exceptions; `end` is the main process's. */
export function shallRestart(
  { restart, restartPrevent, restartForce }: ServiceSettings,
  end: WaitResult | undefined,
  result: ServiceResult,
): boolean {
  const isIn = (set: { statuses: Set<number>; signals: Set<string> }) =>
    end !== undefined && (end.how === "exited" ? set.statuses.has(end.status) : end.how === "signaled" && set.signals.has(end.signal));
  if (isIn(restartPrevent)) return false;
  if (isIn(restartForce)) return true;
  switch (restart) {
    case "no":
    case "on-watchdog":
      return false;
    case "always":
      return result !== "exec-condition";
    case "on-success":
      return result === "success";
    case "on-failure":
      return result !== "success" && result !== "exec-condition";
    case "on-abnormal":
      return result !== "success" && result !== "exit-code" && result !== "exec-condition";
    case "on-abort":
      return result === "signal" || result === "core-dump";
  }
}

/** What the journal says when a state has lasted too long; undefined where that is no fault. */
export function timeoutText(state: ServiceState, sendSigkill: boolean): string | undefined {
  switch (state) {
    case "condition":
    case "start-pre":
    case "start":
    case "start-post":
      return `${state} operation timed out. Terminating.`;
    case "running":
      return "Service reached runtime time limit. Stopping.";
    case "reload":
      return "Reload operation timed out. Killing reload process.";
    case "stop":
      return "Stopping timed out. Terminating.";
    case "stop-sigterm":
      return sendSigkill ? "State 'stop-sigterm' timed out. Killing." : "State 'stop-sigterm' timed out. Skipping SIGKILL.";
    case "final-sigterm":
      return sendSigkill
        ? "State 'final-sigterm' timed out. Killing."
        : "State 'final-sigterm' timed out. Skipping SIGKILL. Entering failed mode.";
    case "stop-sigkill":
      return "Processes still around after SIGKILL. Ignoring.";
    case "stop-post":
      return "State 'stop-post' timed out. Terminating.";
    case "final-sigkill":
      return "Processes still around after final SIGKILL. Entering failed mode.";
    default:
      return undefined;
  }
}
