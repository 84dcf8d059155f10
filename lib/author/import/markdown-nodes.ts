/** Small things that are done with nodes of Markdown: making elements, reading and changing text. */
import type { Nodes, Paragraph, Parents, PhrasingContent, RootContent } from "mdast";
import type { MdxJsxFlowElement, MdxJsxTextElement } from "mdast-util-mdx";

export function flow(
  name: string,
  attributes: Readonly<Record<string, string>>,
  children: readonly RootContent[],
  from?: Nodes,
): MdxJsxFlowElement {
  return {
    type: "mdxJsxFlowElement",
    name,
    attributes: attributesOf(attributes),
    children: children as MdxJsxFlowElement["children"],
    position: from?.position,
  };
}

export function inline(
  name: string,
  attributes: Readonly<Record<string, string>>,
  children: readonly PhrasingContent[],
): MdxJsxTextElement {
  return { type: "mdxJsxTextElement", name, attributes: attributesOf(attributes), children: [...children] };
}

export function attributesOf(attributes: Readonly<Record<string, string>>): MdxJsxFlowElement["attributes"] {
  return Object.entries(attributes).map(([name, value]) => ({ type: "mdxJsxAttribute", name, value }));
}

/** A paragraph that begins with `import` or `export` is a program to MDX: its first letter is written as a character reference. */
export function unlikeCode(children: readonly PhrasingContent[]): PhrasingContent[] {
  const [first, ...rest] = children;
  if (first?.type !== "text" || !/(^|\n)(import|export)\b/.test(first.value)) return [...children];
  const pieces = first.value.split(/(^|\n)(?=(?:import|export)\b)/).flatMap((piece): PhrasingContent[] => {
    if (!/^(import|export)\b/.test(piece)) return piece === "" ? [] : [{ type: "text", value: piece }];
    return [
      { type: "html", value: `&#${piece.charCodeAt(0)};` },
      { type: "text", value: piece.slice(1) },
    ];
  });
  return [...pieces, ...rest];
}

export function onlyPhrasing(nodes: readonly RootContent[]): PhrasingContent[] {
  return nodes.flatMap((node) => (node.type === "paragraph" ? node.children : []));
}

export function plainText(node: Nodes): string {
  if ("value" in node) return node.value;
  return "children" in node ? node.children.map((child) => plainText(child)).join("") : "";
}

export function firstText(node: Paragraph): string {
  const [first] = node.children;
  return first?.type === "text" ? first.value : "";
}

export function lastText(node: RootContent | undefined): string {
  const last = node !== undefined && "children" in node ? node.children.at(-1) : undefined;
  return last?.type === "text" ? last.value : last !== undefined && "children" in last ? lastText(last as RootContent) : "";
}

export function editText(node: RootContent | undefined, which: "first" | "last", edit: (text: string) => string): void {
  let at: Parents | undefined = node !== undefined && "children" in node ? node : undefined;
  while (at !== undefined) {
    const child: Nodes | undefined = which === "first" ? at.children[0] : at.children.at(-1);
    if (child?.type === "text") {
      child.value = edit(child.value);
      return;
    }
    at = child !== undefined && "children" in child ? child : undefined;
  }
}

export function isClosing(node: RootContent | undefined): boolean {
  return node?.type === "html" && /<\/details>/i.test(node.value);
}

export function decoded(html: string): string {
  return html
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, "&");
}

export function safeUri(url: string): string {
  return url.replace(/%(?![0-9a-f]{2})/gi, "%25");
}

/** A relative path of a file, from the top of what is imported. */
export function resolve(file: string, path: string): string {
  const parts = path.startsWith("/") ? [] : file.split("/").slice(0, -1);
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}
