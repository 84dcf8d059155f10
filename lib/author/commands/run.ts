import { readFileSync, writeFileSync } from "node:fs";
import { imageNames } from "../../content/load.ts";
import { didYouMean } from "../../lab/definition/nearest.ts";
import { encodeAnswer } from "../../lab/quiz/judge.ts";
import type { LabDefinition } from "../../lab/types.ts";
import type { RunResult, StepResult } from "../engine/protocol.ts";
import { EngineProcess } from "../engine-process.ts";
import { readScript } from "../gate/attempts.ts";
import { findLabLesson } from "../library.ts";
import { badUsage, EXIT, print } from "../output.ts";
import { readStepsFile, StepsError } from "../read-steps.ts";
import { wrongNames } from "../step-names.ts";
import type { Step } from "../steps.ts";

const usage = "Usage: npm run -s lab -- run <lesson id | image:NAME> [--steps FILE|-] [--json] [--attempt FILE]";

/** `lab run`: starts a lab, or one bare machine, does the steps, grades. Returns the exit status. */
export async function run(args: readonly string[]): Promise<number> {
  const { target, stepsFile, attemptFile, json } = readArguments(args);
  const lab = target.startsWith("image:") ? bareMachine(target.slice("image:".length)) : findLabLesson(target).lab;
  const steps = stepsFile === undefined ? [] : readSteps(stepsFile);
  checkNames(lab, steps);
  const engine = new EngineProcess();
  try {
    const result = await engine.run(lab, steps, {
      watchChecks: false,
      record: attemptFile !== undefined,
      onStep: json ? undefined : printStep,
    });
    if (attemptFile !== undefined) writeAttempt(attemptFile, result);
    if (json) print(JSON.stringify(shown(result)));
    else printChecks(result);
    return result.steps.some((step) => step.error !== undefined) ? EXIT.failed : EXIT.ok;
  } finally {
    engine.stop();
  }
}

function readArguments(args: readonly string[]): {
  target: string;
  stepsFile: string | undefined;
  attemptFile: string | undefined;
  json: boolean;
} {
  let target: string | undefined;
  let stepsFile: string | undefined;
  let attemptFile: string | undefined;
  let json = false;
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    if (arg === "--json") json = true;
    else if (arg === "--steps") {
      index++;
      stepsFile = args[index];
      if (stepsFile === undefined) throw badUsage(`--steps needs a file, or - for standard input. ${usage}`);
    } else if (arg.startsWith("--steps=")) stepsFile = arg.slice("--steps=".length);
    else if (arg === "--attempt") {
      attemptFile = args[++index];
      if (attemptFile === undefined) throw badUsage(`--attempt needs the name of a file to be written. ${usage}`);
    } else if (arg.startsWith("-")) throw badUsage(`Unknown option ${arg}. ${usage}`);
    else if (target === undefined) target = arg;
    else throw badUsage(`One lesson at a time: ${target} or ${arg}? ${usage}`);
  }
  if (target === undefined) throw badUsage(usage);
  return { target, stepsFile, attemptFile, json };
}

/** The attempt that a learner would have made by these steps, for `lab regrade`. */
function writeAttempt(file: string, { attempt }: RunResult): void {
  try {
    writeFileSync(file, `${JSON.stringify(attempt)}\n`, { flag: "wx" });
  } catch (error) {
    throw badUsage(`The attempt could not be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A list of steps, or an attempt as it lies in attempts/. */
function readSteps(file: string): Step[] {
  let text: string;
  try {
    text = readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw badUsage(`${file} can't be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  try {
    const { steps } = file.endsWith(".sh") ? readScript(text) : readStepsFile(text, file === "-" ? "standard input" : file);
    return steps.map(({ step }) => step);
  } catch (error) {
    if (error instanceof StepsError) throw badUsage(error.message);
    throw error;
  }
}

/** A lab without tasks: one machine of an image, user learner, in /home/learner. */
export function bareMachine(image: string): LabDefinition {
  if (!imageNames.includes(image)) throw badUsage(`There is no image \`${image}\`. ${didYouMean(image, imageNames)}`);
  return {
    lesson: `image:${image}`,
    version: "",
    machines: [{ name: "machine", image, user: "learner", cwd: "/home/learner" }],
    tasks: [],
    files: [],
    browser: { machine: "machine", home: "http://localhost:8000/" },
    quizzes: [],
  };
}

function checkNames(lab: LabDefinition, steps: readonly Step[]): void {
  const [wrong] = wrongNames(lab, steps);
  if (wrong !== undefined) throw badUsage(`Step ${wrong.step + 1}: ${wrong.message} ${wrong.remedy}`);
}

function shown({ lesson, version, steps, checks }: RunResult): unknown {
  return { lesson, version, steps, checks };
}

function printStep(step: StepResult): void {
  const answer = step.answer === undefined ? undefined : encodeAnswer(step.answer);
  const what = step.run ?? step.visit ?? step.write ?? step.input ?? answer ?? (step.interrupt ? "^C" : `wait ${step.wait} s`);
  print(`${step.terminal === null ? "" : `[${step.terminal}] `}${step.visit === undefined ? "$" : "open"} ${what}`);
  if (step.output !== "") print(step.output.replace(/\n$/, ""));
  if (step.status !== undefined) print(`(status ${step.status}, ${step.url ?? ""})`);
  if (step.error !== undefined) print(`(this step could not be done: ${step.error})`);
  if (step.timedOut) print("(still running when its time was up)");
  else if (step.exitCode !== null && step.exitCode !== 0) print(`(exit status ${step.exitCode})`);
}

function printChecks({ checks }: RunResult): void {
  for (const check of checks) {
    print(`${check.status.padEnd(8)}${check.task}/${check.id}`);
    if (check.status !== "pass")
      print(`        ${check.because}\n        expected: ${check.expected}\n        found: ${check.found}\n        ${check.next}`);
  }
}
