/** What runs inside a process: a TypeScript program in the kernel's thread, or a worker. */
import type { KernelProcess } from "./program-process.ts";
import type { SignalName } from "./types.ts";

export interface Body {
  /** A signal for which the process has a handler. */
  handle(signal: SignalName, handler: () => void): void;
  /** True while it waits in the kernel. */
  readonly isWaiting: boolean;
  /** Of a body that runs elsewhere than in the kernel's thread: processor time and memory it uses (`usage.ts`). */
  readonly cpuMs?: number;
  readonly residentBytes?: number;
  /** fork(2), where the program can be copied: gives what `makeChild` makes a body that goes on from here. Rejects with EAGAIN. */
  fork?(makeChild: () => KernelProcess): Promise<KernelProcess>;
  pause(): void;
  resume(): void;
  /** The process is over, or becomes another program: nothing of this body may run on. */
  end(): void;
  /** After `end`: runs `work` once the body can't touch a file any more. */
  whenDead(work: () => void): void;
}
