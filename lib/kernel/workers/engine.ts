import type { LoadedImage } from "../loading.ts";
import type { Host, Process } from "../types.ts";

/** The kernel's half of a worker engine (Python): what its workers are given. */
export interface Engine {
  /** Workers kept ready. */
  readonly spares: number;
  /** `InitMessage.assets`: loaded once, then posted to each worker; large parts should be shared memory. */
  assets(host: Host): Promise<unknown>;
  /** `ExecMessage.engine` for a process that is about to run, or a promise of it. */
  prepare?(process: Process, image: LoadedImage): unknown;
}
