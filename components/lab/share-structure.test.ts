import { describe, expect, it } from "vitest";
import { shareStructure } from "./share-structure.ts";

const state = () => ({
  download: { loaded: 1, total: 9 },
  tasks: [
    { id: "a", checks: [{ id: "x" }] },
    { id: "b", checks: [] },
  ],
  note: undefined,
});

describe("sharing what did not change", () => {
  it("gives the old object when nothing changed", () => {
    const before = state();
    expect(shareStructure(before, state())).toBe(before);
  });
  it("replaces only what changed, and what holds it", () => {
    const before = state();
    const after = shareStructure(before, { ...state(), download: { loaded: 2, total: 9 } });
    expect(after).not.toBe(before);
    expect(after.download).toEqual({ loaded: 2, total: 9 });
    expect(after.tasks).toBe(before.tasks);
  });
  it("sees entries that came, went or changed", () => {
    const before = state();
    expect(shareStructure(before, { ...state(), tasks: [{ id: "a", checks: [{ id: "x" }] }] }).tasks).toHaveLength(1);
    const changed = shareStructure(before, {
      ...state(),
      tasks: [
        { id: "a", checks: [{ id: "y" }] },
        { id: "b", checks: [] },
      ],
    });
    expect(changed.tasks[0]?.checks[0]?.id).toBe("y");
    expect(changed.tasks[1]).toBe(before.tasks[1]);
  });
});
