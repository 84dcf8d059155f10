import { BookOpen, Lightbulb, Server, StickyNote, TriangleAlert } from "lucide-react";
import type { ComponentType, ReactNode } from "react";

interface AsideProps {
  title?: string;
  children?: ReactNode;
}

function aside(kind: string, word: string, Icon: ComponentType<{ size?: number; "aria-hidden"?: "true" }>) {
  return function Aside({ title, children }: AsideProps) {
    return (
      <aside className={`aside aside-${kind}`} aria-label={title ?? word}>
        <p className="aside-title">
          <Icon size={15} aria-hidden="true" />
          <span>{word}</span>
          {title ? <span className="aside-name">{title}</span> : null}
        </p>
        {children}
      </aside>
    );
  };
}

export const Note = aside("note", "Note", StickyNote);
/** The mistake that people make here. */
export const Mistake = aside("mistake", "A common mistake", TriangleAlert);
/** What is different in production. */
export const Production = aside("production", "In production", Server);
export const ReadOn = aside("read-on", "Read on", BookOpen);

/** Folded away until it is wanted. */
export function Hint({ title, children }: AsideProps) {
  return (
    <details className="hint">
      <summary>
        <Lightbulb size={15} aria-hidden="true" />
        {title ?? "Hint"}
      </summary>
      <div>{children}</div>
    </details>
  );
}

/** Cells side by side where the column is wide enough. */
export function Compare({ children }: { children?: ReactNode }) {
  return <div className="compare">{children}</div>;
}

export function Side({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <section className="compare-side" aria-label={title}>
      <p className="compare-title">{title}</p>
      {children}
    </section>
  );
}
