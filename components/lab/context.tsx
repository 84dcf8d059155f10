"use client";
import { createContext, type ReactNode, useContext, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { asksBeforeDownload } from "../../lib/lab/browser/consent.ts";
import { decodeAnswer } from "../../lib/lab/quiz/judge.ts";
import type { LabState, QuizDefinition } from "../../lib/lab/types.ts";
import { useLesson } from "../lesson/lesson-context.tsx";
import { progress } from "../progress/use-progress.ts";
import { type BenchInfo, BenchStore, type BenchView, idleLab } from "./bench-store.ts";
import { connectLab } from "./connect.ts";
import { ResultsAnnouncer } from "./results-announcer.tsx";
import { findObstacle, surroundings } from "./support.ts";

const BenchContext = createContext<BenchStore | undefined>(undefined);

/** Gives the prose and the bench below it one lab. */
export function LabProvider({ info, children }: { info: BenchInfo; children: ReactNode }) {
  const { quizzes } = useLesson();
  const [bench] = useState(() => new BenchStore(info, connectLab));
  // A preview changes the questions while the lab runs.
  const questions = useRef(quizzes);
  questions.current = quizzes;
  useEffect(() => {
    progress.change(info.lesson, { openedAt: Date.now() });
    // The machine starts while the bench's own code is still on its way.
    if (!findObstacle(surroundings()) && !asksBeforeDownload()) void bench.connect();
    let before: LabState["phase"] = "idle";
    const stop = bench.subscribe(() => {
      const lab = bench.getLab();
      if (lab.phase === "running" && before !== "running") tellAnswers(bench, questions.current);
      before = lab.phase;
      recordPassed(info.lesson, lab);
    });
    return () => {
      stop();
      bench.dispose();
    };
  }, [bench, info.lesson]);
  return (
    <BenchContext value={bench}>
      {children}
      <ResultsAnnouncer />
    </BenchContext>
  );
}

/** The answers that this browser remembers: a lab that was reloaded at once after an answer may not have saved it. */
function tellAnswers(bench: BenchStore, quizzes: readonly QuizDefinition[]): void {
  const given = progress.get().lessons[bench.info.lesson]?.quizzes ?? {};
  for (const quiz of quizzes) {
    const answer = decodeAnswer(quiz, given[quiz.id] ?? "");
    if (given[quiz.id] !== undefined && answer !== undefined) bench.answerQuiz(quiz.id, answer);
  }
}

function recordPassed(lesson: string, lab: LabState): void {
  const known = progress.get().lessons[lesson]?.tasks ?? {};
  const fresh = lab.tasks.filter((task) => task.status === "passed" && known[task.id] === undefined);
  if (fresh.length > 0) progress.change(lesson, { tasks: Object.fromEntries(fresh.map((task) => [task.id, Date.now()])) });
}

/** The bench of this page; undefined on pages without a lab. */
export function useOptionalBench(): BenchStore | undefined {
  return useContext(BenchContext);
}

export function useBench(): BenchStore {
  const bench = useContext(BenchContext);
  if (!bench) throw new Error("This component stands outside of a LabProvider.");
  return bench;
}

const nothing: BenchView = { connection: "none", panel: "read", upper: "files" };
const never = () => () => undefined;

export function useBenchView(): BenchView {
  const bench = useOptionalBench();
  return useSyncExternalStore(bench?.subscribe ?? never, bench?.getView ?? (() => nothing), bench?.getView ?? (() => nothing));
}

/** A part of the lab's state (`idle` until it is connected). `select` must give an object of the state itself, or a plain value. */
export function useLab<T>(select: (lab: LabState) => T): T {
  const bench = useOptionalBench();
  const read = () => select(bench?.getLab() ?? idleLab);
  return useSyncExternalStore(bench?.subscribe ?? never, read, () => select(idleLab));
}
