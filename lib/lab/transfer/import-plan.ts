import type { SavedLab } from "../saving/saved-lab.ts";

/** What becomes of one lab of an export. */
export interface LabImport {
  readonly lesson: string;
  readonly theirsAtMs: number;
  /** Undefined: this browser has no work in that lab. */
  readonly oursAtMs: number | undefined;
  readonly theirsPassed: number;
  readonly oursPassed: number;
  /** "same": there is nothing to be done. "new": nothing is lost by it. "differs": one of the two is kept, and somebody says which. */
  readonly state: "same" | "new" | "differs";
  /** What is offered first where they differ: the newer one. */
  readonly newer: "ours" | "theirs";
}

/** Compares what an export holds with what this browser has. */
export function planImport(theirs: readonly SavedLab[], ours: ReadonlyMap<string, SavedLab>): readonly LabImport[] {
  return theirs.map((lab) => {
    const own = ours.get(lab.lesson);
    const state = own === undefined ? "new" : own.savedAtMs === lab.savedAtMs && own.version === lab.version ? "same" : "differs";
    return {
      lesson: lab.lesson,
      theirsAtMs: lab.savedAtMs,
      oursAtMs: own?.savedAtMs,
      theirsPassed: lab.memory.passed.length,
      oursPassed: own?.memory.passed.length ?? 0,
      state,
      newer: own !== undefined && own.savedAtMs >= lab.savedAtMs ? "ours" : "theirs",
    };
  });
}
