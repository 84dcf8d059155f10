import type { TrialResult } from "./run-trials.ts";

/** Rows of text in columns. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** How long each lesson took, one trial after the other. */
export function timeTable(results: readonly TrialResult[]): string {
  const rows = [...byLesson(results)].map(([lesson, own]) => {
    const slowest = own.reduce((a, b) => (b.seconds > a.seconds ? b : a));
    const failed = own.filter(({ problems }) => problems.length > 0).length;
    return [
      lesson,
      String(own.length),
      String(failed),
      seconds(total(own)),
      `${slowest.trial.name.slice(0, 30)} ${seconds(slowest.seconds)}`,
    ];
  });
  return table([["lesson", "trials", "failed", "time", "slowest"], ...rows]);
}

/** A wrong grade: a right attempt that fails, or a wrong one whose check does not. */
export function gradeTable(results: readonly TrialResult[]): { text: string; wrongGrades: number } {
  const rows = [...byLesson(results)].map(([lesson, own]) => ({ lesson, ...gradesOf(own) }));
  const sum = (pick: (row: (typeof rows)[number]) => number): number => rows.reduce((all, row) => all + pick(row), 0);
  const line = (name: string, right: number, ofRight: number, wrong: number, ofWrong: number): string[] => [
    name,
    `${right}/${ofRight}`,
    `${wrong}/${ofWrong}`,
    String(ofRight - right + ofWrong - wrong),
  ];
  const lines = rows.map(({ lesson, right, ofRight, wrong, ofWrong }) => line(lesson, right, ofRight, wrong, ofWrong));
  const all = line(
    "all",
    sum((row) => row.right),
    sum((row) => row.ofRight),
    sum((row) => row.wrong),
    sum((row) => row.ofWrong),
  );
  return { text: table([["lesson", "right passed", "wrong failed", "wrong grades"], ...lines, all]), wrongGrades: Number(all[3]) };
}

export function gradesOf(own: readonly TrialResult[]): { right: number; ofRight: number; wrong: number; ofWrong: number } {
  const of = (grades: "right" | "wrong"): readonly TrialResult[] => own.filter(({ trial }) => trial.grades === grades);
  const sound = (results: readonly TrialResult[]): number => results.filter(({ problems }) => problems.length === 0).length;
  return { right: sound(of("right")), ofRight: of("right").length, wrong: sound(of("wrong")), ofWrong: of("wrong").length };
}

export function byLesson(results: readonly TrialResult[]): Map<string, TrialResult[]> {
  const groups = new Map<string, TrialResult[]>();
  for (const result of results) groups.set(result.trial.lesson, [...(groups.get(result.trial.lesson) ?? []), result]);
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function total(results: readonly TrialResult[]): number {
  return results.reduce((sum, each) => sum + each.seconds, 0);
}

function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}
