import { attemptOf } from "../../lab/attempt/attempt.ts";
import type { LabSession } from "../../lab/session/session.ts";
import { beginSession } from "../../lab/time/begin.ts";
import type { CheckResult, LabDefinition } from "../../lab/types.ts";
import type { LabWorld } from "../../lab/world/create.ts";
import { SEED } from "../../lab/world/seed.ts";
import { powerState } from "../../programs/systemd/boot.ts";
import type { Step } from "../steps.ts";
import type { RunOptions, RunResult, StepResult } from "./protocol.ts";
import { serversBegun } from "./servers-begun.ts";
import { type StepClock, StepRunner } from "./step-runner.ts";

export interface LabRun {
  readonly lab: LabDefinition;
  readonly steps: readonly Step[];
  readonly options: RunOptions;
  readonly clock: StepClock;
  readonly createWorld: (lab: LabDefinition) => Promise<LabWorld>;
  readonly onStep: (step: StepResult) => void;
}

/** Runs a lab from its start to its grades, in a world that is gone afterwards. */
export async function runLab({ lab, steps, options, clock, createWorld, onStep }: LabRun): Promise<RunResult> {
  const world = await createWorld(lab);
  // Checks run when a step has ended, not by themselves: a run is the same whatever the speed of the machine.
  const session = beginSession(world, lab, { setTimeout: () => () => undefined, monotonic: () => 0 });
  try {
    await serversBegun(world, clock);
    const runner = new StepRunner(session, clock);
    const changedByChecks = new Set<string>();
    const boots = new Map(lab.machines.map(({ name }) => [name, world.machine(name).bootId]));
    const look = (work: () => Promise<unknown>): Promise<void> =>
      watched(session, options.watchChecks ? boots : undefined, work, changedByChecks);
    await look(() => session.checkNow());
    const results: StepResult[] = [];
    const now = (): readonly CheckResult[] => session.state.get().tasks.flatMap((task) => task.checks);
    const trace: (readonly CheckResult[])[] = [now()];
    let late: string | undefined;
    for (const step of steps) {
      const result = await runner.perform(step);
      await look(() => session.checkNow());
      results.push(result);
      if (options.trace) trace.push(now());
      onStep(result);
      late = await lateTask(session, options.passedBy ?? {}, results.length, clock);
      if (late !== undefined) break;
    }
    let checks: RunResult["checks"] = [];
    await look(async () => {
      checks = await session.finalGrades();
    });
    const attempt = options.record ? attemptOf(lab, session.remember(), SEED) : undefined;
    return {
      lesson: lab.lesson,
      version: lab.version,
      steps: results,
      checks,
      changedByChecks: [...changedByChecks],
      attempt,
      ...(options.trace ? { trace } : {}),
      ...(late === undefined ? {} : { late }),
    };
  } finally {
    session.dispose();
    world.dispose();
  }
}

/** So often, and so long apart, a task that should have passed is looked at again: a server may still be on its way. */
const LOOKS = 3;
const LOOK_MS = 1000;

async function lateTask(
  session: LabSession,
  passedBy: Readonly<Record<string, number>>,
  done: number,
  clock: StepClock,
): Promise<string | undefined> {
  const due = Object.keys(passedBy).filter((task) => passedBy[task] === done);
  const open = (): string | undefined =>
    due.find((task) => session.state.get().tasks.some(({ id, status }) => id === task && status !== "passed"));
  for (let look = 0; look < LOOKS && open() !== undefined; look++) {
    await new Promise<void>((resolve) => void clock.after(LOOK_MS, () => resolve()));
    await session.checkNow();
  }
  return open();
}

/**
 * Does `work`; where nothing but idle shells runs, files must be the same afterwards. `boots` are the machines' boots at the lab's
 * start: one that goes down or comes up changes by itself.
 */
async function watched(
  session: LabSession,
  boots: ReadonlyMap<string, string> | undefined,
  work: () => Promise<unknown>,
  changed: Set<string>,
): Promise<void> {
  const shells = new Set([...session.terminals.values()].map((terminal) => terminal.pid));
  const isSteady = (name: string) => {
    const machine = session.world.machine(name);
    return machine.bootId === boots?.get(name) && powerState(machine) === "on";
  };
  const idle = session.lab.machines.filter(
    ({ name }) =>
      isSteady(name) &&
      session.world
        .machine(name)
        .processes()
        .every((process) => process.pid === 1 || (shells.has(process.pid) && process.state === "sleeping")),
  );
  const before = idle.map(({ name }) => session.world.machine(name).version.files);
  await work();
  for (const [index, { name }] of idle.entries()) {
    if (isSteady(name) && session.world.machine(name).version.files !== before[index])
      changed.add(`the files of ${name} are not what they were before`);
  }
}
