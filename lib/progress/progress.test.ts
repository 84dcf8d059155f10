import { describe, expect, it } from "vitest";
import { changeLesson, emptyRecord, mergeRecords, parseRecord } from "./record.ts";
import { type ProgressStorage, ProgressStore } from "./store.ts";

function memory(): ProgressStorage {
  const held = new Map<string, string>();
  return { getItem: (key) => held.get(key) ?? null, setItem: (key, value) => void held.set(key, value) };
}

describe("progress", () => {
  it("keeps what was done in a lesson when more is done", () => {
    const once = changeLesson(emptyRecord, "a/b", { openedAt: 1, tasks: { one: 5 } });
    expect(changeLesson(once, "a/b", { tasks: { two: 6 } }).lessons["a/b"]).toEqual({
      openedAt: 1,
      tasks: { one: 5, two: 6 },
      quizzes: {},
    });
  });

  it("merges two records without losing work, and keeps the first time a task passed", () => {
    const here = changeLesson(emptyRecord, "x", { openedAt: 2, tasks: { t: 9 } });
    const there = changeLesson(emptyRecord, "x", { openedAt: 7, tasks: { t: 4, u: 5 }, readAt: 3 });
    expect(mergeRecords(here, there).lessons.x).toEqual({ openedAt: 7, tasks: { t: 4, u: 5 }, quizzes: {}, readAt: 3 });
  });

  it("survives a new page, and another tab's work", () => {
    const storage = memory();
    const one = new ProgressStore(() => storage);
    const two = new ProgressStore(() => storage);
    two.get();
    one.change("x", { tasks: { t: 1 } });
    two.change("x", { tasks: { u: 2 } });
    expect(new ProgressStore(() => storage).get().lessons.x?.tasks).toEqual({ t: 1, u: 2 });
  });

  it("works on without storage", () => {
    const store = new ProgressStore(() => {
      throw new Error("SecurityError");
    });
    store.change("x", { openedAt: 3 });
    expect(store.get().lessons.x?.openedAt).toBe(3);
  });

  it("opens a lesson's questions again when its lab starts over, and still knows what was done", () => {
    const store = new ProgressStore(memory);
    store.change("x", { tasks: { t: 1 }, quizzes: { q: "b" } });
    store.startOver("x");
    expect(store.get().lessons.x).toMatchObject({ tasks: { t: 1 }, quizzes: {} });
  });

  it("forgets everything when asked", () => {
    const storage = memory();
    const store = new ProgressStore(() => storage);
    store.change("x", { openedAt: 3 });
    store.forget();
    store.change("y", { openedAt: 4 });
    expect(Object.keys(store.get().lessons)).toEqual(["y"]);
  });

  it("takes in what it exported, and refuses other files by saying so", () => {
    const store = new ProgressStore(memory);
    store.change("x", { quizzes: { q: "b" } });
    const other = new ProgressStore(memory);
    other.import(store.export());
    expect(other.get()).toEqual(store.get());
    expect(() => other.import("hello")).toThrow("no JSON");
    expect(() => parseRecord('{"format":2}')).toThrow("this version of Slipway can read");
  });
});
