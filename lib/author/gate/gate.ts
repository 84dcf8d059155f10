import { encodeAnswer } from "../../lab/quiz/judge.ts";
import type { CheckResult } from "../../lab/types.ts";
import type { RunResult } from "../engine/protocol.ts";
import type { EngineProcess } from "../engine-process.ts";
import type { LabLesson } from "../library.ts";
import { type Step, StepsError } from "../steps.ts";
import { type Attempt, readAttempts } from "./attempts.ts";
import { proseProblems, proseSteps } from "./prose.ts";

/** One thing that the gate tries: a name, and a run whose problems are sentences (none: it holds). */
export interface Trial {
  readonly lesson: string;
  readonly name: string;
  readonly try: (engine: EngineProcess) => Promise<readonly string[]>;
}

/** What the gate demands of a lesson (design.md §6). `full` adds what takes long. */
export function trialsOf(lesson: LabLesson, full: boolean): Trial[] {
  const { info, lab, facts } = lesson;
  const trial = (name: string, run: (engine: EngineProcess) => Promise<readonly string[]>): Trial => ({ lesson: info.id, name, try: run });
  let attempts: Attempt[];
  try {
    attempts = readAttempts(lesson.folder);
  } catch (error) {
    if (!(error instanceof StepsError)) throw error;
    const { message } = error;
    return [trial("attempts", async () => [message])];
  }
  const run = (engine: EngineProcess, steps: readonly Step[]): Promise<RunResult> => engine.run(lab, steps, { watchChecks: true });
  const trials = [
    trial("attempts", async () => missing(attempts, lesson)),
    trial("start", async (engine) => {
      const { checks, changedByChecks } = await run(engine, []);
      const done = lab.tasks.filter((task) => checks.filter((check) => check.task === task.id).every((check) => check.status === "pass"));
      return [
        ...done.map((task) => `The task ${task.id} passes before anything was done.`),
        ...errors(checks),
        ...changed(changedByChecks),
      ];
    }),
    ...attempts.map((attempt) =>
      trial(attempt.name, async (engine) => {
        const result = await run(
          engine,
          attempt.steps.map(({ step }) => step),
        );
        return attempt.kind === "wrong" ? wrongProblems(attempt, result) : rightProblems(result);
      }),
    ),
  ];
  const prose = proseSteps(facts.consoles);
  if (prose.length > 0) {
    trials.push(
      trial("prose", async (engine) =>
        proseProblems(
          prose,
          (
            await run(
              engine,
              prose.map(({ step }) => step),
            )
          ).steps,
        ),
      ),
    );
  }
  if (full) trials.push(...fullTrials(attempts, trial, run));
  return trials;
}

type MakeTrial = (name: string, run: (engine: EngineProcess) => Promise<readonly string[]>) => Trial;
type Run = (engine: EngineProcess, steps: readonly Step[]) => Promise<RunResult>;

/** Leaving out any one command of the solution fails something; two runs of it agree. */
function fullTrials(attempts: readonly Attempt[], trial: MakeTrial, run: Run): Trial[] {
  const solution = attempts.find((attempt) => attempt.kind === "solution");
  if (solution === undefined) return [];
  const without = solution.steps.flatMap(({ step, optional }, index) => {
    if (optional !== undefined) return [];
    const name = `solution without step ${index + 1} (${JSON.stringify(step).slice(0, 60)})`;
    return [
      trial(name, async (engine) => {
        const rest = solution.steps.filter((_, at) => at !== index).map((each) => each.step);
        const { checks } = await run(engine, rest);
        const passes = checks.every((check) => check.status === "pass");
        return passes ? ["Nothing fails without it: drop the step, mark it optional with a reason, or add a check."] : [];
      }),
    ];
  });
  const twice = trial("solution twice", async (engine) => {
    const steps = solution.steps.map(({ step }) => step);
    const [first, second] = [await run(engine, steps), await run(engine, steps)];
    const grades = ({ checks }: RunResult): string => JSON.stringify(checks.map(({ task, id, status }) => [task, id, status]));
    return grades(first) === grades(second) ? [] : [`Two runs do not agree: ${grades(first)} and ${grades(second)}.`];
  });
  return [...without, twice];
}

function missing(attempts: readonly Attempt[], lesson: LabLesson): string[] {
  const count = (kind: Attempt["kind"]): number => attempts.filter((attempt) => attempt.kind === kind).length;
  const checks = new Set(lesson.lab.tasks.flatMap((task) => task.checks.map((check) => `${task.id}/${check.id}`)));
  return [
    ...(count("solution") === 1 ? [] : ["There is no attempts/solution.sh or .json."]),
    ...(count("also-right") >= 1 ? [] : ["There is no attempts/also-right-*: another correct way."]),
    ...(count("wrong") >= 2 ? [] : [`There are ${count("wrong")} attempts/wrong-*; two are needed.`]),
    ...attempts
      .filter((attempt) => attempt.fails !== undefined && !checks.has(attempt.fails))
      .map((attempt) => `${attempt.name}: there is no check ${attempt.fails}.`),
  ];
}

function rightProblems(result: RunResult): string[] {
  const failing = result.checks.filter((check) => check.status !== "pass");
  if (failing.length === 0) return changed(result.changedByChecks);
  return [...failing.map(describe), ...trouble(result)];
}

function wrongProblems(attempt: Attempt, result: RunResult): string[] {
  const check = result.checks.find(({ task, id }) => `${task}/${id}` === attempt.fails);
  if (check === undefined) return [`There is no check ${attempt.fails}.`];
  if (check.status !== "fail") return [`${attempt.fails} should fail, and is ${check.status}.`, ...trouble(result)];
  const said = [check.because, check.next, check.expected, check.found];
  return said.some((text) => text.includes(attempt.says ?? ""))
    ? changed(result.changedByChecks)
    : [`${describe(check)}\n        It should say: ${attempt.says}`];
}

/** Steps that did not go as steps of an attempt should: what to look at first. */
function trouble(result: RunResult): string[] {
  return result.steps.flatMap((step, index) => {
    const what = step.run ?? step.visit ?? step.input ?? step.write ?? (step.answer === undefined ? "" : encodeAnswer(step.answer));
    const place = `step ${index + 1} (${what.split("\n")[0]})`;
    const said = step.output.trim() === "" ? "" : `\n${step.output.trim().split("\n").slice(-6).join("\n")}`;
    if (step.error !== undefined) return [`${place}: ${step.error}`];
    if (step.timedOut) return [`${place} did not end in time.${said}`];
    return step.exitCode !== null && step.exitCode !== 0 ? [`${place} ended with status ${step.exitCode}.${said}`] : [];
  });
}

function errors(checks: readonly CheckResult[]): string[] {
  return checks.filter((check) => check.status === "error").map(describe);
}

function changed(paths: readonly string[]): string[] {
  return paths.map((path) => `A check has changed the world: ${path}.`);
}

function describe(check: CheckResult): string {
  return `${check.task}/${check.id} is ${check.status}: ${check.because}\n        expected: ${check.expected}\n        found: ${check.found}`;
}
