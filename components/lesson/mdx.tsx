import { getMDXComponent } from "mdx-bundler/client/index.js";
import type { ComponentProps } from "react";
import { findTerm } from "../../lib/content/glossary.ts";
import type { CompiledLesson, GlossaryTerm } from "../../lib/content/types.ts";
import { Compare, Hint, Mistake, Note, Production, ReadOn, Side } from "./asides.tsx";
import { CodeBlock } from "./code-block.tsx";
import { CommandBlock } from "./command-block.tsx";
import { Diagram } from "./diagram.tsx";
import { BrowserLink, FileLink, TerminalLink } from "./places.tsx";
import { Quiz } from "./quiz.tsx";
import { Task } from "./task.tsx";
import { TermTip } from "./term.tsx";

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

function componentsOf(lesson: CompiledLesson) {
  const picture = (path: string): string => {
    const svg = lesson.pictures[path];
    if (svg === undefined) throw new Error(`${lesson.info.id}: there is no picture ${path}.`);
    return svg;
  };
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
    Term: (props: ComponentProps<typeof Term>) => <Term {...props} terms={lesson.terms} />,
    Diagram: ({ src, ...rest }: { src: string; alt: string; caption?: string; wide?: boolean }) => <Diagram svg={picture(src)} {...rest} />,
    Command: ({ run, terminal }: { run: string; terminal?: string }) => <CommandBlock text={run} terminal={terminal} bare />,
    Console: ({ source, terminal }: { source: string; terminal?: string }) => <CommandBlock text={source} terminal={terminal} />,
    CodeBlock: ({ source, language, title, file }: { source: string; language: string; title?: string; file?: string }) => (
      <CodeBlock code={source} lang={language} title={title} file={file} />
    ),
    Terminal: TerminalLink,
    File: FileLink,
    Browser: BrowserLink,
    img: ({ src, alt }: { src?: string; alt?: string }) => <Diagram svg={picture(src ?? "")} alt={alt ?? ""} />,
    a: ({ href, children, id }: ComponentProps<"a">) => (
      <a href={href} id={id} {...(href?.startsWith("http") ? { target: "_blank", rel: "noreferrer" } : {})}>
        {children}
      </a>
    ),
    table: ({ children }: ComponentProps<"table">) => (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a table wider than its column must be scrollable by keyboard
      <div className="table-frame" role="region" aria-label="Table" tabIndex={0}>
        <table>{children}</table>
      </div>
    ),
  };
}

function Term({ id, children, terms }: ComponentProps<"span"> & { terms?: readonly GlossaryTerm[] }) {
  const entry = findTerm(terms ?? [], id ?? (typeof children === "string" ? children : ""));
  if (!entry) throw new Error(`<Term>${String(id ?? children)}</Term> is not in the glossary.`);
  return (
    <TermTip name={entry.term} text={entry.text}>
      {children}
    </TermTip>
  );
}
