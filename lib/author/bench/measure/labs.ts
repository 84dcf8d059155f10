import { beginSession } from "../../../lab/time/begin.ts";
import { createWorld } from "../../../lab/world/create.ts";
import { type Measurement, NotMeasured, repeat } from "./measurement.ts";

/** From nothing to the first prompt of a lesson's lab: its machines made, what starts by itself on its way, the first terminal ready. */
const firstPrompt: Measurement = async ({ host, installed, lab }) => {
  if (lab === undefined) throw new NotMeasured("no lab was named");
  const timers = { setTimeout: () => () => undefined, monotonic: () => 0 };
  const ms = await repeat(5, 1, async () => {
    const began = performance.now();
    const world = await createWorld(lab, { host, installed, warm: false });
    const session = beginSession(world, lab, timers);
    const [terminal] = session.terminals.values();
    await terminal?.atPrompt();
    const took = performance.now() - began;
    session.dispose();
    world.dispose();
    return took;
  });
  return { ms };
};

export const labMeasurements: Readonly<Record<string, Measurement>> = { firstPrompt };
