import type { Metadata } from "next";
import Link from "next/link";
import { SiteFooter } from "../../../components/ui/site-footer.tsx";
import { loadLibrary } from "../../../lib/content/load.ts";
import { coverage } from "../../../lib/content/syllabus.ts";

export const metadata: Metadata = {
  title: "What is taught where",
  description: "Every topic of the syllabus, the lesson that teaches it, and the checks that show it was learned.",
};

export default function Coverage() {
  const sources = coverage(loadLibrary());
  const topics = sources.flatMap((source) => source.topics);
  const taught = topics.filter(({ lessons }) => lessons.length > 0).length;
  return (
    <main id="content" className="mx-auto max-w-[60rem] px-5 pb-24 sm:px-8">
      <h1 className="pt-14 font-semibold font-serif text-4xl tracking-tight sm:text-5xl">What is taught where</h1>
      <p className="mt-4 max-w-[44rem] font-serif text-ink-soft text-xl leading-relaxed">
        {taught} of {topics.length} topics of the syllabus are taught. Lessons and checks name their topics themselves, so this table cannot
        be out of date.
      </p>
      {sources.map(({ source, topics: rows }) => (
        <section key={source} aria-label={source} className="mt-12">
          <h2 className="font-semibold font-serif text-2xl">{source}</h2>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is scrolled by keyboard */}
          <section className="mt-4 overflow-x-auto" tabIndex={0} aria-label={`Topics of ${source}`}>
            <table className="w-full text-left text-[0.9375rem] leading-relaxed">
              <thead>
                <tr className="border-line-strong border-b">
                  <th scope="col" className="py-2 pr-6 font-semibold">
                    Topic
                  </th>
                  <th scope="col" className="py-2 pr-6 font-semibold">
                    Lesson
                  </th>
                  <th scope="col" className="py-2 font-semibold">
                    Checks
                  </th>
                </tr>
              </thead>
              <tbody>
                {rows.map(({ topic, lessons }) => (
                  <tr key={topic.id} className="border-line border-b align-top">
                    <th scope="row" className="py-2 pr-6 font-normal">
                      {topic.text}
                    </th>
                    <td className="py-2 pr-6">
                      {lessons.map(({ lesson }) => (
                        <Link key={lesson.id} href={`/courses/${lesson.course}/${lesson.slug}/`} className="block underline">
                          {lesson.title}
                        </Link>
                      ))}
                      {lessons.length === 0 ? <strong>not taught yet</strong> : null}
                    </td>
                    <td className="py-2 font-mono text-[0.8125rem]">
                      {lessons.flatMap(({ lesson, checks }) =>
                        checks.map((check) => (
                          <span key={`${lesson.id} ${check}`} className="block">
                            {check}
                          </span>
                        )),
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        </section>
      ))}
      <SiteFooter />
    </main>
  );
}
