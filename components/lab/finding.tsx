"use client";
import { Wrench } from "lucide-react";
import dynamic from "next/dynamic";
import type { CheckPlace, CheckResult } from "../../lib/lab/types.ts";
import { InlineText } from "../ui/inline-text.tsx";
import { useBench } from "./context.tsx";

/** Comes when the first difference is shown: reading a lesson does not need it. */
const LineDiff = dynamic(() => import("./line-diff.tsx").then((module) => module.LineDiff), { ssr: false });

/** A check that failed: why it matters, where, what should be there beside what is, and what to try. */
export function Finding({ check }: { check: CheckResult }) {
  const { texts } = check;
  return (
    <div className="finding">
      <p className="finding-because">
        <InlineText text={check.because} />
      </p>
      {check.where ? <Where place={check.where} /> : null}
      {texts ? (
        <LineDiff expected={texts.expected} found={texts.found} firstFound={texts.firstLine} />
      ) : (
        <dl className="finding-pair">
          <div>
            <dt>Expected</dt>
            <dd>
              <InlineText text={check.expected} />
            </dd>
          </div>
          <div>
            <dt>Found</dt>
            <dd>
              <InlineText text={check.found} />
            </dd>
          </div>
        </dl>
      )}
      {check.said ? (
        <details className="finding-said">
          <summary>All that the command printed</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what is wider than its box must be scrollable by keyboard */}
          <pre tabIndex={0}>{check.said}</pre>
        </details>
      ) : null}
      {check.next ? (
        <p className="finding-next">
          <span className="finding-label">What to try next</span> <InlineText text={check.next} />
        </p>
      ) : null}
    </div>
  );
}

/** Checks that could not be made. Nothing of it is the learner's doing, and the card says so first. */
export function Fault({ checks, onAgain, busy }: { checks: readonly CheckResult[]; onAgain: () => void; busy: boolean }) {
  return (
    <div className="finding-fault">
      <Wrench size={18} aria-hidden="true" />
      <div>
        <p>
          <strong>We could not check.</strong> This is our fault, not yours, and your task is not marked wrong:
        </p>
        <ul>
          {checks.map((check) => (
            <li key={check.id}>
              <InlineText text={check.found} />
              {check.where ? <Where place={check.where} /> : null}
            </li>
          ))}
        </ul>
        <button type="button" className="button" onClick={onAgain} disabled={busy}>
          Try again
        </button>
      </div>
    </div>
  );
}

/** Where a check looked. A file opens in the editor. */
function Where({ place }: { place: CheckPlace }) {
  const bench = useBench();
  const { machine, path, line, address, command } = place;
  const command1 = command?.split("\n", 1)[0];
  return (
    <p className="finding-where">
      <span className="finding-label">Where</span> {machine}
      {path ? (
        <>
          {", "}
          <button type="button" className="link" onClick={() => bench.openFile(path, machine)}>
            {path}
          </button>
        </>
      ) : null}
      {address ? (
        <>
          {", "}
          <code>{address}</code>
        </>
      ) : null}
      {command1 ? (
        <>
          {", the command "}
          <code>{command1 === command ? command : `${command1} …`}</code>
        </>
      ) : null}
      {line === undefined ? null : `, line ${line}`}
    </p>
  );
}
