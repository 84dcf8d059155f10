import { quizzesSchema } from "../schema.ts";
import type { QuizDefinition } from "../types.ts";
import type { Problem } from "./problem.ts";
import { YamlSource } from "./yaml-source.ts";

/**
 * Reads quiz.yaml, which stands beside lesson.mdx:
 *
 *     - id: static-or-dynamic
 *       question: Which of these needs a dynamic server?
 *       options:
 *         - { id: logo, text: A logo, why: It is the same for everybody. }
 *         - { id: cart, text: A shopping cart, right: true, why: It differs for each visitor. }
 *
 * The prose shows a question with <Quiz id="static-or-dynamic" />; a check of lab.yaml asks for it with `quiz: static-or-dynamic`.
 */
export function readQuizzes(file: string, text: string): { quizzes: readonly QuizDefinition[]; problems: readonly Problem[] } {
  const source = new YamlSource(file, text);
  const value = source.read(quizzesSchema);
  if (value === undefined) return { quizzes: [], problems: source.problems };
  const seen = new Set<string>();
  for (const [index, quiz] of value.entries()) {
    if (seen.has(quiz.id)) source.problem([index, "id"], `The quiz \`${quiz.id}\` is declared twice.`, "Give one of them another id.");
    seen.add(quiz.id);
    const options = new Set<string>();
    for (const [at, option] of quiz.options.entries()) {
      if (options.has(option.id)) {
        source.problem([index, "options", at, "id"], `The option \`${option.id}\` is declared twice.`, "Give one of them another id.");
      }
      options.add(option.id);
    }
    const right = quiz.options.filter((option) => option.right).length;
    if (right !== 1) {
      source.problem(
        [index, "options"],
        `The quiz \`${quiz.id}\` has ${right} right answers.`,
        "Mark exactly one option with `right: true`.",
      );
    }
  }
  const quizzes = value.map((quiz) => ({
    id: quiz.id,
    question: quiz.question,
    options: quiz.options.map((option) => ({ id: option.id, text: option.text, right: option.right ?? false, why: option.why })),
  }));
  return { quizzes, problems: source.problems };
}
