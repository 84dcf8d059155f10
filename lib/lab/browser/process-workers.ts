/**
 * Process workers are made by the page, for the kernel. A worker that makes another one may wait for the page's thread while it does, and
 * Firefox sometimes never wakes it again: where a debugger or a test driver watches its workers, constructor and new thread wait on the
 * same condition, and only one of them is told (`WorkerPrivate::SetIsDebuggerRegistered`). The page itself never has to wait.
 */
import type { WorkerHandle } from "../../kernel/types.ts";
import type { ToPage, ToWorker } from "./protocol.ts";

type FromKernel = Extract<ToPage, { kind: "startProcess" | "endProcess" }>;
type FromPage = Extract<ToWorker, { kind: "processFailed" | "processEnded" }>;

/** The kernel's end: each worker is reached by a port of its own. */
export class ProcessWorkers {
  private nextId = 1;
  private readonly failed = new Map<number, (reason: string) => void>();
  private readonly ended = new Map<number, () => void>();

  constructor(private readonly post: (message: FromKernel, transfer?: Transferable[]) => void) {}

  start(engine: string): WorkerHandle {
    const id = this.nextId++;
    const { port1, port2 } = new MessageChannel();
    this.post({ kind: "startProcess", worker: id, engine, port: port2 }, [port2]);
    return {
      isFar: true,
      post: (message, transfer = []) => port1.postMessage(message, [...transfer]),
      onMessage: (callback) => {
        port1.onmessage = (event) => callback(event.data);
      },
      onError: (callback) => {
        this.failed.set(id, callback);
        port1.onmessageerror = () => callback("a message could not be read");
      },
      terminate: () => {
        this.failed.delete(id);
        port1.close();
        return new Promise<void>((resolve) => {
          this.ended.set(id, resolve);
          this.post({ kind: "endProcess", worker: id });
        });
      },
    };
  }

  receive(message: FromPage): void {
    if (message.kind === "processFailed") this.failed.get(message.worker)?.(message.reason);
    else {
      this.ended.get(message.worker)?.();
      this.ended.delete(message.worker);
    }
  }
}

/** The page's end: starts and ends workers as the kernel says, and tells it when one fails. What they say goes to the kernel alone. */
export class ProcessWorkerStarter {
  private readonly workers = new Map<number, Worker>();

  constructor(
    /** URL of the worker's script, an ES module on this origin. */
    private readonly script: (engine: string) => string,
    private readonly post: (message: FromPage) => void,
  ) {}

  receive(message: FromKernel): void {
    if (message.kind === "startProcess") this.start(message);
    else {
      this.workers.get(message.worker)?.terminate();
      this.workers.delete(message.worker);
      this.post({ kind: "processEnded", worker: message.worker });
    }
  }

  endAll(): void {
    for (const worker of this.workers.values()) worker.terminate();
    this.workers.clear();
  }

  private start({ worker: id, engine, port }: Extract<FromKernel, { kind: "startProcess" }>): void {
    const fail = (reason: string): void => this.post({ kind: "processFailed", worker: id, reason });
    try {
      const worker = new Worker(this.script(engine), { type: "module", name: engine });
      this.workers.set(id, worker);
      worker.onerror = (event) => {
        event.preventDefault();
        fail(event.message || "its script could not be loaded");
      };
      worker.onmessageerror = () => fail("a message could not be read");
      worker.postMessage("port", [port]);
    } catch (error) {
      fail(error instanceof Error ? error.message : String(error));
    }
  }
}
