import type { WorldEvent } from "../../kernel/types.ts";
import { programNames } from "../checks/program-names.ts";
import type { World } from "../world/world.ts";

/** Changes that follow each other within this time belong together: a reload starts new workers and ends the old ones. */
const APART_MS = 5000;
const MOST_CHANGES = 200;

/** Remembers when processes of one program started and ended. Times are monotonic milliseconds of the lab's clock. */
export class ProcessChanges {
  private readonly changes: number[] = [];
  /** Processes that run, and when they started; undefined: before anybody looked. */
  private readonly known = new Map<number, number | undefined>();
  private readonly stop: () => void;

  constructor(
    private readonly program: string,
    machine: string,
    private readonly world: World,
  ) {
    for (const process of world.machine(machine).processes()) if (this.is(process)) this.known.set(process.pid, undefined);
    this.stop = world.kernel.events.subscribe((event) => {
      if ("machine" in event && event.machine === machine) this.happened(event);
    });
  }

  /**
   * When the latest group of changes began that brought a process which still runs; undefined when there was none. A change before
   * `sinceMs` belongs to no group of changes after it.
   */
  latest(sinceMs: number): number | undefined {
    const starts = [...this.known.values()].filter((each) => each !== undefined);
    if (starts.length === 0) return undefined;
    let began = Math.max(...starts);
    for (const before of [...this.changes].reverse()) if (before >= sinceMs && before < began && began - before <= APART_MS) began = before;
    return began;
  }

  dispose(): void {
    this.stop();
  }

  private happened(event: WorldEvent): void {
    if (event.kind === "process-started") {
      if (!this.is(event.process)) return;
      this.known.set(event.process.pid, this.changed());
    } else if (event.kind === "process-ended") {
      // A process may have taken its name after it was started (execve, a title).
      const ended = this.world.machine(event.machine).find(event.pid);
      const named = ended !== undefined && this.is(ended);
      if (this.known.delete(event.pid) || named) this.changed();
    }
  }

  private is(process: { readonly argv: readonly string[] }): boolean {
    return programNames(process).includes(this.program);
  }

  private changed(): number {
    const now = this.world.kernel.clock.monotonic();
    this.changes.push(now);
    if (this.changes.length > MOST_CHANGES) this.changes.shift();
    return now;
  }
}
