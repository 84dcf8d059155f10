import { splitFrontmatter } from "../../content/frontmatter.ts";
import { type Draft, TO_WRITE, uniqueSlug } from "./draft.ts";
import { plainText } from "./markdown-nodes.ts";
import { ImportNotes } from "./notes.ts";
import { readMarkdown } from "./prose.ts";
import type { SourceTree } from "./source-tree.ts";

/** One page of Markdown, with questions that unfold (`<details>`), as a lesson without a lab. */
export function importPage(tree: SourceTree, file: string, taken: Set<string>): Draft {
  const notes = new ImportNotes();
  const pictures = new Map<string, Uint8Array>();
  const { body } = splitFrontmatter(tree.text(file) ?? "");
  const { nodes, title: heading } = readMarkdown(body, { tree, notes, file, lab: false, pictures });
  const title = heading ?? file.replace(/^.*\//, "").replace(/\.\w+$/, "");
  const words = nodes.map(plainText).join(" ").split(/\s+/).length;
  const first = nodes.find((node) => node.type === "paragraph");
  return {
    slug: uniqueSlug(title, "page", taken),
    title,
    summary:
      (first === undefined ? undefined : /^.{20,240}?[.!?](?=\s|$)/.exec(plainText(first).replace(/\s+/g, " "))?.[0]) ??
      `${TO_WRITE} what this is about, in a sentence.`,
    // Two hundred words a minute is how fast people read such texts.
    minutes: Math.max(1, Math.round(words / 200)),
    objectives: objectives(nodes) ?? [`${TO_WRITE} what one can do afterwards.`],
    nodes,
    pictures,
    notes,
  };
}

/** A list below a heading such as “Learning Goals”. */
function objectives(nodes: readonly Parameters<typeof plainText>[0][]): string[] | undefined {
  const at = nodes.findIndex((node) => node.type === "heading" && /(learning )?(goals|objectives|outcomes)/i.test(plainText(node)));
  const list = nodes[at + 1];
  if (at < 0 || list?.type !== "list") return undefined;
  const items = list.children.map((item) => plainText(item).replace(/\s+/g, " ").trim()).filter((item) => item !== "");
  return items.length === 0 ? undefined : items;
}
