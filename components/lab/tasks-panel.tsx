"use client";
import { useLesson } from "../lesson/lesson-context.tsx";
import { useLab } from "./context.tsx";
import { TaskCard } from "./task-card.tsx";

/** All tasks of the lesson, one below the other. */
export function TasksPanel() {
  const { tasks } = useLesson();
  const states = useLab((lab) => lab.tasks);
  const done = states.filter((task) => task.status === "passed").length;
  return (
    <div className="tasks-panel">
      <h2 className="running-head">
        {done} of {tasks.length} tasks done
      </h2>
      {tasks.map((task) => (
        <TaskCard key={task.id} task={task} place="bench" />
      ))}
      {tasks.length > 0 && done === tasks.length ? (
        <p className="tasks-finished">That was the last task. The machine stays as it is: go on trying things.</p>
      ) : null}
    </div>
  );
}
