"use client";
import { CircleCheckBig, OctagonX } from "lucide-react";
import { useId, useState } from "react";
import { useOptionalBench } from "../lab/context.tsx";
import { progress, useProgress } from "../progress/use-progress.ts";
import { announce } from "../ui/announcer.tsx";
import { InlineText } from "../ui/inline-text.tsx";
import { useLesson } from "./lesson-context.tsx";

/** One question. Every answer says why it is right or wrong, and another may be tried. */
export function Quiz({ id }: { id: string }) {
  const { lesson, quizzes } = useLesson();
  const quiz = quizzes.find((each) => each.id === id);
  if (!quiz) throw new Error(`<Quiz id="${id}"> names no quiz of this lesson.`);
  const bench = useOptionalBench();
  const given = useProgress().lessons[lesson]?.quizzes[id];
  const [chosen, setChosen] = useState<string>();
  const name = useId();
  const selected = chosen ?? given;
  const answered = quiz.options.find((option) => option.id === given);

  const answer = () => {
    const option = quiz.options.find((each) => each.id === selected);
    if (!option) return;
    progress.change(lesson, { quizzes: { [id]: option.id } });
    bench?.client?.answerQuiz(id, option.id);
    announce(`${option.right ? "Right." : "Not right."} ${option.why}`);
  };
  return (
    <form
      className="quiz not-prose"
      onSubmit={(event) => {
        event.preventDefault();
        answer();
      }}
    >
      <fieldset>
        <legend>
          <span className="running-head">Question</span>
          <span className="quiz-question">
            <InlineText text={quiz.question} />
          </span>
        </legend>
        {quiz.options.map((option) => (
          <label key={option.id} className="quiz-option" data-given={option.id === given || undefined}>
            <input type="radio" name={name} value={option.id} checked={selected === option.id} onChange={() => setChosen(option.id)} />
            <span>
              <InlineText text={option.text} />
            </span>
          </label>
        ))}
      </fieldset>
      {answered && (chosen === undefined || chosen === given) ? (
        <p className="quiz-why" data-right={answered.right}>
          {answered.right ? <CircleCheckBig size={18} aria-hidden="true" /> : <OctagonX size={18} aria-hidden="true" />}
          <span>
            <strong>{answered.right ? "Right." : "Not right."}</strong> <InlineText text={answered.why} />
          </span>
        </p>
      ) : (
        <button type="submit" className="button" disabled={selected === undefined}>
          Answer
        </button>
      )}
    </form>
  );
}
