/** Rows of checking: the slowest task of all lessons, its solution done. */
import { readAttempts } from "../../gate/attempts.ts";
import { labLessons, soundLibrary } from "../../library.ts";
import type { Row } from "../figures.ts";
import { type RowGroup, rowOf } from "../row-maker.ts";

export const checkRows: RowGroup = async (measure) => {
  const slowest = new Map<string, Row>();
  const failures: Row[] = [];
  for (const lesson of labLessons(soundLibrary())) {
    const solution = readAttempts(lesson.folder).find((each) => each.kind === "solution");
    if (solution === undefined) continue;
    const steps = solution.steps.map(({ step }) => step);
    const measured = await measure("checks", { lab: lesson.lab, steps });
    if ("notMeasured" in measured) {
      failures.push(rowOf(measured, { what: `all checks of a task of ${lesson.info.id}`, sample: "", unit: "ms", rival: "no rival" }));
      continue;
    }
    for (const sample of Object.keys(measured.samples)) {
      const [kind = "", task] = sample.split(" ");
      const isPython = kind === "python";
      const row = rowOf(measured, {
        what: `all checks of a task ${isPython ? "with" : "without"} Python, the slowest (${lesson.info.slug}: ${task})`,
        sample,
        unit: "ms",
        rival: "no rival",
        target: { bound: "at most", value: isPython ? 1500 : 300, of: "median" },
      });
      if ((row.ours?.median ?? 0) > (slowest.get(kind)?.ours?.median ?? -1)) slowest.set(kind, row);
    }
  }
  return [...slowest.values(), ...failures];
};
