import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The file that a here-document of a lesson's text writes; `target` is part of the command line that begins it. */
export function hereDocument(lesson: string, target: string): string {
  const text = readFileSync(join(import.meta.dirname, "../../content", lesson, "lesson.mdx"), "utf8");
  const escaped = target.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const block = new RegExp(`\\$ [^\\n]*${escaped}[^\\n]*<<'?END'?\\n((?:>[^\\n]*\\n)*?)> END\\n`).exec(text);
  if (block?.[1] === undefined) throw new Error(`${lesson} writes no ${target}`);
  return block[1].replaceAll(/^> ?/gm, "");
}
