"use client";
import { useEffect, useRef, useState } from "react";
import type { FileChange, OutdatedWork as Outdated, OutdatedChoice } from "../../../lib/lab/types.ts";
import { announce } from "../../ui/announcer.tsx";
import { BenchMessage } from "../bench-message.tsx";
import { useBench } from "../context.tsx";
import { LineDiff } from "../line-diff.tsx";

const words = { added: "new", changed: "changed", removed: "gone" } as const;

/** The lesson is another one than when this work was saved: go on with it, look at what is different, or begin anew. */
export function OutdatedWork({ work }: { work: Outdated }) {
  const bench = useBench();
  const [comparing, setComparing] = useState(false);
  const [problem, setProblem] = useState<string>();
  const compared = useRef<HTMLElement>(null);
  useEffect(() => {
    if (comparing) compared.current?.focus();
  }, [comparing]);
  const choose = (outdated: OutdatedChoice) => {
    setProblem(undefined);
    announce(outdated === "keep" ? "Going on with your earlier work." : "Your earlier work is put aside; the lab starts afresh.");
    void bench.client?.start({ outdated }).catch((error: unknown) => setProblem(error instanceof Error ? error.message : String(error)));
  };
  const saved = new Date(work.savedAtMs).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  return (
    <div className="outdated">
      <BenchMessage
        kind="question"
        title="This lesson has changed since you worked on it"
        actions={
          <div className="outdated-actions">
            <button type="button" className="button button-primary" onClick={() => choose("keep")}>
              Keep my work
            </button>
            <button
              type="button"
              className="button"
              aria-expanded={comparing}
              disabled={!work.isKnown}
              onClick={() => setComparing(!comparing)}
            >
              Compare
            </button>
            <button type="button" className="button" onClick={() => choose("afresh")}>
              Start afresh
            </button>
          </div>
        }
      >
        <p>
          Your work of {saved} was begun in an earlier version. <strong>Keep my work</strong>: you go on with your machines as they are;
          tasks that ask for something else now are open again. <strong>Start afresh</strong>: the lab begins anew, and your earlier work is
          put aside; you can take it along as a file until you delete it.
        </p>
        {work.isKnown ? null : <p>What was changed can&#8217;t be shown: this work was saved before that was kept.</p>}
        {problem === undefined ? null : <p role="alert">{problem}</p>}
      </BenchMessage>
      {comparing ? (
        <section ref={compared} tabIndex={-1} className="outdated-changes" aria-label="What the author has changed">
          <Changes work={work} />
        </section>
      ) : null}
    </div>
  );
}

function Changes({ work: { tasks, machines, files } }: { work: Outdated }) {
  return (
    <>
      <h3>Tasks</h3>
      {tasks.length === 0 ? <p>The same as before.</p> : null}
      <ul>
        {tasks.map(({ title, change }) => (
          <li key={`${change} ${title}`}>
            {title}: {words[change]}
          </li>
        ))}
      </ul>
      {machines.length === 0 ? null : (
        <>
          <h3>Machines</h3>
          <ul>
            {machines.map(({ name, change }) => (
              <li key={name}>
                {name}: {words[change]}
              </li>
            ))}
          </ul>
        </>
      )}
      <h3>Files that the lesson brings</h3>
      {files.length === 0 ? <p>The same as before.</p> : null}
      {files.map((file) => (
        <details key={`${file.machine}:${file.path}`}>
          <summary>
            <code>{file.path}</code> on {file.machine}: {words[file.change]}
            {file.touched ? ", and you have changed yours" : ""}
          </summary>
          <FileComparison file={file} />
        </details>
      ))}
    </>
  );
}

function FileComparison({ file: { yours, theirs } }: { file: FileChange }) {
  if (yours === undefined && theirs === undefined) return <p>It is no text, or too long to be shown.</p>;
  if (yours === theirs) return <p>Yours is the same as the new one.</p>;
  return <LineDiff expected={theirs ?? ""} found={yours ?? ""} names={{ expected: "The lesson now", found: "Yours" }} />;
}
