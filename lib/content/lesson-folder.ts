import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Problem } from "../lab/definition/problem.ts";

/** lesson.mdx: a novel has about so many characters. */
const MOST_TEXT_BYTES = 1_000_000;
/** YAML is told more exactly by its reader. */
const MOST_YAML_BYTES = 20_000_000;
/** Everything of a lesson, which every learner loads. */
const MOST_BYTES = 20_000_000;
const MOST_FILES = 5000;

/**
 * What a lesson's folder may not hold: links (a stranger's lesson could show files of this computer by them), sockets and devices, and
 * more than a learner should have to load. Looked at before anything of it is read. `name` names a file in problems.
 */
export function folderProblems(folder: string, name: (file: string) => string): Problem[] {
  const problems: Problem[] = [];
  let bytes = 0;
  let files = 0;
  const problem = (file: string, message: string, remedy: string): void =>
    void problems.push({ file: name(file), line: 1, column: 1, message, remedy });
  const visit = (path: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const file = join(path, entry.name);
      if (files > MOST_FILES) return;
      files++;
      if (entry.isSymbolicLink())
        problem(file, "This is a symbolic link.", "Put the file itself there; links on a machine are made by what the lab runs.");
      else if (entry.isDirectory()) visit(file);
      else if (!entry.isFile()) problem(file, "This is no plain file.", "Take it away: a lesson holds files and folders.");
      else {
        const { size } = lstatSync(file);
        bytes += size;
        const most = entry.name.endsWith(".mdx")
          ? MOST_TEXT_BYTES
          : entry.name.endsWith(".yaml")
            ? MOST_YAML_BYTES
            : Number.POSITIVE_INFINITY;
        if (size > most) problem(file, `This file is too large: ${Math.round(size / 1000)} kB.`, `It may have ${most / 1000} kB.`);
      }
    }
  };
  visit(folder);
  if (files > MOST_FILES)
    problem(
      folder,
      `This lesson has more than ${MOST_FILES} files.`,
      "Let the lab make them, or take away what it does not need (node_modules, .venv).",
    );
  else if (bytes > MOST_BYTES) {
    problem(
      folder,
      `This lesson has ${Math.round(bytes / 1_000_000)} MB of files.`,
      `Keep it below ${MOST_BYTES / 1_000_000} MB: every learner loads them.`,
    );
  }
  return problems;
}
