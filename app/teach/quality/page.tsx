import type { Metadata } from "next";
import Link from "next/link";
import { SiteFooter } from "../../../components/ui/site-footer.tsx";
import { type FullQuality, type LessonQuality, qualityOf } from "../../../lib/author/gate/quality.ts";
import { loadLibrary } from "../../../lib/content/load.ts";

export const metadata: Metadata = {
  title: "How well lessons grade",
  description: "For each lesson: its tasks and checks, the attempts that are tried on them, and what of a solution its checks notice.",
};

export default function Quality() {
  const lessons = qualityOf(loadLibrary());
  const labs = lessons.filter(({ full }) => full !== undefined);
  const attempts = labs.reduce((sum, { right, wrong }) => sum + right + wrong, 0);
  const tried = labs.flatMap(({ full }) => (full !== undefined && "result" in full ? [full.result] : []));
  const caught = tried.reduce((sum, { mutations }) => sum + mutations.caught, 0);
  const survived = tried.reduce((sum, { mutations }) => sum + mutations.survived.length, 0);
  return (
    <main id="content" className="mx-auto max-w-[78rem] px-5 pb-24 sm:px-8">
      <h1 className="pt-14 font-semibold font-serif text-4xl tracking-tight sm:text-5xl">How well lessons grade</h1>
      <div className="mt-4 max-w-[44rem] space-y-3 font-serif text-ink-soft text-xl leading-relaxed">
        <p>
          {labs.length} labs, {attempts} attempts: each right one must pass every check, each wrong one must fail the check that it is wrong
          by. The short gate tries all of them each time.
        </p>
        <p>
          The full gate also takes back what a solution has made, one thing at a time, and looks whether a check notices. Of{" "}
          {caught + survived} that were tried, checks noticed {caught}.
        </p>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is scrolled by keyboard */}
      <section className="mt-10 overflow-x-auto" tabIndex={0} aria-label="Lessons">
        <table className="w-full text-left text-[0.9375rem] leading-relaxed">
          <thead>
            <tr className="border-line-strong border-b">
              {["Lesson", "Tasks", "Checks", "Hints", "Right", "Wrong", "Reading", "Short gate", "Full gate", "Mutations caught"].map(
                (name) => (
                  <th key={name} scope="col" className="py-2 pr-5 font-semibold">
                    {name}
                  </th>
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {lessons.map((lesson) => (
              <Row key={lesson.id} lesson={lesson} />
            ))}
          </tbody>
        </table>
      </section>
      <SiteFooter />
    </main>
  );
}

function Row({ lesson }: { lesson: LessonQuality }) {
  const { full } = lesson;
  const result = full !== undefined && "result" in full ? full.result : undefined;
  const cells = [
    lesson.tasks,
    lesson.checks,
    lesson.hints,
    lesson.right,
    lesson.wrong,
    `${lesson.readingMinutes} min`,
    result === undefined || result.only !== undefined ? "–" : `${result.shortSeconds} s`,
  ];
  return (
    <tr className="border-line border-b align-top">
      <th scope="row" className="min-w-[14rem] py-2 pr-5 font-normal">
        <Link href={`/courses/${lesson.course}/${lesson.slug}/`} className="underline">
          {lesson.title}
        </Link>
      </th>
      {cells.map((cell, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the columns do not move
        <td key={at} className="py-2 pr-5 tabular-nums">
          {cell}
        </td>
      ))}
      <td className="min-w-[12rem] py-2 pr-5">{fullText(full)}</td>
      <td className="min-w-[14rem] py-2">
        <Mutations full={full} />
      </td>
    </tr>
  );
}

function fullText(full: FullQuality | undefined): string {
  if (full === undefined) return "no lab";
  if (full.state === "never") return "never tried";
  if (full.state === "put off") return `put off on ${full.since}: ${full.reason}`;
  const { on, engine, only } = full.result;
  if (only === "mutations") return `mutations only, on ${on}, with engine ${engine.slice(0, 8)}`;
  return `${full.state === "as tried" ? "passed" : "changed since it passed"} on ${on}, with engine ${engine.slice(0, 8)}`;
}

function Mutations({ full }: { full: FullQuality | undefined }) {
  if (full === undefined || !("result" in full)) return "–";
  const { caught, survived, excused, untried } = full.result.mutations;
  const tried = caught + survived.length;
  return (
    <>
      {tried === 0 ? "none to try" : `${caught} of ${tried} (${(100 * full.caughtShare).toFixed(0)} %)`}
      {excused > 0 ? `, ${excused} excused by the author` : ""}
      {survived.length + untried.length > 0 ? (
        <details className="mt-1">
          <summary>{survived.length + untried.length} not noticed or not tried</summary>
          <ul className="mt-1 font-mono text-[0.8125rem]">
            {[...survived, ...untried].map((id) => (
              <li key={id} className="break-all">
                {id}
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </>
  );
}
