import { describe, expect, it } from "vitest";
import { changeLesson, emptyRecord } from "../../lib/progress/record.ts";
import { type LessonSummary, nextLesson, standing } from "./summary.ts";

const lesson = (id: string, ...tasks: string[]): LessonSummary => ({ id, href: `/${id}/`, title: id, summary: "", minutes: 5, tasks });

describe("the catalogue", () => {
  it("counts finished tasks, and only those that the lesson still has", () => {
    const record = changeLesson(emptyRecord, "a", { openedAt: 1, tasks: { one: 1, gone: 1 } });
    expect(standing(lesson("a", "one", "two"), record)).toEqual({ kind: "begun", done: 1, of: 2 });
    expect(standing(lesson("a", "one"), record)).toEqual({ kind: "done" });
  });
  it("offers the lesson opened last", () => {
    const record = changeLesson(changeLesson(emptyRecord, "a", { openedAt: 1 }), "b", { openedAt: 2 });
    expect(nextLesson([lesson("a", "t"), lesson("b", "t"), lesson("c")], record)?.id).toBe("b");
  });
  it("offers the first lesson to a newcomer, and nothing to who has done all", () => {
    expect(nextLesson([lesson("a", "t"), lesson("b")], emptyRecord)?.id).toBe("a");
    const record = changeLesson(emptyRecord, "a", { openedAt: 1, tasks: { t: 1 } });
    expect(nextLesson([lesson("a", "t")], record)).toBeUndefined();
  });
});
