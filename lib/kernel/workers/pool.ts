/** The workers of all engines: how many may live, spare ones, and who waits for one. */
import type { ForkedMemory } from "../abi.ts";
import { KernelError } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import type { LoadedImage } from "../loading.ts";
import type { KernelProcess } from "../program-process.ts";
import type { Engine } from "./engine.ts";
import { SilentWorker, Slot } from "./slot.ts";
import { WorkerBody } from "./worker-body.ts";

/** Each takes some 85 MB in a browser. */
const MOST_WORKERS = 16;
/** Processes that may wait for a worker. */
const MOST_WAITING = 64;
/**
 * A spare is started when the process that took the last one has had the processor for itself that long, in milliseconds. Most processes
 * have ended by then, and their workers are spares again.
 */
const SPARE_DELAY_MS = 1000;
/** A used worker that is one more than the spares wanted is kept that long: commands often follow each other. */
const SURPLUS_MS = 5000;
/** A worker that is ended while it runs may go on that long: nobody tells when it stands still. */
const LAST_BREATH_MS = 30;
/** A worker that has not begun by then never will, in milliseconds: on a slow machine it takes a few seconds. */
const BEGIN_MS = 20_000;
/** Workers that are tried for one process, when they do not begin. */
const MOST_TRIES = 3;
/** Spares that failed one after another before no more are started. */
const MOST_FAILURES = 3;

export interface PoolOptions {
  /** Workers that may live at once. */
  readonly mostWorkers?: number;
  /** How long a worker may take until it can become a process, in milliseconds. */
  readonly patienceMs?: number;
}

export class WorkerPool {
  readonly #kernel: Kernel;
  readonly #engines: ReadonlyMap<string, Engine>;
  readonly #most: number;
  readonly #assets = new Map<string, Promise<unknown>>();
  readonly #spares = new Map<string, Slot[]>();
  readonly #failures = new Map<string, number>();
  readonly #live = new Set<Slot>();
  readonly #engineOf = new WeakMap<Slot, string>();
  /** Were ended in the middle of their own work. */
  readonly #dying = new Map<Slot, Promise<void>>();
  /** Live workers and those about to be. */
  #taken = 0;
  #waiting: (() => void)[] = [];
  #isShut = false;
  readonly #patienceMs: number;

  constructor(kernel: Kernel, engines: ReadonlyMap<string, Engine>, options: PoolOptions = {}) {
    this.#kernel = kernel;
    this.#engines = engines;
    this.#most = options.mostWorkers ?? MOST_WORKERS;
    this.#patienceMs = options.patienceMs ?? BEGIN_MS;
    kernel.worldFiles.store.heldByWorker = (ino) => this.#holds(ino);
  }

  /** Workers that are processes now, spare ones, and processes that wait for one. */
  get counts(): { readonly live: number; readonly spare: number; readonly waiting: number } {
    let spare = 0;
    for (const slots of this.#spares.values()) spare += slots.length;
    return { live: this.#live.size, spare, waiting: this.#waiting.length };
  }

  /**
   * Throws ENOEXEC for an engine that is not there, EAGAIN when no more processes of this kind are borne. A worker process whose children would have to wait is refused at
   * once: if all live ones waited for their children, nobody would ever end.
   */
  mustHaveRoom(parent: KernelProcess, engine: string): void {
    this.#definition(engine);
    if (this.#taken < this.#most) return;
    if (parent.body instanceof WorkerBody || this.#waiting.length >= MOST_WAITING) throw new KernelError("EAGAIN", "fork");
  }

  /** The body of a process that is to run this engine, or goes on as a copy; it begins when a worker is free and ready. */
  start(process: KernelProcess, engine: string, image: LoadedImage, forked?: ForkedMemory): WorkerBody {
    const definition = this.#definition(engine);
    const body = new WorkerBody(process, image, this, forked);
    void this.#give(body, engine, definition, image);
    return body;
  }

  /** Starts the engine's spare workers; resolves when they are ready, rejects when they can't be. */
  async warm(engine: string): Promise<void> {
    const definition = this.#definition(engine);
    const spares = this.#sparesOf(engine);
    while (spares.length < definition.spares && !this.#isShut) this.#keep(engine, definition, await this.#start(engine, definition));
    await Promise.all(spares.map((slot) => slot.ready));
  }

  /** A body is done with its worker, which can't be used again unless it is `reusable`. */
  release(slot: Slot, reusable = false): void {
    const engine = this.#engineOf.get(slot);
    if (reusable && slot.isInCall && engine !== undefined && this.#live.has(slot) && this.#hasRoomFor(engine)) {
      this.#live.delete(slot);
      this.#reuse(slot, engine);
      this.#free();
      return;
    }
    const isRunning = !slot.isInCall;
    const stopped = slot.terminate();
    if (isRunning) this.#dying.set(slot, this.#lastBreath(slot, stopped));
    if (this.#live.delete(slot)) this.#free();
  }

  #hasRoomFor(engine: string): boolean {
    return !this.#isShut && this.#sparesOf(engine).length <= this.#definition(engine).spares;
  }

  /** Makes a spare of a worker whose process has called exit(2). */
  #reuse(slot: Slot, engine: string): void {
    const definition = this.#definition(engine);
    slot.reuse();
    this.#keep(engine, definition, slot);
    if (this.#sparesOf(engine).length <= definition.spares) return;
    this.#kernel.host.setTimeout(() => {
      const spares = this.#sparesOf(engine);
      if (spares.length > definition.spares) void spares.pop()?.terminate();
    }, SURPLUS_MS);
  }

  /** Runs `work` when a worker that was just ended can't touch the shared memory any more. */
  whenDead(slot: Slot | undefined, work: () => void): void {
    const dying = slot === undefined ? undefined : this.#dying.get(slot);
    if (dying === undefined) work();
    else void dying.then(work);
  }

  async #lastBreath(slot: Slot, stopped: Promise<void>): Promise<void> {
    await stopped;
    await this.#after(LAST_BREATH_MS);
    this.#dying.delete(slot);
  }

  #after(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.#kernel.host.setTimeout(resolve, milliseconds));
  }

  #definition(engine: string): Engine {
    const definition = this.#engines.get(engine);
    if (definition === undefined) throw new KernelError("ENOEXEC", "execve", engine);
    return definition;
  }

  #free(): void {
    this.#taken--;
    this.#waiting.shift()?.();
  }

  shutdown(): void {
    this.#isShut = true;
    for (const slots of this.#spares.values()) for (const slot of slots.splice(0)) void slot.terminate();
    for (const slot of this.#live) void slot.terminate();
    this.#live.clear();
  }

  async #give(body: WorkerBody, engine: string, definition: Engine, image: LoadedImage): Promise<void> {
    while (this.#taken >= this.#most) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      if (body.isOver) {
        this.#waiting.shift()?.();
        return;
      }
    }
    this.#taken++;
    let slot: Slot | undefined;
    try {
      for (let tries = 1; ; tries++) {
        slot = this.#sparesOf(engine).shift() ?? (await this.#start(engine, definition));
        this.#live.add(slot);
        body.attach(slot);
        try {
          await slot.ready;
          break;
        } catch (error) {
          if (!(error instanceof SilentWorker) || tries === MOST_TRIES || body.isOver) throw error;
          this.#kernel.host.log("error", `pid ${body.process.pid}: ${error.message}; another one is tried`);
          this.#live.delete(slot);
          void slot.terminate();
          slot = undefined;
        }
      }
      const prepared: unknown = body.isOver || body.isCopy ? undefined : await definition.prepare?.(body.process, image);
      if (!body.isOver) body.begin(slot, prepared);
      this.#failures.delete(engine);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (slot !== undefined) this.release(slot);
      else this.#free();
      body.onDeath(reason);
    } finally {
      this.#refillLater(engine, definition);
    }
  }

  async #start(engine: string, definition: Engine): Promise<Slot> {
    const assets = this.#assets.get(engine) ?? definition.assets(this.#kernel.host);
    this.#assets.set(engine, assets);
    try {
      const loaded = await assets;
      const { host, turns, worldFiles } = this.#kernel;
      const handle = host.startWorker(engine);
      const slot = new Slot({ handle, memory: worldFiles.shared, assets: loaded, host, turns, patienceMs: this.#patienceMs });
      this.#engineOf.set(slot, engine);
      return slot;
    } catch (error) {
      // A download that failed is tried again next time.
      this.#assets.delete(engine);
      throw error;
    }
  }

  #sparesOf(engine: string): Slot[] {
    const slots = this.#spares.get(engine) ?? [];
    this.#spares.set(engine, slots);
    return slots;
  }

  #refillLater(engine: string, definition: Engine): void {
    if (definition.spares === 0) return;
    this.#kernel.host.setTimeout(() => void this.#refill(engine, definition), SPARE_DELAY_MS);
  }

  async #refill(engine: string, definition: Engine): Promise<void> {
    const spares = this.#sparesOf(engine);
    if (this.#isShut || spares.length >= definition.spares || (this.#failures.get(engine) ?? 0) >= MOST_FAILURES) return;
    try {
      const slot = await this.#start(engine, definition);
      if (spares.length >= definition.spares) void slot.terminate();
      else this.#keep(engine, definition, slot);
    } catch (error) {
      this.#spareFailed(engine, error instanceof Error ? error.message : String(error));
    }
  }

  /** Keeps a spare, and replaces it if it dies or does not begin. */
  #keep(engine: string, definition: Engine, slot: Slot): void {
    // The world has ended while it was started.
    if (this.#isShut) {
      void slot.terminate();
      return;
    }
    const spares = this.#sparesOf(engine);
    spares.push(slot);
    const lost = (reason: string) => {
      // One that is a process by now is its process's.
      if (!spares.includes(slot)) return;
      spares.splice(spares.indexOf(slot), 1);
      void slot.terminate();
      this.#spareFailed(engine, reason);
      this.#refillLater(engine, definition);
    };
    slot.owner = { onCall: () => {}, onFork: () => {}, onDeath: lost };
    slot.ready.catch((error: unknown) => lost(error instanceof Error ? error.message : String(error)));
  }

  #spareFailed(engine: string, reason: string): void {
    this.#failures.set(engine, (this.#failures.get(engine) ?? 0) + 1);
    this.#kernel.host.log("warn", `a spare ${engine} worker failed: ${reason}`);
  }

  #holds(ino: number): boolean {
    for (const slots of [this.#live, this.#dying.keys()]) for (const slot of slots) if (slot.openInodes.includes(ino)) return true;
    return false;
  }
}
