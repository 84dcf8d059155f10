/** waitpid(2) without the waiting. */
import { KernelError } from "./errno.ts";
import type { ProcessCore } from "./process.ts";
import type { WaitResult } from "./types.ts";

export interface WaitOptions {
  readonly untraced?: boolean;
  readonly continued?: boolean;
}

/** What has changed in a child that `pid` names, or undefined. A zombie is reaped. Throws ECHILD when no child is meant. */
export function findChange(process: ProcessCore, pid: number, options: WaitOptions): WaitResult | undefined {
  let meant = false;
  for (const child of process.children) {
    if (!isMeant(process, child, pid)) continue;
    meant = true;
    if (child.end !== undefined) {
      child.machine.table.reap(child);
      return child.end;
    }
    const { report } = child;
    if (report === undefined) continue;
    if ((report.how === "stopped" && options.untraced) || (report.how === "continued" && options.continued)) {
      child.report = undefined;
      return report;
    }
  }
  if (!meant) throw new KernelError("ECHILD", "wait");
  return undefined;
}

function isMeant(process: ProcessCore, child: ProcessCore, pid: number): boolean {
  if (pid > 0) return child.pid === pid;
  if (pid === -1) return true;
  return child.pgid === (pid === 0 ? process.pgid : -pid);
}
