import type { Metadata } from "next";
import { ProgressReport } from "../../components/progress/progress-report.tsx";
import { SiteFooter } from "../../components/ui/site-footer.tsx";
import { loadCourses, loadLibrary } from "../../lib/content/load.ts";

export const metadata: Metadata = { title: "Progress", description: "What you have done, kept in this browser." };

export default function Progress() {
  const { lessons } = loadLibrary();
  const courses = loadCourses().map((course) => ({
    slug: course.slug,
    title: course.title,
    lessons: course.lessons.map((info) => ({
      id: info.id,
      href: `/courses/${info.course}/${info.slug}/`,
      title: info.title,
      summary: info.summary,
      minutes: info.minutes,
      tasks: lessons.get(info.id)?.lab?.tasks.map((task) => task.id) ?? [],
      taskTitles: lessons.get(info.id)?.lab?.tasks.map((task) => task.title) ?? [],
    })),
  }));
  return (
    <main id="content" className="mx-auto max-w-[44rem] px-5 pb-24 sm:px-8">
      <h1 className="pt-14 font-semibold font-serif text-4xl tracking-tight sm:text-5xl">Progress</h1>
      <p className="mt-4 font-serif text-ink-soft text-xl leading-relaxed">
        What you have done is kept in this browser and nowhere else. Export it, with the worlds of your labs, to keep it or to take it to
        another browser. The file also holds what you typed in terminals, passwords included.
      </p>
      <ProgressReport courses={courses} />
      <SiteFooter />
    </main>
  );
}
