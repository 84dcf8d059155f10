/** What a learner has done. Keyed by the lessons' stable ids, so that renamed folders and titles lose nothing. */
export interface ProgressRecord {
  readonly format: 1;
  readonly lessons: Readonly<Record<string, LessonProgress>>;
}

/** Times are milliseconds since the epoch. */
export interface LessonProgress {
  readonly openedAt: number;
  /** When each finished task passed. */
  readonly tasks: Readonly<Record<string, number>>;
  /** The answer to each quiz, as text (`encodeAnswer` of lib/lab/quiz). */
  readonly quizzes: Readonly<Record<string, string>>;
  /** The reader said so, for lessons without tasks. */
  readonly readAt?: number;
}

export const emptyRecord: ProgressRecord = { format: 1, lessons: {} };

const emptyLesson: LessonProgress = { openedAt: 0, tasks: {}, quizzes: {} };

/** The record with one lesson changed; the same object when nothing changes. */
export function changeLesson(record: ProgressRecord, lesson: string, change: Partial<LessonProgress>): ProgressRecord {
  const before = record.lessons[lesson] ?? emptyLesson;
  const after: LessonProgress = {
    ...before,
    ...change,
    tasks: { ...before.tasks, ...change.tasks },
    quizzes: { ...before.quizzes, ...change.quizzes },
  };
  return { format: 1, lessons: { ...record.lessons, [lesson]: after } };
}

/** Both records' work together: whichever finished a task first counts; the later visit is the visit. */
export function mergeRecords(one: ProgressRecord, other: ProgressRecord): ProgressRecord {
  const lessons: Record<string, LessonProgress> = { ...one.lessons };
  for (const [id, theirs] of Object.entries(other.lessons)) {
    const ours = lessons[id] ?? emptyLesson;
    const tasks: Record<string, number> = { ...theirs.tasks };
    for (const [task, at] of Object.entries(ours.tasks)) tasks[task] = Math.min(at, tasks[task] ?? at);
    const readAt = ours.readAt ?? theirs.readAt;
    lessons[id] = {
      openedAt: Math.max(ours.openedAt, theirs.openedAt),
      tasks,
      quizzes: { ...theirs.quizzes, ...ours.quizzes },
      ...(readAt === undefined ? {} : { readAt }),
    };
  }
  return { format: 1, lessons };
}

/** Reads an exported or stored record. Throws an Error that says what is wrong with the text. */
export function parseRecord(text: string): ProgressRecord {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw new Error("This is not a file of progress: it holds no JSON.");
  }
  if (!isObject(data) || data.format !== 1 || !isObject(data.lessons)) {
    throw new Error("This is not a file of progress that this version of Slipway can read.");
  }
  const lessons: Record<string, LessonProgress> = {};
  for (const [id, value] of Object.entries(data.lessons)) {
    if (!isObject(value)) continue;
    lessons[id] = {
      openedAt: typeof value.openedAt === "number" ? value.openedAt : 0,
      tasks: entriesOf(value.tasks, (v): v is number => typeof v === "number"),
      quizzes: entriesOf(value.quizzes, (v): v is string => typeof v === "string"),
      ...(typeof value.readAt === "number" ? { readAt: value.readAt } : {}),
    };
  }
  return { format: 1, lessons };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function entriesOf<T>(value: unknown, wanted: (v: unknown) => v is T): Record<string, T> {
  const found: Record<string, T> = {};
  if (isObject(value)) for (const [key, v] of Object.entries(value)) if (wanted(v)) found[key] = v;
  return found;
}
