import { type Draft, writeDraft } from "./draft.ts";
import { findScenarios, importScenario } from "./katacoda.ts";
import { ImportRefused, LIMITS } from "./limits.ts";
import { importPage } from "./markdown-page.ts";
import { importSlides, looksLikeSlides } from "./slides.ts";
import type { SourceTree } from "./source-tree.ts";
import { findTutorialLessons, importTutorialLesson } from "./tutorialkit.ts";

/** A text file longer than this is no lesson. */
const MOST_TEXT = 1024 * 1024;

/** Drafts of everything that is found. `taken`: names of lessons that the course has already. Throws ImportRefused. */
export function draftsOf(tree: SourceTree, taken: Set<string>): Draft[] {
  const long = [...tree.files].find(([path, { bytes }]) => /\.(mdx?|markdown|txt|json)$/i.test(path) && bytes.length > MOST_TEXT);
  if (long !== undefined) throw new ImportRefused(`${long[0]} is a text of more than ${MOST_TEXT / 1024 / 1024} MB. Nothing was imported.`);
  const scenarios = findScenarios(tree);
  const lessons = findTutorialLessons(tree);
  if (scenarios.length + lessons.length > 0) {
    return [
      ...scenarios.map((folder) => importScenario(tree, folder, taken)),
      ...lessons.map((folder) => importTutorialLesson(tree, folder, taken)),
    ];
  }
  const pages = [...tree.files.keys()].filter(
    (path) => /\.(md|mdx|markdown|txt)$/i.test(path) && !/(^|\/)(LICENSE|CHANGELOG|CONTRIBUTING)\b/i.test(path),
  );
  if (pages.length === 0) {
    throw new ImportRefused(
      `Nothing here can be imported (${tree.files.size} of at most ${LIMITS.files} files): there is no index.json with \`details\`, no content.md, no Markdown.`,
    );
  }
  return pages.map((path) => (looksLikeSlides(tree.text(path) ?? "") ? importSlides(tree, path, taken) : importPage(tree, path, taken)));
}

/** Writes each draft; what was left out of the source stands in every report. */
export function writeDrafts(
  tree: SourceTree,
  drafts: readonly Draft[],
  root: string,
  course: string,
): readonly { draft: Draft; files: readonly string[] }[] {
  return drafts.map((draft) => {
    for (const { path, why } of tree.skipped) draft.notes.add(path, 1, `Left out: ${why}.`);
    return { draft, files: writeDraft(draft, root, course) };
  });
}
