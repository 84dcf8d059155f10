/** Lessons whose labs start from the end state of others: checked, and given the names of the worlds that they start from. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Continued, continuesProblems } from "../lab/definition/continues.ts";
import type { Problem } from "../lab/definition/problem.ts";
import type { LessonSource } from "./load.ts";

/** The text of a lesson's solution; undefined when it has none. */
function solutionOf(folder: string): string | undefined {
  const file = ["solution.sh", "solution.json"].map((name) => join(folder, "attempts", name)).find((each) => existsSync(each));
  return file === undefined ? undefined : readFileSync(file, "utf8");
}

/** Completes `continues` of every lab in the map. `name` gives a file's name as an author sees it. */
export function resolveContinues(lessons: Map<string, LessonSource>, name: (file: string) => string): readonly Problem[] {
  if (![...lessons.values()].some(({ lab }) => lab?.continues !== undefined)) return [];
  const known = new Map<string, Continued>();
  for (const [id, { lab, info, folder }] of lessons)
    known.set(id, { lab, hasLab: info.hasLab, hasSolution: solutionOf(folder) !== undefined });
  const problems: Problem[] = [];
  for (const { lab, folder } of lessons.values()) {
    if (lab?.continues === undefined) continue;
    const file = join(folder, "lab.yaml");
    problems.push(...continuesProblems(name(file), readFileSync(file, "utf8"), lab, known));
  }
  if (problems.length > 0) return problems;
  for (const [id, source] of lessons) {
    const { lab } = source;
    const other = lessons.get(lab?.continues?.lesson ?? "");
    if (lab?.continues === undefined || other === undefined) continue;
    const { title, tasks } = { title: other.info.title, tasks: other.lab?.tasks.map((task) => task.id) ?? [] };
    const continues = { lesson: other.info.id, title, tasks, world: `worlds/${hashOf(other, lessons)}.world` };
    lessons.set(id, { ...source, lab: { ...lab, continues } });
  }
  return [];
}

/** Of all that the end state of a lesson is made of: its lab, its solution, and what that continues. */
function hashOf({ lab, folder }: LessonSource, lessons: ReadonlyMap<string, LessonSource>): string {
  const before = lessons.get(lab?.continues?.lesson ?? "");
  const parts = [lab?.version ?? "", solutionOf(folder) ?? "", before === undefined ? "" : hashOf(before, lessons)];
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}\n${part}`);
  return hash.digest("hex").slice(0, 16);
}
