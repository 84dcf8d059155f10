import type { Problem } from "../../lib/lab/definition/problem.ts";
import { InlineText } from "../ui/inline-text.tsx";

/** What is wrong with an author's files: where, what, and what to do. */
export function PreviewProblems({ problems }: { problems: readonly Problem[] }) {
  return (
    <ol className="preview-problems">
      {problems.map((problem) => (
        <li key={`${problem.file}:${problem.line}:${problem.column}:${problem.message}`}>
          <code className="preview-place">
            {problem.file}:{problem.line}:{problem.column}
          </code>
          <p>
            <InlineText text={problem.message} />
          </p>
          <p className="preview-remedy">
            <InlineText text={problem.remedy} />
          </p>
        </li>
      ))}
    </ol>
  );
}
