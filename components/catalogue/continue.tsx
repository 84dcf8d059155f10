"use client";
import { ArrowRight } from "lucide-react";
import Link from "next/link";
import { useProgress } from "../progress/use-progress.ts";
import { type LessonSummary, nextLesson, standing } from "./summary.ts";

/** Where to begin or to go on. */
export function Continue({ lessons }: { lessons: readonly LessonSummary[] }) {
  const record = useProgress();
  const next = nextLesson(lessons, record);
  if (!next) {
    return (
      <p className="border-passed border-l-3 pl-5 text-ink-soft">
        {lessons.length > 0 ? "You have done every lesson." : "There are no lessons yet."}
      </p>
    );
  }
  const state = standing(next, record);
  return (
    <section aria-label="Where to go on" className="border-accent border-l-3 pl-5">
      <p className="running-head">{state.kind === "begun" ? "Continue" : "Begin here"}</p>
      <Link href={next.href} className="group mt-1.5 flex items-baseline gap-2 font-semibold font-serif text-accent text-xl leading-snug">
        <span className="underline decoration-1 underline-offset-4 group-hover:decoration-2">{next.title}</span>
        <ArrowRight size={17} aria-hidden="true" className="shrink-0 self-center" />
      </Link>
      <p className="mt-1.5 text-ink-soft text-sm">
        {state.kind === "begun" && state.of > 0 ? `${state.done} of ${state.of} tasks done` : `${next.minutes} min`}
      </p>
    </section>
  );
}
