import type { MutationReport } from "../engine/mutations/report.ts";
import type { RunOptions, RunResult } from "../engine/protocol.ts";
import type { EngineProcess } from "../engine-process.ts";
import type { LabLesson } from "../library.ts";
import type { AttemptStep } from "../read-steps.ts";
import type { Step } from "../steps.ts";
import type { Attempt } from "./attempts.ts";
import type { FullMemory } from "./full-memory.ts";
import { attemptsOf, stepsOf, type Trial } from "./gate.ts";
import { milestones, milestonesWithout } from "./milestones.ts";
import { type GateProblem, LessonPlaces } from "./problem.ts";
import { caughtShare, countMutations } from "./results.ts";
import { readSurvivors, SURVIVORS } from "./survivors.ts";

/** So many mutations at most; the lots are the same each time. */
const SAMPLE = 100;
const SEED = 5;
/** What part of the mutations checks must catch. */
export const WANTED_SHARE = 0.95;
/** Twice the solution of a large lab, on a small machine that has other work. */
const RUN_MINUTES = 20;
const MUTATION_MINUTES = 90;

/** What only the full gate demands, the longest first: checks catch mutations, two runs agree, no command of the solution is idle. */
export function fullTrials(lesson: LabLesson, memory: FullMemory, onMutations: (report: MutationReport) => void): Trial[] {
  const places = new LessonPlaces(lesson);
  const { attempts } = attemptsOf(lesson, places);
  const solution = attempts.find((attempt) => attempt.kind === "solution");
  if (solution === undefined) return [];
  const runs = new SolutionRuns(lesson, solution, places);
  const trial = (name: string, run: Trial["try"], minutes = RUN_MINUTES): Trial => ({
    lesson: lesson.info.id,
    name,
    runs: "solution",
    try: run,
    minutes,
  });
  const runsOnce = [
    trial("solution twice", (engine) => runs.twice(engine)),
    ...solution.steps.flatMap((each, index): Trial[] => {
      if (each.optional !== undefined) return [];
      const name = `solution without step ${index + 1} (${JSON.stringify(each.step).slice(0, 60)})`;
      return [trial(name, (engine) => runs.without(engine, each, index))];
    }),
  ];
  const mutations = trial(
    "mutations",
    async (engine, note) => {
      const { survivors, problems } = readSurvivors(lesson.folder, places.file(SURVIVORS));
      if (problems.length > 0) return problems;
      const excused = survivors.map(({ pattern }) => pattern);
      const known = memory.mutations(excused);
      const report = known ?? (await engine.mutate(lesson.lab, stepsOf(solution), { sample: SAMPLE, seed: SEED, excused }, note));
      if (known === undefined) memory.addMutations(report, excused);
      onMutations(report);
      return survived(report, places);
    },
    MUTATION_MINUTES,
  );
  // What became of mutations is remembered as a whole.
  return [{ ...mutations, runs: undefined }, ...runsOnce];
}

/** Trials that are not done again when they have held before for the same lesson; what reads the lesson alone costs nothing. */
export function remembered(trials: readonly Trial[], memory: FullMemory): Trial[] {
  return trials.map((trial) => {
    if (trial.runs === undefined) return trial;
    const seconds = memory.get(trial.name);
    if (seconds !== undefined) return { ...trial, before: seconds, try: async () => [] };
    const tries: Trial["try"] = async (engine, note) => {
      const began = performance.now();
      const problems = await trial.try(engine, note);
      if (problems.length === 0) memory.add(trial.name, (performance.now() - began) / 1000);
      return problems;
    };
    return { ...trial, try: tries };
  });
}

/** Runs of a lesson's solution, whole and with a step left out. */
class SolutionRuns {
  private whole: Promise<RunResult> | undefined;

  constructor(
    private readonly lesson: LabLesson,
    private readonly solution: Attempt,
    private readonly places: LessonPlaces,
  ) {}

  async twice(engine: EngineProcess): Promise<GateProblem[]> {
    const [first, second] = [await this.first(engine), await this.run(engine, stepsOf(this.solution))];
    const grades = ({ checks }: RunResult): string[] => checks.map(({ task, id, status }) => `${task}/${id} ${status}`);
    const differing = grades(first).filter((grade, index) => grade !== grades(second)[index]);
    const remedy = "Make the check wait for what it needs, or the steps for what they start.";
    return differing.map((grade) => this.places.at(this.solution.path, 1, `Two runs do not agree: ${grade} in the first only.`, remedy));
  }

  /** Does not go on when a task has not passed by the time it does with the step: a learner would stop there too. */
  async without(engine: EngineProcess, { line }: AttemptStep, index: number): Promise<GateProblem[]> {
    const { trace = [] } = await this.first(engine);
    const rest = stepsOf(this.solution).filter((_, at) => at !== index);
    const passedBy = milestonesWithout(milestones(trace, this.solution.steps), index);
    const { checks, late } = await this.run(engine, rest, { passedBy });
    if (late !== undefined || checks.some((check) => check.status !== "pass")) return [];
    const remedy = "Drop the step, mark it `optional` with a reason, or add a check.";
    return [this.places.at(this.solution.path, line, `Nothing fails without step ${index + 1} of the solution.`, remedy)];
  }

  /** The first whole run, made by whoever asks first. */
  private first(engine: EngineProcess): Promise<RunResult> {
    if (this.whole === undefined) {
      const whole = this.run(engine, stepsOf(this.solution), { trace: true });
      this.whole = whole;
      // What broke the engine of one trial is not held against the next.
      whole.catch(() => {
        this.whole = undefined;
      });
    }
    return this.whole;
  }

  private run(engine: EngineProcess, steps: readonly Step[], options: Partial<RunOptions> = {}): Promise<RunResult> {
    return engine.run(this.lesson.lab, steps, { watchChecks: false, ...options });
  }
}

function survived(report: MutationReport, places: LessonPlaces): GateProblem[] {
  const counts = countMutations(report.mutations);
  if (caughtShare({ ...report, ...counts }) >= WANTED_SHARE) return [];
  const remedy = `Add a check that notices, or a line to ${SURVIVORS} with the reason why none need.`;
  return counts.survived.map((id) => places.at(SURVIVORS, 1, `No check notices when this is taken back: ${id}`, remedy));
}
