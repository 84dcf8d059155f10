import { type Attempt, readAttempts } from "../author/gate/attempts.ts";
import { type AttemptStep, StepsError } from "../author/read-steps.ts";
import type { Step } from "../author/steps.ts";
import type { SolutionStep, SolutionSteps } from "../lab/scratch/types.ts";
import type { LessonSource } from "./load.ts";

/** Commands that only change where a terminal stands: whoever begins with a later task needs them too. */
const wayThere = /^(cd|pushd|popd|source|\.|export|set|alias|umask)(\s[^;&|]*)?$/;
/** A login somewhere else, without a command of its own: what follows is typed there, until `exit`. */
const login = /^(ssh(\s+-\S+(\s+[^\s@]+)?)*\s+\S+|su\b.*|sudo\s+(-i|su)\b.*)$/;

/**
 * How each task of a lesson is solved, from the markers in `attempts/solution` (`# task: id`, or `"task": "id"` on a step). A solution
 * without markers gives nothing: the page then shows the text of the task's `solution:` alone.
 */
export function solutionSteps({ folder, lab }: Pick<LessonSource, "folder" | "lab">): readonly SolutionSteps[] {
  const solution = solutionOf(folder);
  if (solution === undefined || lab === undefined) return [];
  const first = "t1";
  return lab.tasks.flatMap(({ id }): SolutionSteps[] => {
    const at = solution.steps.findIndex(({ task }) => task === id);
    const steps = solution.steps.filter(({ task }) => task === id).flatMap(({ step }) => asSolutionStep(step, first));
    if (at < 0 || steps.length === 0) return [];
    const used = new Set(steps.flatMap((step) => ("terminal" in step ? [step.terminal] : [])));
    const before = standing(solution.steps.slice(0, at), used, first).flatMap((step) => asSolutionStep(step, first));
    return [{ task: id, before, steps }];
  });
}

/** Undefined also where an attempt can't be read: the gate says why, and the text is read all the same. */
function solutionOf(folder: string): Attempt | undefined {
  try {
    return readAttempts(folder).find(({ kind }) => kind === "solution");
  } catch (error) {
    if (error instanceof StepsError) return undefined;
    throw error;
  }
}

/** Where a terminal stands: in each login the steps that led there, and the program that runs in front. */
interface Standing {
  logins: Step[][];
  front: Step | undefined;
}

/**
 * Of the steps before a task, those that its terminals still show: where they are logged in and in which folder, and servers that run
 * in front. What else was done lies on the disks.
 */
function standing(steps: readonly AttemptStep[], used: ReadonlySet<string>, first: string): Step[] {
  const terminals = new Map<string, Standing>();
  for (const { step } of steps) {
    if (!("run" in step || "input" in step || "interrupt" in step)) continue;
    const name = step.terminal ?? first;
    const terminal = terminals.get(name) ?? { logins: [[]], front: undefined };
    terminals.set(name, terminal);
    // Ctrl-C ends it; what is asked is no server.
    terminal.front = undefined;
    if (!("run" in step)) continue;
    if (step.run === "exit" && terminal.logins.length > 1) terminal.logins.pop();
    else if (login.test(step.run)) terminal.logins.push([step]);
    else if (wayThere.test(step.run)) terminal.logins.at(-1)?.push(step);
    else if (step.until !== undefined) terminal.front = step;
  }
  return [...terminals].flatMap(([name, { logins, front }]) => {
    if (front === undefined && !used.has(name)) return [];
    return [...logins.flat(), ...(front === undefined ? [] : [front])];
  });
}

function asSolutionStep(step: Step, first: string): SolutionStep[] {
  if ("run" in step)
    return [
      { kind: "run", command: step.run, terminal: step.terminal ?? first, ...(step.machine !== undefined && { machine: step.machine }) },
    ];
  if ("input" in step) return [{ kind: "type", text: step.input, terminal: step.terminal ?? first }];
  if ("interrupt" in step) return [{ kind: "interrupt", terminal: step.terminal ?? first }];
  if ("write" in step)
    return [{ kind: "write", path: step.write, text: step.text, ...(step.machine !== undefined && { machine: step.machine }) }];
  if ("visit" in step)
    return [
      {
        kind: "told",
        text: step.form === undefined ? `Open ${step.visit} in the browser.` : `Open ${step.visit} in the browser, and fill in its form.`,
      },
    ];
  // Questions are answered in the text, and waiting is for the gate.
  return [];
}
