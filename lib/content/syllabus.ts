import type { Problem } from "../lab/definition/problem.ts";
import { YamlSource } from "../lab/definition/yaml-source.ts";
import type { Library } from "./load.ts";
import { syllabusSchema } from "./schema.ts";
import type { LessonInfo } from "./types.ts";

/** A document that the courses grew from, and what of it is to be taught. */
export interface SyllabusSource {
  readonly source: string;
  readonly topics: readonly Topic[];
}

export interface Topic {
  /** Lessons and checks name it in `teaches`. */
  readonly id: string;
  readonly text: string;
}

/** Where a topic is taught: in a lesson's prose, and shown to be learned by checks of it. */
export interface Teaching {
  readonly topic: Topic;
  readonly lessons: readonly { readonly lesson: LessonInfo; readonly checks: readonly string[] }[];
}

/** Reads content/syllabus.yaml. An id stands for one topic only. */
export function readSyllabus(file: string, text: string): { sources: readonly SyllabusSource[]; problems: readonly Problem[] } {
  const source = new YamlSource(file, text);
  const sources = source.read(syllabusSchema) ?? [];
  const seen = new Set<string>();
  for (const [at, { topics }] of sources.entries()) {
    for (const [index, { id }] of topics.entries()) {
      if (seen.has(id)) source.problem([at, "topics", index, "id"], `The topic \`${id}\` is listed twice.`, "Give one of them another id.");
      seen.add(id);
    }
  }
  return { sources, problems: source.problems };
}

/** Which lessons, and which of their checks ("task/check"), say that they teach each topic. */
export function coverage({ syllabus, lessons }: Library): readonly { readonly source: string; readonly topics: readonly Teaching[] }[] {
  return syllabus.map(({ source, topics }) => ({
    source,
    topics: topics.map((topic) => ({
      topic,
      lessons: [...lessons.values()].flatMap(({ info, lab }) => {
        const checks = (lab?.tasks ?? []).flatMap((task) =>
          task.checks.filter((check) => check.teaches?.includes(topic.id)).map((check) => `${task.id}/${check.id}`),
        );
        return checks.length > 0 || info.teaches.includes(topic.id) ? [{ lesson: info, checks }] : [];
      }),
    })),
  }));
}
