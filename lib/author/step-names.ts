import { didYouMean } from "../lab/definition/nearest.ts";
import { answerProblem } from "../lab/quiz/judge.ts";
import type { LabDefinition } from "../lab/types.ts";
import type { Step } from "./steps.ts";

/** What a step names that its lab does not have. */
export interface WrongName {
  /** The step, from 0. */
  readonly step: number;
  readonly message: string;
  readonly remedy: string;
}

/** Machines, questions and answers that steps name and the lab lacks: found out before anything runs. */
export function wrongNames({ machines, quizzes }: Pick<LabDefinition, "machines" | "quizzes">, steps: readonly Step[]): WrongName[] {
  const names = machines.map(({ name }) => name);
  return steps.flatMap((each, step): WrongName[] => {
    if ("machine" in each && each.machine !== undefined && !names.includes(each.machine)) {
      return [{ step, message: `\`machine: ${each.machine}\`: no such machine in lab.yaml.`, remedy: didYouMean(each.machine, names) }];
    }
    if (!("answer" in each)) return [];
    const quiz = quizzes.find(({ id }) => id === each.quiz);
    if (quiz === undefined) {
      const ids = quizzes.map(({ id }) => id);
      return [{ step, message: `\`quiz: ${each.quiz}\`: no such question in quiz.yaml.`, remedy: didYouMean(each.quiz, ids) }];
    }
    const problem = answerProblem(quiz, each.answer);
    return problem === undefined ? [] : [{ step, message: "This can't be an answer.", remedy: problem }];
  });
}
