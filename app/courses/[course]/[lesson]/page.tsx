import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { LessonPage } from "../../../../components/lesson/lesson-page.tsx";
import { loadCourses, loadLesson } from "../../../../lib/content/load.ts";
import type { LessonInfo } from "../../../../lib/content/types.ts";

export const dynamicParams = false;

interface Params {
  course: string;
  lesson: string;
}

export function generateStaticParams(): Params[] {
  return loadCourses().flatMap((course) => course.lessons.map((lesson) => ({ course: course.slug, lesson: lesson.slug })));
}

function find(params: Params): LessonInfo | undefined {
  return loadCourses()
    .find((course) => course.slug === params.course)
    ?.lessons.find((lesson) => lesson.slug === params.lesson);
}

export async function generateMetadata({ params }: { params: Promise<Params> }): Promise<Metadata> {
  const info = find(await params);
  return info ? { title: info.title, description: info.summary.replaceAll("`", "") } : {};
}

export default async function Page({ params }: { params: Promise<Params> }) {
  const info = find(await params);
  if (!info) notFound();
  const course = loadCourses().find((each) => each.slug === info.course);
  const at = course?.lessons.findIndex((each) => each.id === info.id) ?? 0;
  return (
    <LessonPage lesson={await loadLesson(info.id)} course={course?.title ?? info.course} number={at + 1} next={course?.lessons[at + 1]} />
  );
}
