/** The kernel as a whole, its clock, and the place in which it runs. */
import type { EventLog } from "./events.ts";
import type { Machine } from "./machines.ts";
import type { Program } from "./processes.ts";

/** The kernel's clock (design.md §3): every time stamp and timer in the world comes from it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Monotonic milliseconds. */
  monotonic(): number;
  /** Calls back after that many milliseconds of the world's time. Returns the canceller. */
  after(milliseconds: number, callback: () => void): () => void;
  /** Makes the world's time jump forward: timers due are run in order. */
  advance(milliseconds: number): Promise<void>;
}

/** An installed TypeScript program, or an engine that runs in a worker. Found through the executable's contents (`executable.ts`). */
export type Executable =
  | { readonly kind: "typescript"; readonly name: string; readonly load: () => Program | Promise<Program> }
  | { readonly kind: "worker"; readonly name: string; readonly engine: string };

export interface KernelApi {
  readonly clock: Clock;
  readonly machines: ReadonlyMap<string, Machine>;
  readonly events: EventLog;
  /** Seeded (design.md §3). */
  random(): number;
  /** What a shell's marks on a terminal bear, so that no program can set one: no process may learn it. */
  readonly markKey: string;
  executable(name: string): Executable | undefined;
}

/** What the place the kernel runs in (browser or Node) provides. */
export interface Host {
  /** Starts a worker for an engine, ready for `abi.ts`'s messages. */
  startWorker(engine: string): WorkerHandle;
  /** An asset by its name under the engine's directory ("python/snapshot.bin"); `progress` gets bytes so far and in all. */
  asset(name: string, progress?: (loaded: number, total: number) => void): Promise<Uint8Array>;
  /** Real milliseconds since the epoch, and monotonic ones. */
  now(): number;
  monotonic(): number;
  /** Processors of the host, as far as it tells. */
  readonly processors?: number;
  setTimeout(callback: () => void, milliseconds: number): () => void;
  /** Runs after other macrotasks have had their turn. */
  yield(): Promise<void>;
  log(level: "warn" | "error", text: string): void;
}

export interface WorkerHandle {
  post(message: unknown, transfer?: readonly Transferable[]): void;
  onMessage(callback: (message: unknown) => void): void;
  /** The worker died by itself (out of memory, a bug): `reason` for the log. */
  onError(callback: (reason: string) => void): void;
  /** What it gives resolves when the worker has been told to stop; at once where nothing is given. */
  terminate(): Promise<void> | undefined;
  /** Messages take a detour, so system calls are better announced through shared memory (`InitMessage.bell`). */
  readonly isFar?: boolean;
}
