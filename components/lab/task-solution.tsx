"use client";
import type { TaskInfo } from "../lesson/lesson-context.tsx";

/** The author's solution of a task, as text. */
export function TaskSolution({ task }: { task: TaskInfo }) {
  return (
    <details className="task-solution">
      <summary>Read the solution</summary>
      <div className="task-text">{task.solution}</div>
      <p className="task-note">Reading it changes nothing on your machine. Other ways that lead to the same state pass as well.</p>
    </details>
  );
}
