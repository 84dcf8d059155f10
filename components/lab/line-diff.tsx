"use client";
import { useId, useState } from "react";
import {
  type DiffLine,
  type DiffPair,
  diffLines,
  type Fold,
  foldRows,
  showInvisible,
  sideBySide,
  summarize,
} from "../../lib/lab/results/line-diff.ts";

/** So many rows are shown at first. */
const MOST_ROWS = 24;

interface Props {
  expected: string;
  found: string;
  /** Number of the first line of `found` in the whole text. */
  firstFound?: number;
  /** What the columns are called. */
  names?: { readonly expected: string; readonly found: string };
}

/**
 * Two texts side by side, line by line; one below the other where there is no room. What is missing has a minus, what is there
 * instead a plus, and words for those who hear it.
 */
export function LineDiff({ expected, found, firstFound = 1, names = { expected: "Expected", found: "Found" } }: Props) {
  const lines = diffLines(expected, found, firstFound);
  const rows = foldRows(sideBySide(lines));
  const [all, setAll] = useState(false);
  const caption = useId();
  const shown = all ? rows : rows.slice(0, MOST_ROWS);
  return (
    <div className="line-diff">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for what is filled in */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what is wider than its box must be scrollable by keyboard */}
      <div className="line-diff-scroll" role="group" tabIndex={0} aria-labelledby={caption}>
        <table>
          <caption id={caption}>
            {names.expected} and {names.found.toLowerCase()}: {summarize(lines)}.
          </caption>
          <thead>
            <tr>
              <th scope="col">{names.expected}</th>
              <th scope="col">{names.found}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows never change places
              <Rows key={index} row={row} />
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > shown.length ? (
        <button type="button" className="button" onClick={() => setAll(true)}>
          Show the other {rows.length - shown.length} rows
        </button>
      ) : null}
    </div>
  );
}

function Rows({ row }: { row: DiffPair | Fold }) {
  const [open, setOpen] = useState(false);
  if (!("fold" in row)) return <Row row={row} />;
  if (open) {
    return row.fold.map((each, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: rows never change places
      <Row key={index} row={each} />
    ));
  }
  return (
    <tr className="line-diff-fold">
      <td colSpan={2}>
        <button type="button" onClick={() => setOpen(true)}>
          {row.fold.length} lines that are the same
        </button>
      </td>
    </tr>
  );
}

function Row({ row }: { row: DiffPair }) {
  return (
    <tr>
      <Cell line={row.expected} side="expected" />
      <Cell line={row.found} side="found" />
    </tr>
  );
}

const signs = { same: "\u00a0", missing: "−", extra: "+" };
const words = { same: "", missing: "missing: ", extra: "there instead: " };

function Cell({ line, side }: { line: DiffLine | undefined; side: "expected" | "found" }) {
  if (line === undefined) return <td className="line-diff-none" />;
  const number =
    line.kind === "missing" ? line.expected : line.kind === "extra" ? line.found : side === "expected" ? line.expected : line.found;
  return (
    <td data-kind={line.kind}>
      <span className="line-diff-number" aria-hidden="true">
        {side === "found" ? number : ""}
      </span>
      <span className="line-diff-sign" aria-hidden="true">
        {signs[line.kind]}
      </span>
      {line.kind === "same" ? null : <span className="sr-only">{words[line.kind]}</span>}
      <span className="line-diff-text">
        {line.kind === "same"
          ? showInvisible(line.text)
          : line.pieces.map((piece, index) => {
              const text = showInvisible(piece.text, { start: index === 0 && piece.changed, end: index === line.pieces.length - 1 });
              // biome-ignore lint/suspicious/noArrayIndexKey: pieces never change places
              return piece.changed ? <mark key={index}>{text}</mark> : <span key={index}>{text}</span>;
            })}
      </span>
    </td>
  );
}
