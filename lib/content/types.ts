/** Courses and lessons as the site shows them. */
export interface CourseInfo {
  readonly slug: string;
  readonly title: string;
  readonly summary: string;
  /** What one can do afterwards. */
  readonly teaches: readonly string[];
  readonly order: number;
  readonly lessons: readonly LessonInfo[];
}

export interface LessonInfo {
  /** Stable for ever: progress hangs on it. */
  readonly id: string;
  readonly course: string;
  readonly slug: string;
  readonly title: string;
  readonly summary: string;
  readonly minutes: number;
  readonly objectives: readonly string[];
  readonly requires: readonly string[];
  readonly hasLab: boolean;
}

export interface GlossaryTerm {
  readonly id: string;
  readonly term: string;
  /** Other spellings under which <Term> finds it. */
  readonly also: readonly string[];
  readonly text: string;
}
