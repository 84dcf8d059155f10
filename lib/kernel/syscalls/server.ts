/** Answers the system calls of worker processes (abi.ts). */

import { OP } from "../abi.ts";
import { KernelError } from "../errno.ts";
import { fileCall } from "../files/file-calls.ts";
import { type Call, done, type Handler, type Outcome } from "./call.ts";
import { handleCalls } from "./handles.ts";
import { processCalls } from "./processes.ts";
import { socketCalls } from "./sockets.ts";
import { terminalCalls } from "./terminals.ts";

const handlers = new Map<number, Handler>([[OP.NOP, () => done], ...handleCalls, ...terminalCalls, ...socketCalls, ...processCalls]);

/** Throws KernelError; ENOSYS for an operation that does not exist. */
export function serve(op: number, call: Call): Outcome {
  const handler = handlers.get(op);
  if (handler !== undefined) return handler(call);
  const { process } = call;
  const caller = {
    pid: process.pid,
    credentials: process.credentials,
    // Only locks wait; making the signal is put off until one does.
    get signal() {
      return call.interrupted();
    },
  };
  const answer = fileCall(process.machine.kernel.worldFiles, caller, op, call.args, call.data);
  if (answer === undefined) throw new KernelError("ENOSYS", `operation ${op}`);
  return answer;
}
