/** The end state of a lesson: its solution is done, and the world it leaves becomes a file that another lesson starts from. */
import { captureLab } from "../../lab/saving/capture.ts";
import { beginSession } from "../../lab/time/begin.ts";
import { packWorld } from "../../lab/time/start-world.ts";
import type { LabDefinition } from "../../lab/types.ts";
import type { LabWorld } from "../../lab/world/create.ts";
import type { Step } from "../steps.ts";
import { serversBegun } from "./servers-begun.ts";
import { type StepClock, StepRunner } from "./step-runner.ts";

export interface EndWorldRun {
  readonly lab: LabDefinition;
  readonly steps: readonly Step[];
  readonly clock: StepClock;
  readonly createWorld: (lab: LabDefinition) => Promise<LabWorld>;
}

/** The file, as base64. Throws Error when the solution does not pass every check: its end is not what a learner would have. */
export async function endWorld({ lab, steps, clock, createWorld }: EndWorldRun): Promise<string> {
  const world = await createWorld(lab);
  const session = beginSession(world, lab, { setTimeout: () => () => undefined, monotonic: () => 0 });
  try {
    await serversBegun(world, clock);
    const runner = new StepRunner(session, clock);
    await session.checkNow();
    for (const step of steps) {
      const { error } = await runner.perform(step);
      if (error !== undefined) throw new Error(`The solution of ${lab.lesson} can't be done: ${error}`);
      await session.checkNow();
    }
    const missing = (await session.finalGrades()).find(({ status }) => status !== "pass");
    if (missing !== undefined)
      throw new Error(
        `The solution of ${lab.lesson} does not pass ${missing.task}/${missing.id}, so no lesson can continue it: ${missing.because}`,
      );
    const { saved, bytes } = captureLab(session, world, () => false, world.kernel.clock.now());
    return toBase64(await packWorld(saved, bytes));
  } finally {
    session.dispose();
    world.dispose();
  }
}

function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}
