/** Rows of every lesson's lab: how soon its first prompt is there, once the engine is loaded. */
import { labLessons, soundLibrary } from "../../library.ts";
import { type RowGroup, rowOf } from "../row-maker.ts";

/** What the courses promise of each lab, in milliseconds. */
const FIRST_PROMPT_MS = 300;

export const labRows: RowGroup = async (measure) => {
  const lessons = labLessons(soundLibrary());
  const rows = [];
  for (const { info, lab } of lessons) {
    const measured = await measure("firstPrompt", { lab, steps: [] });
    rows.push(
      rowOf(measured, {
        what: `first prompt of ${info.id} (${lab.machines.length === 1 ? "1 machine" : `${lab.machines.length} machines`})`,
        sample: "ms",
        unit: "ms",
        rival: "no rival",
        target: { bound: "at most", value: FIRST_PROMPT_MS, of: "median" },
      }),
    );
  }
  return rows;
};
