/** Runs a TypeScript program as the body of a process. */
import type { Body } from "./body.ts";
import { KernelError } from "./errno.ts";
import { ProcessEnded } from "./process-end.ts";
import type { KernelProcess } from "./program-process.ts";
import type { Program, SignalName } from "./types.ts";

export class ProgramBody implements Body {
  readonly #process: KernelProcess;
  #isOver = false;
  #handlers: (() => void)[] = [];
  #isPaused = false;

  constructor(process: KernelProcess, load: () => Program | Promise<Program>) {
    this.#process = process;
    void this.#run(load);
  }

  get isWaiting(): boolean {
    return this.#process.isBlocked;
  }

  /** The handler runs at once: whoever sent the signal, the program itself stands at an await. */
  handle(_signal: SignalName, handler: () => void): void {
    if (this.#isPaused) this.#handlers.push(handler);
    else handler();
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    for (const handler of this.#handlers.splice(0)) handler();
  }

  end(): void {
    this.#isOver = true;
  }

  whenDead(work: () => void): void {
    work();
  }

  async #run(load: () => Program | Promise<Program>): Promise<void> {
    // spawn(2) returns before the child runs.
    await Promise.resolve();
    const process = this.#process;
    try {
      const program = await load();
      if (this.#isOver) return;
      const status = await program(process);
      // A program that has finished while it is stopped ends when it goes on.
      await process.goOn();
      if (!this.#isOver) process.exit(status);
    } catch (error) {
      if (!this.#isOver) await this.#failed(error);
    }
  }

  async #failed(error: unknown): Promise<void> {
    const process = this.#process;
    const name = process.argv[0] ?? "program";
    const known = error instanceof KernelError;
    const text = known ? error.text : `internal error: ${error instanceof Error ? error.message : String(error)}`;
    if (!known && !(error instanceof ProcessEnded)) {
      const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
      process.machine.kernel.host.log("error", `${name} (pid ${process.pid}) failed: ${stack}`);
    }
    try {
      await process.error(`${name}: ${text}\n`);
    } catch {
      // Nobody reads its messages.
    }
    if (!this.#isOver) process.exit(known ? 1 : 134);
  }
}
