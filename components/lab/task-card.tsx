"use client";
import { useEffect, useRef, useState } from "react";
import type { CheckResult } from "../../lib/lab/types.ts";
import { type TaskInfo, useLesson } from "../lesson/lesson-context.tsx";
import { useProgress } from "../progress/use-progress.ts";
import { announce } from "../ui/announcer.tsx";
import { InlineText } from "../ui/inline-text.tsx";
import { useBench, useLab } from "./context.tsx";
import { MoodIcon } from "./mood-icon.tsx";
import { moodWords, taskMood } from "./task-status.ts";

/** A task: what to do, how it stands, what is missing, hints and the solution. The same card stands in the prose and on the bench. */
export function TaskCard({ task, place }: { task: TaskInfo; place: "prose" | "bench" }) {
  const bench = useBench();
  const states = useLab((lab) => lab.tasks);
  const checking = useLab((lab) => lab.checking);
  const running = useLab((lab) => lab.phase === "running");
  const { tasks, lesson } = useLesson();
  const remembered = useProgress().lessons[lesson]?.tasks[task.id] !== undefined;
  const state = states.find((each) => each.id === task.id);
  const [asked, setAsked] = useState(false);
  const [asking, setAsking] = useState(false);
  // Before the lab runs, the card shows what this browser remembers.
  const mood = !running && remembered ? "done" : taskMood(state, asked);
  const before = useRef(mood);
  useEffect(() => {
    if (before.current !== mood && place === "prose" && running && (mood === "done" || mood === "fault")) {
      announce(`Task “${task.title}”: ${moodWords[mood]}.`);
    }
    before.current = mood;
  }, [mood, place, running, task.title]);

  const checkNow = async () => {
    if (!bench.client) {
      void bench.connect();
      announce("The lab is starting; then this can be checked.");
      return;
    }
    setAsking(true);
    try {
      await bench.client.checkNow(task.id);
    } finally {
      setAsked(true);
      setAsking(false);
      const now = taskMood(
        bench.getLab().tasks.find((each) => each.id === task.id),
        true,
      );
      announce(`Checked: ${moodWords[now]}.`);
    }
  };

  const waitsFor = task.needs.filter((id) => states.find((each) => each.id === id)?.status !== "passed");
  const missing = (state?.checks ?? []).filter((check) => check.status === "fail" || check.status === "error");
  const held = (state?.checks ?? []).filter((check) => check.status === "pass").length;
  const hintsOpen = state?.hintsOpen ?? 0;
  return (
    <section
      className="task not-prose"
      data-mood={mood}
      aria-label={place === "prose" ? `Task: ${task.title}` : task.title}
      id={place === "prose" ? `task-${task.id}` : undefined}
    >
      <div className="task-head">
        <MoodIcon mood={mood} size={19} />
        <h3 className="task-title">
          <InlineText text={task.title} />
        </h3>
        <span className="task-word">
          {asking || (checking && mood !== "done") ? "Checking…" : moodWords[mood]}
          {mood === "working" && state ? `, ${held} of ${state.checks.length}` : ""}
        </span>
      </div>
      {task.text ? <div className="task-text">{task.text}</div> : null}
      {mood === "blocked" && waitsFor.length > 0 ? (
        <p className="task-waits">
          First finish {waitsFor.map((id) => `“${tasks.find((each) => each.id === id)?.title ?? id}”`).join(" and ")}.
        </p>
      ) : null}
      {missing.length > 0 && mood !== "done" && mood !== "blocked" ? (
        <details className="task-missing" open={asked || mood === "fault" || undefined}>
          <summary>
            {mood === "fault"
              ? "What kept us from checking"
              : missing.length === 1
                ? "One thing is missing"
                : `${missing.length} things are missing`}
          </summary>
          {missing.map((check) => (
            <Finding key={check.id} check={check} />
          ))}
        </details>
      ) : null}
      <div className="task-actions">
        {mood === "done" || mood === "blocked" ? null : (
          <button type="button" className="button" onClick={checkNow} disabled={asking}>
            Check now
          </button>
        )}
        {task.hints.length > hintsOpen && mood !== "done" && mood !== "blocked" ? (
          <HintButton task={task.id} open={hintsOpen} total={task.hints.length} />
        ) : null}
      </div>
      {hintsOpen > 0 ? (
        <ol className="task-hints" aria-label="Hints">
          {task.hints.slice(0, hintsOpen).map((hint, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: hints never change places
            <li key={index}>{hint}</li>
          ))}
        </ol>
      ) : null}
      {task.solution ? (
        <details className="task-solution">
          <summary>Read the solution</summary>
          <div className="task-text">{task.solution}</div>
          <p className="task-note">Reading it changes nothing on your machine. Other ways that lead to the same state pass as well.</p>
        </details>
      ) : null}
    </section>
  );
}

function HintButton({ task, open, total }: { task: string; open: number; total: number }) {
  const bench = useBench();
  const ask = () => {
    if (bench.client) bench.client.openHint(task);
    else void bench.connect();
  };
  return (
    <button type="button" className="button" onClick={ask} disabled={!bench.client}>
      {open === 0 ? "Give me a hint" : "Next hint"}
      <span className="text-ink-soft">
        {open + 1} of {total}
      </span>
    </button>
  );
}

function Finding({ check }: { check: CheckResult }) {
  if (check.status === "error") {
    return (
      <div className="finding">
        <p>This is our fault, not yours: the check itself did not work. Your task is not marked wrong.</p>
        <dl>
          <dt>Stopped by</dt>
          <dd>{check.found}</dd>
        </dl>
      </div>
    );
  }
  return (
    <div className="finding">
      <p>
        <InlineText text={check.because} />
      </p>
      <dl>
        <dt>Expected</dt>
        <dd>
          <InlineText text={check.expected} />
        </dd>
        <dt>Found</dt>
        <dd>
          <InlineText text={check.found} />
        </dd>
        {check.next ? (
          <>
            <dt>Try</dt>
            <dd>
              <InlineText text={check.next} />
            </dd>
          </>
        ) : null}
      </dl>
    </div>
  );
}
