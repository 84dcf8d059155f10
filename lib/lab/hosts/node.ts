/** Node as the kernel's host: worker threads, and assets from a directory. */
import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { ProcessEnded } from "../../kernel/process-end.ts";
import type { Host, WorkerHandle } from "../../kernel/types.ts";

export interface NodeHostOptions {
  /** Path of the worker's script (an ES module), by engine. */
  readonly workers: Readonly<Record<string, string>>;
  /** Directory of the assets that `Host.asset` names. */
  readonly assets: string;
  /** Default: nothing is logged. */
  readonly log?: Host["log"];
}

export function nodeHost(options: NodeHostOptions): Host {
  return {
    startWorker: (engine) => {
      const script = options.workers[engine];
      if (script === undefined) throw new Error(`no worker script is known for the engine ${engine}`);
      return startThread(script);
    },
    asset: async (name, progress) => {
      const bytes = new Uint8Array(await readFile(join(options.assets, name)));
      progress?.(bytes.length, bytes.length);
      return bytes;
    },
    now: () => Date.now(),
    monotonic: () => performance.now(),
    processors: availableParallelism(),
    setTimeout: (callback, milliseconds) => {
      const timer = setTimeout(callback, milliseconds);
      return () => clearTimeout(timer);
    },
    yield: () => new Promise((resolve) => setImmediate(resolve)),
    log: options.log ?? (() => {}),
  };
}

/**
 * To be called once by whoever runs a kernel in this Node process: a program that was killed may leave promises behind that nobody awaits,
 * which must not end Node. Everything else still does.
 */
export function outliveEndedPrograms(): void {
  process.on("unhandledRejection", (reason) => {
    if (!(reason instanceof ProcessEnded)) throw reason;
  });
}

/** What the thread prints goes nowhere, and nothing of this process's environment reaches it. */
function startThread(script: string): WorkerHandle {
  const worker = new Worker(script, { env: {}, execArgv: [], stdin: false, stdout: true, stderr: true });
  worker.stdout.resume();
  worker.stderr.resume();
  let isTerminated = false;
  let died: (reason: string) => void = () => {};
  worker.on("error", (error) => {
    if (!isTerminated) died(error instanceof Error ? error.message : String(error));
  });
  worker.on("exit", (code) => {
    if (!isTerminated) died(`it exited with ${code}`);
  });
  return {
    post: (message, transfer = []) => worker.postMessage(message, [...transfer] as ArrayBuffer[]),
    onMessage: (callback) => {
      worker.on("message", callback);
    },
    onError: (callback) => {
      died = callback;
    },
    terminate: () => {
      isTerminated = true;
      void worker.terminate();
      return undefined;
    },
  };
}
