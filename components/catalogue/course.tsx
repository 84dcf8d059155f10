import Link from "next/link";
import { InlineText } from "../ui/inline-text.tsx";
import { LessonStanding } from "./lesson-standing.tsx";
import type { LessonSummary } from "./summary.ts";

interface Props {
  number: number;
  slug: string;
  title: string;
  summary: string;
  teaches: readonly string[];
  lessons: readonly LessonSummary[];
}

/** A course, as a chapter of the table of contents. */
export function Course({ number, slug, title, summary, teaches, lessons }: Props) {
  return (
    <section
      aria-labelledby={`course-${slug}`}
      className="course grid gap-x-12 gap-y-6 border-line border-t py-10 lg:grid-cols-[19rem_1fr]"
    >
      <header>
        <p className="running-head">Course {number}</p>
        <h2 id={`course-${slug}`} className="mt-1.5 font-semibold font-serif text-3xl leading-tight tracking-tight">
          {title}
        </h2>
        <p className="mt-3 text-pretty font-serif text-ink-soft text-lg leading-normal">
          <InlineText text={summary} />
        </p>
      </header>
      <div>
        <ol className="grid gap-1">
          {lessons.map((lesson) => (
            <li key={lesson.id}>
              <Link
                href={lesson.href}
                className="group -mx-3 grid grid-cols-[1fr_auto] items-baseline gap-x-4 rounded-md px-3 py-2.5 hover:bg-surface"
              >
                <span className="font-semibold font-serif text-xl leading-snug group-hover:text-accent">{lesson.title}</span>
                <span className="text-ink-soft text-sm tabular-nums">{lesson.minutes} min</span>
                <span className="mt-0.5 text-pretty text-[0.9375rem] text-ink-soft leading-normal">
                  <InlineText text={lesson.summary} />
                </span>
                <LessonStanding lesson={lesson} />
              </Link>
            </li>
          ))}
        </ol>
        {teaches.length > 0 ? (
          <div className="mt-5">
            <h3 className="running-head">Afterwards you can</h3>
            <ul className="mt-2 grid gap-x-8 gap-y-1 text-[0.9375rem] leading-normal sm:grid-cols-2">
              {teaches.map((each) => (
                <li
                  key={each}
                  className="relative pl-4 before:absolute before:top-[0.7em] before:left-0 before:h-px before:w-2 before:bg-accent"
                >
                  <InlineText text={each} />
                </li>
              ))}
            </ul>
          </div>
        ) : null}
      </div>
    </section>
  );
}
