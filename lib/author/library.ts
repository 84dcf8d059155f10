import { LessonFolders } from "../content/lesson-folders.ts";
import type { LessonSource, Library } from "../content/load.ts";
import { contentRoot, readLibrary, readPart, soundPart } from "../content/load.ts";
import { didYouMean } from "../lab/definition/nearest.ts";
import type { Problem } from "../lab/definition/problem.ts";
import type { LabDefinition } from "../lab/types.ts";
import { badLesson, badUsage } from "./output.ts";

export interface LabLesson extends LessonSource {
  readonly lab: LabDefinition;
}

/** All content with whatever is wrong in it. Lessons with mistakes of their own are left out: the others can be used all the same. */
export function allContent(): Library {
  const library = readLibrary();
  return { ...soundPart(library), problems: library.problems };
}

/** The problems of that lesson's own files. */
export function problemsOf(problems: readonly Problem[], source: LessonSource): Problem[] {
  return problems.filter(({ file }) => isIn(file, source));
}

/** All content; throws when any of it is bad (exit status 3). */
export function soundLibrary(): Library {
  const library = readLibrary();
  if (library.problems.length > 0) throw badLesson(library.problems);
  return library;
}

/** Lessons with a lab, in the order of the courses. */
export function labLessons(library: Library): LabLesson[] {
  return library.courses
    .flatMap((course) => course.lessons)
    .map((info) => library.lessons.get(info.id))
    .filter((source): source is LabLesson => source?.lab !== undefined);
}

/**
 * The lesson with that id, by whose own mistakes alone this can fail. No other lesson is read, but those that its lab continues; all
 * are where no lesson has the id, to say what was meant.
 */
export function findLabLesson(id: string): LabLesson {
  const folder = new LessonFolders(contentRoot()).ofId(id);
  const library = folder === undefined ? readLibrary() : readPart([folder]);
  const source = library.lessons.get(id);
  const concerns =
    source !== undefined
      ? library.problems.filter((problem) => isIn(problem.file, source))
      : library.problems.filter(({ file }) => folder === undefined || file.startsWith(`content/${folder}/`));
  if (concerns.length > 0) throw badLesson(concerns);
  if (source === undefined) throw badUsage(`There is no lesson \`${id}\`. ${didYouMean(id, [...library.lessons.keys()])}`);
  const { lab } = source;
  if (lab === undefined) throw badUsage(`The lesson \`${id}\` has no lab.`);
  return { ...source, lab };
}

function isIn(file: string, source: LessonSource): boolean {
  const folder = `content/${source.info.course}/${source.info.slug}/`;
  return file.startsWith(folder) || file === "content/glossary.yaml";
}
