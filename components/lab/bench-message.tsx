import { CircleHelp, OctagonX, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

const icons = { obstacle: TriangleAlert, question: CircleHelp, failure: OctagonX };

interface Props {
  kind: keyof typeof icons;
  title: string;
  children: ReactNode;
  actions?: ReactNode;
}

/** Stands in the bench's place when there is no lab to show: what is the matter, and what to do. */
export function BenchMessage({ kind, title, children, actions }: Props) {
  const Icon = icons[kind];
  return (
    <div className="bench-message" role={kind === "failure" ? "alert" : "status"}>
      <Icon size={26} aria-hidden="true" className={`message-${kind}`} />
      <h2>{title}</h2>
      {children}
      {actions ? <div className="mt-5 flex gap-2">{actions}</div> : null}
    </div>
  );
}
