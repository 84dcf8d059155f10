"use client";
import { RotateCcw } from "lucide-react";
import { type TaskInfo, useLesson } from "../lesson/lesson-context.tsx";
import { useProgress } from "../progress/use-progress.ts";
import { InlineText } from "../ui/inline-text.tsx";
import { useBench, useBenchView, useLab } from "./context.tsx";
import { Fault, Finding } from "./finding.tsx";
import { MoodIcon } from "./mood-icon.tsx";
import { TaskHints } from "./task-hints.tsx";
import { TaskSolution } from "./task-solution.tsx";
import { listOf, moodWords, taskMood } from "./task-status.ts";
import { BackToTask } from "./time/back-to-task.tsx";

/** A task: what to do, how it stands, what is missing, hints and the solution. The same card stands in the prose and on the bench. */
export function TaskCard({ task, place }: { task: TaskInfo; place: "prose" | "bench" }) {
  const bench = useBench();
  const view = useBenchView();
  const states = useLab((lab) => lab.tasks);
  const checking = useLab((lab) => lab.checking);
  const running = useLab((lab) => lab.phase === "running");
  const { tasks, lesson } = useLesson();
  const remembered = useProgress().lessons[lesson]?.tasks[task.id] !== undefined;
  const state = states.find((each) => each.id === task.id);
  const asked = view.asked?.has(task.id) === true;
  const asking = view.asking?.has(task.id) === true;
  // Before the lab runs, the card shows what this browser remembers.
  const mood = !running && remembered ? "done" : taskMood(state, asked);

  const waitsFor = task.needs
    .filter((id) => states.find((each) => each.id === id)?.status !== "passed")
    .map((id) => tasks.find((each) => each.id === id)?.title ?? id);
  const checks = state?.checks ?? [];
  const faults = checks.filter((check) => check.status === "error");
  const counting = checks.filter((check) => check.status === "fail" && check.counting);
  const missing = checks.filter((check) => check.status === "fail" && !check.counting);
  const held = checks.filter((check) => check.status === "pass").length;
  const open = mood !== "done" && mood !== "blocked";
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
          {mood === "working" && state ? `, ${held} of ${checks.length}` : ""}
        </span>
      </div>
      {task.text ? <div className="task-text">{task.text}</div> : null}
      {mood === "blocked" && waitsFor.length > 0 ? (
        <p className="task-waits">
          Waits for <InlineText text={listOf(waitsFor)} />. It is looked at once {waitsFor.length === 1 ? "that is" : "these are"} done.
        </p>
      ) : null}
      {open && faults.length > 0 ? <Fault checks={faults} onAgain={() => void bench.checkTask(task.id)} busy={asking} /> : null}
      {open
        ? counting.map((check) => (
            <p key={check.id} className="task-counting">
              <strong>Still counting:</strong> <InlineText text={check.found} />. Wanted: <InlineText text={check.expected} />. Nothing is
              wrong; it goes on by itself.
            </p>
          ))
        : null}
      {open && missing.length > 0 ? (
        <details className="task-missing" open={asked || undefined}>
          <summary>{missing.length === 1 ? "One thing is missing" : `${missing.length} things are missing`}</summary>
          {missing.map((check) => (
            <Finding key={check.id} check={check} />
          ))}
        </details>
      ) : null}
      <div className="task-actions">
        {open && faults.length === 0 ? (
          <button type="button" className="button" onClick={() => void bench.checkTask(task.id)} disabled={asking}>
            {asked ? <RotateCcw size={14} aria-hidden="true" /> : null}
            {asked ? "Check again" : "Check now"}
          </button>
        ) : null}
        <TaskHints.Button task={task} open={state?.hintsOpen ?? 0} offered={open} />
        {running ? <BackToTask task={task.id} title={task.title} /> : null}
      </div>
      <TaskHints.List task={task} open={state?.hintsOpen ?? 0} />
      <TaskSolution task={task} running={running} />
    </section>
  );
}
