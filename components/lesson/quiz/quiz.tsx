"use client";
import { useState } from "react";
import { decodeAnswer, encodeAnswer, judge } from "../../../lib/lab/quiz/judge.ts";
import { mixed } from "../../../lib/lab/quiz/mixed.ts";
import type { QuizAnswer, QuizDefinition } from "../../../lib/lab/quiz/types.ts";
import { useOptionalBench } from "../../lab/context.tsx";
import { progress, useProgress } from "../../progress/use-progress.ts";
import { announce } from "../../ui/announcer.tsx";
import { InlineText } from "../../ui/inline-text.tsx";
import { useLesson } from "../lesson-context.tsx";
import { Choice } from "./choice.tsx";
import { Match } from "./match.tsx";
import { Order } from "./order.tsx";
import { Result, spokenResult } from "./result.tsx";
import { TextAnswer } from "./text-answer.tsx";

/** One question. Every answer says why it is right or wrong, and another may be tried. */
export function Quiz({ id }: { id: string }) {
  const { lesson, quizzes } = useLesson();
  const quiz = quizzes.find((each) => each.id === id);
  if (!quiz) throw new Error(`<Quiz id="${id}"> names no quiz of this lesson.`);
  const bench = useOptionalBench();
  const stored = useProgress().lessons[lesson]?.quizzes[id];
  const given = stored === undefined ? undefined : decodeAnswer(quiz, stored);
  const [draft, setDraft] = useState<QuizAnswer>();
  const current = draft ?? given ?? blank(quiz);
  const verdict = given !== undefined && (draft === undefined || encodeAnswer(draft) === stored) ? judge(quiz, given) : undefined;

  const answer = () => {
    if (!isComplete(quiz, current)) return;
    setDraft(undefined);
    progress.change(lesson, { quizzes: { [id]: encodeAnswer(current) } });
    bench?.answerQuiz(id, current);
    announce(spokenResult(quiz, judge(quiz, current)));
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
          <span className="running-head">{headings[quiz.kind]}</span>
          <span className="quiz-question">
            <InlineText text={quiz.question} />
          </span>
        </legend>
        <Fields quiz={quiz} answer={current} given={given} change={setDraft} />
      </fieldset>
      {verdict ? (
        <Result quiz={quiz} verdict={verdict} />
      ) : (
        <button type="submit" className="button" disabled={!isComplete(quiz, current)}>
          Answer
        </button>
      )}
    </form>
  );
}

const headings: Readonly<Record<QuizDefinition["kind"], string>> = {
  one: "Question",
  many: "Question · choose all that are right",
  order: "Question · put these into order",
  match: "Question · choose for each",
  text: "Question",
};

interface FieldsProps {
  quiz: QuizDefinition;
  answer: QuizAnswer;
  given: QuizAnswer | undefined;
  change: (answer: QuizAnswer) => void;
}

function Fields({ quiz, answer, given, change }: FieldsProps) {
  switch (quiz.kind) {
    case "one":
    case "many":
      return <Choice quiz={quiz} chosen={listOf(answer)} given={given === undefined ? [] : listOf(given)} change={change} />;
    case "order":
      return <Order quiz={quiz} order={listOf(answer)} change={change} />;
    case "match":
      return <Match quiz={quiz} targets={mapOf(answer)} change={change} />;
    case "text":
      return <TextAnswer text={typeof answer === "string" ? answer : ""} change={change} />;
  }
}

/** What is shown before anything was answered. */
function blank(quiz: QuizDefinition): QuizAnswer {
  if (quiz.kind === "order") return mixed(quiz.sequence, quiz.id).map((item) => item.id);
  if (quiz.kind === "match") return {};
  return quiz.kind === "many" ? [] : "";
}

function isComplete(quiz: QuizDefinition, answer: QuizAnswer): boolean {
  if (quiz.kind === "match") return quiz.items.every((item) => mapOf(answer)[item.id] !== undefined);
  return typeof answer !== "string" || answer.trim() !== "";
}

function listOf(answer: QuizAnswer): readonly string[] {
  if (typeof answer === "string") return answer === "" ? [] : [answer];
  return Object.values(answer);
}

function mapOf(answer: QuizAnswer): Readonly<Record<string, string>> {
  return typeof answer === "string" ? {} : Object.fromEntries(Object.entries(answer));
}
