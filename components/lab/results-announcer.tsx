"use client";
import { useEffect } from "react";
import { useLesson } from "../lesson/lesson-context.tsx";
import { announce } from "../ui/announcer.tsx";
import { useBench } from "./context.tsx";
import { spoken, type TaskMood, taskMood } from "./task-status.ts";

/**
 * Tells screen readers how tasks stand: when one passes or could not be checked, and what a check has found that the learner asked
 * for. One for the whole page, so that a task with two cards is told of once.
 */
export function ResultsAnnouncer() {
  const bench = useBench();
  const { tasks } = useLesson();
  useEffect(() => {
    const before = new Map<string, TaskMood>();
    let asking: ReadonlySet<string> = new Set();
    let started = false;
    return bench.subscribe(() => {
      const { asked, asking: nowAsking = new Set<string>() } = bench.getView();
      const lab = bench.getLab();
      const texts: string[] = [];
      for (const task of tasks) {
        const state = lab.tasks.find((each) => each.id === task.id);
        const mood = taskMood(state, asked?.has(task.id) === true);
        const answered = asking.has(task.id) && !nowAsking.has(task.id);
        const changed = started && before.get(task.id) !== mood && (mood === "done" || mood === "fault");
        before.set(task.id, mood);
        if (nowAsking.has(task.id) || (!answered && !changed)) continue;
        const waitsFor = task.needs
          .filter((id) => lab.tasks.find((each) => each.id === id)?.status !== "passed")
          .map((id) => tasks.find((each) => each.id === id)?.title ?? id);
        texts.push(spoken(task.title, mood, state?.checks ?? [], waitsFor));
      }
      asking = nowAsking;
      // What a saved lab has passed already is no news.
      started = lab.phase === "running" && lab.tasks.length > 0;
      if (texts.length > 0) announce(texts.join(" "));
    });
  }, [bench, tasks]);
  return null;
}
