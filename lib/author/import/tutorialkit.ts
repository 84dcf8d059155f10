import { parse } from "yaml";
import { splitFrontmatter } from "../../content/frontmatter.ts";
import { type Draft, type DraftStep, type DraftTask, slugOf, TO_WRITE, uniqueSlug } from "./draft.ts";
import { flow } from "./markdown-nodes.ts";
import { ImportNotes } from "./notes.ts";
import { readMarkdown } from "./prose.ts";
import type { SourceTree } from "./source-tree.ts";

/**
 * A lesson of TutorialKit: `content.md` or `content.mdx` with frontmatter, `_files` (the start) and `_solution` (what changes), in
 * folders of parts and chapters. Source: https://tutorialkit.dev/guides/creating-content/.
 */
const MACHINE = "laptop";
const HOME = "/home/learner/project";
/** Files of the solution up to this size are compared as a whole. */
const MOST_COMPARED = 8000;

/** Folders of the source that hold a lesson. */
export function findTutorialLessons(tree: SourceTree): string[] {
  return [...tree.files.keys()]
    .filter((path) => /(^|\/)content\.mdx?$/.test(path) && isLesson(tree, path))
    .map((path) => path.replace(/\/?content\.mdx?$/, ""))
    .sort();
}

function isLesson(tree: SourceTree, path: string): boolean {
  const folder = path.replace(/content\.mdx?$/, "");
  if (tree.below(folder.replace(/\/$/, "")).some((each) => /^_(files|solution)\//.test(each))) return true;
  return /^type:\s*['"]?lesson/m.test(splitFrontmatter(tree.text(path) ?? "").frontmatter ?? "");
}

export function importTutorialLesson(tree: SourceTree, folder: string, taken: Set<string>): Draft {
  const start = folder === "" ? "" : `${folder}/`;
  const file = tree.files.has(`${start}content.md`) ? `${start}content.md` : `${start}content.mdx`;
  const notes = new ImportNotes();
  const pictures = new Map<string, Uint8Array>();
  const { frontmatter, body } = splitFrontmatter(tree.text(file) ?? "");
  const settings = readSettings(frontmatter, file, notes);
  const source = file.endsWith(".mdx") ? withoutModules(body, file, notes) : body;
  const { nodes, title: heading } = readMarkdown(source, { tree, notes, file, lab: true, pictures });
  const title = asText(settings.title) ?? heading ?? slugOf(folder, "lesson");

  const files = new Map<string, { bytes: Uint8Array; executable: boolean }>();
  const put = (inner: string, path: string): void => {
    const found = tree.files.get(path);
    if (found !== undefined) files.set(`${MACHINE}${HOME}/${inner}`, found);
  };
  for (const path of tree.below(`${start}_files`)) put(path, `${start}_files/${path}`);
  if (files.size === 0)
    notes.add(file, 1, `The lesson starts with no files of its own. \`files/${MACHINE}${HOME}/\` is where they would lie.`);

  const solution: DraftStep[] = [];
  const checks: Record<string, unknown>[] = [];
  const ids = new Set<string>();
  for (const path of tree.below(`${start}_solution`)) {
    const text = tree.text(`${start}_solution/${path}`) ?? "";
    if (text.includes("\0")) {
      notes.add(`${start}_solution/${path}`, 1, "This file of the solution is not text, so no step writes it and no check looks at it.");
      continue;
    }
    if (text === tree.text(`${start}_files/${path}`)) continue;
    solution.push({ ...(solution.length === 0 ? { task: "solve" } : {}), write: `${HOME}/${path}`, text });
    checks.push({
      id: uniqueSlug(path, "file", ids),
      file: `${HOME}/${path}`,
      ...(text.length <= MOST_COMPARED ? { equals: text } : {}),
      because: `\`${path}\` is not yet as it should be.`,
      next: "Read the text once more. The difference shows which lines are meant.",
    });
  }
  if (checks.length > 0)
    notes.add(
      file,
      1,
      "The checks compare whole files with the author's, which fails other right answers. Say what must be true instead: a text in a file, an answer of the server.",
    );
  else {
    notes.add(file, 1, "There is no solution. The draft has one check that always fails: write what must be true at the end.");
    checks.push({ id: "to-write", run: "false", because: "This draft has no check yet.", next: "Its author must write one in lab.yaml." });
  }
  commandsNote(settings, file, notes);
  const task: DraftTask = { id: "solve", title: `Do what the text says: ${title}`, checks };
  return {
    slug: uniqueSlug(nameOf(folder), "lesson", taken),
    title,
    summary:
      asText((settings.meta as Record<string, unknown> | undefined)?.description) ??
      `${TO_WRITE} what the reader will have done, in a sentence.`,
    minutes: 10,
    objectives: [`${TO_WRITE} what one can do afterwards.`],
    nodes: [...nodes, flow("Task", { id: "solve" }, [])],
    pictures,
    notes,
    lab: { machines: { [MACHINE]: { image: "python", cwd: "~/project" } }, tasks: [task], files, solution },
  };
}

/** "1-basics/2-first-steps/1-welcome" is called basics-first-steps-welcome. */
function nameOf(folder: string): string {
  const parts = folder.split("/").filter((part) => part !== "" && part !== "tutorial" && part !== "content" && part !== "src");
  return parts
    .slice(-3)
    .map((part) => part.replace(/^\d+[-_.]?/, ""))
    .join("-");
}

function readSettings(frontmatter: string | undefined, file: string, notes: ImportNotes): Record<string, unknown> {
  if (frontmatter === undefined) return {};
  try {
    const value: unknown = parse(frontmatter.slice(0, 64_000), { maxAliasCount: 20 });
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
  } catch (error) {
    notes.add(file, 1, `The frontmatter can't be read: ${error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error)}`);
    return {};
  }
}

function commandsNote(settings: Record<string, unknown>, file: string, notes: ImportNotes): void {
  const commands = [settings.prepareCommands, settings.mainCommand].flat().flatMap((each) => (Array.isArray(each) ? [each[0]] : [each]));
  for (const command of commands) {
    const text = asText(command) ?? asText((command as Record<string, unknown> | undefined)?.command);
    if (text !== undefined)
      notes.add(file, 1, `\`${text.slice(0, 120)}\` ran by itself. Here the learner types it, if the machine has such a program.`);
  }
  const known = new Set(["type", "title", "slug", "meta", "prepareCommands", "mainCommand"]);
  const rest = Object.keys(settings).filter((name) => !known.has(name));
  if (rest.length > 0) notes.add(file, 1, `These settings have no counterpart here: ${rest.join(", ")}.`);
}

/** MDX is read as Markdown: nothing of it runs. Its imports and components are told of and left out, line by line. */
function withoutModules(body: string, file: string, notes: ImportNotes): string {
  let fence = false;
  return body
    .split("\n")
    .map((line, index) => {
      if (/^\s*(```|~~~)/.test(line)) fence = !fence;
      if (fence || !/^(import|export)\s/.test(line)) return line;
      notes.add(file, index + 1, `\`${line.slice(0, 80)}\` is not carried over: a lesson holds no code of its own.`);
      return "";
    })
    .join("\n");
}

function asText(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}
