import type { CheckResult, TaskDefinition } from "../../lab/types.ts";
import type { Step } from "../steps.ts";

/** A step as it lies in an attempt's file: the first of those that belong to a task names it. */
export type MarkedStep = Step & { readonly task?: string };

interface Part {
  readonly task: string | undefined;
  readonly steps: Step[];
}

/**
 * A solution's steps, each with its task: those that were done until the task passed. An answer goes to the task that asks for it. What
 * was done after the last one belongs to the next that is open, if there is one. `passed`: the tasks that have passed at the start, and
 * then after each step.
 */
export function markTasks(steps: readonly Step[], passed: readonly (readonly string[])[], tasks: readonly TaskDefinition[]): MarkedStep[] {
  const parts: Part[] = [];
  const done = new Set(passed[0]);
  let from = 0;
  for (let after = 1; after <= steps.length; after++) {
    const [task, ...others] = (passed[after] ?? []).filter((each) => !done.has(each));
    if (task === undefined) continue;
    for (const each of [task, ...others]) done.add(each);
    parts.push({ task, steps: steps.slice(from, after) });
    from = after;
  }
  const open = tasks.find(({ id }) => !done.has(id))?.id;
  const rest = steps.slice(from);
  if (open === undefined && parts.length > 0) parts.at(-1)?.steps.push(...rest);
  else if (rest.length > 0) parts.push({ task: open, steps: rest });
  return answersInPlace(parts, tasks).flatMap(({ task, steps: [first, ...more] }) =>
    first === undefined ? [] : [task === undefined ? first : { task, ...first }, ...more],
  );
}

function answersInPlace(parts: readonly Part[], tasks: readonly TaskDefinition[]): readonly Part[] {
  const asking = (quiz: string): string | undefined =>
    tasks.find(({ checks }) => checks.some((check) => check.kind === "quiz" && check.quiz === quiz))?.id;
  const moved: { readonly task: string; readonly step: Step }[] = [];
  const kept = parts.map(({ task, steps }) => ({
    task,
    steps: steps.filter((step) => {
      const wanted = "answer" in step ? asking(step.quiz) : undefined;
      if (wanted === undefined || wanted === task || !parts.some((part) => part.task === wanted)) return true;
      moved.push({ task: wanted, step });
      return false;
    }),
  }));
  return kept.map(({ task, steps }) => ({
    task,
    steps: [...steps, ...moved.filter((each) => each.task === task).map(({ step }) => step)],
  }));
}

/** Of each look at all checks, the tasks whose checks hold. */
export function passedTasks(looks: readonly (readonly CheckResult[])[], tasks: readonly TaskDefinition[]): string[][] {
  return looks.map((checks) =>
    tasks.map(({ id }) => id).filter((id) => checks.filter(({ task }) => task === id).every(({ status }) => status === "pass")),
  );
}
