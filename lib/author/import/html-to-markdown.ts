import type { BlockContent, PhrasingContent, RootContent } from "mdast";
import { type DefaultTreeAdapterMap, parseFragment } from "parse5";

type HtmlNode = DefaultTreeAdapterMap["childNode"];

/** Elements that run or load something, or draw what a lesson can't hold: dropped, and told of. */
const dropped = new Set([
  "script",
  "style",
  "iframe",
  "object",
  "embed",
  "form",
  "input",
  "button",
  "svg",
  "video",
  "audio",
  "canvas",
  "link",
  "meta",
]);
const blocks = new Set([
  "p",
  "div",
  "section",
  "article",
  "center",
  "h1",
  "h2",
  "h3",
  "h4",
  "h5",
  "h6",
  "ul",
  "ol",
  "li",
  "pre",
  "blockquote",
  "details",
  "table",
  "tr",
  "hr",
]);

/** Raw HTML of a Markdown file as Markdown nodes: text, emphasis, code, links, lists. `lost` hears of each element that is left out. */
export function htmlToMarkdown(html: string, lost: (element: string) => void): RootContent[] {
  return asBlocks(parseFragment(html).childNodes, lost);
}

/** The text of HTML without its elements. */
export function htmlText(html: string): string {
  return textOf(parseFragment(html).childNodes).replace(/\s+/g, " ").trim();
}

function asBlocks(nodes: readonly HtmlNode[], lost: (element: string) => void): BlockContent[] {
  const result: BlockContent[] = [];
  let line: PhrasingContent[] = [];
  const flush = (): void => {
    if (line.some((node) => node.type !== "text" || node.value.trim() !== "")) result.push({ type: "paragraph", children: line });
    line = [];
  };
  for (const node of nodes) {
    if (!("tagName" in node) || !blocks.has(node.tagName)) {
      line.push(...asPhrasing(node, lost));
      continue;
    }
    flush();
    const { tagName, childNodes } = node;
    if (tagName === "pre") result.push({ type: "code", value: textOf(childNodes).replace(/\n$/, "") });
    else if (tagName === "hr") result.push({ type: "thematicBreak" });
    else if (/^h[1-6]$/.test(tagName))
      result.push({ type: "paragraph", children: [{ type: "strong", children: [{ type: "text", value: oneLine(textOf(childNodes)) }] }] });
    else if (tagName === "ul" || tagName === "ol") {
      const items = childNodes.filter((child) => "tagName" in child && child.tagName === "li");
      if (items.length > 0) {
        result.push({
          type: "list",
          ordered: tagName === "ol",
          children: items.map((item) => ({ type: "listItem", children: "childNodes" in item ? asBlocks(item.childNodes, lost) : [] })),
        });
      }
    } else if (tagName === "blockquote") result.push({ type: "blockquote", children: asBlocks(childNodes, lost) });
    else {
      if (tagName === "table") lost("table");
      result.push(...asBlocks(childNodes, lost));
    }
  }
  flush();
  return result;
}

function asPhrasing(node: HtmlNode, lost: (element: string) => void): PhrasingContent[] {
  if ("value" in node) return [{ type: "text", value: node.value.replace(/\s+/g, " ") }];
  if (!("tagName" in node)) return [];
  const { tagName, childNodes, attrs } = node;
  if (dropped.has(tagName)) {
    lost(tagName);
    return [];
  }
  const children = (): PhrasingContent[] => childNodes.flatMap((child) => asPhrasing(child, lost));
  const attribute = (name: string): string => attrs.find((each) => each.name === name)?.value ?? "";
  switch (tagName) {
    case "b":
    case "strong":
      return childNodes.length > 0 ? [{ type: "strong", children: children() }] : [];
    case "i":
    case "em":
      return childNodes.length > 0 ? [{ type: "emphasis", children: children() }] : [];
    case "code":
    case "kbd":
    case "samp": {
      const text = oneLine(textOf(childNodes));
      return text === "" ? [] : [{ type: "inlineCode", value: text }];
    }
    case "a":
      return [{ type: "link", url: attribute("href"), children: children() }];
    case "img":
      return [{ type: "image", url: attribute("src"), alt: attribute("alt") }];
    case "br":
      return [{ type: "text", value: " " }];
    default:
      return children();
  }
}

function textOf(nodes: readonly HtmlNode[]): string {
  return nodes.map((node) => ("value" in node ? node.value : "childNodes" in node ? textOf(node.childNodes) : "")).join("");
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
