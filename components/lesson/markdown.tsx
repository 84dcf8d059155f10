import type { Nodes, PhrasingContent, RootContent } from "mdast";
import { Fragment, type ReactNode } from "react";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";
import { CodeBlock } from "./code-block.tsx";
import { CommandBlock } from "./command-block.tsx";

const parser = unified().use(remarkParse).use(remarkGfm);

/** The Markdown of lab.yaml (task texts, hints, solutions) as elements. Raw HTML is shown as text, never run. */
export function Markdown({ text }: { text: string }) {
  return <>{parser.parse(text).children.map(block)}</>;
}

const shells = new Set(["console", "sh", "bash", "shell"]);

function block(node: RootContent, index: number): ReactNode {
  const key = index;
  switch (node.type) {
    case "paragraph":
      return <p key={key}>{node.children.map(inline)}</p>;
    case "code":
      return shells.has(node.lang ?? "") ? (
        <CommandBlock key={key} text={node.value} bare={node.lang !== "console"} />
      ) : (
        <CodeBlock key={key} code={node.value} lang={node.lang ?? undefined} />
      );
    case "list": {
      const items = node.children.map((item) => (
        <li key={item.position?.start.offset}>
          {item.children.map((child, at) =>
            child.type === "paragraph" ? (
              <Fragment key={child.position?.start.offset}>{child.children.map(inline)}</Fragment>
            ) : (
              block(child, at)
            ),
          )}
        </li>
      ));
      return node.ordered ? (
        <ol key={key} start={node.start ?? 1}>
          {items}
        </ol>
      ) : (
        <ul key={key}>{items}</ul>
      );
    }
    case "blockquote":
      return <blockquote key={key}>{node.children.map(block)}</blockquote>;
    default:
      return <p key={key}>{textOf(node)}</p>;
  }
}

function inline(node: PhrasingContent, index: number): ReactNode {
  const key = index;
  switch (node.type) {
    case "text":
      return <Fragment key={key}>{node.value}</Fragment>;
    case "inlineCode":
      return <code key={key}>{node.value}</code>;
    case "strong":
      return <strong key={key}>{node.children.map(inline)}</strong>;
    case "emphasis":
      return <em key={key}>{node.children.map(inline)}</em>;
    case "link":
      return /^(https?:\/\/|\/(?!\/)|#)/.test(node.url) ? (
        <a key={key} href={node.url}>
          {node.children.map(inline)}
        </a>
      ) : (
        <Fragment key={key}>{node.children.map(inline)}</Fragment>
      );
    case "break":
      return <br key={key} />;
    default:
      return <Fragment key={key}>{textOf(node)}</Fragment>;
  }
}

function textOf(node: Nodes): string {
  if ("value" in node) return node.value;
  return "children" in node ? node.children.map(textOf).join("") : "";
}
