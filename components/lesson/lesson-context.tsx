"use client";
import { createContext, type ReactNode, useContext } from "react";
import type { QuizDefinition } from "../../lib/lab/types.ts";

/** A task as its card shows it; texts were made into elements at build time. */
export interface TaskInfo {
  readonly id: string;
  readonly title: string;
  readonly needs: readonly string[];
  readonly text?: ReactNode;
  readonly hints: readonly ReactNode[];
  readonly solution?: ReactNode;
  /** The steps of its solution are known, and can be done in a scratch copy. */
  readonly steppable?: boolean;
}

export interface LessonData {
  readonly lesson: string;
  readonly tasks: readonly TaskInfo[];
  readonly quizzes: readonly QuizDefinition[];
}

const LessonContext = createContext<LessonData | undefined>(undefined);

/** What the islands in a lesson's prose look up by id. */
export function LessonProvider({ data, children }: { data: LessonData; children: ReactNode }) {
  return <LessonContext value={data}>{children}</LessonContext>;
}

export function useLesson(): LessonData {
  const data = useContext(LessonContext);
  if (!data) throw new Error("This component stands outside of a lesson.");
  return data;
}
