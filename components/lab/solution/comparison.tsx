"use client";
import type { ComparedFile, ScratchComparison } from "../../../lib/lab/types.ts";
import { LineDiff } from "../line-diff.tsx";

/** What differs between the scratch copy, in which the solution was done, and the learner's own world: file by file, side by side. */
export function Comparison({ comparison }: { comparison: ScratchComparison }) {
  const { files, others, more } = comparison;
  return (
    <section className="comparison" aria-label="The scratch copy and yours">
      <h3>The scratch copy and yours</h3>
      {files.length + others.length === 0 ? (
        <p>No file, program, service or row differs. Logs, caches and what was typed are not compared.</p>
      ) : (
        <p className="step-through-note">A difference is no mistake by itself: other ways are right too, and the checks say which.</p>
      )}
      {files.map((file) => (
        <details key={`${file.machine}:${file.path}`} open={files.length <= 3}>
          <summary>
            <code>{file.path}</code> on {file.machine}, {kindOf(file)}
          </summary>
          {file.opaque === undefined ? (
            <LineDiff expected={file.solution ?? ""} found={file.mine ?? ""} names={{ expected: "Scratch copy", found: "Yours" }} />
          ) : (
            <p>{file.opaque}</p>
          )}
        </details>
      ))}
      {others.length === 0 ? null : (
        <ul>
          {others.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      )}
      {more === 0 ? null : <p>And {more} more.</p>}
    </section>
  );
}

function kindOf({ solution, mine, opaque }: ComparedFile): string {
  if (opaque !== undefined) return "different";
  if (mine === undefined) return "only in the scratch copy";
  return solution === undefined ? "only in yours" : "different";
}
