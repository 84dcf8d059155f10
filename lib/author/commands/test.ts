import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { engineSources, hashOf } from "../../build/stamp.mjs";
import { LessonFolders } from "../../content/lesson-folders.ts";
import { contentRoot, type LessonSource, type Library, readPart, soundPart } from "../../content/load.ts";
import { didYouMean } from "../../lab/definition/nearest.ts";
import { formatProblem, type Problem } from "../../lab/definition/problem.ts";
import type { MutationReport } from "../engine/mutations/report.ts";
import { fullTrials, remembered } from "../gate/full.ts";
import { FullMemory } from "../gate/full-memory.ts";
import { shortTrials, soundness, type Trial } from "../gate/gate.ts";
import { folderOf, type Passed, PassedBefore } from "../gate/passed-before.ts";
import { consolesOf } from "../gate/quality.ts";
import {
  countMutations,
  type Freshness,
  freshness,
  keepMutations,
  keepResult,
  lessonHash,
  type MutationCounts,
  PATIENCE_DAYS,
  postpone,
} from "../gate/results.ts";
import { runTrials, type TrialResult } from "../gate/run-trials.ts";
import { SURVIVORS } from "../gate/survivors.ts";
import { gradesOf, gradeTable, timeTable, total } from "../gate/tables.ts";
import { allContent, type LabLesson, labLessons, problemsOf } from "../library.ts";
import { badUsage, EXIT, note, print } from "../output.ts";

const usage = "Usage: npm run -s lab -- test [lesson id…] [--full | --mutations] [--changed] [--later REASON] [--report FILE]";

interface Options {
  readonly ids: readonly string[];
  readonly full: boolean;
  /** Of the full gate, only what becomes of mutations. */
  readonly mutations: boolean;
  /** Only what has not passed on this machine as it is now. */
  readonly changed: boolean;
  /** Nothing is tried: the full gate is put off, and why. */
  readonly later: string | undefined;
  readonly report: string | undefined;
}

/** `lab test`: the gate. Returns the exit status. */
export async function test(args: readonly string[]): Promise<number> {
  const options = readArguments(args);
  const before = new PassedBefore(contentRoot());
  const places = new LessonFolders(contentRoot());
  const chosen = options.ids.length === 0 ? places.all() : options.ids.map((id) => folderWith(id, places));
  const lost = options.changed && before.hasLost(places);
  const asBefore = (folder: string): Passed | undefined => (options.changed && !lost ? before.get(folder) : undefined);
  const due = chosen.filter((folder) => asBefore(folder) === undefined);
  const library = readLessons(options, due);
  const lessons = labLessons(library).filter(({ info }) => due.includes(folderOf({ info })));
  const today = new Date().toISOString().slice(0, 10);
  if (options.later !== undefined) {
    for (const lesson of lessons) postpone(lesson.folder, options.later, today);
    print(`Put off for ${PATIENCE_DAYS} days: ${lessons.map(({ info }) => info.id).join(", ")}.`);
    return EXIT.ok;
  }
  const content =
    options.ids.length === 0 ? library.problems : library.problems.filter((problem) => isConcerned(problem, library, options.ids));
  for (const problem of content) print(`FAIL ${formatProblem(problem)}`);
  if (due.length < chosen.length)
    print(`${chosen.length - due.length} lessons are as they were when they passed; ${due.length} are tried.`);
  const reports = new Map<string, MutationReport>();
  const pages = new Set(places.all());
  const withoutLab = [...library.lessons.values()].filter((source) => source.lab === undefined && due.includes(folderOf(source)));
  const trials = [
    ...withoutLab.map((lesson) => soundness(lesson, pages)),
    ...lessons.flatMap((lesson) => trialsOf(lesson, pages, options, reports)),
  ];
  for (const { info } of withoutLab) note(`${info.id} has no lab: its text and its questions are read, and there is nothing to try.`);
  const results = await runTrials(trials, { onResult: printResult, onNote: (trial, text) => note(`     ${trial.lesson}  ${text}`) });
  let failed = results.filter(({ problems }) => problems.length > 0).length + content.length;
  if (!options.mutations) for (const folder of due) before.forget(folder);
  for (const source of library.lessons.values()) {
    if (!due.includes(folderOf(source)) || problemsOf(library.problems, source).length > 0) continue;
    const own = results.filter(({ trial }) => trial.lesson === source.info.id);
    if (own.some(({ problems }) => problems.length > 0)) continue;
    if (!options.mutations) before.keep(source, library.lessons, source.lab && gradedHash(source));
    const report = reports.get(source.info.id);
    if (report === undefined || source.lab === undefined) continue;
    if (options.mutations) {
      keepMutations(source.folder, { lesson: gradedHash(source), engine: engineHash(), on: today, mutations: countsOf(report) });
      continue;
    }
    keep(source, own, report, today);
    memoryOf({ ...source, lab: source.lab }).forget();
  }
  before.save();
  const graded: Graded[] = [
    ...lessons.map((lesson) => ({ id: lesson.info.id, folder: lesson.folder, hash: gradedHash(lesson), isNew: true })),
    ...chosen.flatMap((folder) => {
      const passed = asBefore(folder);
      return passed?.graded === undefined
        ? []
        : [{ id: passed.id, folder: join(contentRoot(), folder), hash: passed.graded, isNew: false }];
    }),
  ];
  const stale = graded.filter((lesson) => isStale(lesson, today));
  failed += stale.length;
  printTables(results, reports);
  const whole = results.length + content.length + stale.length;
  print(`${whole - failed} of ${whole} trials hold.`);
  const failures = [
    ...content.map(formatProblem),
    ...results.flatMap(({ trial, problems }) => problems.map((problem) => `${trial.lesson}  ${trial.name}\n${formatProblem(problem)}`)),
    ...stale.map(({ id }) => `${id} is to be tried in full again.`),
  ];
  if (options.report !== undefined) writeFileSync(options.report, `${JSON.stringify({ passed: whole - failed, failed, failures })}\n`);
  return failed === 0 ? EXIT.ok : EXIT.failed;
}

/** What is read: everything, or of a part of the lessons nothing but these. Lessons with mistakes of their own are left out. */
function readLessons({ ids, changed }: Options, due: readonly string[]): Library {
  if (ids.length === 0 && !changed) return allContent();
  const library = readPart(due, contentRoot(), { lists: ids.length === 0 });
  return { ...soundPart(library), problems: library.problems };
}

/** The folder of a lesson, by its id; what is broken so that it has no id is named by its folder. */
function folderWith(id: string, places: LessonFolders): string {
  const folder = places.ofId(id) ?? (existsSync(join(contentRoot(), id)) && id.includes("/") ? id : undefined);
  if (folder === undefined) throw badUsage(`There is no lesson \`${id}\` with a lab. ${didYouMean(id, places.all())}`);
  return folder;
}

function isConcerned(problem: Problem, library: Library, ids: readonly string[]): boolean {
  return ids.some((id) => {
    const source = library.lessons.get(id);
    return problem.file.startsWith(`content/${id}/`) || (source !== undefined && problemsOf([problem], source).length > 0);
  });
}

let engine: string | undefined;
let tryingHash: string | undefined;

function engineHash(): string {
  engine ??= hashOf(engineSources);
  return engine;
}

function trialsOf(
  lesson: LabLesson,
  pages: ReadonlySet<string>,
  { full, mutations: alone }: Options,
  reports: Map<string, MutationReport>,
): Trial[] {
  const keepReport = (report: MutationReport): void => void reports.set(lesson.info.id, report);
  const short = shortTrials(lesson, pages);
  if (!full && !alone) return short;
  const memory = memoryOf(lesson);
  const [mutations, ...runs] = fullTrials(lesson, memory, keepReport);
  const longest = mutations === undefined ? [] : [mutations];
  // What takes longest begins first, beside all others.
  return remembered(alone ? longest : [...longest, ...short, ...runs], memory);
}

/** What of its full gate has held already, for the lesson and the engine as they are; survivors are looked at each time. */
function memoryOf(lesson: LabLesson): FullMemory {
  tryingHash ??= hashOf([...engineSources, "lib/author/engine"]);
  const key = `${lessonHash(lesson.folder, consolesOf(lesson.facts), SURVIVORS)} ${tryingHash}`;
  return new FullMemory(contentRoot(), folderOf(lesson), key);
}

function gradedHash({ folder, facts }: LessonSource): string {
  return lessonHash(folder, consolesOf(facts));
}

function keep(lesson: LessonSource, own: readonly TrialResult[], report: MutationReport, on: string): void {
  const { right, wrong } = gradesOf(own);
  const short = own.filter(({ trial }) => trial.minutes === undefined);
  keepResult(lesson.folder, {
    lesson: gradedHash(lesson),
    engine: engineHash(),
    on,
    trials: own.length,
    shortSeconds: Math.round(total(short)),
    right,
    wrong,
    mutations: countsOf(report),
  });
}

function countsOf({ differences, noise, candidates, mutations, notes }: MutationReport): MutationCounts {
  return { differences, noise, candidates, ...countMutations(mutations), notes };
}

interface Graded {
  readonly id: string;
  readonly folder: string;
  /** Its `lessonHash`. */
  readonly hash: string;
  /** Whether it has been tried now: of the others, only what fails is told. */
  readonly isNew: boolean;
}

/**
 * A lesson that has changed since it was tried in full needs that again: until then the gate fails, or its author says why later, for
 * `PATIENCE_DAYS`. A new lesson and an engine that has changed are told and fail nothing: both happen every day, and the short gate
 * has just tried every attempt with this very engine.
 */
function isStale({ id, folder, hash, isNew }: Graded, today: string): boolean {
  const state = freshness(folder, hash, engineHash(), today);
  const says: Readonly<Record<Freshness, string | undefined>> = {
    fresh: undefined,
    missing: "was never tried in full",
    lesson: "has changed since it was tried in full",
    overdue: `waits for its full gate for more than ${PATIENCE_DAYS} days`,
    engine: "was tried in full with an older engine",
    mutations: "was tried for its mutations, and not for the rest of the full gate",
    later: "waits for its full gate",
  };
  const said = says[state];
  if (said === undefined) return false;
  const fails = state === "lesson" || state === "overdue";
  if (!fails && !isNew) return false;
  const remedy = `Run \`npm run -s lab -- test ${id} --full\`${fails && state !== "overdue" ? `, or put it off for ${PATIENCE_DAYS} days: \`test ${id} --later "reason"\`` : ""}.`;
  print(`${fails ? "FAIL" : "note"} ${id} ${said}.\n        ${remedy}`);
  return fails;
}

function printResult({ trial, problems, seconds }: TrialResult): void {
  print(
    `${problems.length === 0 ? "ok  " : "FAIL"} ${trial.lesson}  ${trial.name}  ${seconds.toFixed(1)} s${trial.before === undefined ? "" : ", before"}`,
  );
  for (const problem of problems) print(`        ${formatProblem(problem).replaceAll("\n", "\n        ")}`);
}

function printTables(results: readonly TrialResult[], reports: ReadonlyMap<string, MutationReport>): void {
  if (results.length === 0) return;
  print(`\n${timeTable(results)}`);
  for (const [lesson, { mutations, notes, differences, noise }] of reports) {
    const { caught, excused, survived, untried } = countMutations(mutations);
    const tried = caught + survived.length;
    print(
      `\n${lesson}: ${differences} differences, of which ${Object.values(noise).reduce((a, b) => a + b, 0)} are noise (${Object.entries(
        noise,
      )
        .map(([name, count]) => `${name} ${count}`)
        .join(", ")})`,
    );
    print(
      `${caught} of ${tried} mutations caught (${tried === 0 ? "none to try" : `${((100 * caught) / tried).toFixed(1)} %`}), ${excused} excused, ${untried.length} untried`,
    );
    for (const id of survived) print(`        survived: ${id}`);
    for (const each of untried) print(`        untried: ${each}`);
    for (const text of notes) print(`        ${text}`);
  }
  const grades = gradeTable(results);
  print(`\n${grades.text}\n`);
}

function readArguments(args: readonly string[]): Options {
  const ids: string[] = [];
  let full = false;
  let mutations = false;
  let changed = false;
  let later: string | undefined;
  let report: string | undefined;
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    if (arg === "--full") full = true;
    else if (arg === "--mutations") mutations = true;
    else if (arg === "--changed") changed = true;
    else if (arg === "--later") later = wanted(args[++index], "--later needs a reason.");
    else if (arg === "--report") report = wanted(args[++index], "--report needs a file.");
    else if (arg.startsWith("-"))
      throw badUsage(`Unknown option ${arg}. ${didYouMean(arg, ["--full", "--mutations", "--changed", "--later", "--report"])}\n${usage}`);
    else ids.push(arg);
  }
  if (full && mutations) throw badUsage(`--full tries mutations too. ${usage}`);
  return { ids, full, mutations, changed, later, report };
}

function wanted(value: string | undefined, message: string): string {
  if (value === undefined || value.trim() === "") throw badUsage(`${message} ${usage}`);
  return value;
}
