import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { contentRoot, readPart } from "../../content/load.ts";
import { formatProblem } from "../../lab/definition/problem.ts";
import { draftsOf, writeDrafts } from "../import/import.ts";
import { ImportRefused } from "../import/limits.ts";
import { formatNote, harmless } from "../import/notes.ts";
import { readSource } from "../import/read-source.ts";
import { badLesson, badUsage, CommandError, EXIT, note, print } from "../output.ts";
import { enroll } from "./new.ts";

const usage = `Usage: npm run -s lab -- import <folder | zip | tar.gz | file> [--course name]

Makes draft lessons of a Katacoda or Killercoda scenario, a TutorialKit lesson, Markdown pages or a deck of slides.
Without --course they go to the course \`imported\`.`;

/** `lab import`: a stranger's material as drafts in content/, with a list of what could not be carried over. */
export async function importLessons(args: readonly string[], root = contentRoot()): Promise<number> {
  const { path, course } = readArguments(args);
  const before = readPart([`${course}/`], root);
  if (before.problems.length > 0) throw badLesson(before.problems);
  const folder = join(root, course);
  const taken = new Set(existsSync(folder) ? readdirSync(folder) : []);
  try {
    const tree = await readSource(path);
    const drafts = draftsOf(tree, taken);
    const written = writeDrafts(tree, drafts, root, course);
    for (const { draft, files } of written) {
      enroll(join(folder, "course.yaml"), course, draft.slug);
      print(`\n${harmless(draft.title)}\n  ${relative(process.cwd(), join(folder, draft.slug))}: ${files.length} files`);
      for (const each of draft.notes.all) print(`  - ${formatNote(each)}`);
    }
    const made = drafts.map(({ slug }) => `${course}/${slug}`);
    const problems = readPart(made, root).problems;
    for (const problem of problems) note(formatProblem(problem));
    print(`\n${drafts.length} ${drafts.length === 1 ? "draft" : "drafts"} made. IMPORT.md beside each says what is left to do.`);
    print(
      `Look at one with \`npm run -s lab -- preview ${course}/${drafts[0]?.slug}\`; try it with \`npm run -s lab -- test ${course}/${drafts[0]?.slug}\`.`,
    );
    return problems.length === 0 ? EXIT.ok : EXIT.badLesson;
  } catch (error) {
    if (error instanceof ImportRefused) throw new CommandError(error.message, EXIT.badLesson);
    throw error;
  }
}

function readArguments(args: readonly string[]): { path: string; course: string } {
  const rest: string[] = [];
  let course = "imported";
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? "";
    if (word === "--course") course = args[++at] ?? "";
    else if (word.startsWith("--course=")) course = word.slice("--course=".length);
    else rest.push(word);
  }
  const [path] = rest;
  if (path === undefined || rest.length > 1) throw badUsage(usage);
  if (!/^[a-z0-9][a-z0-9-]*$/.test(course)) throw badUsage(`\`${course}\`: the name of a course is lower-case letters, digits and dashes.`);
  return { path, course };
}
