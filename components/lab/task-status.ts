import type { TaskState } from "../../lib/lab/types.ts";

/** What a task's card says, by word and shape as well as by color. */
export type TaskMood = "todo" | "working" | "done" | "failed" | "blocked" | "fault";

/**
 * The start of a lab fails every check, which is not the learner's failure: "failed" is said only when the learner asked for
 * a check (`asked`) and nothing more than that stands against the task.
 */
export function taskMood(task: TaskState | undefined, asked: boolean): TaskMood {
  if (!task) return "todo";
  if (task.status === "passed") return "done";
  if (task.checks.some((check) => check.status === "error")) return "fault";
  if (task.status === "waiting") return "blocked";
  if (asked && task.checks.some((check) => check.status === "fail")) return "failed";
  return task.checks.some((check) => check.status === "pass") ? "working" : "todo";
}

export const moodWords: Record<TaskMood, string> = {
  todo: "To do",
  working: "Under way",
  done: "Done",
  failed: "Not yet right",
  blocked: "Waits for another task",
  fault: "We could not check",
};
