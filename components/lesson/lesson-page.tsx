import Link from "next/link";
import type { ReactNode } from "react";
import type { CompiledLesson, LessonInfo } from "../../lib/content/types.ts";
import type { TaskDefinition } from "../../lib/lab/types.ts";
import { Bench } from "../lab/bench.tsx";
import { LabProvider } from "../lab/context.tsx";
import { LabPreload } from "../lab/lab-preload.tsx";
import { InlineText } from "../ui/inline-text.tsx";
import { LessonProvider, type TaskInfo } from "./lesson-context.tsx";
import { LessonLayout } from "./lesson-layout.tsx";
import { MarkRead } from "./mark-read.tsx";
import { Markdown } from "./markdown.tsx";
import { Prose } from "./mdx.tsx";

interface Props {
  lesson: CompiledLesson;
  /** Title of its course. */
  course: string;
  /** Its place in the course, from 1. */
  number: number;
  next?: LessonInfo;
  /** Where the lab's definition is, if not at the lesson's own address. */
  definition?: string;
  /** What an author has beside a lesson that is being written. */
  tools?: ReactNode;
}

/** A lesson: the text, and beside it the lab if it has one. */
export function LessonPage({ lesson, course, number, next, tools, definition }: Props) {
  const { info, lab } = lesson;
  const labAddress = definition ?? `/courses/${info.course}/${info.slug}/lab.json`;
  const text = (
    <article className="lesson" data-column>
      <header className="lesson-head">
        <p className="running-head">
          <Link href="/" className="hover:text-accent">
            {course}
          </Link>
          <span aria-hidden="true"> · </span>Lesson {number}
          <span aria-hidden="true"> · </span>
          {info.minutes} min
        </p>
        <h1>{info.title}</h1>
        <p className="lesson-summary">
          <InlineText text={info.summary} />
        </p>
        <section className="lesson-aims" aria-label="What you will be able to do">
          <p className="running-head">Afterwards you can</p>
          <ul>
            {info.objectives.map((objective) => (
              <li key={objective}>
                <InlineText text={objective} />
              </li>
            ))}
          </ul>
        </section>
        {lab?.continues === undefined ? null : (
          <p className="lesson-continues">
            The lab goes on where <Link href={`/courses/${lab.continues.lesson}/`}>{lab.continues.title}</Link> ended: its files are there,
            and what listened runs. You need not have done that lesson here.
          </p>
        )}
      </header>
      <Prose lesson={lesson} />
      <footer className="lesson-foot">
        {lab ? null : <MarkRead lesson={info.id} />}
        {next ? (
          <Link href={`/courses/${next.course}/${next.slug}/`} className="next-lesson">
            <span className="running-head">Next lesson</span>
            <span className="next-title">{next.title}</span>
          </Link>
        ) : (
          <Link href="/" className="next-lesson">
            <span className="running-head">End of the course</span>
            <span className="next-title">All courses</span>
          </Link>
        )}
      </footer>
    </article>
  );
  const data = { lesson: info.id, tasks: lab?.tasks.map((task) => taskInfo(task, lesson.steppable)) ?? [], quizzes: lesson.quizzes };
  if (!lab) {
    return (
      <LessonProvider data={data}>
        <main id="content" className="px-5 sm:px-8">
          {text}
        </main>
        {tools}
      </LessonProvider>
    );
  }
  return (
    <LessonProvider data={data}>
      <LabProvider
        info={{
          lesson: info.id,
          definition: labAddress,
          machines: lab.machines,
          browser: lab.browser,
        }}
      >
        <LabPreload definition={labAddress} />
        <LessonLayout text={text} bench={<Bench />} />
        {tools}
      </LabProvider>
    </LessonProvider>
  );
}

function taskInfo(task: TaskDefinition, steppable: readonly string[]): TaskInfo {
  return {
    id: task.id,
    title: task.title,
    needs: task.needs,
    text: task.text ? <Markdown text={task.text} /> : undefined,
    // biome-ignore lint/suspicious/noArrayIndexKey: hints never change places
    hints: task.hints.map((hint, index) => <Markdown key={index} text={hint} />),
    solution: task.solution ? <Markdown text={task.solution} /> : undefined,
    steppable: steppable.includes(task.id),
  };
}
