import type { LabWorld } from "../../lab/world/create.ts";
import { quiet } from "./mutations/side-world.ts";
import type { StepClock } from "./step-runner.ts";

/**
 * A lab that continues another one starts again what listened there. A person sees it start and goes on when it has; steps are done at once,
 * so they wait here until nothing moves any more. Nothing to wait for in any other lab.
 */
export async function serversBegun(world: LabWorld, clock: StepClock): Promise<void> {
  if ((world.startedFrom?.servers.length ?? 0) > 0) await quiet(world, clock);
}
