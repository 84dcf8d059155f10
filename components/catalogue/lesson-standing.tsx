"use client";
import { CircleCheckBig, CircleDotDashed } from "lucide-react";
import { useProgress } from "../progress/use-progress.ts";
import { type LessonSummary, standing } from "./summary.ts";

/** How far the learner is, by word and shape. Nothing stands at what is new. */
export function LessonStanding({ lesson }: { lesson: LessonSummary }) {
  const state = standing(lesson, useProgress());
  if (state.kind === "new") return <span />;
  if (state.kind === "done") {
    return (
      <span className="flex items-center gap-1.5 font-medium text-passed text-sm">
        <CircleCheckBig size={15} aria-hidden="true" /> Done
      </span>
    );
  }
  return (
    <span className="flex items-center gap-1.5 font-medium text-accent text-sm tabular-nums">
      <CircleDotDashed size={15} aria-hidden="true" /> {state.of > 0 ? `${state.done} of ${state.of}` : "Begun"}
    </span>
  );
}
