/** Connecting to a socket in the file system (unix(7)). */
import type { OpenFile, Process } from "../../../kernel/types.ts";

/** Throws ENOENT, ECONNREFUSED, EACCES. */
export function connectLocal(self: Process, path: string, signal: AbortSignal = self.ended): Promise<OpenFile> {
  return self.machine.network.connectUnix(self, path, signal);
}
