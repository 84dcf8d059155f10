import { describe, expect, it } from "vitest";
import type { CheckStatus, TaskState } from "../../lib/lab/types.ts";
import { taskMood } from "./task-status.ts";

function task(status: TaskState["status"], ...checks: CheckStatus[]): TaskState {
  const text = { expected: "", found: "", because: "", next: "" };
  return { id: "t", status, hintsOpen: 0, checks: checks.map((each, index) => ({ task: "t", id: `${index}`, status: each, ...text })) };
}

describe("a task's card", () => {
  it("does not call an untouched task failed", () => {
    expect(taskMood(task("open", "fail", "fail"), false)).toBe("todo");
  });
  it("says failed when the learner asked and something is wrong", () => {
    expect(taskMood(task("open", "pass", "fail"), true)).toBe("failed");
  });
  it("says that a task is under way when a part of it holds", () => {
    expect(taskMood(task("open", "pass", "fail"), false)).toBe("working");
  });
  it("never blames the learner for a check that could not be made", () => {
    expect(taskMood(task("open", "error", "fail"), true)).toBe("fault");
  });
  it("stays done", () => {
    expect(taskMood(task("passed", "fail"), true)).toBe("done");
  });
  it("names a task that waits for another", () => {
    expect(taskMood(task("waiting", "blocked"), false)).toBe("blocked");
  });
});
