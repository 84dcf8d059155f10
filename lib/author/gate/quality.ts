import type { LessonSource, Library } from "../../content/load.ts";
import { StepsError } from "../read-steps.ts";
import { type Attempt, readAttempts } from "./attempts.ts";
import { caughtShare, type FullResult, lessonHash, readResult } from "./results.ts";

/** What is known of how well a lesson's exercises grade: from its files, and from what the full gate has left beside them. */
export interface LessonQuality {
  readonly id: string;
  readonly course: string;
  readonly slug: string;
  readonly title: string;
  readonly tasks: number;
  readonly checks: number;
  readonly hints: number;
  readonly questions: number;
  readonly right: number;
  readonly wrong: number;
  /** Of the prose alone, in minutes. */
  readonly readingMinutes: number;
  /** What the author says that reading and doing takes. */
  readonly minutes: number;
  /** Undefined: it has no lab, so there is nothing to try. */
  readonly full: FullQuality | undefined;
}

export type FullQuality =
  | { readonly state: "never" }
  | { readonly state: "put off"; readonly reason: string; readonly since: string }
  | {
      /** Whether the lesson is still what was tried. */
      readonly state: "as tried" | "changed since";
      readonly result: FullResult;
      /** Of mutations, from 0 to 1. */
      readonly caughtShare: number;
    };

/** Silent reading of English (Brysbaert 2019, https://doi.org/10.1016/j.jml.2019.104047): 238 words a minute. */
const WORDS_A_MINUTE = 238;

export function qualityOf(library: Library): LessonQuality[] {
  return library.courses
    .flatMap(({ lessons }) => lessons)
    .flatMap(({ id }) => library.lessons.get(id) ?? [])
    .map(qualityOfLesson);
}

function qualityOfLesson(source: LessonSource): LessonQuality {
  const { info, lab, quizzes, folder, body } = source;
  const tasks = lab?.tasks ?? [];
  const attempts = lab === undefined ? [] : soundAttempts(folder);
  const right = attempts.filter(({ kind }) => kind !== "wrong").length;
  const words = body.replace(/<[^>]*>|[`*#>|_]/g, " ").split(/\s+/).length;
  return {
    id: info.id,
    course: info.course,
    slug: info.slug,
    title: info.title,
    tasks: tasks.length,
    checks: tasks.reduce((sum, { checks }) => sum + checks.length, 0),
    hints: tasks.reduce((sum, { hints }) => sum + hints.length, 0),
    questions: quizzes.length,
    right,
    wrong: attempts.length - right,
    readingMinutes: Math.max(1, Math.round(words / WORDS_A_MINUTE)),
    minutes: info.minutes,
    full: lab === undefined ? undefined : fullOf(source),
  };
}

/** None where they can't be read: the gate says why. */
function soundAttempts(folder: string): readonly Attempt[] {
  try {
    return readAttempts(folder);
  } catch (error) {
    if (error instanceof StepsError) return [];
    throw error;
  }
}

function fullOf({ folder, facts }: LessonSource): FullQuality {
  const result = readResult(folder);
  if (result === undefined) return { state: "never" };
  if (result.later !== undefined) return { state: "put off", ...result.later };
  const state = result.lesson === lessonHash(folder, consolesOf(facts)) ? "as tried" : "changed since";
  return { state, result, caughtShare: caughtShare(result.mutations) };
}

/** The commands of the prose, as the full result's hash takes them in; where they stand does not matter. */
export function consolesOf({ consoles }: Pick<LessonSource["facts"], "consoles">): string {
  return JSON.stringify(consoles.map(({ line: _, ...rest }) => rest));
}
