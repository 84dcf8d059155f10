import { Continue } from "../components/catalogue/continue.tsx";
import { Course } from "../components/catalogue/course.tsx";
import type { LessonSummary } from "../components/catalogue/summary.ts";
import { SiteFooter } from "../components/ui/site-footer.tsx";
import { loadCourses, loadLibrary } from "../lib/content/load.ts";

export default function Catalogue() {
  const { lessons } = loadLibrary();
  const courses = loadCourses().map((course) => ({
    course,
    lessons: course.lessons.map(
      (info): LessonSummary => ({
        id: info.id,
        href: `/courses/${info.course}/${info.slug}/`,
        title: info.title,
        summary: info.summary,
        minutes: info.minutes,
        tasks: lessons.get(info.id)?.lab?.tasks.map((task) => task.id) ?? [],
      }),
    ),
  }));
  return (
    <main id="content" className="mx-auto max-w-5xl px-5 pb-24 sm:px-8">
      <div className="grid gap-x-16 gap-y-8 pt-14 pb-12 sm:pt-20 lg:grid-cols-[1fr_20rem] lg:items-end">
        <div>
          <h1 className="max-w-[16ch] text-balance font-semibold font-serif text-5xl leading-[1.05] tracking-tight sm:text-6xl">
            Learn deployment by deploying
          </h1>
          <p className="mt-6 max-w-[58ch] text-pretty font-serif text-ink-soft text-xl leading-relaxed">
            A book on putting web applications into production, with a working machine beside every lesson: a real shell, real Python, real
            Django, in this browser tab. What you do is graded by the state it leaves behind.
          </p>
        </div>
        <Continue lessons={courses.flatMap((each) => each.lessons)} />
      </div>
      {courses.map(({ course, lessons: summaries }, index) => (
        <Course
          key={course.slug}
          number={index + 1}
          slug={course.slug}
          title={course.title}
          summary={course.summary}
          teaches={course.teaches}
          lessons={summaries}
        />
      ))}
      <SiteFooter />
    </main>
  );
}
