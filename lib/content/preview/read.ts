import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Problem } from "../../lab/definition/problem.ts";
import { YamlSource } from "../../lab/definition/yaml-source.ts";
import type { LabDefinition } from "../../lab/types.ts";
import { compileSource, contentRoot, type LessonSource, type Library, readPart } from "../load.ts";
import { courseSchema } from "../schema.ts";
import type { CompiledLesson, CourseInfo, LessonInfo } from "../types.ts";
import type { PreviewState } from "./types.ts";

/** One lesson as its files are now, by its folders. Others may be broken; what is wrong with this one is in `problems`. */
export interface PreviewedLesson {
  readonly problems: readonly Problem[];
  readonly source?: LessonSource;
  readonly course?: CourseInfo;
  /** Its place in the course, from 1. */
  readonly number: number;
  readonly next?: LessonInfo;
  /** Folders of the lessons from whose end it starts, as "course/slug". */
  readonly continues: readonly string[];
}

export function readForPreview(course: string, lesson: string, root = contentRoot()): PreviewedLesson {
  const slugs = slugsOf(join(root, course, "course.yaml"));
  const at = slugs.indexOf(lesson);
  const after = slugs[at + 1];
  const read = at < 0 || after === undefined ? [lesson] : [lesson, after];
  const library = readPart(
    read.map((slug) => `${course}/${slug}`),
    root,
  );
  const source = [...library.lessons.values()].find(({ info }) => info.course === course && info.slug === lesson);
  const problems = concerning(library, course, lesson, root);
  if (source === undefined && problems.length === 0) {
    const file = `${basename(root)}/${course}/${lesson}/lesson.mdx`;
    const remedy = `Make it with: npm run -s lab -- new ${course}/${lesson}`;
    return { problems: [{ file, line: 1, column: 1, message: "There is no such lesson.", remedy }], number: 1, continues: [] };
  }
  const info = library.courses.find((each) => each.slug === course);
  const next = info?.lessons.find(({ slug }) => slug === after);
  return { problems, source, course: info, number: at + 1, next, continues: continuedBy(source, library) };
}

function continuedBy(source: LessonSource | undefined, { lessons }: Library): string[] {
  const folders: string[] = [];
  for (let at = source; at?.lab?.continues !== undefined && folders.length < lessons.size; ) {
    at = lessons.get(at.lab.continues.lesson);
    if (at !== undefined) folders.push(`${at.info.course}/${at.info.slug}`);
  }
  return folders;
}

/** The lessons of a course, in order, as its list names them; none where it can't be read. */
function slugsOf(file: string): readonly string[] {
  return new YamlSource(file, read(file)).read(courseSchema)?.lessons ?? [];
}

export function compileForPreview(source: LessonSource): Promise<CompiledLesson> {
  return compileSource(source);
}

/** What an open page is told. `version` changes with everything that it shows; `world` with what a running lab can't take over. */
export function previewState({ problems, source, course, number, next }: PreviewedLesson, root: string): PreviewState {
  if (source === undefined || problems.length > 0) return { kind: "unsound", version: digest(problems), problems };
  const glossary = join(root, "glossary.yaml");
  const texts = [
    course?.title,
    number,
    next,
    source.body,
    source.info,
    source.quizzes,
    source.calculators,
    source.lab?.version,
    read(glossary),
    pictures(source),
  ];
  return { kind: "sound", version: digest(texts), world: worldOf(source.lab), lab: source.lab };
}

/** Machines, files, network and traffic, and rules over the lab's whole history: a lab that runs has begun with others. */
function worldOf(lab: LabDefinition | undefined): string {
  if (lab === undefined) return "";
  const { machines, files, dns, registrar, hosting, buckets, latencyMs, traffic, browser } = lab;
  const past = lab.tasks.flatMap((task) => task.checks.filter(({ kind }) => kind === "never" || kind === "always" || kind === "traffic"));
  return digest([machines, files, dns, registrar, hosting, buckets, latencyMs, traffic, browser, past]);
}

function pictures({ folder, facts }: LessonSource): string[] {
  return [...facts.pictures].map((path) => read(join(folder, path)));
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** Problems in the lesson's folder, in its course's list and in the glossary. */
function concerning({ problems }: Library, course: string, lesson: string, root: string): Problem[] {
  const content = basename(root);
  const whole = [`${content}/${course}/course.yaml`, `${content}/glossary.yaml`];
  return problems.filter(({ file }) => file.startsWith(`${content}/${course}/${lesson}/`) || whole.includes(file));
}

function digest(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);
}
