import * as z from "zod";
import { attemptSchema } from "../../author/steps.ts";
import { quizzesSchema } from "../../lab/quiz/schema.ts";
import { labSchema } from "../../lab/schema.ts";
import { calculatorsSchema } from "../calculator/schema.ts";
import { courseSchema, glossarySchema, lessonSchema } from "../schema.ts";
import { type FieldHelp, fieldHelp } from "./fields.ts";

/** A JSON Schema as editors take it (draft 2020-12, https://json-schema.org/draft/2020-12). */
export type JsonSchema = Readonly<Record<string, unknown>>;

export interface EditorSchema {
  /** The site serves it as /schema/<name>.json. */
  readonly name: "lab" | "quiz" | "attempt" | "calculators" | "course" | "lesson" | "glossary";
  /** The files that it is for, as VS Code's globs; none for the frontmatter, which is no file of its own. */
  readonly files: readonly string[];
  readonly schema: JsonSchema;
}

/** One for each kind of file that an author writes, made of the schemas by which the files are checked. */
export function editorSchemas(): EditorSchema[] {
  return [
    made("lab", ["content/*/*/lab.yaml"], "lab.yaml: the world of a lesson, and its tasks.", labSchema),
    made("quiz", ["content/*/*/quiz.yaml"], "quiz.yaml: the questions of a lesson.", quizzesSchema),
    made("attempt", ["content/*/*/attempts/*.json"], "attempts/*.json: one way to do a lab, right or wrong.", attemptSchema),
    made("calculators", ["content/*/*/calculators.yaml"], "calculators.yaml: tables whose numbers the reader changes.", calculatorsSchema),
    made("course", ["content/*/course.yaml"], "course.yaml: a course and its lessons.", courseSchema),
    made("lesson", [], "The frontmatter of lesson.mdx.", lessonSchema),
    made("glossary", ["content/glossary.yaml"], "glossary.yaml: the words that <Term> explains.", glossarySchema),
  ];
}

function made(name: EditorSchema["name"], files: readonly string[], title: string, schema: z.ZodType): EditorSchema {
  const json = z.toJSONSchema(schema, { io: "input" });
  return { name, files, schema: { ...helped(json, name), title } };
}

/** Every field with its words and examples; `path` is how one gets there: `lab.tasks[].checks[].http`. */
function helped(schema: unknown, path: string): Record<string, unknown> {
  if (!isRecord(schema)) return {};
  const result: Record<string, unknown> = { ...schema };
  if (isRecord(schema.properties)) {
    result.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([name, field]) => {
        const at = `${path}.${name}`;
        const help = helpFor(at);
        const own = helped(field, at);
        return [
          name,
          { ...(help.about ? { description: help.about } : {}), ...(help.examples ? { examples: help.examples } : {}), ...own },
        ];
      }),
    );
  }
  if (isRecord(schema.additionalProperties)) result.additionalProperties = helped(schema.additionalProperties, path);
  if (isRecord(schema.items)) result.items = helped(schema.items, `${path}[]`);
  if (Array.isArray(schema.anyOf)) result.anyOf = schema.anyOf.map((each) => helped(each, path));
  return result;
}

/** The entry whose key is the longest end of the path. */
function helpFor(path: string): FieldHelp {
  const parts = path.split(".");
  for (let from = 0; from < parts.length; from++) {
    const help = fieldHelp[parts.slice(from).join(".")];
    if (help !== undefined) return help;
  }
  return {};
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
