/** The kernel: machines, their processes and files, the network between them, clock and history. */
import { WorldClock } from "./clock.ts";
import { KernelError } from "./errno.ts";
import { WorldEvents } from "./events.ts";
import { WorldFiles } from "./files/world-files.ts";
import { KernelMachine } from "./machine.ts";
import { WorldNetwork } from "./network.ts";
import { seededRandom } from "./random.ts";
import type { SecureSocket } from "./secure-socket.ts";
import { Turns } from "./turns.ts";
import type { Executable, Host, KernelApi, Machine } from "./types.ts";
import type { Engine } from "./workers/engine.ts";
import { type PoolOptions, WorkerPool } from "./workers/pool.ts";

export interface KernelOptions {
  readonly host: Host;
  /** Installed programs by the name in their executable file. */
  readonly executables: ReadonlyMap<string, Executable>;
  /** Engines of worker processes by name. */
  readonly engines?: ReadonlyMap<string, Engine>;
  /** Puts the files of an image on a new machine. */
  readonly fill: (machine: Machine, image: string) => void | Promise<void>;
  readonly seed: number;
  /** All files of the world; made when not given. */
  readonly files?: WorldFiles;
  readonly workers?: PoolOptions;
  /** TLS for worker processes. */
  readonly secure?: SecureSocket;
}

export interface MachineRequest {
  readonly name: string;
  /** Default: the name. */
  readonly hostname?: string;
  /** Default: the next free one of 10.0.0.0/24. */
  readonly address?: string;
  readonly image: string;
  /** A tree that was saved (`WorldFiles.restore`): the machine has its files, and is not filled. */
  readonly rootInode?: number;
}

/** Pids of throw-away copies begin here, so that grading does not use up the learner's numbers. */
const FIRST_PID_OF_COPIES = 1_000_000;
/** Turns in which no program does anything, before they count as waiting. */
const QUIET_TURNS = 3;
/** How long `advance` waits for programs to come to rest, in real milliseconds. */
const PATIENCE_MS = 10_000;

export class Kernel implements KernelApi {
  readonly host: Host;
  readonly clock: WorldClock;
  readonly turns: Turns;
  readonly events = new WorldEvents();
  readonly network: WorldNetwork;
  readonly worldFiles: WorldFiles;
  readonly workers: WorkerPool;
  readonly random: () => number;
  /** Not of the seed, which is the same for everybody. */
  readonly markKey = Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("");
  readonly #options: KernelOptions;
  readonly #machines = new Map<string, KernelMachine>();
  readonly #copies = new Set<KernelMachine>();
  #nextPid = 2;
  #nextCopyPid = FIRST_PID_OF_COPIES;

  get secure(): SecureSocket | undefined {
    return this.#options.secure;
  }

  constructor(options: KernelOptions) {
    const { host } = options;
    this.#options = options;
    this.host = host;
    this.turns = new Turns(host);
    this.clock = new WorldClock(host, () => this.#quiet());
    this.network = new WorldNetwork(this.clock);
    this.random = seededRandom(options.seed);
    this.worldFiles = options.files ?? new WorldFiles({ now: () => this.clock.now() });
    this.clock.onJump = () => this.worldFiles.syncClock();
    this.workers = new WorkerPool(this, options.engines ?? new Map(), options.workers);
  }

  get machines(): ReadonlyMap<string, KernelMachine> {
    return this.#machines;
  }

  executable(name: string): Executable | undefined {
    return this.#options.executables.get(name);
  }

  /** A new machine with the files of an image (or those it had), attached to the network, known by its host name in the world's DNS. */
  async addMachine(request: MachineRequest): Promise<KernelMachine> {
    const { name, image, rootInode } = request;
    if (this.#machines.has(name)) throw new KernelError("EEXIST", "addMachine", name);
    const machine = new KernelMachine(this, {
      name,
      hostname: request.hostname ?? name,
      address: request.address ?? this.network.freeAddress(),
      rootInode: rootInode ?? this.worldFiles.createTree(),
      network: true,
    });
    this.network.attach(machine.network);
    this.network.publish(machine.hostname, machine.network.address);
    this.#machines.set(name, machine);
    if (rootInode === undefined) await this.#options.fill(machine, image);
    return machine;
  }

  /** For machines: a copy exists, or a machine is gone. */
  forget(machine: KernelMachine): void {
    this.#copies.delete(machine);
    if (this.#machines.get(machine.name) !== machine) return;
    this.#machines.delete(machine.name);
    this.network.detach(machine.network);
  }

  remember(copy: KernelMachine): void {
    this.#copies.add(copy);
  }

  /** The highest pid that a process has had (of machines, not of copies). */
  get lastPid(): number {
    return this.#nextPid - 1;
  }

  /** No pid up to this one is given to anybody: files of a world that comes back may still name those who had them (gunicorn.pid). */
  skipPids(last: number): void {
    // After very many, the first ones have been long forgotten.
    if (last < FIRST_PID_OF_COPIES / 2) this.#nextPid = Math.max(this.#nextPid, last + 1);
  }

  /** Unique among all machines: locks on files are kept by pid. */
  newPid(machine: KernelMachine): number {
    return machine.isCopy ? this.#nextCopyPid++ : this.#nextPid++;
  }

  /** Ends everything. */
  shutdown(): void {
    for (const machine of [...this.#copies, ...this.#machines.values()]) machine.destroy();
    this.workers.shutdown();
    this.clock.stop();
  }

  /** Waits until every process waits in the kernel, or can't be waited for any longer. */
  async #quiet(): Promise<void> {
    const deadline = this.host.monotonic() + PATIENCE_MS;
    let before: number;
    do {
      before = this.turns.activity;
      for (let turn = 0; turn < QUIET_TURNS; turn++) await this.turns.yield();
    } while ((before !== this.turns.activity || this.#isBusy()) && this.host.monotonic() < deadline);
  }

  #isBusy(): boolean {
    for (const machine of [...this.#machines.values(), ...this.#copies]) {
      if (machine.table.all().some((process) => process.state === "running")) return true;
    }
    return false;
  }
}
