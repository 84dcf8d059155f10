import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { RootContent } from "mdast";
import { stringify } from "yaml";
import { formatNote, type ImportNotes } from "./notes.ts";
import { writeProse } from "./prose.ts";

/** A lesson made of a stranger's material, before it is written. */
export interface Draft {
  /** Folder name. */
  readonly slug: string;
  readonly title: string;
  readonly summary: string;
  readonly minutes: number;
  readonly objectives: readonly string[];
  readonly nodes: readonly RootContent[];
  readonly pictures: ReadonlyMap<string, Uint8Array>;
  readonly lab?: DraftLab;
  readonly notes: ImportNotes;
}

/** lab.yaml as it is written, before the schema has seen it. */
export interface DraftLab {
  readonly machines: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly tasks: readonly DraftTask[];
  /** "<machine>/<path>" → bytes. */
  readonly files: ReadonlyMap<string, { readonly bytes: Uint8Array; readonly executable: boolean }>;
  /** The solution: of each task, its commands or files. */
  readonly solution: readonly DraftStep[];
}

export interface DraftTask {
  readonly id: string;
  readonly title: string;
  readonly text?: string;
  readonly needs?: readonly string[];
  readonly checks: readonly Readonly<Record<string, unknown>>[];
  readonly hints?: readonly string[];
  readonly solution?: string;
}

export type DraftStep = { readonly task?: string } & ({ readonly run: string } | { readonly write: string; readonly text: string });

/** Says of a sentence that the author still has to write it. */
export const TO_WRITE = "To be written:";

/** Writes a draft below `root`/`course`; returns the paths, relative to the course's folder. */
export function writeDraft(draft: Draft, root: string, course: string): string[] {
  const folder = join(root, course, draft.slug);
  const written: string[] = [];
  const put = (path: string, bytes: string | Uint8Array, mode = 0o644): void => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes, { mode, flag: "wx" });
    written.push(`${draft.slug}/${path}`);
  };
  const known = { tasks: draft.lab?.tasks.map(({ id }) => id) ?? [], machines: Object.keys(draft.lab?.machines ?? {}) };
  const { text, refused } = writeProse(belowHeading(draft.nodes), known);
  for (const message of refused) draft.notes.add("lesson.mdx", 1, `A part became a plain listing, for our compiler refuses it: ${message}`);
  const frontmatter = stringify(
    { id: `${course}/${draft.slug}`, title: draft.title, summary: draft.summary, minutes: draft.minutes, objectives: draft.objectives },
    { lineWidth: 0 },
  );
  put("lesson.mdx", `---\n${frontmatter}---\n\n${text}`);
  for (const [path, bytes] of draft.pictures) put(path, bytes);
  const { lab } = draft;
  if (lab !== undefined) {
    put("lab.yaml", stringify({ machines: lab.machines, tasks: lab.tasks }, { lineWidth: 0, blockQuote: "literal" }));
    for (const [path, { bytes, executable }] of lab.files) put(`files/${path}`, bytes, executable ? 0o755 : 0o644);
    if (lab.solution.length > 0)
      put("attempts/solution.json", `${JSON.stringify({ steps: lab.solution.map(withoutUndefined) }, undefined, 2)}\n`);
  }
  put("IMPORT.md", importReport(draft));
  return written;
}

/** A task's card has a heading of the third level: one of the second must stand above it. */
function belowHeading(nodes: readonly RootContent[]): readonly RootContent[] {
  const first = nodes.findIndex((node) => isTask(node) || (node.type === "heading" && node.depth === 2));
  const task = nodes[first];
  if (task === undefined || !isTask(task)) return nodes;
  const heading: RootContent = { type: "heading", depth: 2, children: [{ type: "text", value: "Do it" }] };
  return nodes.toSpliced(first, 0, heading);
}

function isTask(node: RootContent): boolean {
  return node.type === "mdxJsxFlowElement" && node.name === "Task";
}

function withoutUndefined(step: DraftStep): Record<string, unknown> {
  return Object.fromEntries(Object.entries(step).filter(([, value]) => value !== undefined));
}

/** What is left to do, for the author. */
function importReport(draft: Draft): string {
  const notes = [...draft.notes.all].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line));
  const lines = [
    `# Imported: ${draft.title}`,
    "",
    "This is a draft. Delete this file when nothing of it is left to do.",
    "",
    "## Could not be carried over, or needs a look",
    "",
    ...(notes.length === 0 ? ["Nothing."] : notes.map((note) => `- ${formatNote(note)}`)),
    "",
    "## For every draft",
    "",
    "- `lesson.mdx`: write the objectives, and check the summary and the minutes.",
    ...(draft.lab === undefined
      ? ["- There is no lab. `npm run -s lab -- new` shows what one looks like."]
      : [
          "- `lab.yaml`: each check needs a `because` and a `next` that say what is wrong and what to try; tasks need hints.",
          "- `attempts/`: see that the solution is right, and add one `also-right-…` and two `wrong-…`. Then run `npm run -s lab -- test`.",
        ]),
    "",
  ];
  return lines.join("\n");
}

/** A folder name or an id out of any text: lower-case letters, digits and dashes, beginning with a letter. */
export function slugOf(text: string, otherwise: string): string {
  const slug = text
    .normalize("NFKD")
    // The dots of ü stand behind its u by now.
    .replace(/\p{Mark}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[-0-9]+|-+$/g, "")
    .slice(0, 50)
    .replace(/-+$/, "");
  return slug === "" ? otherwise : slug;
}

/** The same, made different from those that are taken. */
export function uniqueSlug(text: string, otherwise: string, taken: Set<string>): string {
  const base = slugOf(text, otherwise);
  let slug = base;
  for (let number = 2; taken.has(slug); number++) slug = `${base}-${number}`;
  taken.add(slug);
  return slug;
}
