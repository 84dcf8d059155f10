import type { RunResult } from "../engine/protocol.ts";
import type { AttemptStep } from "../read-steps.ts";

/**
 * When each task passes in a run of the solution: after how many steps, the last of the task's own steps at the earliest. What passes at
 * the start is left out. `trace`: every check at the start and after each step.
 */
export function milestones(
  trace: NonNullable<RunResult["trace"]>,
  steps: readonly Pick<AttemptStep, "task">[],
): ReadonlyMap<string, number> {
  const passed = new Map<string, number>();
  for (const [after, checks] of trace.entries()) {
    const tasks = new Set(checks.map(({ task }) => task));
    for (const task of tasks) {
      if (passed.has(task) || checks.some((check) => check.task === task && check.status !== "pass")) continue;
      passed.set(task, after === 0 ? 0 : endOfTask(after, steps));
    }
  }
  return new Map([...passed].filter(([, after]) => after > 0));
}

/** The last step of the task that the step belongs to (both counted from 1). */
function endOfTask(step: number, steps: readonly Pick<AttemptStep, "task">[]): number {
  const own = steps[step - 1]?.task;
  let last = step;
  while (own !== undefined && steps[last]?.task === own) last++;
  return last;
}

/**
 * The same for a run without the step at `index`: it need not go on when a task has not passed by then. A task that passes with the very
 * step that is left out gets one step more.
 */
export function milestonesWithout(all: ReadonlyMap<string, number>, index: number): Readonly<Record<string, number>> {
  return Object.fromEntries([...all].map(([task, after]) => [task, after > index + 1 ? after - 1 : after]));
}
