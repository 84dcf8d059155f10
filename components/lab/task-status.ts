import type { CheckResult, TaskState } from "../../lib/lab/types.ts";

/** What a task's card says, by word and shape as well as by color. */
export type TaskMood = "todo" | "working" | "counting" | "done" | "failed" | "blocked" | "fault";

/**
 * The start of a lab fails every check, which is not the learner's failure: "failed" is said only when the learner asked for
 * a check (`asked`) and nothing more than that stands against the task. What only has to go on for a while is not failed either.
 */
export function taskMood(task: TaskState | undefined, asked: boolean): TaskMood {
  if (!task) return "todo";
  if (task.status === "passed") return "done";
  if (task.checks.some((check) => check.status === "error")) return "fault";
  if (task.status === "waiting") return "blocked";
  const fails = task.checks.filter((check) => check.status === "fail");
  if (fails.length > 0 && fails.every((check) => check.counting)) return "counting";
  if (asked && fails.length > 0) return "failed";
  return task.checks.some((check) => check.status === "pass" || check.counting) ? "working" : "todo";
}

export const moodWords: Record<TaskMood, string> = {
  todo: "To do",
  working: "Under way",
  counting: "Still counting…",
  done: "Done",
  failed: "Not yet right",
  blocked: "Waits",
  fault: "We could not check",
};

const SHAPE = "the shape of the command";
const layers: readonly (readonly string[])[] = [[], ["a nudge"], ["a nudge", "where to look"], ["a nudge", "where to look", SHAPE]];

/** What a hint gives away, by its place among the hints of its task: a nudge, where to look, the shape of the command, the command. */
export function hintLayer(index: number, total: number): string {
  const short = layers[total];
  if (short !== undefined) return short[index] ?? "a nudge";
  if (index === total - 1) return "the command";
  if (index === total - 2) return SHAPE;
  return index === 0 ? "a nudge" : "where to look";
}

/** Names in a sentence: “a”, “b” and “c”. */
export function listOf(names: readonly string[]): string {
  const quoted = names.map((name) => `“${name}”`);
  return quoted.length < 2 ? quoted.join("") : `${quoted.slice(0, -1).join(", ")} and ${quoted.at(-1)}`;
}

/** A state of a task as a screen reader says it: once, all of it, in sentences. `checks`: what stands against it. */
export function spoken(title: string, mood: TaskMood, checks: readonly CheckResult[], waitsFor: readonly string[]): string {
  const plain = (text: string): string => text.replaceAll(/[`*]/g, "");
  const start = `Task ${plain(title)}`;
  if (mood === "done") return `${start}: done.`;
  if (mood === "blocked") return `${start}: waits for ${plain(listOf(waitsFor))}.`;
  const faults = checks.filter(({ status }) => status === "error");
  if (mood === "fault") return `${start}: we could not check; this is our fault: ${faults.map(({ found }) => plain(found)).join("; ")}.`;
  const fails = checks.filter(({ status }) => status === "fail");
  if (mood === "counting") return `${start}: still counting, nothing is wrong. ${plain(fails.map(({ found }) => found).join("; "))}.`;
  if (fails.length === 0) return `${start}: ${moodWords[mood].toLowerCase()}.`;
  const held = checks.filter(({ status }) => status === "pass").length;
  const count = checks.length === 1 ? "" : ` ${held} of ${checks.length} hold.`;
  const [first] = fails;
  const more = fails.length > 1 ? ` And ${fails.length - 1} more, on its card.` : "";
  return `${start}: not yet right.${count} ${plain(first?.because ?? "")} Next: ${plain(first?.next ?? "")}${more}`;
}
