/**
 * Whose turn it is. A server's processes run one at a time between two waits, and PostgreSQL's shared memory goes from one to the next: each
 * has it at the same address of its own memory, since they all are copies of the postmaster. A process waits only where it holds no
 * light-weight lock, so what others see is always whole.
 */

import type { Memory } from "../../python/worker/memory.ts";
import { type ServerMemory, WORD } from "../assets.ts";
import { VARIABLE } from "../native-calls.ts";

/** A process that waits for its turn looks again after so long, in milliseconds: the owner may have parked in between. */
const LOOK_AGAIN_MS = 20;
/** So long a process may compute while others wait, in milliseconds: to hand the turn on takes a few. */
const SLICE_MS = 25;

export class Turn {
  private readonly words: Int32Array;
  private readonly shared: Uint8Array;
  private seen = 0;
  private isMine = false;
  /** When this turn began. */
  private since = 0;

  constructor(
    private readonly memory: Memory,
    server: ServerMemory,
    private readonly pid: number,
    /** Makes the owner look whether somebody wants its turn. */
    private readonly poke: (owner: number) => void,
    /** Ends this process: another one died in its turn. */
    private readonly crashed: () => never,
  ) {
    this.words = new Int32Array(server.control);
    this.shared = new Uint8Array(server.shared);
  }

  /** Waits for this process's turn; the shared memory is up to date then. */
  take(): void {
    if (this.isMine) return;
    const { words } = this;
    if (Atomics.load(words, WORD.OWNER) !== this.pid || Atomics.compareExchange(words, WORD.PARKED, 1, 0) !== 1) this.wait();
    this.isMine = true;
    this.since = performance.now();
    if (Atomics.load(words, WORD.CRASHED) === 1) this.crashed();
  }

  private wait(): void {
    const { words } = this;
    Atomics.add(words, WORD.WANTED, 1);
    for (;;) {
      const owner = Atomics.compareExchange(words, WORD.OWNER, 0, this.pid);
      if (owner === 0) break;
      if (Atomics.load(words, WORD.PARKED) === 1) this.poke(owner);
      Atomics.wait(words, WORD.OWNER, owner, LOOK_AGAIN_MS);
    }
    Atomics.sub(words, WORD.WANTED, 1);
    const turns = Atomics.load(words, WORD.TURNS);
    if (turns === this.seen) return;
    let at = 0;
    for (const { address, size } of this.places) {
      this.memory.bytes.set(this.shared.subarray(at, at + size), address);
      at += size;
    }
    this.seen = turns;
  }

  /** In the midst of computing: hands the turn on when others have waited for it long enough, and comes back. */
  breathe(): void {
    const { words } = this;
    if (!this.isMine || Atomics.load(words, WORD.WANTED) === 0) return;
    const now = performance.now();
    if (now - this.since < SLICE_MS) return;
    this.isMine = false;
    this.handOn();
    // Whoever was first to wait is woken, and takes a moment to come.
    while (Atomics.load(words, WORD.OWNER) === 0 && performance.now() - now < LOOK_AGAIN_MS) Atomics.wait(words, WORD.NEVER, 0, 1);
    this.take();
  }

  /** Before a wait in the kernel: others may have their turn, if they ask. */
  park(): void {
    if (!this.isMine) return;
    this.isMine = false;
    Atomics.store(this.words, WORD.PARKED, 1);
    this.yield();
  }

  /** Hands the turn on if it is parked and wanted. */
  yield(): void {
    const { words } = this;
    if (Atomics.load(words, WORD.WANTED) === 0 || Atomics.load(words, WORD.OWNER) !== this.pid) return;
    if (Atomics.compareExchange(words, WORD.PARKED, 1, 0) === 1) this.handOn();
  }

  /** At the end of the process. */
  leave(): void {
    if (!this.isMine) return;
    this.isMine = false;
    this.handOn();
  }

  /** What was shared before a restart of the server is forgotten. */
  restart(): void {
    Atomics.store(this.words, WORD.CRASHED, 0);
  }

  private handOn(): void {
    const { words } = this;
    let at = 0;
    for (const { address, size } of this.places) {
      if (at + size > this.shared.length) throw new Error(`shared memory of ${at + size} bytes is more than fits`);
      this.shared.set(this.memory.slice(address, size), at);
      at += size;
    }
    this.seen = Atomics.add(words, WORD.TURNS, 1) + 1;
    Atomics.store(words, WORD.OWNER, 0);
    Atomics.notify(words, WORD.OWNER, 1);
  }

  /** Where what is shared lies: nowhere, until the postmaster has made it. */
  private get places(): readonly { readonly address: number; readonly size: number }[] {
    const { memory } = this;
    return [
      { address: memory.int(VARIABLE.sharedMemory), size: memory.int(VARIABLE.sharedMemorySize) },
      { address: memory.int(VARIABLE.segments), size: memory.int(VARIABLE.segmentsSize) },
    ].filter(({ address, size }) => address > 0 && size > 0);
  }
}
