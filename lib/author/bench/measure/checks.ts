import { Checker } from "../../../lab/checks/checker.ts";
import { LabSession } from "../../../lab/session/session.ts";
import type { CheckDefinition } from "../../../lab/types.ts";
import { createWorld } from "../../../lab/world/create.ts";
import { StepRunner } from "../../engine/step-runner.ts";
import { type Measurement, NotMeasured, type Samples } from "./measurement.ts";

const usesPython = (check: CheckDefinition): boolean => check.kind === "run" && /\b(?:python3?|flask|django-admin)\b/.test(check.run);

/** Plays a lesson's solution, then looks at each task's checks as a round does, with nothing remembered. Samples are named by task. */
const checks: Measurement = async ({ host, installed, lab, steps }) => {
  if (lab === undefined || steps === undefined) throw new NotMeasured("no lesson was given");
  const world = await createWorld(lab, { host, installed, warm: true });
  const session = new LabSession(world, lab, { setTimeout: () => () => undefined, monotonic: () => 0 });
  try {
    session.openTerminal({ columns: 80, rows: 24 });
    const clock = {
      monotonic: () => performance.now(),
      after: (milliseconds: number, callback: () => void) => host.setTimeout(callback, milliseconds),
    };
    const runner = new StepRunner(session, clock);
    for (const step of steps) {
      const { error } = await runner.perform(step);
      if (error !== undefined) throw new NotMeasured(`the solution of ${lab.lesson} could not be played: ${error}`);
    }
    const samples: Record<string, number[]> = {};
    for (let round = 0; round < 6; round++) {
      for (const task of lab.tasks) {
        for (const engine of installed.engines.keys()) await world.kernel.workers.warm(engine);
        const checker = new Checker(world, () => undefined);
        const began = performance.now();
        await checker.look(task);
        const name = `${task.checks.some(usesPython) ? "python" : "plain"} ${task.id}`;
        const took = performance.now() - began;
        // The first round fills caches.
        if (round > 0) samples[name] = [...(samples[name] ?? []), took];
      }
    }
    return samples satisfies Samples;
  } finally {
    session.dispose();
    world.dispose();
  }
};

export const checkMeasurements: Readonly<Record<string, Measurement>> = { checks };
