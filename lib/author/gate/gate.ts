import type { LessonSource } from "../../content/load.ts";
import { didYouMean } from "../../lab/definition/nearest.ts";
import type { CheckResult, LabDefinition, TaskDefinition } from "../../lab/types.ts";
import type { RunResult } from "../engine/protocol.ts";
import type { EngineProcess } from "../engine-process.ts";
import type { LabLesson } from "../library.ts";
import { StepsError } from "../read-steps.ts";
import { wrongNames } from "../step-names.ts";
import { textOf } from "../step-text.ts";
import type { Step } from "../steps.ts";
import { type Attempt, readAttempts } from "./attempts.ts";
import { markerProblems } from "./markers.ts";
import { type GateProblem, LessonPlaces } from "./problem.ts";
import { proseProblems, proseSteps } from "./prose.ts";
import { soundnessProblems } from "./soundness.ts";

/** One thing that the gate tries: a name, and a run whose problems are its result (none: it holds). */
export interface Trial {
  readonly lesson: string;
  readonly name: string;
  /** What it says about grades, for the gate's last table; nothing where it is about something else. */
  readonly grades?: "right" | "wrong";
  /** What it does in a lab; nothing where it only reads the lesson. */
  readonly runs?: "attempt" | "solution" | "prose" | "nothing";
  /** It has held before, and took so many seconds: it is not done again. */
  readonly before?: number;
  /** How long it may take at most, in minutes. */
  readonly minutes?: number;
  readonly try: (engine: EngineProcess, note: (text: string) => void) => Promise<readonly GateProblem[]>;
}

/** What the gate demands of a lesson each time (design.md §6). `lessons`: pages that links may lead to, as course/slug. */
export function shortTrials(lesson: LabLesson, lessons: ReadonlySet<string>): Trial[] {
  const { info, lab, facts } = lesson;
  const places = new LessonPlaces(lesson);
  const trial = (name: string, run: Trial["try"]): Trial => ({ lesson: info.id, name, try: run });
  const { attempts, problems } = attemptsOf(lesson, places);
  if (problems.length > 0) return [trial("attempts", async () => problems)];
  const named = new Map(attempts.map((attempt) => [attempt, nameProblems(attempt, lab, places)]));
  const run = (engine: EngineProcess, steps: readonly Step[], tasks = lab.tasks): Promise<RunResult> =>
    engine.run({ ...lab, tasks }, steps, { watchChecks: true });
  const trials: Trial[] = [
    soundness(lesson, lessons),
    trial("attempts", async () => [...missing(attempts, places), ...[...named.values()].flat(), ...markerProblems(attempts, lab, places)]),
    {
      ...trial("start", async (engine) => {
        const { checks, changedByChecks } = await run(engine, []);
        const done = lab.tasks.filter((task) => checks.filter((check) => check.task === task.id).every((check) => check.status === "pass"));
        const remedy = "Add a check that fails until the task is done.";
        return [
          ...done.map((task) => places.atCheck(task.id, "", `The task ${task.id} passes before anything was done.`, remedy)),
          ...checks.filter(({ status }) => status === "error").map((check) => failing(check, places, UNMADE)),
          ...changed(changedByChecks, places),
        ];
      }),
      runs: "nothing",
    },
    // One that names what is not there would only fail by that once more.
    ...attempts
      .filter((attempt) => named.get(attempt)?.length === 0)
      .map((attempt): Trial => {
        const right = attempt.kind !== "wrong";
        const tries = async (engine: EngineProcess): Promise<GateProblem[]> => {
          const result = await run(engine, stepsOf(attempt), right ? lab.tasks : tasksFor(lab, taskOf(attempt)));
          return right ? rightProblems(attempt, result, places) : wrongProblems(attempt, result, places);
        };
        return { ...trial(attempt.name, tries), grades: right ? "right" : "wrong", runs: "attempt" };
      }),
  ];
  const prose = proseSteps(facts.consoles);
  if (prose.length > 0) {
    const steps = prose.map(({ step }) => step);
    const remedy = "Mend the command, or say in the block's options what is meant (until=, exit=, input=, shown=).";
    const tries: Trial["try"] = async (engine) =>
      proseProblems(prose, (await run(engine, steps, tasksFor(lab))).steps).map(({ line, message }) =>
        places.at("lesson.mdx", line, message, remedy),
      );
    trials.push({ ...trial("prose", tries), runs: "prose" });
  }
  return trials;
}

/** What the gate demands of every lesson, also of one that has no lab. */
export function soundness(lesson: LessonSource, lessons: ReadonlySet<string>): Trial {
  return { lesson: lesson.info.id, name: "prose is sound", try: async () => soundnessProblems(lesson, lessons) };
}

/** A lesson's attempts; none where `problems` says what of them can't be understood. */
export function attemptsOf(
  { folder }: LabLesson,
  places: LessonPlaces,
): { attempts: readonly Attempt[]; problems: readonly GateProblem[] } {
  try {
    return { attempts: readAttempts(folder), problems: [] };
  } catch (error) {
    if (!(error instanceof StepsError)) throw error;
    return { attempts: [], problems: error.problems.map((problem) => ({ ...problem, file: places.file(problem.file) })) };
  }
}

/** What of the lab an attempt names and the lab does not have. */
function nameProblems(attempt: Attempt, lab: LabDefinition, places: LessonPlaces): GateProblem[] {
  const checks = lab.tasks.flatMap((task) => task.checks.map((check) => `${task.id}/${check.id}`));
  const { fails, failsLine = 1 } = attempt;
  return [
    ...(fails === undefined || checks.includes(fails)
      ? []
      : [places.at(attempt.path, failsLine, `\`fails: ${fails}\`: no such check in lab.yaml.`, didYouMean(fails, checks))]),
    ...wrongNames(lab, stepsOf(attempt)).map(({ step, message, remedy }) =>
      places.at(attempt.path, attempt.steps[step]?.line ?? 1, message, remedy),
    ),
  ];
}

/** The task whose check a wrong attempt fails. */
function taskOf({ fails = "" }: Attempt): string {
  return fails.slice(0, fails.indexOf("/"));
}

/**
 * The tasks that a trial is about, and what goes on without being asked: traffic that runs during a task, and all that these need. Each
 * look at another task would only take time.
 */
function tasksFor({ tasks, traffic = [] }: LabDefinition, ...asked: readonly string[]): TaskDefinition[] {
  const wanted = new Set<string>();
  const add = (id: string): void => {
    if (wanted.has(id)) return;
    wanted.add(id);
    for (const needed of tasks.find((task) => task.id === id)?.needs ?? []) add(needed);
  };
  for (const id of [...asked, ...traffic.flatMap(({ during }) => during ?? [])]) add(id);
  return tasks.filter(({ id }) => wanted.has(id));
}

export function stepsOf(attempt: Attempt): Step[] {
  return attempt.steps.map(({ step }) => step);
}

function missing(attempts: readonly Attempt[], places: LessonPlaces): GateProblem[] {
  const count = (kind: Attempt["kind"]): number => attempts.filter((attempt) => attempt.kind === kind).length;
  const lacks = (message: string, remedy: string): GateProblem => places.at("attempts", 1, message, remedy);
  return [
    ...(count("solution") === 1
      ? []
      : [lacks("There is no attempts/solution.sh or .json.", "Write what a learner types to pass every task.")]),
    ...(count("also-right") >= 1
      ? []
      : [lacks("There is no attempts/also-right-*.", "Write another correct way: checks must not ask for one way only.")]),
    ...(count("wrong") >= 2
      ? []
      : [
          lacks(
            `There are ${count("wrong")} attempts/wrong-*; two are needed.`,
            "Write down mistakes that learners make, with `fails` and `says`.",
          ),
        ]),
  ];
}

/** What to do about a check that is neither right nor wrong. */
const UNMADE = "The check itself could not be made: mend it. Where it only takes long, give it a larger `timeout` (seconds).";

function whyText({ name }: Attempt, { lesson }: RunResult): string {
  return `\`npm run -s lab -- why ${lesson} ${name}\` shows how it came to this.`;
}

function rightProblems(attempt: Attempt, result: RunResult, places: LessonPlaces): GateProblem[] {
  const bad = result.checks.filter((check) => check.status !== "pass");
  if (bad.length === 0) return changed(result.changedByChecks, places);
  const remedy = (check: CheckResult): string =>
    check.status === "error" ? UNMADE : `This attempt is right, so the check must pass: ${whyText(attempt, result)}`;
  return [...bad.map((check) => failing(check, places, remedy(check))), ...trouble(attempt, result, places)];
}

function wrongProblems(attempt: Attempt, result: RunResult, places: LessonPlaces): GateProblem[] {
  const check = result.checks.find(({ task, id }) => `${task}/${id}` === attempt.fails);
  if (check === undefined) return [];
  const remedy = check.status === "error" ? UNMADE : whyText(attempt, result);
  if (check.status !== "fail") {
    const message = `${attempt.fails} should fail after ${attempt.name}, and is ${check.status}.`;
    return [places.atCheck(check.task, check.id, message, remedy), ...trouble(attempt, result, places)];
  }
  const said = [check.because, check.next, check.expected, check.found];
  if (said.some((text) => text.includes(attempt.says ?? ""))) return changed(result.changedByChecks, places);
  const message = `${attempt.fails} fails, and says something else than \`${attempt.says}\`.\n${details(check)}`;
  return [places.at(attempt.path, 1, message, "Mend `says`, or what the check says.")];
}

/** Steps that did not go as steps of an attempt should: what to look at first. */
function trouble(attempt: Attempt, result: RunResult, places: LessonPlaces): GateProblem[] {
  return result.steps.flatMap((step, index) => {
    const name = `step ${index + 1} (${textOf(step)})`;
    const said = step.output.trim() === "" ? "" : `\n${step.output.trim().split("\n").slice(-6).join("\n")}`;
    const at = (message: string, remedy: string): GateProblem[] => [
      places.at(attempt.path, attempt.steps[index]?.line ?? 1, `${name} ${message}${said}`, remedy),
    ];
    if (step.error !== undefined) return at(`could not be done: ${step.error}`, "Mend the step.");
    if (step.timedOut) return at("did not end in time.", "Give it `until` where it goes on running, or a longer `timeout` (milliseconds).");
    return step.exitCode !== null && step.exitCode !== 0 ? at(`ended with status ${step.exitCode}.`, "Is that what was meant?") : [];
  });
}

function changed(paths: readonly string[], places: LessonPlaces): GateProblem[] {
  const remedy = "Checks only look. Ask with a `run` check (it has a copy of the machine), a `file` or an `sql` check instead.";
  return paths.map((path) => places.inLab(["tasks"], `A check has changed the world: ${path}.`, remedy));
}

function failing(check: CheckResult, places: LessonPlaces, remedy: string): GateProblem {
  return places.atCheck(check.task, check.id, `${check.task}/${check.id} is ${check.status}: ${details(check)}`, remedy);
}

function details(check: CheckResult): string {
  return `${check.because}\n    expected: ${check.expected}\n    found: ${check.found}`;
}
