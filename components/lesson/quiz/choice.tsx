import { useId } from "react";
import type { ChoiceQuiz, QuizAnswer } from "../../../lib/lab/quiz/types.ts";
import { InlineText } from "../../ui/inline-text.tsx";

interface Props {
  quiz: ChoiceQuiz;
  chosen: readonly string[];
  given: readonly string[];
  change: (answer: QuizAnswer) => void;
}

/** Options: radio buttons where one is right, boxes to tick where many may be. */
export function Choice({ quiz, chosen, given, change }: Props) {
  const name = useId();
  const one = quiz.kind === "one";
  const toggle = (id: string) =>
    one ? id : quiz.options.map((option) => option.id).filter((each) => (each === id ? !chosen.includes(id) : chosen.includes(each)));
  return quiz.options.map((option) => (
    <label key={option.id} className="quiz-option" data-given={given.includes(option.id) || undefined}>
      <input
        type={one ? "radio" : "checkbox"}
        name={name}
        value={option.id}
        checked={chosen.includes(option.id)}
        onChange={() => change(toggle(option.id))}
      />
      <span>
        <InlineText text={option.text} />
      </span>
    </label>
  ));
}
