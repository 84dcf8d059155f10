import { LONGEST_TEXT } from "../../../lib/lab/quiz/judge.ts";
import type { QuizAnswer } from "../../../lib/lab/quiz/types.ts";

/** A line to write into. */
export function TextAnswer({ text, change }: { text: string; change: (answer: QuizAnswer) => void }) {
  return (
    <input
      className="quiz-text"
      type="text"
      aria-label="Your answer"
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      maxLength={LONGEST_TEXT}
      value={text}
      onChange={(event) => change(event.target.value)}
    />
  );
}
