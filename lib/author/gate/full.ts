import type { MutationReport } from "../engine/mutations/report.ts";
import type { RunResult } from "../engine/protocol.ts";
import type { EngineProcess } from "../engine-process.ts";
import type { LabLesson } from "../library.ts";
import type { Step } from "../steps.ts";
import { attemptsOf, stepsOf, type Trial } from "./gate.ts";
import { type GateProblem, LessonPlaces } from "./problem.ts";
import { caughtShare, countMutations } from "./results.ts";
import { readSurvivors } from "./survivors.ts";

/** So many mutations at most; the lots are the same each time. */
const SAMPLE = 100;
const SEED = 5;
/** What part of the mutations checks must catch. */
export const WANTED_SHARE = 0.95;

/** What only the full gate demands: no command of the solution is idle, two runs agree, checks catch mutations. */
export function fullTrials(lesson: LabLesson, onMutations: (report: MutationReport) => void): Trial[] {
  const places = new LessonPlaces(lesson);
  const { attempts } = attemptsOf(lesson, places);
  const solution = attempts.find((attempt) => attempt.kind === "solution");
  if (solution === undefined) return [];
  const { lab, info } = lesson;
  const run = (engine: EngineProcess, steps: readonly Step[]): Promise<RunResult> => engine.run(lab, steps, { watchChecks: false });
  const without = solution.steps.flatMap(({ step, optional, line }, index): Trial[] => {
    if (optional !== undefined) return [];
    const name = `solution without step ${index + 1} (${JSON.stringify(step).slice(0, 60)})`;
    const tries = async (engine: EngineProcess): Promise<GateProblem[]> => {
      const rest = solution.steps.filter((_, at) => at !== index).map((each) => each.step);
      const { checks } = await run(engine, rest);
      if (checks.some((check) => check.status !== "pass")) return [];
      const remedy = "Drop the step, mark it `optional` with a reason, or add a check.";
      return [places.at(solution.path, line, `Nothing fails without step ${index + 1} of the solution.`, remedy)];
    };
    return [{ lesson: info.id, name, try: tries }];
  });
  const twice: Trial = {
    lesson: info.id,
    name: "solution twice",
    try: async (engine) => {
      const [first, second] = [await run(engine, stepsOf(solution)), await run(engine, stepsOf(solution))];
      const grades = ({ checks }: RunResult): string[] => checks.map(({ task, id, status }) => `${task}/${id} ${status}`);
      const differing = grades(first).filter((grade, index) => grade !== grades(second)[index]);
      const remedy = "Make the check wait for what it needs, or the steps for what they start.";
      return differing.map((grade) => places.at(solution.path, 1, `Two runs do not agree: ${grade} in the first only.`, remedy));
    },
  };
  const mutations: Trial = {
    lesson: info.id,
    name: "mutations",
    minutes: 90,
    try: async (engine, note) => {
      const file = places.file("attempts/survivors.yaml");
      const { survivors, problems } = readSurvivors(lesson.folder, file);
      if (problems.length > 0) return problems;
      const options = { sample: SAMPLE, seed: SEED, excused: survivors.map(({ pattern }) => pattern) };
      const report = await engine.mutate(lab, stepsOf(solution), options, note);
      onMutations(report);
      const counts = countMutations(report.mutations);
      const share = caughtShare({ ...report, ...counts });
      if (share >= WANTED_SHARE) return [];
      const remedy = "Add a check that notices, or a line to attempts/survivors.yaml with the reason why none need.";
      return counts.survived.map((id) =>
        places.at("attempts/survivors.yaml", 1, `No check notices when this is taken back: ${id}`, remedy),
      );
    },
  };
  return [...without, twice, mutations];
}
