import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { lessonTemplate } from "../commands/new-template.ts";

/**
 * Makes a library of many lessons, to see how the command line, the gate and the site do with it:
 *
 *     node --import tsx lib/author/bench/many-lessons.ts 1000 /tmp/many
 *
 * writes /tmp/many/content: courses of twenty lessons, each the one that `lab new` makes, with prose of about a thousand words.
 */
export function makeLessons(count: number, folder: string): void {
  const write = (path: string, text: string): void => {
    const file = join(folder, "content", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  const courses = Math.ceil(count / A_COURSE);
  for (let course = 0; course < courses; course++) {
    const name = `course-${course + 1}`;
    const slugs = Array.from({ length: Math.min(A_COURSE, count - course * A_COURSE) }, (_, at) => `lesson-${course * A_COURSE + at + 1}`);
    const list = slugs.map((slug) => `  - ${slug}\n`).join("");
    write(
      `${name}/course.yaml`,
      `title: Course ${course + 1}\nsummary: Made to be measured.\nteaches:\n  - Nothing.\norder: ${course + 1}\nlessons:\n${list}`,
    );
    for (const slug of slugs) {
      for (const [path, text] of Object.entries(lessonTemplate(`${name}/${slug}`, slug))) {
        write(`${name}/${slug}/${path}`, path === "lesson.mdx" ? `${text}\n${prose(slug)}` : text);
      }
    }
  }
}

const A_COURSE = 20;

function prose(slug: string): string {
  const paragraph = `A machine does what it is told, one command after the other, and says on its screen what came of it. In ${slug} that is all there is to know. `;
  return Array.from(
    { length: 8 },
    (_, at) => `## Part ${at + 1}\n\n${paragraph.repeat(4)}\n\n- one thing\n- *another* thing, with \`code\`\n`,
  ).join("\n");
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [, , count = "", folder] = process.argv;
  if (!/^[1-9]\d{0,4}$/.test(count) || folder === undefined) {
    process.stderr.write("Usage: many-lessons.ts COUNT FOLDER, with a COUNT up to 99999.\n");
    process.exitCode = 2;
  } else {
    makeLessons(Number(count), folder);
    process.stdout.write(`${count} lessons below ${join(folder, "content")}\n`);
  }
}
