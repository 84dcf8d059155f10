import { writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { didYouMean } from "../../lab/definition/nearest.ts";
import { EngineProcess } from "../engine-process.ts";
import { type Trial, trialsOf } from "../gate/gate.ts";
import { keepResult, staleness } from "../gate/results.ts";
import { type LabLesson, labLessons, soundLibrary } from "../library.ts";
import { badUsage, EXIT, note, print } from "../output.ts";

/** So many labs are tried side by side. */
const SIDE_BY_SIDE = 2;
/** A lab that stands still must not hold up the rest. */
const TRIAL_PATIENCE_MS = 10 * 60_000;

/** `lab test [lesson id…] [--full] [--report FILE]`: the gate. Returns the exit status. */
export async function test(args: readonly string[]): Promise<number> {
  const { ids, full, report } = readArguments(args);
  const all = labLessons(soundLibrary());
  const known = all.map((lesson) => lesson.info.id);
  for (const id of ids) if (!known.includes(id)) throw badUsage(`There is no lesson \`${id}\` with a lab. ${didYouMean(id, known)}`);
  const lessons = ids.length === 0 ? all : all.filter((lesson) => ids.includes(lesson.info.id));
  const trials = lessons.flatMap((lesson) => trialsOf(lesson, full));
  const failed = await tryAll(trials);
  for (const lesson of lessons) {
    const own = trials.filter((trial) => trial.lesson === lesson.info.id);
    if (full && !own.some((trial) => failed.has(trial))) keepResult(lesson, own.length);
    if (!full) reportStaleness(lesson);
  }
  print(`${trials.length - failed.size} of ${trials.length} trials hold.`);
  if (report !== undefined) writeFileSync(report, `${JSON.stringify({ passed: trials.length - failed.size, failed: failed.size })}\n`);
  return failed.size === 0 ? EXIT.ok : EXIT.failed;
}

function readArguments(args: readonly string[]): { ids: string[]; full: boolean; report: string | undefined } {
  const ids: string[] = [];
  let full = false;
  let report: string | undefined;
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    if (arg === "--full") full = true;
    else if (arg === "--report") {
      index++;
      report = args[index];
      if (report === undefined) throw badUsage("--report needs a file.");
    } else if (arg.startsWith("-")) throw badUsage(`Unknown option ${arg}. Usage: lab test [lesson id…] [--full] [--report FILE]`);
    else ids.push(arg);
  }
  return { ids, full, report };
}

async function tryAll(trials: readonly Trial[]): Promise<ReadonlySet<Trial>> {
  const waiting = [...trials];
  const failed = new Set<Trial>();
  const work = async (): Promise<void> => {
    for (let trial = waiting.shift(); trial !== undefined; trial = waiting.shift()) {
      const began = performance.now();
      const problems = await tryAlone(trial);
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      print(`${problems.length === 0 ? "ok  " : "FAIL"} ${trial.lesson}  ${trial.name}  ${seconds} s`);
      for (const problem of problems) print(`        ${problem.replaceAll("\n", "\n        ")}`);
      if (problems.length > 0) failed.add(trial);
    }
  };
  await Promise.all(Array.from({ length: Math.min(SIDE_BY_SIDE, trials.length) }, work));
  return failed;
}

/** In an engine of its own: what one lab leaves behind, or breaks, is not held against the next. */
async function tryAlone(trial: Trial): Promise<readonly string[]> {
  const engine = new EngineProcess();
  const patience = new AbortController();
  const late = setTimeout(TRIAL_PATIENCE_MS, undefined, { signal: patience.signal }).then(
    () => [`It did not end within ${TRIAL_PATIENCE_MS / 60_000} minutes.`],
    () => [],
  );
  try {
    return await Promise.race([trial.try(engine), late]);
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  } finally {
    patience.abort();
    engine.stop();
  }
}

function reportStaleness(lesson: LabLesson): void {
  const state = staleness(lesson);
  if (state === "fresh") return;
  const reasons = {
    missing: "was never tried in full",
    lesson: "has changed since it was tried in full",
    engine: "was tried in full with an older engine",
  };
  note(`${lesson.info.id} ${reasons[state]}: run \`npm run -s lab -- test ${lesson.info.id} --full\`.`);
}
