import type { Heading, Link, Nodes, Root } from "mdast";
import type { MdxJsxFlowElement, MdxJsxTextElement } from "mdast-util-mdx";
import remarkGfm from "remark-gfm";
import remarkMdx from "remark-mdx";
import remarkParse from "remark-parse";
import { unified } from "unified";
import type { LessonSource } from "../../content/load.ts";
import { Slugger } from "../../content/slug.ts";
import { didYouMean } from "../../lab/definition/nearest.ts";
import { revealedBy } from "./hints.ts";
import { type GateProblem, LessonPlaces } from "./problem.ts";

/**
 * What the compiler does not ask of a lesson and a reader misses: headings in order, links that lead somewhere and say where, pictures
 * with words, hints that leave something to think about. (Elements, terms, pictures' files and quizzes are the compiler's.)
 */
export function soundnessProblems(lesson: LessonSource, lessons: ReadonlySet<string>): GateProblem[] {
  const places = new LessonPlaces(lesson);
  const tree = unified().use(remarkParse).use(remarkGfm).use(remarkMdx).parse(lesson.body);
  return [...new ProseSoundness(places, lesson, lessons).problems(tree), ...hintProblems(lesson, places), ...quizProblems(lesson, places)];
}

type JsxElement = MdxJsxFlowElement | MdxJsxTextElement;

class ProseSoundness {
  private readonly found: GateProblem[] = [];

  constructor(
    private readonly places: LessonPlaces,
    private readonly lesson: LessonSource,
    private readonly lessons: ReadonlySet<string>,
  ) {}

  problems(tree: Root): GateProblem[] {
    const headings: Heading[] = [];
    const links: Link[] = [];
    let inPart = false;
    const visit = (node: Nodes): void => {
      if (node.type === "heading") headings.push(node);
      if (node.type === "link") links.push(node);
      inPart ||= node.type === "heading" && node.depth === 2;
      if (!inPart && isElement(node) && node.name === "Task") this.taskAboveHeadings(node);
      if (isElement(node)) this.picture(node);
      if (node.type === "image" && isFileName(node.alt ?? "")) this.noWords(node, node.alt ?? "");
      if ("children" in node) for (const child of node.children) visit(child);
    };
    visit(tree);
    const anchors = this.headings(headings);
    for (const link of links) this.link(link, anchors);
    return this.found;
  }

  private headings(headings: readonly Heading[]): Set<string> {
    const slugger = new Slugger();
    const anchors = new Set<string>();
    let depth = 1;
    for (const heading of headings) {
      const text = textOf(heading);
      anchors.add(slugger.slug(text));
      if (text.trim() === "") this.add(heading, "This heading is empty.", "Write what the part is about, or take the heading away.");
      if (heading.depth > depth + 1) {
        const hashes = "#".repeat(depth + 1);
        this.add(
          heading,
          `The heading “${text}” skips a level: it is of level ${heading.depth}, below one of level ${depth}.`,
          `Write it with ${hashes}.`,
        );
      }
      depth = heading.depth;
    }
    return anchors;
  }

  private link(link: Link, anchors: ReadonlySet<string>): void {
    const { url } = link;
    const text = textOf(link).trim();
    if (text === "" || /^(here|click here|link|this link|this)$/i.test(text)) {
      this.add(link, `The link to ${url} is called “${text}”, which says nothing to who hears only the links.`, "Name what is there.");
    }
    if (url.startsWith("#")) {
      const anchor = decodeURIComponent(url.slice(1));
      if (!anchors.has(anchor)) this.add(link, `\`${url}\`: this page has no such heading.`, didYouMean(anchor, [...anchors]));
      return;
    }
    if (/^[a-z][a-z0-9+.-]*:/i.test(url)) {
      if (!URL.canParse(url)) this.add(link, `\`${url}\` is no address.`, "Write https://, a host, and a path.");
      return;
    }
    this.relative(link, url);
  }

  /** A lesson's page is /courses/<course>/<lesson>/. */
  private relative(link: Link, url: string): void {
    const { course, slug } = this.lesson.info;
    const { pathname } = new URL(url, `https://site.test/courses/${course}/${slug}/`);
    const path = pathname.replace(/\/$/, "");
    const pages = ["", "/glossary", "/progress", "/sandbox", "/reference/machine"];
    if (pages.includes(path) || path.startsWith("/teach")) return;
    const other = path.replace(/^\/courses\//, "");
    if (path.startsWith("/courses/") && this.lessons.has(other)) return;
    this.add(link, `\`${url}\` leads to ${pathname}, where no page is.`, didYouMean(other, [...this.lessons]));
  }

  private picture(node: JsxElement): void {
    if (node.name !== "Diagram" && node.name !== "Video") return;
    const alt = node.attributes.find((attribute) => attribute.type === "mdxJsxAttribute" && attribute.name === "alt")?.value;
    if (typeof alt !== "string" || node.name === "Video") return;
    if (alt.trim().length < 10 || isFileName(alt)) this.noWords(node, alt);
  }

  /** The card has a heading of the third level, which a screen reader lists below the one above it. */
  private taskAboveHeadings(node: JsxElement): void {
    const id = node.attributes.find((attribute) => attribute.type === "mdxJsxAttribute" && attribute.name === "id")?.value;
    this.add(
      node,
      `The task \`${typeof id === "string" ? id : ""}\` stands before the first heading, so its card belongs to no part of the lesson.`,
      "Put a heading above the text that leads to it: ## What it is about.",
    );
  }

  private noWords(node: Nodes, alt: string): void {
    this.add(node, `“${alt}” does not say what the picture shows.`, "Write in `alt` what one would tell somebody on the telephone.");
  }

  private add(node: Nodes, message: string, remedy: string): void {
    this.found.push(this.places.at("lesson.mdx", node.position?.start.line ?? 1, message, remedy));
  }
}

function hintProblems({ lab }: LessonSource, places: LessonPlaces): GateProblem[] {
  return (lab?.tasks ?? []).flatMap((task, index) =>
    task.hints.slice(0, -1).flatMap((hint, at) => {
      const command = revealedBy(hint, task.solution ?? "");
      if (command === undefined) return [];
      const message = `Hint ${at + 1} of ${task.hints.length} of ${task.id} holds \`${command}\`, which is the solution.`;
      return [
        places.inLab(
          ["tasks", index, "hints", at],
          message,
          "Only the last hint gives the command; show its shape here: `name <what> <where>`.",
        ),
      ];
    }),
  );
}

function quizProblems({ quizzes }: LessonSource, places: LessonPlaces): GateProblem[] {
  return quizzes.flatMap((quiz) => {
    if (!("options" in quiz)) return [];
    const texts = quiz.options.map(({ text }) => text.trim().toLowerCase());
    const twice = texts.find((text, index) => texts.indexOf(text) !== index);
    const same = twice === undefined ? [] : [`two options of \`${quiz.id}\` say the same`];
    const short = quiz.options
      .filter(({ why }) => why.trim().split(/\s+/).length < 3)
      .map(({ id }) => `\`${quiz.id}\`: the reason of \`${id}\` is too short to be one`);
    return [...same, ...short].map((message) =>
      places.at("quiz.yaml", 1, `${message}.`, "Say in `why` what is right or wrong with the option, in a sentence."),
    );
  });
}

function isElement(node: Nodes): node is JsxElement {
  return node.type === "mdxJsxFlowElement" || node.type === "mdxJsxTextElement";
}

function isFileName(text: string): boolean {
  return /^[\w./-]+\.(svg|png|jpe?g|gif|webp)$/i.test(text.trim());
}

function textOf(node: Nodes): string {
  if ("value" in node) return node.value;
  return "children" in node ? node.children.map(textOf).join("") : "";
}
