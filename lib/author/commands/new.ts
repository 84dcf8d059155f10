import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { isSeq, parseDocument } from "yaml";
import { contentRoot } from "../../content/load.ts";
import { postpone } from "../gate/results.ts";
import { badUsage, print } from "../output.ts";
import { lessonTemplate } from "./new-template.ts";

/** `lab new <course>/<lesson>`: a lesson that passes the gate, to be changed into the one that is wanted. */
export function newLesson(args: readonly string[], root = contentRoot()): void {
  const [id, ...rest] = args;
  const parts = /^([a-z0-9][a-z0-9-]*)\/([a-z0-9][a-z0-9-]*)$/.exec(id ?? "");
  if (id === undefined || parts === null || rest.length > 0) {
    throw badUsage("Usage: npm run -s lab -- new <course>/<lesson>, both of lower-case letters, digits and dashes.");
  }
  const [, course = "", lesson = ""] = parts;
  const folder = join(root, course, lesson);
  if (existsSync(folder)) throw badUsage(`${shown(folder)} is there already.`);
  for (const [path, text] of Object.entries(lessonTemplate(id, lesson))) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    print(`made ${shown(file)}`);
  }
  enroll(join(root, course, "course.yaml"), course, lesson);
  // A fresh draft passes the short gate; the full one is for what it becomes.
  postpone(folder, "a draft made by `lab new`", new Date().toISOString().slice(0, 10));
  print(`See it with: npm run -s lab -- preview ${id}`);
  print(`Try it with: npm run -s lab -- test ${id}`);
}

/** Adds the lesson to its course's list, keeping the comments; a new course is made. */
export function enroll(file: string, course: string, lesson: string): void {
  if (!existsSync(file)) {
    const title = titleOf(course);
    writeFileSync(
      file,
      `title: ${title}\nsummary: What this course is about, in a sentence.\nteaches:\n  - What one can do afterwards.\norder: 100\nlessons:\n  - ${lesson}\n`,
    );
    print(`made ${shown(file)}`);
    return;
  }
  const document = parseDocument(readFileSync(file, "utf8"));
  const lessons = document.get("lessons");
  if (!isSeq(lessons)) throw badUsage(`${shown(file)} has no list of lessons to add this one to.`);
  lessons.add(lesson);
  writeFileSync(file, document.toString({ lineWidth: 0 }));
  print(`changed ${shown(file)}`);
}

export function titleOf(slug: string): string {
  const words = slug.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function shown(path: string): string {
  return relative(process.cwd(), path);
}
