import * as z from "zod";

const sentence = z.string().trim().min(1, "this must not be empty");
const slug = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "a folder name is lower-case letters, digits and dashes");

/** content/<course>/course.yaml */
export const courseSchema = z.strictObject({
  title: sentence,
  summary: sentence,
  teaches: z.array(sentence).min(1, "say at least one thing that one can do afterwards").describe("What one can do afterwards."),
  order: z.number().describe("Courses are shown in this order."),
  lessons: z.array(slug).min(1, "a course needs at least one lesson").describe("Folder names of the lessons, in order."),
});

/** The frontmatter of lesson.mdx. */
export const lessonSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*\/[a-z0-9][a-z0-9-]*$/, "an id is two names joined by a slash, like a-stateful-app/first-server")
    .describe("Stable for ever: progress hangs on it."),
  title: sentence,
  summary: sentence,
  minutes: z.number().int().positive(),
  objectives: z.array(sentence).min(1, "say at least one thing that one can do afterwards"),
  requires: z.array(z.string()).optional().describe("Ids of lessons to do before."),
  teaches: z.array(slug).optional().describe("Topics of content/syllabus.yaml that the prose treats; checks name theirs themselves."),
});

/** content/syllabus.yaml: what the courses set out to teach. */
export const syllabusSchema = z.array(
  z.strictObject({
    source: sentence.describe("The document that these topics come from."),
    topics: z.array(z.strictObject({ id: slug, text: sentence })).min(1, "a source needs at least one topic"),
  }),
);

/** content/glossary.yaml */
export const glossarySchema = z.array(
  z.strictObject({
    id: slug,
    term: sentence,
    also: z.array(sentence).optional().describe("Other spellings under which <Term> finds it."),
    text: sentence.describe("One to three sentences, plain text."),
  }),
);
