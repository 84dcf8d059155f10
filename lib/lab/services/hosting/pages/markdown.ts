/** A README's Markdown as HTML. HTML in it is shown as text. */
import type { Nodes, PhrasingContent, RootContent } from "mdast";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";
import { Html, html } from "./html.ts";

const parser = unified().use(remarkParse).use(remarkGfm);

/** `base`: where relative links lead, ending in a slash. */
export function markdown(text: string, base: string): Html {
  return html`${parser.parse(text).children.map((node) => block(node, base))}`;
}

function block(node: RootContent, base: string): Html {
  const inner = (nodes: readonly RootContent[]) => nodes.map((each) => block(each, base));
  const phrases = (nodes: readonly PhrasingContent[]) => nodes.map((each) => inline(each, base));
  switch (node.type) {
    case "heading": {
      // The page has its own first heading.
      const tag = new Html(`h${Math.min(6, node.depth + 1)}`);
      return html`<${tag}>${phrases(node.children)}</${tag}>`;
    }
    case "paragraph":
      return html`<p>${phrases(node.children)}</p>`;
    case "code":
      return html`<pre><code>${node.value}</code></pre>`;
    case "blockquote":
      return html`<blockquote>${inner(node.children)}</blockquote>`;
    case "thematicBreak":
      return html`<hr>`;
    case "list": {
      const items = node.children.map((item) => {
        const box = item.checked === null || item.checked === undefined ? "" : item.checked ? "☑ " : "☐ ";
        const children = item.children.map((child) =>
          child.type === "paragraph" && !node.spread ? html`${phrases(child.children)}` : block(child, base),
        );
        return html`<li>${box}${children}</li>`;
      });
      return node.ordered ? html`<ol start="${node.start ?? 1}">${items}</ol>` : html`<ul>${items}</ul>`;
    }
    case "table": {
      const [head, ...rows] = node.children;
      const cells = (row: typeof head, tag: Html) => row?.children.map((cell) => html`<${tag}>${phrases(cell.children)}</${tag}>`);
      const [th, td] = [new Html("th"), new Html("td")];
      return html`<table><thead><tr>${cells(head, th)}</tr></thead><tbody>${rows.map((row) => html`<tr>${cells(row, td)}</tr>`)}</tbody></table>`;
    }
    case "html":
      return html`<pre><code>${node.value}</code></pre>`;
    case "definition":
    case "footnoteDefinition":
    case "yaml":
      return html``;
    default:
      return html`<p>${textOf(node)}</p>`;
  }
}

function inline(node: PhrasingContent, base: string): Html {
  const inner = () => ("children" in node ? node.children.map((each) => inline(each, base)) : []);
  switch (node.type) {
    case "text":
      return html`${node.value}`;
    case "emphasis":
      return html`<em>${inner()}</em>`;
    case "strong":
      return html`<strong>${inner()}</strong>`;
    case "delete":
      return html`<del>${inner()}</del>`;
    case "inlineCode":
      return html`<code>${node.value}</code>`;
    case "break":
      return html`<br>`;
    case "link": {
      const href = safeHref(node.url, base);
      return href === undefined ? html`${inner()}` : html`<a href="${href}">${inner()}</a>`;
    }
    case "image":
      return html`<span class="soft">[${node.alt ?? node.url}]</span>`;
    default:
      return html`${textOf(node)}`;
  }
}

/** Links to the web, to places of the same page, and to files beside this one; nothing else. */
function safeHref(url: string, base: string): string | undefined {
  if (/^https?:\/\//i.test(url) || url.startsWith("#")) return url;
  if (/^[a-z][a-z0-9+.-]*:/i.test(url) || url.startsWith("//")) return undefined;
  return url.startsWith("/") ? base + url.slice(1) : base + url.replace(/^\.\//, "");
}

function textOf(node: Nodes): string {
  if ("value" in node) return node.value;
  return "children" in node ? node.children.map(textOf).join("") : "";
}
