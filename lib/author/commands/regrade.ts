import { readFileSync, statSync } from "node:fs";
import { type Attempt, describeAction, machineOf, type RecordedStatus, recordedStatuses } from "../../lab/attempt/attempt.ts";
import type { ReplayResult } from "../../lab/attempt/replay.ts";
import { AttemptError, LONGEST_FILE, parseAttempt } from "../../lab/attempt/schema.ts";
import type { LabDefinition } from "../../lab/types.ts";
import { SEED } from "../../lab/world/seed.ts";
import { EngineProcess } from "../engine-process.ts";
import { findLabLesson } from "../library.ts";
import { badUsage, CommandError, EXIT, print as printRaw } from "../output.ts";

const usage = "Usage: npm run -s lab -- regrade FILE [--json] [--any-version] [--timeout SECONDS]";
/** A stranger's attempt may hold a loop without end. */
const DEFAULT_TIMEOUT_S = 600;
/** An attempt that is stopped is graded as it is then, which takes a while itself. */
const GRADING_S = 60;

interface Arguments {
  readonly file: string;
  readonly json: boolean;
  readonly anyVersion: boolean;
  readonly timeoutS: number;
}

/** What `lab regrade --json` prints. */
export interface RegradeReport {
  readonly lesson: string;
  readonly version: string;
  /** Every check says what it said when the attempt was made. */
  readonly agrees: boolean;
  readonly checks: ReplayResult["checks"];
  /** What each check said last when the attempt was made. */
  readonly recorded: readonly RecordedStatus[];
  /** The first action after which a check differs for good. */
  readonly diverged: {
    /** 1 is the first action; 0: before any. */
    readonly action: number;
    readonly what: string;
    readonly atMs: number;
    readonly checks: readonly { readonly task: string; readonly id: string; readonly recorded: Found; readonly now: Found }[];
  } | null;
  /** What happened when the attempt was made, and not this time. */
  readonly missed: readonly { readonly action: number; readonly before: string; readonly what: string }[];
  /** The time was over before it had come to its end: the first action that was not done, and of how many. */
  readonly stopped: { readonly action: number; readonly of: number; readonly what: string } | null;
}

type Found = Pick<RecordedStatus, "status" | "expected" | "found">;

/** `lab regrade`: does a learner's attempt again and grades it. Returns the exit status: 0 when the results agree, else 1. */
export async function regrade(args: readonly string[]): Promise<number> {
  const { file, json, anyVersion, timeoutS } = readArguments(args);
  const attempt = readAttemptFile(file);
  const { lab } = findLabLesson(attempt.lesson);
  refuse(attempt, lab, file, anyVersion);
  const report = reportOf(attempt, lab, await withinTime(lab, attempt, timeoutS));
  if (json) print(JSON.stringify(report));
  else printReport(report);
  return report.agrees ? EXIT.ok : EXIT.failed;
}

/** Reads an attempt's file. Throws CommandError (bad usage) when it can't be read or is none. */
export function readAttemptFile(file: string): Attempt {
  let text: string;
  try {
    // A character is at most four bytes: what is longer is not even read.
    const { size } = statSync(file);
    if (size > LONGEST_FILE * 4) throw new AttemptError(`This file is too long to be an attempt (${size} bytes).`);
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw badUsage(
      error instanceof AttemptError
        ? `${file}: ${error.message}`
        : `${file} can't be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  try {
    return parseAttempt(text);
  } catch (error) {
    if (error instanceof AttemptError) throw badUsage(`${file}: ${error.message}`);
    throw error;
  }
}

function readArguments(args: readonly string[]): Arguments {
  let file: string | undefined;
  let json = false;
  let anyVersion = false;
  let timeoutS = DEFAULT_TIMEOUT_S;
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    if (arg === "--json") json = true;
    else if (arg === "--any-version") anyVersion = true;
    else if (arg === "--timeout") {
      timeoutS = Number(args[++index]);
      if (!(timeoutS > 0)) throw badUsage(`--timeout needs a number of seconds. ${usage}`);
    } else if (arg.startsWith("-")) throw badUsage(`Unknown option ${arg}. ${usage}`);
    else if (file === undefined) file = arg;
    else throw badUsage(`One attempt at a time: ${file} or ${arg}? ${usage}`);
  }
  if (file === undefined) throw badUsage(usage);
  return { file, json, anyVersion, timeoutS };
}

/** Attempts that can't be run again. */
function refuse(attempt: Attempt, lab: LabDefinition, file: string, anyVersion: boolean): void {
  if (attempt.dropped > 0) {
    throw badUsage(
      `${file}: the beginning of this attempt is missing (${attempt.dropped === 1 ? "at least one action" : `${attempt.dropped} actions`} of it were not kept), so it can't be run again from the start.`,
    );
  }
  if (attempt.seed !== SEED) throw badUsage(`${file}: this attempt was made with the seed ${attempt.seed}; labs have ${SEED}.`);
  const machines = new Set(lab.machines.map(({ name }) => name));
  const stranger = attempt.actions.find((action) => "machine" in action && !machines.has(action.machine));
  if (attempt.version === lab.version || anyVersion) {
    if (stranger !== undefined && "machine" in stranger && attempt.version === lab.version) {
      throw badUsage(`${file}: this attempt is damaged: the lab of ${lab.lesson} has no machine ${stranger.machine}.`);
    }
    return;
  }
  throw new CommandError(
    `${file}: this attempt was made with another version of ${lab.lesson} (${attempt.version}; it is ${lab.version} now). Take the lesson as it was then, or grade it by the lesson as it is now with --any-version.`,
    EXIT.badLesson,
  );
}

/** In a process of its own, which is ended when it takes too long: what runs in it is a stranger's. */
async function withinTime(lab: LabDefinition, attempt: Attempt, timeoutS: number): Promise<ReplayResult> {
  const engine = new EngineProcess();
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const late = new Promise<never>((_, reject) => {
      const message = `The attempt did not end within ${timeoutS} seconds. Give it more with --timeout SECONDS.`;
      timer = setTimeout(() => reject(new CommandError(message, EXIT.failed)), (timeoutS + GRADING_S) * 1000);
    });
    return await Promise.race([engine.regrade(lab, attempt, timeoutS * 1000), late]);
  } finally {
    clearTimeout(timer);
    engine.stop();
  }
}

function reportOf(attempt: Attempt, lab: LabDefinition, result: ReplayResult): RegradeReport {
  const recorded = [...recordedStatuses(attempt.actions).values()];
  const first = result.disagreements[0];
  const action = first === undefined ? undefined : attempt.actions[first.after];
  const described = (index: number, otherwise: string): string => {
    const of = attempt.actions[index];
    return of === undefined ? otherwise : describeAction(of, lab.machines.length > 1 ? machineOf(attempt.actions, index) : undefined);
  };
  const found = ({ status, expected, found: what }: Found): Found => ({ status, expected, found: what });
  return {
    lesson: lab.lesson,
    version: lab.version,
    agrees: first === undefined && result.stoppedAt === undefined,
    checks: result.checks,
    recorded,
    diverged:
      first === undefined
        ? null
        : {
            action: first.after + 1,
            what: described(first.after, "the start of the lab"),
            atMs: (action?.atMs ?? attempt.startedAtMs) - attempt.startedAtMs,
            checks: result.disagreements.map((each) => ({
              task: each.task,
              id: each.id,
              recorded: found(each.recorded),
              now: found(each.now),
            })),
          },
    missed: result.missed.map(({ action: index, what }) => ({ action: index + 1, before: described(index, "the end"), what })),
    stopped:
      result.stoppedAt === undefined
        ? null
        : { action: result.stoppedAt + 1, of: attempt.actions.length, what: described(result.stoppedAt, "the end") },
  };
}

/** A stranger's attempt must not drive the teacher's terminal. */
function print(text: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with control characters.
  printRaw(text.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, "\ufffd"));
}

function printReport({ checks, recorded, diverged, missed, stopped }: RegradeReport): void {
  for (const check of checks) {
    const then = recorded.find(({ task, id }) => task === check.task && id === check.id);
    const differs = then !== undefined && then.status !== check.status ? ` (was ${then.status})` : "";
    print(`${check.status.padEnd(8)}${check.task}/${check.id}${differs}`);
    if (check.status !== "pass") print(`        ${check.because}\n        expected: ${check.expected}\n        found: ${check.found}`);
  }
  for (const { action, before, what } of missed) print(`Before action ${action} (${before}): ${what}.`);
  if (stopped !== null)
    print(`The time was over before action ${stopped.action} of ${stopped.of} (${stopped.what}). Give it more with --timeout SECONDS.`);
  if (diverged === null) {
    print(`${stopped === null ? "The results" : "Up to there the results"} are those that the attempt recorded.`);
    return;
  }
  print(`The results differ from action ${diverged.action} on, ${Math.round(diverged.atMs / 1000)} s after the start: ${diverged.what}.`);
  for (const { task, id, recorded: then, now } of diverged.checks) {
    print(`  ${task}/${id}`);
    print(`    recorded: ${then.status}; expected ${then.expected}; found ${then.found}`);
    print(`    now:      ${now.status}; expected ${now.expected}; found ${now.found}`);
  }
}
