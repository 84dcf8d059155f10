"use client";
import dynamic from "next/dynamic";
import { useState } from "react";
import type { TaskInfo } from "../lesson/lesson-context.tsx";

/** Comes with its terminal as a piece of code of its own, when it is wanted. */
const StepThrough = dynamic(() => import("./solution/step-through.tsx").then((module) => module.StepThrough), { ssr: false });

/** The author's solution of a task: as text, and step by step in a scratch copy beside the learner's work. */
export function TaskSolution({ task, running }: { task: TaskInfo; running: boolean }) {
  const [stepping, setStepping] = useState(false);
  if (!task.solution && !task.steppable) return null;
  return (
    <details className="task-solution">
      <summary>Read the solution</summary>
      {task.solution ? <div className="task-text">{task.solution}</div> : null}
      {task.steppable ? (
        <button type="button" className="button task-step-through" onClick={() => setStepping(true)} disabled={!running}>
          Step through it beside your work
        </button>
      ) : null}
      <p className="task-note">Reading it changes nothing on your machine. Other ways that lead to the same state pass as well.</p>
      {stepping ? <StepThrough task={task} onClose={() => setStepping(false)} /> : null}
    </details>
  );
}
