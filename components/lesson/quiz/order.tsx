import { ArrowDown, ArrowUp } from "lucide-react";
import { useEffect, useRef } from "react";
import { ordinal } from "../../../lib/lab/quiz/judge.ts";
import type { OrderQuiz, QuizAnswer } from "../../../lib/lab/quiz/types.ts";
import { announce } from "../../ui/announcer.tsx";
import { InlineText } from "../../ui/inline-text.tsx";

interface Props {
  quiz: OrderQuiz;
  /** Ids, first to last. */
  order: readonly string[];
  change: (answer: QuizAnswer) => void;
}

/** Things with a button up and one down. What moved keeps the focus, and its new place is announced. */
export function Order({ quiz, order, change }: Props) {
  const list = useRef<HTMLOListElement>(null);
  const moved = useRef<string>(undefined);
  // A list that is put into another order takes the focus from the element that was moved.
  useEffect(() => {
    if (moved.current === undefined) return;
    list.current?.querySelector<HTMLButtonElement>(`[data-move="${moved.current}"]`)?.focus();
    moved.current = undefined;
  });
  const move = (id: string, by: 1 | -1) => {
    const from = order.indexOf(id);
    const to = from + by;
    const other = order[to];
    if (other === undefined) return;
    moved.current = `${id}:${by}`;
    change(order.map((each, index) => (index === from ? other : index === to ? id : each)));
    announce(`${textOf(quiz, id)}: now ${ordinal(to)} of ${order.length}.`);
  };
  return (
    <ol className="quiz-order" ref={list}>
      {order.map((id, index) => (
        <li key={id}>
          <span className="quiz-place" aria-hidden="true">
            {index + 1}
          </span>
          <span className="quiz-thing">
            <InlineText text={textOf(quiz, id)} />
          </span>
          <button
            type="button"
            className="icon-button"
            data-move={`${id}:-1`}
            aria-label={`Move up: ${textOf(quiz, id)}`}
            title="Move up"
            aria-disabled={index === 0}
            onClick={() => move(id, -1)}
          >
            <ArrowUp size={16} aria-hidden="true" />
          </button>
          <button
            type="button"
            className="icon-button"
            data-move={`${id}:1`}
            aria-label={`Move down: ${textOf(quiz, id)}`}
            title="Move down"
            aria-disabled={index === order.length - 1}
            onClick={() => move(id, 1)}
          >
            <ArrowDown size={16} aria-hidden="true" />
          </button>
        </li>
      ))}
    </ol>
  );
}

function textOf(quiz: OrderQuiz, id: string): string {
  return quiz.sequence.find((item) => item.id === id)?.text ?? id;
}
