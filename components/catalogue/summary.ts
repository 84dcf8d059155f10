import type { ProgressRecord } from "../../lib/progress/record.ts";

/** A lesson as the catalogue lists it. */
export interface LessonSummary {
  readonly id: string;
  readonly href: string;
  readonly title: string;
  readonly summary: string;
  readonly minutes: number;
  readonly tasks: readonly string[];
}

export type Standing =
  | { readonly kind: "new" }
  | { readonly kind: "done" }
  | { readonly kind: "begun"; readonly done: number; readonly of: number };

/** How far a learner is in a lesson. */
export function standing(lesson: LessonSummary, record: ProgressRecord): Standing {
  const known = record.lessons[lesson.id];
  if (!known) return { kind: "new" };
  if (known.readAt !== undefined && lesson.tasks.length === 0) return { kind: "done" };
  const done = lesson.tasks.filter((task) => known.tasks[task] !== undefined).length;
  if (lesson.tasks.length > 0 && done === lesson.tasks.length) return { kind: "done" };
  return known.openedAt > 0 || done > 0 ? { kind: "begun", done, of: lesson.tasks.length } : { kind: "new" };
}

/** The lesson to go on with: the one opened last that is not done, else the first that is new. */
export function nextLesson(lessons: readonly LessonSummary[], record: ProgressRecord): LessonSummary | undefined {
  const begun = lessons
    .filter((lesson) => standing(lesson, record).kind === "begun")
    .sort((a, b) => (record.lessons[b.id]?.openedAt ?? 0) - (record.lessons[a.id]?.openedAt ?? 0));
  return begun[0] ?? lessons.find((lesson) => standing(lesson, record).kind === "new");
}
