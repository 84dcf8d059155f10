import type { Machine, ProcessInfo } from "../../kernel/types.ts";
import type { SavedServer } from "../../lab/saving/saved-lab.ts";
import type { LabWorld } from "../../lab/world/create.ts";
import { managerOf } from "../../programs/systemd/manager.ts";
import { quiet } from "./mutations/side-world.ts";
import type { StepClock } from "./step-runner.ts";

const LOOK_MS = 100;
/** A server that does not listen by then is not waited for. */
const PATIENCE_MS = 40_000;
/** Workers of a server that listens still load their code; they also wake up now and then, so that all may never rest at once. */
const REST_MS = 5000;

/**
 * A lab that continues another one starts again what listened there. A person sees it start and goes on when it has; steps are done at once,
 * so they wait here. Nothing to wait for in any other lab.
 */
export async function serversBegun(world: LabWorld, clock: StepClock): Promise<void> {
  const servers = world.startedFrom?.servers ?? [];
  if (servers.length === 0) return;
  const machines = world.definitions.map(({ name }) => world.machine(name));
  const areUp = (): boolean =>
    machines.every((machine) => managerOf(machine).jobs.length === 0) &&
    servers.every((server) => listens(world.machine(server.machine), server));
  for (const began = clock.monotonic(); !areUp() && clock.monotonic() - began < PATIENCE_MS; ) {
    await new Promise<void>((resolve) => void clock.after(LOOK_MS, () => resolve()));
  }
  await quiet(world, clock, [], REST_MS);
}

/** The command that was running when the world was kept, or a child of its, listens. */
function listens(machine: Machine, { argv }: SavedServer): boolean {
  const processes = new Map(machine.processes().map((process) => [process.pid, process]));
  const isOfServer = (process: ProcessInfo | undefined): boolean =>
    process !== undefined && (process.argv.join("\0") === argv.join("\0") || isOfServer(processes.get(process.ppid)));
  return machine.network.listening().some(({ pid }) => pid !== undefined && isOfServer(processes.get(pid)));
}
