import { getMDXComponent } from "mdx-bundler/client/index.js";
import { type ComponentProps, isValidElement, type ReactNode } from "react";
import { findTerm } from "../../lib/content/glossary.ts";
import type { CompiledLesson } from "../../lib/content/types.ts";
import { Compare, Hint, Mistake, Note, Production, ReadOn, Side } from "./asides.tsx";
import { Calculator } from "./calculator/calculator.tsx";
import { CodeBlock } from "./code-block.tsx";
import { CommandBlock } from "./command-block.tsx";
import { Diagram } from "./diagram.tsx";
import { InlineEditor } from "./inline-editor/lazy.tsx";
import { BrowserLink, CommandLink, FileLink, TerminalLink } from "./places.tsx";
import { Quiz } from "./quiz/quiz.tsx";
import { Step, Steps } from "./steps.tsx";
import { Task } from "./task.tsx";
import { TermTip } from "./term.tsx";
import { Video } from "./video.tsx";
import { WorldFigure } from "./world-figure.tsx";

/**
 * The prose of a lesson. Its code is evaluated here, in a server component at build time: the browser gets elements, and evaluates
 * nothing. The names are those of lib/content/components.ts.
 */
export function Prose({ lesson }: { lesson: CompiledLesson }) {
  const Content = getMDXComponent(lesson.code);
  return (
    <div className="prose">
      <Content components={componentsOf(lesson)} />
    </div>
  );
}

/** Elements by the names of lib/content/components.ts. Some of them need to know their lesson. */
function componentsOf(lesson: CompiledLesson) {
  return {
    Task,
    Quiz,
    Hint,
    Note,
    Mistake,
    Production,
    ReadOn,
    Compare,
    Side,
    Steps,
    Step,
    Editor,
    Video: film.bind(undefined, lesson),
    Terminal: TerminalLink,
    File,
    Browser,
    World: WorldFigure,
    Command,
    Console,
    CodeBlock: Listing,
    Calculator: calculator.bind(undefined, lesson),
    Term: glossaryTerm.bind(undefined, lesson),
    Diagram: picture.bind(undefined, lesson),
    img: picture.bind(undefined, lesson),
    a: Anchor,
    table: Table,
  };
}

function calculator(lesson: CompiledLesson, { id }: { id: string }) {
  const found = lesson.calculators.find((each) => each.id === id);
  if (!found) throw new Error(`${lesson.info.id}: there is no calculator ${id}.`);
  return <Calculator calculator={found} />;
}

interface TermProps {
  id?: string;
  children?: ReactNode;
}

function glossaryTerm(lesson: CompiledLesson, { id, children }: TermProps) {
  const entry = findTerm(lesson.terms, id ?? (typeof children === "string" ? children : ""));
  if (!entry) throw new Error(`${lesson.info.id}: <Term>${id ?? String(children)}</Term> is not in the glossary.`);
  return (
    <TermTip name={entry.term} text={entry.text}>
      {children}
    </TermTip>
  );
}

interface FilmProps {
  src: string;
  captions: string;
  title: string;
  language?: string;
}

function film(lesson: CompiledLesson, { src, captions, title, language = "en" }: FilmProps) {
  const folder = `/courses/${lesson.info.course}/${lesson.info.slug}/media/`;
  return <Video src={folder + src} captions={folder + captions} title={title} language={language} />;
}

interface PictureProps {
  src?: string;
  alt?: string;
  caption?: string;
  wide?: boolean;
}

function picture(lesson: CompiledLesson, { src = "", alt = "", caption, wide }: PictureProps) {
  const svg = lesson.pictures[src];
  if (svg === undefined) throw new Error(`${lesson.info.id}: there is no picture ${src}.`);
  return <Diagram svg={svg} alt={alt} caption={caption} wide={wide} />;
}

function Editor({ path, machine, lines = 14 }: { path: string; machine?: string; lines?: number }) {
  return <InlineEditor path={path} machine={machine} lines={Number(lines)} />;
}

interface SessionPlace {
  terminal?: string;
  machine?: string;
}

/** `inSentence`: set by lib/content/prose.ts. */
function Command({ run, inSentence, ...place }: SessionPlace & { run: string; inSentence?: boolean }) {
  return inSentence ? <CommandLink command={run} {...place} /> : <CommandBlock text={run} bare {...place} />;
}

function Console({ source, ...place }: SessionPlace & { source: string }) {
  return <CommandBlock text={source} {...place} />;
}

function Listing({ source, language, title, file }: { source: string; language: string; title?: string; file?: string }) {
  return <CodeBlock code={source} lang={language} title={title} file={file} />;
}

interface PlaceProps {
  machine?: string;
  children?: ReactNode;
}

// The names of places are plain text: an address in them would otherwise become a link within a button.
function File({ path, machine, children }: PlaceProps & { path: string }) {
  return (
    <FileLink path={path} machine={machine}>
      {plainText(children) || path}
    </FileLink>
  );
}

function Browser({ url, machine, children }: PlaceProps & { url: string }) {
  return (
    <BrowserLink url={url} machine={machine}>
      {plainText(children) || url}
    </BrowserLink>
  );
}

function plainText(node: ReactNode): string {
  if (typeof node === "string" || typeof node === "number") return String(node);
  if (Array.isArray(node)) return node.map(plainText).join("");
  return isValidElement<{ children?: ReactNode }>(node) ? plainText(node.props.children) : "";
}

/** Links out of the site open beside it, since leaving the page would stop the lab; those to a lab's machine open in its browser. */
function Anchor({ href, children, id }: ComponentProps<"a">) {
  if (href && /^https?:\/\/(localhost|127\.0\.0\.1)([:/]|$)/.test(href)) return <BrowserLink url={href}>{plainText(children)}</BrowserLink>;
  return (
    <a href={href} id={id} {...(href?.startsWith("http") ? { target: "_blank", rel: "noreferrer" } : {})}>
      {children}
    </a>
  );
}

function Table({ children }: ComponentProps<"table">) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a table wider than its column must be scrollable by keyboard
    <section className="table-frame" aria-label={`Table: ${plainText(children).trim().slice(0, 60)}`} tabIndex={0}>
      <table>{children}</table>
    </section>
  );
}
