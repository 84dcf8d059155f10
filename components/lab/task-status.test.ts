import { describe, expect, it } from "vitest";
import type { CheckResult, CheckStatus, TaskState } from "../../lib/lab/types.ts";
import { hintLayer, spoken, taskMood } from "./task-status.ts";

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
  it("does not call failed what only has to go on for a while", () => {
    const counting = (...checks: CheckStatus[]): TaskState => {
      const state = task("open", ...checks);
      return { ...state, checks: state.checks.map((check, index) => (index === 0 ? { ...check, counting: true } : check)) };
    };
    expect(taskMood(counting("fail", "pass"), true)).toBe("counting");
    expect(taskMood(counting("fail"), false)).toBe("counting");
    expect(taskMood(counting("fail", "fail"), true)).toBe("failed");
    expect(taskMood(counting("fail", "fail"), false)).toBe("working");
    expect(taskMood(counting("fail", "error"), true)).toBe("fault");
  });
  it("stays done", () => {
    expect(taskMood(task("passed", "fail"), true)).toBe("done");
  });
  it("names a task that waits for another", () => {
    expect(taskMood(task("waiting", "blocked"), false)).toBe("blocked");
  });
});

it("names each hint by how much it gives away", () => {
  expect([0, 1, 2, 3].map((index) => hintLayer(index, 4))).toEqual(["a nudge", "where to look", "the shape of the command", "the command"]);
  expect([0, 1, 2].map((index) => hintLayer(index, 3))).toEqual(["a nudge", "where to look", "the shape of the command"]);
  expect(hintLayer(0, 1)).toBe("a nudge");
});

it("says the result of a check in words, once and whole", () => {
  const check = (status: CheckResult["status"], because = "The page says `404`."): CheckResult => ({
    task: "t",
    id: status,
    status,
    expected: "200",
    found: "no answer",
    because,
    next: "Start it.",
  });
  expect(spoken("Serve", "failed", [check("pass"), check("fail")], [])).toBe(
    "Task Serve: not yet right. 1 of 2 hold. The page says 404. Next: Start it.",
  );
  expect(spoken("Serve", "counting", [check("pass"), { ...check("fail"), found: "only 7 requests so far", counting: true }], [])).toBe(
    "Task Serve: still counting, nothing is wrong. only 7 requests so far.",
  );
  expect(spoken("Serve", "fault", [check("error")], [])).toBe("Task Serve: we could not check; this is our fault: no answer.");
  expect(spoken("Serve", "blocked", [], ["Copy", "Make"])).toBe("Task Serve: waits for “Copy” and “Make”.");
  expect(spoken("Serve", "done", [], [])).toBe("Task Serve: done.");
});
