import { didYouMean } from "../../lab/definition/nearest.ts";
import type { CheckResult, CheckStatus } from "../../lab/types.ts";
import type { RunResult, StepResult } from "../engine/protocol.ts";
import { EngineProcess } from "../engine-process.ts";
import type { Attempt } from "../gate/attempts.ts";
import { attemptsOf, stepsOf } from "../gate/gate.ts";
import { LessonPlaces } from "../gate/problem.ts";
import { findLabLesson } from "../library.ts";
import { badLesson, badUsage, EXIT, print } from "../output.ts";
import { textOf } from "../step-text.ts";

const usage = "Usage: npm run -s lab -- why <lesson id> <attempt> [--check TASK/CHECK] [--json]";

/** `lab why`: does an attempt and says of each check at which step it changed, and how it ended. Returns the exit status. */
export async function why(args: readonly string[]): Promise<number> {
  const { id, name, only, json } = readArguments(args);
  const lesson = findLabLesson(id);
  const { attempts, problems } = attemptsOf(lesson, new LessonPlaces(lesson));
  if (problems.length > 0) throw badLesson(problems);
  const names = attempts.map((attempt) => attempt.name);
  if (name === undefined) throw badUsage(`Which attempt? ${id} has: ${names.join(", ")}.\n${usage}`);
  const attempt = attempts.find((each) => each.name === name.replace(/^attempts\//, "").replace(/\.(json|sh)$/, ""));
  if (attempt === undefined) throw badUsage(`There is no attempt \`${name}\` in ${id}. ${didYouMean(name, names)}`);
  const checks = lesson.lab.tasks.flatMap((task) => task.checks.map((check) => `${task.id}/${check.id}`));
  if (only !== undefined && !checks.includes(only)) throw badUsage(`There is no check \`${only}\`. ${didYouMean(only, checks)}`);
  const engine = new EngineProcess();
  try {
    const result = await engine.run(lesson.lab, stepsOf(attempt), { watchChecks: false, trace: true });
    const stories = result.checks
      .filter((check) => only === undefined || nameOf(check) === only)
      .map((check) => storyOf(check, result.trace ?? []));
    if (json)
      print(JSON.stringify({ lesson: id, attempt: attempt.name, checks: stories.map(({ final, turns }) => ({ ...final, turns })) }));
    else printStories(attempt, result, stories);
    return EXIT.ok;
  } finally {
    engine.stop();
  }
}

/** A moment at which a check came to say something else. */
interface Turn {
  /** From 1; 0 is the lab's start, one more than there are steps its end. */
  readonly step: number;
  readonly status: CheckStatus;
  readonly expected: string;
  readonly found: string;
}

interface Story {
  readonly final: CheckResult;
  readonly turns: readonly Turn[];
}

/** `trace`: all checks at the start, and then after each step. */
export function storyOf(final: CheckResult, trace: readonly (readonly CheckResult[])[]): Story {
  const turns: Turn[] = [];
  const looks = [...trace.map((checks) => checks.find((check) => nameOf(check) === nameOf(final))), final];
  for (const [step, look] of looks.entries()) {
    const last = turns.at(-1);
    if (look === undefined || (look.status === last?.status && (look.status === "pass" || look.found === last.found))) continue;
    turns.push({ step, status: look.status, expected: look.expected, found: look.found });
  }
  return { final, turns };
}

function printStories(attempt: Attempt, result: RunResult, stories: readonly Story[]): void {
  print(`${attempt.name}: ${result.steps.length === 1 ? "1 step" : `${result.steps.length} steps`}`);
  for (const [index, step] of result.steps.entries())
    if (trouble(step) !== "") print(`  step ${index + 1} (${textOf(step)}) ${trouble(step)}`);
  for (const { final, turns } of stories) {
    print(`\n${nameOf(final)}: ${final.status}`);
    for (const turn of turns) {
      print(`  ${placeOf(turn.step, result)}: ${turn.status}`);
      if (turn.status === "fail" || turn.status === "error")
        print(`      expected: ${indent(turn.expected)}\n      found:    ${indent(turn.found)}`);
    }
    if (final.status !== "pass") print(`  ${indent(final.because)}\n  ${indent(final.next)}`);
  }
  const counts = (status: CheckStatus): string => `${stories.filter(({ final }) => final.status === status).length} ${status}`;
  print(`\n${[counts("pass"), counts("fail"), counts("blocked"), counts("error")].join(", ")}.`);
  if (attempt.fails === undefined) return;
  const wanted = result.checks.find((check) => nameOf(check) === attempt.fails);
  print(`It is meant to fail ${attempt.fails}, which is ${wanted?.status ?? "not there"}, and to say “${attempt.says}”.`);
}

function placeOf(step: number, { steps }: RunResult): string {
  if (step === 0) return "at the start";
  const done = steps[step - 1];
  return done === undefined ? "at the end" : `after step ${step} (${textOf(done)})`;
}

function trouble(step: StepResult): string {
  if (step.error !== undefined) return `could not be done: ${step.error}`;
  if (step.timedOut) return "had not ended when its time was up";
  return step.exitCode !== null && step.exitCode !== 0 ? `ended with status ${step.exitCode}` : "";
}

function nameOf({ task, id }: CheckResult): string {
  return `${task}/${id}`;
}

function indent(text: string): string {
  return text.trim().replaceAll("\n", "\n                ");
}

function readArguments(args: readonly string[]): { id: string; name: string | undefined; only: string | undefined; json: boolean } {
  const words: string[] = [];
  let only: string | undefined;
  let json = false;
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    if (arg === "--json") json = true;
    else if (arg === "--check") {
      only = args[++index];
      if (only === undefined) throw badUsage(`--check needs a check, as task/check. ${usage}`);
    } else if (arg.startsWith("-")) throw badUsage(`Unknown option ${arg}. ${usage}`);
    else words.push(arg);
  }
  const [id, name, ...rest] = words;
  if (id === undefined || rest.length > 0) throw badUsage(usage);
  return { id, name, only, json };
}
