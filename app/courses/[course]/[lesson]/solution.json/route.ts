import { loadCourses, loadLibrary } from "../../../../../lib/content/load.ts";
import { solutionSteps } from "../../../../../lib/content/solution.ts";
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

/** How the tasks of a lesson are solved, step by step. Fetched when a learner wants to see it. */
export async function GET(_request: Request, { params }: { params: Promise<Params> }): Promise<Response> {
  const { course, lesson } = await params;
  const source = [...loadLibrary().lessons.values()].find(({ info }) => info.course === course && info.slug === lesson);
  return Response.json(source === undefined ? [] : solutionSteps(source));
}
