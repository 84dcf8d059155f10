import { useId } from "react";
import type { MatchQuiz, QuizAnswer } from "../../../lib/lab/quiz/types.ts";
import { InlineText } from "../../ui/inline-text.tsx";

interface Props {
  quiz: MatchQuiz;
  /** The target of each thing. */
  targets: Readonly<Record<string, string>>;
  change: (answer: QuizAnswer) => void;
}

/** For each thing a list of the targets to choose from. */
export function Match({ quiz, targets, change }: Props) {
  const prefix = useId();
  return (
    <div className="quiz-match">
      {quiz.items.map((item) => (
        <div key={item.id} className="quiz-pair">
          <label htmlFor={`${prefix}${item.id}`}>
            <InlineText text={item.text} />
          </label>
          <select
            id={`${prefix}${item.id}`}
            value={targets[item.id] ?? ""}
            onChange={(event) => change({ ...targets, [item.id]: event.target.value })}
          >
            <option value="" disabled>
              Choose…
            </option>
            {quiz.targets.map((target) => (
              <option key={target.id} value={target.id}>
                {target.text.replaceAll("`", "")}
              </option>
            ))}
          </select>
        </div>
      ))}
    </div>
  );
}
