import type { Code, Heading, Html, Link, Nodes, PhrasingContent, RootContent } from "mdast";
import type { MdxJsxFlowElement } from "mdast-util-mdx";
import remarkGfm from "remark-gfm";
import remarkMdx from "remark-mdx";
import remarkParse from "remark-parse";
import remarkStringify from "remark-stringify";
import { unified } from "unified";
import { readProse } from "../../content/compile.ts";
import { svgProblem } from "../../content/svg.ts";
import { readScript } from "../gate/attempts.ts";
import { markFences } from "./fences.ts";
import { htmlText, htmlToMarkdown } from "./html-to-markdown.ts";
import {
  decoded,
  editText,
  firstText,
  flow,
  inline,
  isClosing,
  lastText,
  onlyPhrasing,
  plainText,
  resolve,
  safeUri,
  unlikeCode,
} from "./markdown-nodes.ts";
import type { ImportNotes } from "./notes.ts";
import type { SourceTree } from "./source-tree.ts";

/** What a piece of Markdown is read with. */
export interface ProseOptions {
  readonly tree: SourceTree;
  readonly notes: ImportNotes;
  /** Path of the file in the source. */
  readonly file: string;
  /** Its first line's number in that file. */
  readonly firstLine?: number;
  /** Without a lab there is nothing to run commands on. */
  readonly lab: boolean;
  /** Pictures that the lesson takes along: path in the lesson → bytes. */
  readonly pictures: Map<string, Uint8Array>;
  /** Headings are moved so that the highest has this depth. */
  readonly depth?: number;
}

export interface ReadMarkdown {
  readonly nodes: readonly RootContent[];
  /** The text of a first heading of the first level. */
  readonly title: string | undefined;
  /** What a click on the page typed into the terminal, in order. */
  readonly commands: readonly string[];
}

const parser = unified().use(remarkParse).use(remarkGfm);
const writer = unified().use(remarkGfm).use(remarkMdx).use(remarkStringify, { bullet: "-", rule: "-", fences: true, resourceLink: true });

/** Reads a stranger's Markdown into what a lesson may hold. What can't be carried over goes into the notes. */
export function readMarkdown(text: string, options: ProseOptions): ReadMarkdown {
  return new Reader(options).read(text);
}

/** The text of lesson.mdx: escaped by MDX's own writer, then read by the compiler; what it refuses is shown as a listing. */
export function writeProse(
  nodes: readonly RootContent[],
  known: { tasks: readonly string[]; machines: readonly string[] },
): { text: string; refused: readonly string[] } {
  const parts = [...nodes];
  const refused: string[] = [];
  const context = {
    file: "lesson.mdx",
    tasks: known.tasks,
    quizzes: [],
    machines: known.machines,
    terms: [],
    calculators: [],
    picture: () => undefined,
    video: () => undefined,
  };
  for (const [index, node] of parts.entries()) {
    const { problems } = readProse(write([node]), context);
    const [problem] = problems;
    if (problem === undefined) continue;
    refused.push(problem.message);
    parts[index] = { type: "code", lang: "text", value: write([node]).trim() };
  }
  return { text: write(parts), refused };
}

function write(nodes: readonly RootContent[]): string {
  return writer.stringify({ type: "root", children: [...nodes] });
}

class Reader {
  private readonly commands: string[] = [];
  /** Addresses of `[name]: address` lines, by name. */
  private readonly definitions = new Map<string, string>();

  constructor(private readonly options: ProseOptions) {}

  read(text: string): ReadMarkdown {
    const root = parser.parse(markFences(text));
    for (const node of root.children) if (node.type === "definition") this.definitions.set(node.identifier, node.url);
    const [first] = root.children;
    const title = first?.type === "heading" && first.depth === 1 ? plainText(first) : undefined;
    if (title !== undefined) root.children.shift();
    const highest = Math.min(...root.children.flatMap((node) => (node.type === "heading" ? [node.depth] : [])), 6);
    const nodes = this.blocks(this.asides(this.details(root.children)));
    for (const node of nodes) if (node.type === "heading") this.move(node, highest);
    return { nodes, title, commands: this.commands };
  }

  /** `<details><summary>…</summary>…</details>`, whose parts Markdown takes for separate blocks, as one element that folds. */
  private details(nodes: readonly RootContent[]): RootContent[] {
    const result: RootContent[] = [];
    for (let at = 0; at < nodes.length; at++) {
      const node = nodes[at];
      if (node === undefined) break;
      if (node.type !== "html" || !/<details\b/i.test(node.value)) {
        result.push(node);
        continue;
      }
      let end = at;
      while (end < nodes.length && !isClosing(nodes[end])) end++;
      const inside = nodes.slice(at, Math.min(end + 1, nodes.length));
      at = end;
      const head = node.value;
      const summary = /<summary[^>]*>([\s\S]*?)<\/summary>/i.exec(head)?.[1] ?? "";
      const rest = inside.flatMap((each): RootContent[] => {
        if (each.type !== "html") return [each];
        const value = each.value.replace(/<summary[^>]*>[\s\S]*?<\/summary>/i, "").replace(/<\/?details[^>]*>/gi, "");
        return value.replace(/<br\s*\/?>/gi, "").trim() === "" ? [] : [{ ...each, value }];
      });
      const title = htmlText(summary);
      result.push(flow("Hint", title === "" ? {} : { title }, rest, node));
      this.note(node, `The question “${title}” became a <Hint> that unfolds its answer. A <Quiz> would grade it: write one in quiz.yaml.`);
    }
    return result;
  }

  /** `:::tip` … `:::`, as an aside. */
  private asides(nodes: readonly RootContent[]): RootContent[] {
    const result: RootContent[] = [];
    for (let at = 0; at < nodes.length; at++) {
      const node = nodes[at];
      if (node === undefined) break;
      const opening = node.type === "paragraph" ? /^:::\s*(\w+)(?:\[([^\]\n]*)\])?[^\n]*\n?/.exec(firstText(node)) : null;
      if (node.type !== "paragraph" || opening === null) {
        result.push(node);
        continue;
      }
      let end = at;
      while (end < nodes.length && !/(^|\n):::\s*$/.test(lastText(nodes[end]).replace(/^:::\s*\w[^\n]*\n?/, ""))) end++;
      const inside = nodes.slice(at, Math.min(end + 1, nodes.length));
      if (end >= nodes.length) {
        result.push(node);
        continue;
      }
      at = end;
      editText(inside[0], "first", (text) => text.slice(opening[0].length));
      editText(inside.at(-1), "last", (text) => text.replace(/\n?:::\s*$/, ""));
      const kind = (opening[1] ?? "").toLowerCase();
      const name = kind === "danger" || kind === "warning" || kind === "caution" ? "Mistake" : "Note";
      result.push(
        flow(
          name,
          { title: opening[2] ?? kind.charAt(0).toUpperCase() + kind.slice(1) },
          inside.filter((each) => plainText(each).trim() !== ""),
          node,
        ),
      );
    }
    return result;
  }

  private blocks(nodes: readonly RootContent[]): RootContent[] {
    return nodes.flatMap((node) => this.block(node));
  }

  private block(node: RootContent): RootContent[] {
    switch (node.type) {
      case "html":
        return this.html(node);
      case "code":
        return [this.code(node)];
      case "yaml":
      case "definition":
      case "footnoteDefinition":
        if (node.type === "footnoteDefinition") this.note(node, "Footnotes are not carried over.");
        return [];
      case "paragraph": {
        const children = this.phrasing(node.children);
        return plainText({ ...node, children }).trim() === "" && children.every(({ type }) => type === "text")
          ? []
          : [{ ...node, children: unlikeCode(children) }];
      }
      case "heading":
        return [{ ...node, children: this.phrasing(node.children) }];
      case "mdxJsxFlowElement":
        return [{ ...node, children: this.blocks(node.children) as MdxJsxFlowElement["children"] }];
      case "table":
        return [
          {
            ...node,
            children: node.children.map((row) => ({
              ...row,
              children: row.children.map((cell) => ({ ...cell, children: this.phrasing(cell.children) })),
            })),
          },
        ];
      default:
        if ("children" in node) return [{ ...node, children: this.blocks(node.children as RootContent[]) } as RootContent];
        return [node];
    }
  }

  private html(node: Html): RootContent[] {
    if (/^\s*<!--[\s\S]*-->\s*$/.test(node.value)) return [];
    const listing = /^\s*<pre\b([^>]*)>([\s\S]*?)<\/pre>/i.exec(node.value);
    if (listing !== null) {
      const name = /data-filename="([^"]*)"/.exec(listing[1] ?? "")?.[1];
      if (/data-target=/.test(listing[1] ?? ""))
        this.note(node, "A click put this text into the editor; here the learner types or copies it.");
      const value = (listing[2] ?? "").replace(/^\n/, "").replace(/\n$/, "");
      return [
        {
          type: "code",
          lang: "text",
          meta: name === undefined ? undefined : `title="${name.replace(/["\\]/g, "")}"`,
          value: decoded(value),
        },
      ];
    }
    return this.blocks(htmlToMarkdown(node.value, (element) => this.note(node, `<${element}> is not carried over.`)));
  }

  private code(node: Code): Code {
    const [, click, how = ""] = /slipway:(execute|exec|copy|open)(\S*)/.exec(node.meta ?? "") ?? [];
    const title = /title=(?:"([^"]*)"|'([^']*)')/.exec(node.meta ?? "");
    const name = (title?.[1] ?? title?.[2] ?? "").replace(/["\\]/g, "");
    const shell = ["bash", "sh", "shell", "zsh", "console"].includes(node.lang ?? "");
    const commands =
      click === "execute" || click === "exec"
        ? readScript(node.value).steps.flatMap(({ step }) => ("run" in step ? [step.run] : []))
        : node.lang === "console" || (shell && /^\$ /m.test(node.value))
          ? node.value.split("\n").flatMap((line) => (/^\$ /.test(line) ? [line.slice(2)] : []))
          : [];
    if (how.includes("interrupt")) this.note(node, "The page pressed Ctrl-C before this command; here the learner does.");
    const other = /(T[2-9]|HOST[2-9])/.exec(how)?.[1];
    if (other !== undefined)
      this.note(node, `This was typed into ${other}; here it is in the first terminal: write \`terminal=t2\` behind \`console\`.`);
    if (commands.length > 0 && this.options.lab) {
      this.commands.push(...commands);
      return {
        type: "code",
        lang: "console",
        value: commands.map((line) => `$ ${line.replaceAll("\n", "\n> ")}`).join("\n"),
        position: node.position,
      };
    }
    const lang =
      node.lang === "console" || node.lang === null || node.lang === undefined ? "text" : node.lang.replace(/[^A-Za-z0-9+#-]/g, "");
    return {
      type: "code",
      lang: lang === "" ? "text" : lang,
      meta: name === "" ? undefined : `title="${name}"`,
      value: node.value,
      position: node.position,
    };
  }

  private phrasing(nodes: readonly PhrasingContent[]): PhrasingContent[] {
    const result: PhrasingContent[] = [];
    // Raw HTML within a line comes as an opening and a closing piece: both go, what is between stays.
    for (let at = 0; at < nodes.length; at++) {
      const node = nodes[at];
      if (node === undefined) break;
      const next = nodes[at + 1];
      const click =
        node.type === "inlineCode" && next?.type === "text" ? /^\s?\{\{\s*(execute|exec|copy)([^}]*)\}\}/.exec(next.value) : null;
      if (node.type === "inlineCode" && next?.type === "text" && click !== null) {
        next.value = next.value.slice(click[0].length);
        if (click[1] === "copy" || !this.options.lab) result.push(node);
        else {
          this.commands.push(node.value);
          result.push(inline("Command", { run: node.value }, []));
        }
        continue;
      }
      result.push(...this.inline(node));
    }
    return result;
  }

  private inline(node: PhrasingContent): PhrasingContent[] {
    switch (node.type) {
      case "html": {
        const element = /^<\/?([a-z][a-z0-9-]*)/i.exec(node.value)?.[1]?.toLowerCase();
        if (element === "img") return this.phrasing(onlyPhrasing(htmlToMarkdown(node.value, () => undefined)));
        if (element === "br") return [{ type: "text", value: " " }];
        if (element !== undefined && !node.value.startsWith("</") && !plainElements.has(element))
          this.note(node, `<${element}> is not carried over; its text is.`);
        return [];
      }
      case "image":
        return [this.image(node.url, node.alt ?? "", node)];
      case "imageReference":
        return [this.image(this.definitions.get(node.identifier) ?? node.label ?? "", node.alt ?? "", node)];
      case "link":
        return this.link(node);
      case "linkReference": {
        const url = this.definitions.get(node.identifier);
        return url === undefined
          ? this.phrasing(node.children)
          : this.link({ type: "link", url, children: node.children, position: node.position });
      }
      case "delete":
        return this.phrasing(node.children);
      case "footnoteReference":
        return [];
      case "text":
        return this.withAddresses(node.value);
      case "strong":
      case "emphasis":
        return [{ ...node, children: this.phrasing(node.children) }];
      default:
        return [node];
    }
  }

  private link(node: Link): PhrasingContent[] {
    const children = this.phrasing(node.children);
    const served = /\{\{TRAFFIC_HOST\d_(\d+)\}\}|\[\[HOST_SUBDOMAIN\]\]-(\d+)-/.exec(decodeURI(safeUri(node.url)));
    if (served !== null && this.options.lab) return [inline("Browser", { url: `http://localhost:${served[1] ?? served[2]}/` }, children)];
    if (/^(https?:\/\/|#)/i.test(node.url)) return [{ type: "link", url: node.url, children }];
    this.note(node, `The link to \`${node.url.slice(0, 80)}\` is not carried over: link to a lesson, a heading or http(s)://…`);
    return children;
  }

  /** Addresses of the machine that the other platform filled in. */
  private withAddresses(value: string): PhrasingContent[] {
    // Markdown would make a link of an address of mail.
    return value.split(/(\{\{TRAFFIC_HOST\d_\d+\}\}|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)/).flatMap((part): PhrasingContent[] => {
      const port = this.options.lab ? /^\{\{TRAFFIC_HOST\d_(\d+)\}\}$/.exec(part)?.[1] : undefined;
      if (port === undefined) return part === "" ? [] : [{ type: /^[^@\s]+@[^@\s]+\.\w/.test(part) ? "inlineCode" : "text", value: part }];
      return [inline("Browser", { url: `http://localhost:${port}/` }, [{ type: "text", value: `http://localhost:${port}/` }])];
    });
  }

  private image(url: string, alt: string, node: Nodes): PhrasingContent {
    const { tree, file, pictures } = this.options;
    const bare = url.split(/[?#]/, 1)[0] ?? "";
    const path = resolve(file, bare);
    const bytes = tree.files.get(path)?.bytes;
    const name =
      bare
        .split("/")
        .at(-1)
        ?.toLowerCase()
        .replace(/[^a-z0-9._-]/g, "-") ?? "";
    if (bytes !== undefined && /^[a-z0-9][a-z0-9_-]*\.svg$/.test(name) && svgProblem(new TextDecoder().decode(bytes)) === undefined) {
      pictures.set(`pictures/${name}`, bytes);
      return { type: "image", url: `pictures/${name}`, alt: alt === "" ? name : alt };
    }
    this.note(
      node,
      `The picture \`${bare.slice(0, 120)}\` is not carried over: pictures are SVG files in the lesson's folder. Draw it anew below pictures/.`,
    );
    return {
      type: "emphasis",
      children: [{ type: "text", value: `(A picture stood here: ${alt === "" ? bare.split("/").at(-1) : alt})` }],
    };
  }

  private move(node: Heading, highest: number): void {
    const depth = Math.min(6, node.depth - highest + (this.options.depth ?? 2));
    node.depth = depth < 2 ? 2 : depth === 2 ? 2 : depth === 3 ? 3 : depth === 4 ? 4 : depth === 5 ? 5 : 6;
  }

  private note(node: Nodes, text: string): void {
    this.options.notes.add(this.options.file, (node.position?.start.line ?? 1) + (this.options.firstLine ?? 1) - 1, text);
  }
}

const plainElements = new Set([
  "b",
  "i",
  "em",
  "strong",
  "u",
  "code",
  "kbd",
  "span",
  "p",
  "div",
  "a",
  "sub",
  "sup",
  "small",
  "font",
  "center",
  "details",
  "summary",
]);
