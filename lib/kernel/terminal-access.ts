/** Who may read from a terminal (termios(3), "job control"). */
import { KernelError } from "./errno.ts";
import type { ProcessCore } from "./process.ts";
import type { OpenFile } from "./types.ts";

/**
 * True when a read may go on. A background process is stopped with its group by SIGTTIN instead; when that can't be, EIO is thrown, and EINTR
 * when it handles the signal.
 */
export function mayReadTerminal(process: ProcessCore, file: OpenFile): boolean {
  const { tty } = file;
  if (tty === undefined || tty.sessionId !== process.sid || tty.sessionId === 0 || tty.foregroundGroup === process.pgid) return true;
  const { table } = process.machine;
  if (process.signals.get("SIGTTIN") === "ignore" || table.isOrphaned(process.pgid)) throw new KernelError("EIO", "read");
  table.signalGroup(process.pgid, "SIGTTIN");
  process.mustLive();
  // It has a handler, which has been told; the read is over.
  if (!process.isStopped) throw new KernelError("EINTR", "read");
  return false;
}
