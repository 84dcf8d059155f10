/**
 * What a machine uses: processor time, load, memory. Measured where that is possible.
 *
 * Processor time: a worker's, between the answers to its system calls and its next call; a TypeScript program's, from each call it makes
 * in a turn of the kernel's thread to the next call that any program makes. Memory: a worker's is what it says of itself (`CONTROL.MEMORY`);
 * a TypeScript program shares the kernel's heap, and counts as a fixed size. Files are the page cache: they lie in memory.
 */

/** What a TypeScript program counts as. */
export const PROGRAM_BYTES = 3 << 20;
/** What a machine says that it has. */
export const MACHINE_BYTES = 2 * 2 ** 30;

export interface ProcessUsage {
  readonly cpuMs: number;
  readonly residentBytes: number;
}

export interface MachineUsage {
  readonly bootedMs: number;
  readonly load: readonly [number, number, number];
  readonly processors: number;
  readonly totalBytes: number;
  /** Of processes. */
  readonly usedBytes: number;
  /** Of files. */
  readonly cachedBytes: number;
  /** Processor time of all processes there were. */
  readonly cpuMs: number;
  of(pid: number): ProcessUsage;
}

/** Minutes of the three averages (getloadavg(3)). */
const MINUTES = [1, 5, 15] as const;

/**
 * Exponentially damped averages of the number of runnable processes, as in Linux's kernel/sched/loadavg.c, but sampled when something
 * changes or asks instead of every five seconds.
 */
export class LoadAverage {
  #averages: readonly [number, number, number] = [0, 0, 0];
  #lastMs: number | undefined;
  #lastRunnable = 0;

  /** To be called when processes start or end, and before the averages are read. */
  sample(nowMs: number, runnable: number): readonly [number, number, number] {
    if (this.#lastMs !== undefined && nowMs > this.#lastMs) {
      const active = (this.#lastRunnable + runnable) / 2;
      const seconds = (nowMs - this.#lastMs) / 1000;
      const next = (index: 0 | 1 | 2) => {
        const decay = Math.exp(-seconds / (MINUTES[index] * 60));
        return this.#averages[index] * decay + active * (1 - decay);
      };
      this.#averages = [next(0), next(1), next(2)];
    }
    if (this.#lastMs === undefined || nowMs >= this.#lastMs) this.#lastMs = nowMs;
    this.#lastRunnable = runnable;
    return this.#averages;
  }
}
