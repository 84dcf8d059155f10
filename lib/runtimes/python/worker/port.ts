/** The worker's line to the kernel: a Web Worker's global in browsers, parentPort in Node. */

import type { ExecMessage, InitMessage, WorkerMessage } from "../../../kernel/abi.ts";

export interface KernelPort {
  readonly post: (message: WorkerMessage) => void;
  receive(callback: (message: InitMessage | ExecMessage) => void): void;
}

interface NodePort {
  postMessage(message: unknown): void;
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
      post: (message) => parentPort.postMessage(message),
      receive: (callback) => parentPort.on("message", callback),
    };
  }
  const scope = globalThis as unknown as DedicatedWorkerGlobalScope;
  const post = scope.postMessage.bind(scope);
  return {
    post: (message) => post(message),
    receive: (callback) => {
      scope.onmessage = (event: MessageEvent<InitMessage | ExecMessage>) => callback(event.data);
    },
  };
}

function nodeWorkerThreads(node: NodeProcess): { parentPort: NodePort | null } {
  const builtin = node.getBuiltinModule?.("node:worker_threads");
  if (builtin) return builtin;
  // Node before 20.16: the bundle defines require.
  return (require as (name: string) => { parentPort: NodePort | null })("node:worker_threads");
}
