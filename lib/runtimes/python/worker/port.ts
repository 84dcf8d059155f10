/** The worker's line to the kernel: a port that comes in its first message in browsers, parentPort in Node. */

import type { ExecMessage, InitMessage, WorkerMessage } from "../../../kernel/abi.ts";

export interface KernelPort {
  readonly post: (message: WorkerMessage, transfer?: Transferable[]) => void;
  receive(callback: (message: InitMessage | ExecMessage) => void): void;
}

interface NodePort {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  on(event: "message", callback: (message: InitMessage | ExecMessage) => void): void;
}

interface NodeProcess {
  getBuiltinModule?(name: string): { parentPort: NodePort | null };
  readonly versions?: { readonly node?: string };
}

/** Takes what it needs of the global at once: afterwards it may be gone (`confine.ts`). */
export function connectToKernel(): KernelPort {
  const node = (globalThis as { process?: NodeProcess }).process;
  if (node?.versions?.node !== undefined) {
    const { parentPort } = nodeWorkerThreads(node);
    if (!parentPort) throw new Error("this file runs in a worker thread only");
    return {
      post: (message, transfer) => parentPort.postMessage(message, transfer),
      receive: (callback) => parentPort.on("message", callback),
    };
  }
  const scope = globalThis as unknown as DedicatedWorkerGlobalScope;
  // The page, which has made this worker, hands over the port to the kernel, and is not listened to any more.
  let kernel: MessagePort | undefined;
  return {
    post: (message, transfer = []) => kernel?.postMessage(message, transfer),
    receive: (callback) => {
      scope.onmessage = ({ ports: [port] }: MessageEvent) => {
        scope.onmessage = null;
        kernel = port;
        if (port) port.onmessage = (event: MessageEvent<InitMessage | ExecMessage>) => callback(event.data);
      };
    },
  };
}

function nodeWorkerThreads(node: NodeProcess): { parentPort: NodePort | null } {
  const builtin = node.getBuiltinModule?.("node:worker_threads");
  if (builtin) return builtin;
  // Node before 20.16: the bundle defines require.
  return (require as (name: string) => { parentPort: NodePort | null })("node:worker_threads");
}
