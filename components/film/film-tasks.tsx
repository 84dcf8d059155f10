"use client";
import { useEffect, useMemo, useRef } from "react";
import type { FilmEvent } from "../../lib/lab/film/types.ts";
import { announce } from "../ui/announcer.tsx";
import { InlineText } from "../ui/inline-text.tsx";

const words = { waiting: "Waits", open: "Open", passed: "Done" } as const;
const checkWords: Readonly<Record<string, string>> = { pass: "holds", fail: "is missing", blocked: "waits", error: "could not be checked" };

/** The tasks as they stood at a moment of the film. */
export function FilmTasks({ events, shown }: { events: readonly FilmEvent[]; shown: number }) {
  const tasks = useMemo(() => {
    for (let at = shown - 1; at >= 0; at--) {
      const event = events[at];
      if (event?.kind === "tasks") return event.tasks;
    }
    return [];
  }, [events, shown]);
  const done = tasks.filter((task) => task.status === "passed");
  const before = useRef(0);
  useEffect(() => {
    const last = done.at(-1);
    if (done.length > before.current && last) announce(`Task done: ${last.title}`);
    before.current = done.length;
  }, [done]);
  if (tasks.length === 0) return null;
  return (
    <aside className="film-tasks" aria-label="Tasks at this moment">
      <h2 className="font-semibold font-serif text-lg">
        Tasks, {done.length} of {tasks.length} done
      </h2>
      <ol>
        {tasks.map((task) => (
          <li key={task.id} data-status={task.status}>
            <span className="film-word">{words[task.status]}</span> <InlineText text={task.title} />
            {task.status === "open" ? (
              <ul>
                {task.checks.map((check) => (
                  <li key={check.id} data-status={check.status}>
                    {check.id}: {checkWords[check.status] ?? check.status}
                    {check.status === "fail" ? (
                      <span className="film-because">
                        <InlineText text={check.because} />
                      </span>
                    ) : null}
                  </li>
                ))}
              </ul>
            ) : null}
          </li>
        ))}
      </ol>
    </aside>
  );
}
