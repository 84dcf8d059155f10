/** Connecting to a socket in the file system (unix(7)). */
import { KernelError } from "../../../kernel/errno.ts";
import type { OpenFile, Process } from "../../../kernel/types.ts";

/** Throws ENOENT, ECONNREFUSED, EACCES. */
export async function connectLocal(_self: Process, _path: string): Promise<OpenFile> {
  throw new KernelError("ENOENT", "connect");
}
