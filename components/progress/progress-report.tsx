"use client";
import { Trash2 } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { LessonStanding } from "../catalogue/lesson-standing.tsx";
import type { LessonSummary } from "../catalogue/summary.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { SavedLabs } from "./saved-labs.tsx";
import { TakeAlong } from "./take-along.tsx";
import { progress, useProgress } from "./use-progress.ts";

interface ReportedLesson extends LessonSummary {
  readonly taskTitles: readonly string[];
}

interface Props {
  courses: readonly { readonly slug: string; readonly title: string; readonly lessons: readonly ReportedLesson[] }[];
}

/** Every lesson with its finished tasks, and the ways to take the record along. */
export function ProgressReport({ courses }: Props) {
  const record = useProgress();
  const [imports, setImports] = useState(0);
  const [message, setMessage] = useState("");
  const [asking, setAsking] = useState(false);

  const titles = Object.fromEntries(courses.flatMap(({ lessons }) => lessons.map(({ id, title }) => [id, title])));
  return (
    <>
      <div className="mt-7 flex flex-wrap gap-2">
        <TakeAlong titles={titles} onMessage={setMessage} onImported={() => setImports((number) => number + 1)} />
        <button type="button" className="button" onClick={() => setAsking(true)}>
          <Trash2 size={15} aria-hidden="true" /> Forget
        </button>
      </div>
      <p role="status" className="mt-3 min-h-5 text-ink-soft text-sm">
        {message}
      </p>
      <SavedLabs titles={titles} version={imports} onMessage={setMessage} />
      {courses.map((course) => (
        <section key={course.slug} className="mt-8">
          <h2 className="font-semibold font-serif text-2xl">{course.title}</h2>
          {course.lessons.map((lesson) => (
            <article key={lesson.id} className="mt-3 border-line border-t py-4">
              <div className="flex items-baseline justify-between gap-4">
                <h3>
                  <Link href={lesson.href} className="link font-semibold font-serif text-lg">
                    {lesson.title}
                  </Link>
                </h3>
                <LessonStanding lesson={lesson} />
              </div>
              <ul className="mt-2 text-[0.9375rem]">
                {lesson.tasks.map((task, index) => {
                  const at = record.lessons[lesson.id]?.tasks[task];
                  return (
                    <li key={task} className="flex justify-between gap-4 py-0.5">
                      <span>{lesson.taskTitles[index]}</span>
                      {at ? (
                        <time dateTime={new Date(at).toISOString()} className="shrink-0 text-passed text-sm tabular-nums">
                          Done {new Date(at).toLocaleDateString("en", { day: "numeric", month: "short", year: "numeric" })}
                        </time>
                      ) : (
                        <span className="shrink-0 text-ink-soft text-sm">To do</span>
                      )}
                    </li>
                  );
                })}
              </ul>
            </article>
          ))}
        </section>
      ))}
      <ConfirmDialog
        open={asking}
        title="Forget all progress?"
        confirm="Forget it"
        onClose={(confirmed) => {
          setAsking(false);
          if (!confirmed) return;
          progress.forget();
          setMessage("The record is empty. Your labs are as they were.");
        }}
      >
        The list of finished tasks and answered questions is deleted in this browser. The files of your labs stay. Export first if you may
        want it back.
      </ConfirmDialog>
    </>
  );
}
