/** Clocks and the end of the process. All times are the world's: the host's, moved by what the kernel has made it jump. */

import type { FileMemory } from "../../../kernel/files/shared-memory.ts";
import type { Memory } from "./memory.ts";

const CLOCK_REALTIME = 0;
const NANOSECONDS = 1e6;
/** CLOCK_MONOTONIC is one clock for all processes (clock_gettime(2)), and each worker's own begins when it does: this one begins in 2023. */
const MONOTONIC_ORIGIN = 1.7e12;

export interface Clock {
  /** CLOCK_REALTIME (0) or a monotonic one, in milliseconds. */
  milliseconds(which: number): number;
  /** Since the process began. */
  processMilliseconds(): number;
}

export function worldClock(files: () => FileMemory | undefined): Clock {
  const { performance } = globalThis;
  const precise = () => performance.timeOrigin + performance.now();
  const start = precise();
  const jumped = () => (files()?.now() ?? Date.now()) - Date.now();
  return {
    milliseconds(which) {
      if (which !== CLOCK_REALTIME) return precise() - MONOTONIC_ORIGIN + jumped();
      // As precise as it can be, and never at odds with the times of files, which come from Date.now().
      const coarse = Date.now();
      return Math.max(coarse, Math.min(precise(), coarse + 0.999)) + jumped();
    },
    processMilliseconds: () => precise() - start,
  };
}

/** These may be called before the worker is a process. */
export function timeCalls(memory: () => Memory, clock: Clock): Record<string, (...args: never[]) => unknown> {
  return {
    clock_time_get: (which: number, _precision: bigint, address: number) => {
      const milliseconds = which === 2 || which === 3 ? clock.processMilliseconds() : clock.milliseconds(which);
      memory().data.setBigUint64(address >>> 0, BigInt(Math.floor(milliseconds * NANOSECONDS)), true);
      return 0;
    },
    clock_res_get: (_which: number, address: number) => {
      memory().data.setBigUint64(address >>> 0, 1000n, true);
      return 0;
    },
    emscripten_date_now: () => clock.milliseconds(CLOCK_REALTIME),
    emscripten_get_now: () => clock.milliseconds(1),
  };
}
