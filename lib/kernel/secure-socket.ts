/** A way from a connected socket to one that is encrypted, which the kernel itself knows nothing about (`KernelOptions.secure`). */

import type { KernelMachine } from "./machine.ts";
import type { OpenFile, StreamSocket } from "./types.ts";

/** What TLS runs over, and gives. */
export interface SecurableSocket extends OpenFile {
  shutdown(how: "read" | "write" | "both"): void;
  readonly local?: StreamSocket["local"];
  readonly remote?: StreamSocket["remote"];
}

/**
 * Does the handshake that `request` describes. The stream takes the reference to the socket over; without one, the caller still has it, and
 * the answer tells why. Rejects with KernelError, or the signal's reason.
 */
export type SecureSocket = (
  machine: KernelMachine,
  socket: SecurableSocket,
  request: unknown,
  signal: AbortSignal,
) => Promise<{ readonly stream?: SecurableSocket; readonly answer: unknown }>;

export function isSecurable(file: OpenFile): file is SecurableSocket {
  return file.kind === "socket" && "shutdown" in file;
}
