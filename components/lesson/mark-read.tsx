"use client";
import { CircleCheckBig } from "lucide-react";
import { useEffect } from "react";
import { progress, useProgress } from "../progress/use-progress.ts";

/** For lessons without tasks: the reader says when they are done. */
export function MarkRead({ lesson }: { lesson: string }) {
  const readAt = useProgress().lessons[lesson]?.readAt;
  useEffect(() => progress.change(lesson, { openedAt: Date.now() }), [lesson]);
  if (readAt) {
    return (
      <p className="flex items-center gap-2 text-passed text-sm">
        <CircleCheckBig size={17} aria-hidden="true" /> Read
      </p>
    );
  }
  return (
    <button type="button" className="button" onClick={() => progress.change(lesson, { readAt: Date.now() })}>
      I have read this
    </button>
  );
}
