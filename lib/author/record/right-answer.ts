import type { QuizAnswer, QuizDefinition } from "../../lab/quiz/types.ts";

/** An answer that is right, as an `answer` step takes it. */
export function rightAnswer(quiz: QuizDefinition): QuizAnswer {
  switch (quiz.kind) {
    case "one":
      return quiz.options.find(({ right }) => right)?.id ?? "";
    case "many":
      return quiz.options.filter(({ right }) => right).map(({ id }) => id);
    case "order":
      return quiz.sequence.map(({ id }) => id);
    case "match":
      return Object.fromEntries(quiz.items.map(({ id, to }) => [id, to]));
    case "text":
      return quiz.answer;
  }
}
