/** Connecting by name: addresses from getaddrinfo, then TCP, with a time limit. */
import { KernelError } from "../../kernel/errno.ts";
import type { Process, StreamSocket } from "../../kernel/types.ts";

/** The limit of `--max-time` or `--connect-timeout` has passed. */
export class TimedOut extends Error {}

/** A signal that aborts when the process must end, or, with TimedOut, after `seconds` of the world's time. */
export function limitedBy(self: Process, seconds: number | undefined): { signal: AbortSignal; cancel: () => void } {
  if (seconds === undefined || seconds <= 0) return { signal: self.ended, cancel: () => {} };
  const controller = new AbortController();
  const cancel = self.machine.kernel.clock.after(seconds * 1000, () => controller.abort(new TimedOut()));
  const end = () => controller.abort(self.ended.reason);
  if (self.ended.aborted) end();
  self.ended.addEventListener("abort", end, { once: true });
  return {
    signal: controller.signal,
    cancel: () => {
      cancel();
      self.ended.removeEventListener("abort", end);
    },
  };
}

/** The first of the addresses that answers; `trying` hears of each. Throws the last error. */
export async function connectAny(
  self: Process,
  addresses: readonly string[],
  port: number,
  signal: AbortSignal,
  trying: (address: string) => Promise<void> | void = () => {},
): Promise<{ socket: StreamSocket; address: string }> {
  let last: unknown = new KernelError("EHOSTUNREACH", "connect");
  for (const address of addresses) {
    await trying(address);
    try {
      return { socket: await self.machine.network.connect(address, port, signal), address };
    } catch (error) {
      if (!(error instanceof KernelError)) throw error;
      last = error;
    }
  }
  throw last;
}
