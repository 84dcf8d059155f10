import type { Expression, Program } from "estree";
import type { Code, Heading as HeadingNode, Nodes, Parents, Root, RootContent } from "mdast";
import type { MdxJsxAttribute, MdxJsxAttributeValueExpression, MdxJsxFlowElement, MdxJsxTextElement } from "mdast-util-mdx";
import { didYouMean } from "../lab/definition/nearest.ts";
import type { Problem } from "../lab/definition/problem.ts";
import { slowMessage, slowPart } from "../lab/definition/slow-pattern.ts";
import { type ComponentRule, components, htmlElements } from "./components.ts";
import { consoleOptions, parseFenceOptions, readConsoleBlock } from "./console-block.ts";
import { findTerm } from "./glossary.ts";
import { Slugger } from "./slug.ts";
import type { ConsoleBlock, GlossaryTerm, Heading } from "./types.ts";

/** What the prose may refer to. */
export interface ProseContext {
  readonly file: string;
  readonly tasks: readonly string[];
  readonly quizzes: readonly string[];
  readonly calculators: readonly string[];
  readonly machines: readonly string[];
  readonly terms: readonly GlossaryTerm[];
  /** Whether a path of the lesson's folder is a usable picture; a problem's text when not. */
  readonly picture: (path: string) => string | undefined;
  /** The same for a film and its captions. */
  readonly video: (path: string, kind: "film" | "captions") => string | undefined;
}

/** What was found in it. */
export interface ProseFacts {
  readonly problems: Problem[];
  readonly headings: Heading[];
  readonly consoles: ConsoleBlock[];
  readonly terms: Set<GlossaryTerm>;
  readonly pictures: Set<string>;
  /** Films and captions: files that the site serves. */
  readonly media: Set<string>;
  readonly tasks: Set<string>;
  readonly quizzes: Set<string>;
}

export function newFacts(): ProseFacts {
  return {
    problems: [],
    headings: [],
    consoles: [],
    terms: new Set(),
    pictures: new Set(),
    media: new Set(),
    tasks: new Set(),
    quizzes: new Set(),
  };
}

type Element = MdxJsxFlowElement | MdxJsxTextElement;

/**
 * Author content is data (design.md §5): walks the tree that is about to be compiled, reports everything that could run code or
 * reach out, gives headings their anchors, and turns fenced code into <Console> and <CodeBlock>. Because it looks at the very tree
 * that is compiled, nothing can mean one thing here and another there.
 */
export function checkProse(tree: Root, context: ProseContext, facts: ProseFacts): void {
  new ProseChecker(context, facts).parent(tree);
}

class ProseChecker {
  private readonly slugger = new Slugger();

  constructor(
    private readonly context: ProseContext,
    private readonly facts: ProseFacts,
  ) {}

  parent(parent: Parents): void {
    for (const [index, child] of parent.children.entries()) {
      const replacement = this.node(child);
      // The same index: a block of code becomes one element.
      if (replacement !== undefined) (parent.children as RootContent[])[index] = replacement;
    }
    if (isSentence(parent)) this.sentence(parent);
  }

  private node(node: RootContent): RootContent | undefined {
    switch (node.type) {
      case "mdxjsEsm":
        this.problem(
          node,
          "`import` and `export` are not allowed in a lesson.",
          "A lesson is data; use the elements that there are, or write text.",
        );
        return;
      case "mdxFlowExpression":
      case "mdxTextExpression":
        if (!isComment(node.data?.estree ?? undefined) && !isLiteralProgram(node.data?.estree ?? undefined)) {
          this.problem(node, `\`{${shorten(node.value)}}\` is code.`, "Only literals may stand in braces; write \\{ for a brace.");
        }
        return;
      case "html":
        this.problem(node, "Raw HTML is not allowed in a lesson.", "Use Markdown, or one of the elements.");
        return;
      case "mdxJsxFlowElement":
      case "mdxJsxTextElement":
        this.element(node);
        break;
      case "code":
        return this.code(node);
      case "heading":
        this.heading(node);
        break;
      case "link":
      case "definition":
        this.link(node, node.url);
        break;
      case "image":
        if (node.alt === undefined || node.alt === null || node.alt === "") {
          this.problem(
            node,
            "The picture has no text for those who can't see it.",
            "Write it between the brackets: ![what the picture says](…).",
          );
        }
        this.picture(node, node.url);
        break;
      case "imageReference":
        this.problem(node, "A picture by reference is not supported.", "Write its path in parentheses: ![text](pictures/name.svg).");
        return;
      default:
    }
    if ("children" in node) this.parent(node);
    return undefined;
  }

  /** Words with elements between them: a card or a listing would break the paragraph apart. */
  private sentence({ children }: Parents): void {
    for (const child of children) {
      if (child.type !== "mdxJsxTextElement" || child.name === null) continue;
      const rule = Object.hasOwn(components, child.name) ? components[child.name] : undefined;
      // The site shows it as a part of the sentence.
      if (child.name === "Command") child.attributes.push({ type: "mdxJsxAttribute", name: "inSentence", value: null });
      if (rule === undefined || rule.fitsInSentence) continue;
      this.problem(
        child,
        `<${child.name}> stands in the midst of a sentence.`,
        "Put it on lines of its own, with an empty line above and below.",
      );
    }
  }

  private element(node: Element): void {
    const name = node.name;
    if (name === null) {
      this.problem(node, "<>…</> is not allowed here.", "Remove it; text needs no wrapper.");
      return;
    }
    const rule = Object.hasOwn(components, name) ? components[name] : undefined;
    if (rule === undefined && !htmlElements.includes(name)) {
      this.problem(node, `<${name}>: no such element.`, didYouMean(name, [...Object.keys(components), ...htmlElements]));
      return;
    }
    const values = this.attributes(node, name, rule);
    if (rule?.children === "none" && node.children.length > 0) {
      this.problem(node, `<${name}> holds nothing.`, `Close it at once: <${name} … />.`);
    }
    for (const required of rule?.required ?? []) {
      if (!values.has(required)) this.problem(node, `<${name}> needs \`${required}\`.`, `Write <${name} ${required}="…" />.`);
    }
    this.references(node, name, values);
  }

  /** Checks every attribute; the texts of those that have one. */
  private attributes(node: Element, name: string, rule: ComponentRule | undefined): Map<string, string> {
    const values = new Map<string, string>();
    const allowed = rule?.attributes ?? (name === "abbr" ? { title: "text" as const } : {});
    for (const attribute of node.attributes) {
      if (attribute.type === "mdxJsxExpressionAttribute") {
        this.problem(node, `<${name} {…}>: spreading is not allowed.`, "Write each attribute out.");
        continue;
      }
      const type = Object.hasOwn(allowed, attribute.name) ? allowed[attribute.name] : undefined;
      if (type === undefined) {
        this.problem(node, `<${name} ${attribute.name}>: no such attribute.`, didYouMean(attribute.name, Object.keys(allowed)));
        continue;
      }
      const text = this.attributeText(node, name, attribute);
      if (text === undefined) continue;
      if (type === "number" && !/^-?\d+(\.\d+)?$/.test(text)) {
        this.problem(node, `<${name} ${attribute.name}="${text}">: not a number.`, `Write a number: ${attribute.name}={3}.`);
      }
      values.set(attribute.name, text);
    }
    return values;
  }

  private attributeText(node: Element, name: string, attribute: MdxJsxAttribute): string | undefined {
    const value: string | MdxJsxAttributeValueExpression | null | undefined = attribute.value;
    if (value === null || value === undefined) return "true";
    if (typeof value === "string") return value;
    const expression = soleExpression(value.data?.estree ?? undefined);
    if (expression === undefined || !isLiteral(expression)) {
      this.problem(
        node,
        `<${name} ${attribute.name}={${shorten(value.value)}}>: code is not allowed.`,
        "Use a literal: text, a number, true or false.",
      );
      return undefined;
    }
    return value.value;
  }

  private references(node: Element, name: string, values: ReadonlyMap<string, string>): void {
    const id = values.get("id");
    if (name === "Task" && id !== undefined) {
      this.known(node, "Task", "task in lab.yaml", id, this.context.tasks);
      if (this.facts.tasks.has(id)) this.problem(node, `<Task id="${id}"> stands here for the second time.`, "Show each task once.");
      this.facts.tasks.add(id);
    }
    if (name === "Quiz" && id !== undefined) {
      this.known(node, "Quiz", "quiz in quiz.yaml", id, this.context.quizzes);
      this.facts.quizzes.add(id);
    }
    if (name === "Calculator" && id !== undefined) this.known(node, name, "calculator in calculators.yaml", id, this.context.calculators);
    const machine = values.get("machine");
    if (machine !== undefined) this.known(node, name, "machine in lab.yaml", machine, this.context.machines);
    if (name === "Term") this.term(node, id ?? textOf(node));
    const src = values.get("src");
    if (name === "Diagram" && src !== undefined) this.picture(node, src);
    if (name === "Video") this.video(node, values);
    const url = values.get("url");
    if (name === "Browser" && url !== undefined && !/^https?:\/\//.test(url)) {
      this.problem(node, `<Browser url="${url}">: not an address.`, "It begins with http:// and the machine: http://localhost:8000/.");
    }
  }

  private known(node: Nodes, element: string, what: string, name: string, candidates: readonly string[]): void {
    if (!candidates.includes(name))
      this.problem(node, `<${element}>: there is no ${what} called \`${name}\`.`, didYouMean(name, candidates));
  }

  private term(node: Element, name: string): void {
    const term = findTerm(this.context.terms, name);
    if (term === undefined) {
      const names = this.context.terms.flatMap((each) => [each.id, each.term]);
      this.problem(node, `<Term>: \`${name}\` is not in the glossary.`, `${didYouMean(name, names)} Or add it to glossary.yaml.`);
      return;
    }
    this.facts.terms.add(term);
    // The site shows the term by its id, however it was spelled.
    if (
      !node.attributes.some((attribute) => attribute.type === "mdxJsxAttribute" && attribute.name === "id" && attribute.value === term.id)
    ) {
      node.attributes = [{ type: "mdxJsxAttribute", name: "id", value: term.id }];
    }
  }

  private heading(node: HeadingNode): void {
    if (node.depth === 1) this.problem(node, "A lesson has no heading of the first level: its title is one.", "Begin with ##.");
    const text = textOf(node);
    const id = this.slugger.slug(text);
    node.data = { ...node.data, hProperties: { id } };
    if (node.depth > 1 && node.depth < 5) this.facts.headings.push({ depth: node.depth, id, text });
  }

  private link(node: Nodes, url: string): void {
    const plain = url.trim();
    const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(plain)?.[1]?.toLowerCase();
    const allowed = scheme === undefined ? !plain.startsWith("//") && !plain.includes("\\") : scheme === "https" || scheme === "http";
    if (!allowed || hasControlCharacters(url)) {
      this.problem(
        node,
        `The link \`${shorten(url)}\` is not allowed.`,
        "Link to http(s)://…, to another lesson by a relative address, or to #a-heading.",
      );
    }
  }

  private picture(node: Nodes, path: string): void {
    const problem = /^[a-z0-9][a-z0-9/_-]*\.svg$/i.test(path)
      ? this.context.picture(path)
      : "Pictures are SVG files in the lesson's own folder, like pictures/request.svg.";
    if (problem !== undefined) this.problem(node, `The picture \`${shorten(path)}\` can't be shown.`, problem);
    else this.facts.pictures.add(path);
  }

  private video(node: Nodes, values: ReadonlyMap<string, string>): void {
    for (const [attribute, kind] of [
      ["src", "film"],
      ["captions", "captions"],
    ] as const) {
      const path = values.get(attribute);
      if (path === undefined) continue;
      const problem = this.context.video(path, kind);
      if (problem !== undefined)
        this.problem(node, `The ${kind === "film" ? "film" : "captions"} \`${shorten(path)}\` can't be shown.`, problem);
      else this.facts.media.add(path);
    }
  }

  private code(node: Code): RootContent {
    const { options, rest } = parseFenceOptions(node.meta ?? "");
    const isConsole = node.lang === "console";
    const known = isConsole ? Object.keys(consoleOptions) : ["title", "file"];
    for (const name of options.keys()) {
      if (!known.includes(name)) this.problem(node, `\`${name}=\`: a block of code has no such option.`, didYouMean(name, known));
    }
    if (rest !== "") this.problem(node, `\`${rest}\` behind the language is not understood.`, 'Options look like this: name="value".');
    const attributes = [...options].filter(([name]) => name !== "shown" && name !== "exit" && name !== "until" && name !== "input");
    if (!isConsole) return element("CodeBlock", [["language", node.lang ?? "text"], ["source", node.value], ...attributes], node);
    const machine = options.get("machine");
    if (machine !== undefined) this.known(node, "Console", "machine in lab.yaml", machine, this.context.machines);
    const block = readConsoleBlock(node.value, node.position?.start.line ?? 1, options);
    if (block.commands.length === 0)
      this.problem(node, "This console block holds no command.", "Put `$ ` before what is typed, or use ```text for plain output.");
    const pattern = block.until === undefined ? undefined : patternProblem(block.until);
    if (pattern !== undefined) this.problem(node, `\`until=\`: ${pattern}`, 'Write a piece of what is shown, in quotes: until="ready".');
    if (!Number.isInteger(block.exit)) this.problem(node, "`exit=` is not a number.", "Write exit=1.");
    this.facts.consoles.push(block);
    return element("Console", [["source", node.value], ...attributes], node);
  }

  private problem(node: Nodes, message: string, remedy: string): void {
    const start = node.position?.start;
    this.facts.problems.push({ file: this.context.file, line: start?.line ?? 1, column: start?.column ?? 1, message, remedy });
  }
}

/** A paragraph that holds more than one element alone. */
function isSentence(node: Parents): boolean {
  if (node.type !== "paragraph") return false;
  return node.children.some((child) => child.type !== "mdxJsxTextElement" && !(child.type === "text" && child.value.trim() === ""));
}

function patternProblem(pattern: string): string | undefined {
  try {
    const slow = slowPart(pattern);
    return slow && slowMessage(slow);
  } catch (error) {
    return `this is no regular expression: ${error instanceof Error ? error.message : String(error)}.`;
  }
}

function element(name: string, attributes: readonly (readonly [string, string])[], node: Code): MdxJsxFlowElement {
  return {
    type: "mdxJsxFlowElement",
    name,
    attributes: attributes.map(([key, value]) => ({ type: "mdxJsxAttribute", name: key, value })),
    children: [],
    position: node.position,
  };
}

function textOf(node: Nodes): string {
  if ("value" in node) return node.value;
  return "children" in node ? node.children.map(textOf).join("") : "";
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 40 ? `${line.slice(0, 39)}…` : line;
}

function hasControlCharacters(text: string): boolean {
  return [...text].some((character) => character.charCodeAt(0) < 0x20 || character.charCodeAt(0) === 0x7f);
}

function isComment(program: Program | undefined): boolean {
  return program !== undefined && program.body.length === 0;
}

function soleExpression(program: Program | undefined): Expression | undefined {
  const statement = program?.body[0];
  return program?.body.length === 1 && statement?.type === "ExpressionStatement" ? statement.expression : undefined;
}

function isLiteralProgram(program: Program | undefined): boolean {
  const expression = soleExpression(program);
  return expression?.type === "Literal" && isLiteral(expression);
}

/** Text, numbers, true, false, null, and lists and maps of those: nothing that can be called, looked up or computed. */
function isLiteral(node: Expression): boolean {
  switch (node.type) {
    case "Literal":
      return !("regex" in node);
    case "UnaryExpression":
      return node.operator === "-" && node.argument.type === "Literal" && typeof node.argument.value === "number";
    case "TemplateLiteral":
      return node.expressions.length === 0;
    case "ArrayExpression":
      return node.elements.every((each) => each !== null && each.type !== "SpreadElement" && isLiteral(each));
    case "ObjectExpression":
      return node.properties.every((property) => {
        if (property.type !== "Property" || property.computed || property.kind !== "init" || property.method || property.shorthand)
          return false;
        if (property.key.type === "Identifier" && property.key.name === "__proto__") return false;
        if (property.key.type === "Literal" && property.key.value === "__proto__") return false;
        return isLiteral(property.value as Expression);
      });
    default:
      return false;
  }
}
