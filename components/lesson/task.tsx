"use client";
import { TaskCard } from "../lab/task-card.tsx";
import { useLesson } from "./lesson-context.tsx";

/** The card of a task, at the place of the prose where it is to be done. */
export function Task({ id }: { id: string }) {
  const task = useLesson().tasks.find((each) => each.id === id);
  if (!task) throw new Error(`<Task id="${id}"> names no task of this lesson's lab.yaml.`);
  return <TaskCard task={task} place="prose" />;
}
