import { didYouMean } from "../../lab/definition/nearest.ts";
import type { LabDefinition } from "../../lab/types.ts";
import type { AttemptStep } from "../read-steps.ts";
import type { Attempt } from "./attempts.ts";
import type { GateProblem, LessonPlaces } from "./problem.ts";

/**
 * Whether the solution says which of its steps belong to which task (`# task: id`, or `"task": "id"` on a step): each task once, in
 * the order of lab.yaml. The page steps through one task's part of it in a scratch copy, so a part that is missing or in the wrong
 * place is a solution that a learner can't see. Other attempts need no markers; a name in them that no task has is a mistake all the same.
 */
export function markerProblems(attempts: readonly Attempt[], lab: Pick<LabDefinition, "tasks">, places: LessonPlaces): GateProblem[] {
  const known = lab.tasks.map(({ id }) => id);
  return attempts.flatMap((attempt) => [
    ...unknown(attempt, known, places),
    ...(attempt.kind === "solution" ? unordered(attempt, known, places) : []),
  ]);
}

/** Where another task begins: the first step of each run of steps with the same marker. */
function beginnings({ steps }: Attempt): { readonly task: string; readonly step: AttemptStep }[] {
  return steps.flatMap((step, index) =>
    step.task === undefined || step.task === steps[index - 1]?.task ? [] : [{ task: step.task, step }],
  );
}

function unknown(attempt: Attempt, known: readonly string[], places: LessonPlaces): GateProblem[] {
  return beginnings(attempt)
    .filter(({ task }) => !known.includes(task))
    .map(({ task, step }) =>
      places.at(attempt.path, step.line, `${marker(attempt, task)}: lab.yaml has no such task.`, didYouMean(task, known)),
    );
}

function unordered(attempt: Attempt, known: readonly string[], places: LessonPlaces): GateProblem[] {
  const found: GateProblem[] = [];
  const add = (line: number, message: string, remedy: string): void => void found.push(places.at(attempt.path, line, message, remedy));
  const [first] = attempt.steps;
  if (first !== undefined && first.task === undefined) {
    const remedy = `Write ${marker(attempt, known[0] ?? "id")} ${place(attempt)}.`;
    add(first.line, "The solution's first step belongs to no task, so nobody is shown it.", remedy);
  }
  const seen: string[] = [];
  for (const { task, step } of beginnings(attempt).filter((each) => known.includes(each.task))) {
    const later = seen.find((each) => known.indexOf(each) > known.indexOf(task));
    if (seen.includes(task)) {
      add(
        step.line,
        `Steps of the task \`${task}\` stand in two places of the solution.`,
        "Move them together: a task is shown in one piece.",
      );
    } else if (later !== undefined) {
      const message = `The solution does \`${task}\` after \`${later}\`; in lab.yaml it comes before.`;
      add(step.line, message, "Put the steps, or the tasks, into the order in which a learner reads them.");
    }
    seen.push(task);
  }
  for (const task of known.filter((id) => !seen.includes(id))) {
    const remedy = `Write ${marker(attempt, task)} ${place(attempt)}. Where an earlier step does it along with its own task, make two steps of it.`;
    add(1, `No step of the solution belongs to the task \`${task}\`.`, remedy);
  }
  return found;
}

function marker({ path }: Attempt, task: string): string {
  return path.endsWith(".sh") ? `\`# task: ${task}\`` : `\`"task": "${task}"\``;
}

function place({ path }: Attempt): string {
  return path.endsWith(".sh") ? "on a line before its first command" : "into the first of its steps";
}
