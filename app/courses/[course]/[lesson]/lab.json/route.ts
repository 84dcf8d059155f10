import { loadCourses, loadLibrary } from "../../../../../lib/content/load.ts";
import { orEmptyFile } from "../../../../../lib/content/static-files.ts";

export const dynamic = "force-static";
export const dynamicParams = false;

interface Params {
  course: string;
  lesson: string;
}

export function generateStaticParams(): Params[] {
  const labs = loadCourses().flatMap((course) =>
    course.lessons.filter((lesson) => lesson.hasLab).map((lesson) => ({ course: course.slug, lesson: lesson.slug })),
  );
  return orEmptyFile(labs, { course: "none", lesson: "none" });
}

/** The lab of a lesson, as the kernel's worker gets it. A file of its own, so that the text does not wait for it. */
export async function GET(_request: Request, { params }: { params: Promise<Params> }): Promise<Response> {
  const { course, lesson } = await params;
  const source = [...loadLibrary().lessons.values()].find(({ info }) => info.course === course && info.slug === lesson);
  return Response.json(source?.lab ?? null);
}
