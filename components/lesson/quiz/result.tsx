import { CircleCheckBig, OctagonX } from "lucide-react";
import type { QuizVerdict, QuizVerdictPart } from "../../../lib/lab/quiz/judge.ts";
import type { QuizDefinition } from "../../../lib/lab/quiz/types.ts";
import { InlineText } from "../../ui/inline-text.tsx";

/** What an answer was worth, told by word and shape as well as color; with the reason for each of its parts. */
export function Result({ quiz, verdict }: { quiz: QuizDefinition; verdict: QuizVerdict }) {
  const [first] = verdict.parts;
  const whole = quiz.kind === "one" || quiz.kind === "text";
  return (
    <div className="quiz-why" data-right={verdict.right}>
      <Sign right={verdict.right} size={18} />
      <div>
        <p>
          <strong>{summary(quiz, verdict)}</strong> {whole && first ? <InlineText text={first.why} /> : null}
        </p>
        {whole ? null : (
          <ul className="quiz-parts">
            {verdict.parts.map((part) => (
              <li key={part.id}>
                <Sign right={part.right} size={15} />
                <span>
                  <InlineText text={nameOf(quiz, part)} />
                  <span className="quiz-found">
                    {" "}
                    ({part.right ? "right" : "not right"}: {part.found})
                  </span>{" "}
                  <InlineText text={part.why} />
                </span>
              </li>
            ))}
          </ul>
        )}
        {quiz.kind === "text" && !verdict.right ? (
          <details className="quiz-answer">
            <summary>Show a right answer</summary>
            <code>{quiz.answer}</code>
          </details>
        ) : null}
      </div>
    </div>
  );
}

/** The same for screen readers: the sum, and the reasons of what was not right (or of the whole answer). */
export function spokenResult(quiz: QuizDefinition, verdict: QuizVerdict): string {
  const whole = quiz.kind === "one" || quiz.kind === "text";
  const parts = whole ? verdict.parts : verdict.parts.filter((part) => !part.right);
  const reasons = parts.map((part) => (whole ? part.why : `${nameOf(quiz, part)}: ${part.found}. ${part.why}`));
  return [summary(quiz, verdict), ...reasons].join(" ");
}

function summary(quiz: QuizDefinition, { right, parts }: QuizVerdict): string {
  if (right) return "Right.";
  if (quiz.kind === "one" || quiz.kind === "text") return "Not right.";
  return `Not right: ${parts.filter((part) => part.right).length} of ${parts.length}.`;
}

function nameOf(quiz: QuizDefinition, part: QuizVerdictPart): string {
  const things = quiz.kind === "order" ? quiz.sequence : quiz.kind === "match" ? quiz.items : quiz.kind === "text" ? [] : quiz.options;
  return things.find((thing) => thing.id === part.id)?.text ?? "";
}

function Sign({ right, size }: { right: boolean; size: number }) {
  return right ? <CircleCheckBig size={size} aria-hidden="true" /> : <OctagonX size={size} aria-hidden="true" />;
}
