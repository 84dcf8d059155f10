/** A worker as the body of a process: takes its system calls and answers them. */
import { CONTROL, type ExecMessage, type ForkedMemory, OP } from "../abi.ts";
import type { Body } from "../body.ts";
import { errno, KernelError } from "../errno.ts";
import type { LoadedImage } from "../loading.ts";
import type { KernelProcess } from "../program-process.ts";
import { signalNumbers } from "../signals.ts";
import type { Answer, Blocked, Outcome } from "../syscalls/call.ts";
import { serve } from "../syscalls/server.ts";
import type { SignalName } from "../types.ts";
import { PendingSignals } from "./pending-signals.ts";
import type { WorkerPool } from "./pool.ts";
import type { Slot, SlotOwner } from "./slot.ts";

/** What Linux's shells show for a program that aborted: 128 + SIGABRT. */
const CRASHED = 134;

export class WorkerBody implements Body, SlotOwner {
  readonly process: KernelProcess;
  isOver = false;
  /** Made by fork(2). */
  readonly isCopy: boolean;
  readonly #image: LoadedImage;
  readonly #pool: WorkerPool;
  #slot: Slot | undefined;
  #pending: PendingSignals | undefined;
  /** Signals that came before there was a worker. */
  #early: SignalName[] = [];
  #isPaused = false;
  /** A call has come, or an answer is ready, while the process is stopped. */
  #whenResumed: (() => void)[] = [];
  /** Takes the waiting call off whatever it waits for. */
  #unpark: (() => void) | undefined;
  #parked: Blocked | undefined;
  #interrupt: AbortController | undefined;
  /** Counts answers: a promise that settles after its call was answered is too late. */
  #answers = 0;

  /** Processor time up to the last call; since when it runs, while it does. */
  #cpuMs = 0;
  /** Its last call is exit(2), and its worker can make itself as new. */
  #isReusable = false;
  #busySince: number | undefined;

  /** What it goes on from, until it has begun. */
  #forked: ForkedMemory | undefined;
  /** The memory of a child to be, and who waits for it: a message and a call take different ways. */
  #memoryOfChild: ForkedMemory | undefined;
  #whenForked: (() => void) | undefined;

  constructor(process: KernelProcess, image: LoadedImage, pool: WorkerPool, forked?: ForkedMemory) {
    this.process = process;
    this.#image = image;
    this.#pool = pool;
    this.#forked = forked;
    this.isCopy = forked !== undefined;
  }

  onFork(forked: ForkedMemory): void {
    this.#memoryOfChild = forked;
    this.#whenForked?.();
  }

  async fork(makeChild: () => KernelProcess): Promise<KernelProcess> {
    if (this.#memoryOfChild === undefined) await new Promise<void>((resolve) => (this.#whenForked = resolve));
    const forked = this.#memoryOfChild;
    this.#memoryOfChild = undefined;
    this.#whenForked = undefined;
    // It may have been killed while its memory was on the way.
    if (this.isOver) throw new KernelError("ESRCH", "fork");
    const { executable } = this.#image;
    if (executable.kind !== "worker") throw new KernelError("ENOSYS", "fork");
    this.#pool.mustHaveRoom(this.process, executable.engine);
    const child = makeChild();
    child.body = this.#pool.start(child, executable.engine, this.#image, forked);
    return child;
  }

  get isWaiting(): boolean {
    return this.#unpark !== undefined;
  }

  get cpuMs(): number {
    return this.#cpuMs + (this.#busySince === undefined ? 0 : this.#now() - this.#busySince);
  }

  get residentBytes(): number {
    return (this.#slot?.control[CONTROL.MEMORY] ?? 0) * 1024;
  }

  #now(): number {
    return this.process.machine.kernel.host.monotonic();
  }

  /** This worker is the process's, though not ready yet. */
  attach(slot: Slot): void {
    if (this.isOver) {
      this.#pool.release(slot);
      return;
    }
    slot.owner = this;
    this.#slot = slot;
  }

  /** The worker is ready: it becomes the process. */
  begin(slot: Slot, engine: unknown): void {
    const { process } = this;
    this.#pending = new PendingSignals(slot, process.machine.kernel.host);
    const message: ExecMessage = {
      kind: "exec",
      pid: process.pid,
      ppid: process.ppid,
      argv: this.#image.argv,
      path: this.#image.path,
      env: process.env,
      cwd: process.cwd,
      umask: process.umask,
      credentials: process.credentials,
      rootInode: process.machine.rootInode,
      fds: Object.fromEntries([...process.fds.all().keys()].map((fd) => [fd, fd])),
      ignored: process.signals.ignored.map((signal) => signalNumbers[signal]),
      hostname: process.machine.hostname,
      engine,
      fork: this.#forked,
    };
    slot.post(message, this.#forked === undefined ? [] : [this.#forked.memory]);
    this.#forked = undefined;
    this.#busySince = this.#now();
    for (const signal of this.#early.splice(0)) this.handle(signal);
  }

  handle(signal: SignalName): void {
    if (this.#pending === undefined) {
      this.#early.push(signal);
      return;
    }
    this.#pending.add(signalNumbers[signal]);
    // What waits by promise answers EINTR by itself.
    if (this.#interrupt !== undefined) this.#interrupt.abort();
    else if (this.#unpark !== undefined) this.#answer(this.#interruptedAnswer);
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    for (const go of this.#whenResumed.splice(0)) go();
  }

  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#unpark?.();
    this.#interrupt?.abort();
    this.#pending?.end();
    if (this.#slot !== undefined) this.#pool.release(this.#slot, this.#isReusable);
  }

  /** After `end`: runs `work` when the worker certainly stands still. */
  whenDead(work: () => void): void {
    this.#pool.whenDead(this.#slot, work);
  }

  onDeath(reason: string): void {
    if (this.isOver) return;
    const { process } = this;
    const name = process.argv[0] ?? "process";
    process.machine.kernel.host.log("error", `${name} (pid ${process.pid}): its worker died: ${reason}`);
    const text = this.#pending === undefined ? `could not be started: ${reason}` : "the process crashed";
    try {
      process.fds.get(2)?.writeNow(new TextEncoder().encode(`${name}: ${text}\n`));
    } catch {
      // Nobody reads its messages.
    }
    process.exit(CRASHED);
  }

  onCall(): void {
    if (this.isOver) return;
    if (this.#isPaused) {
      this.#whenResumed.push(() => this.onCall());
      return;
    }
    const slot = this.#slot;
    const pending = this.#pending;
    if (slot === undefined || pending === undefined) return;
    if (this.#busySince !== undefined) {
      this.#cpuMs += this.#now() - this.#busySince;
      this.#busySince = undefined;
    }
    pending.pump();
    const { control, data } = slot;
    const length = Atomics.load(control, CONTROL.LENGTH);
    this.#isReusable = Atomics.load(control, CONTROL.OP) === OP.EXIT && control[CONTROL.ARGS + 1] === 1;
    let interrupt: AbortController | undefined;
    const outcome = this.#try(() =>
      serve(Atomics.load(control, CONTROL.OP), {
        process: this.process,
        args: Array.from(control.subarray(CONTROL.ARGS, CONTROL.ARGS + 6)),
        data: data.slice(0, length),
        pending,
        interrupted: () => {
          interrupt ??= new AbortController();
          return interrupt.signal;
        },
      }),
    );
    this.#settle(outcome, interrupt);
  }

  #settle(outcome: Outcome, interrupt: AbortController | undefined): void {
    if (outcome === "none" || this.isOver) return;
    if (outcome instanceof Promise) {
      this.#interrupt = interrupt;
      const turn = this.#answers;
      const settle = (answer: Answer) => {
        if (turn === this.#answers) this.#answer(answer);
      };
      // Until it settles a process that can be interrupted counts as asleep.
      this.#unpark = interrupt === undefined ? undefined : () => {};
      outcome.then(settle, (error: unknown) => settle(this.#failure(error)));
      return;
    }
    if ("result" in outcome) this.#answer(outcome);
    else {
      this.#park(outcome);
      // A signal that came between two calls interrupts the wait that follows it.
      if (this.#pending?.isEmpty === false) this.#answer(this.#interruptedAnswer);
    }
  }

  get #interruptedAnswer(): Answer {
    const done = this.#parked?.partial?.() ?? 0;
    return { result: done > 0 ? done : -errno("EINTR") };
  }

  #park(blocked: Blocked): void {
    let isPut = false;
    const unsubscribe = blocked.subscribe(() => {
      if (!this.#isPaused) attempt();
      else if (!isPut) {
        // A stopped process takes nothing from what it waits for until it goes on.
        isPut = true;
        this.#whenResumed.push(() => {
          isPut = false;
          attempt();
        });
      }
    });
    const attempt = () => {
      if (this.#unpark === undefined || this.#unpark !== unpark) return;
      const outcome = this.#try(blocked.retry);
      if (outcome !== undefined) this.#answer(outcome);
    };
    const { timeoutMs } = blocked;
    const cancelTimer =
      timeoutMs === undefined
        ? undefined
        : this.process.machine.kernel.clock.after(timeoutMs, () => this.#answer(blocked.onTimeout?.() ?? { result: 0 }));
    const unpark = () => {
      unsubscribe();
      cancelTimer?.();
      this.#unpark = undefined;
      this.#parked = undefined;
    };
    this.#unpark = unpark;
    this.#parked = blocked;
  }

  #try<Result>(work: () => Result): Result | Answer {
    try {
      return work();
    } catch (error) {
      return this.#failure(error);
    }
  }

  #failure(error: unknown): Answer {
    if (error instanceof KernelError) return { result: -error.errno };
    if (!this.isOver) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.process.machine.kernel.host.log("error", `a system call of pid ${this.process.pid} failed inside the kernel: ${text}`);
    }
    return { result: -errno("EIO") };
  }

  #answer(answer: Answer): void {
    this.#unpark?.();
    this.#unpark = undefined;
    this.#interrupt = undefined;
    this.#answers++;
    const slot = this.#slot;
    if (this.isOver || slot === undefined) return;
    if (this.#isPaused) {
      this.#whenResumed.push(() => this.#answer(answer));
      return;
    }
    const { control, data } = slot;
    const bytes = answer.data;
    if (bytes !== undefined) data.set(bytes);
    control[CONTROL.LENGTH] = bytes?.length ?? 0;
    control[CONTROL.RESULT] = answer.result;
    this.#busySince = this.#now();
    Atomics.store(control, CONTROL.STATE, 2);
    Atomics.notify(control, CONTROL.STATE);
  }
}
