import { compareLines } from "../../programs/core/diff-lines.ts";

/** One line of a comparison. `expected` and `found` are its numbers in the two texts, from 1. */
export type DiffLine =
  | { readonly kind: "same"; readonly text: string; readonly expected: number; readonly found: number }
  | { readonly kind: "missing"; readonly pieces: readonly Piece[]; readonly expected: number }
  | { readonly kind: "extra"; readonly pieces: readonly Piece[]; readonly found: number };

/** A part of a line; `changed` where the line that took its place has something else. */
export interface Piece {
  readonly text: string;
  readonly changed: boolean;
}

/** A row of a comparison side by side: what should be there, and what is. Undefined: no line stands there. */
export interface DiffPair {
  readonly expected?: DiffLine;
  readonly found?: DiffLine;
}

/** Rows that are the same on both sides and far from any difference, taken together. */
export interface Fold {
  readonly fold: readonly DiffPair[];
}

/** Around a difference, so many lines that are the same are shown. */
const CONTEXT = 2;

/** Compares two texts line by line: what is missing comes before what stands there instead. */
export function diffLines(expected: string, found: string, firstFound = 1): readonly DiffLine[] {
  const left = splitLines(expected);
  const right = splitLines(found);
  const lines: DiffLine[] = [];
  let a = 0;
  let b = 0;
  const same = (until: number): void => {
    for (; a < until; a++, b++) lines.push({ kind: "same", text: left[a] ?? "", expected: a + 1, found: b + firstFound });
  };
  for (const { leftStart, leftEnd, rightStart, rightEnd } of compareLines(left, right)) {
    same(leftStart);
    const replaced = Math.min(leftEnd - leftStart, rightEnd - rightStart);
    const pairs = Array.from({ length: replaced }, (_, index) =>
      withinLine(left[leftStart + index] ?? "", right[rightStart + index] ?? ""),
    );
    for (let index = leftStart; index < leftEnd; index++) {
      lines.push({
        kind: "missing",
        pieces: pairs[index - leftStart]?.[0] ?? [{ text: left[index] ?? "", changed: false }],
        expected: index + 1,
      });
    }
    for (let index = rightStart; index < rightEnd; index++) {
      const pieces = pairs[index - rightStart]?.[1] ?? [{ text: right[index] ?? "", changed: false }];
      lines.push({ kind: "extra", pieces, found: index + firstFound });
    }
    a = leftEnd;
    b = rightEnd;
  }
  same(left.length);
  return lines;
}

/** The same comparison as rows of two columns: each missing line stands beside the line that took its place. */
export function sideBySide(lines: readonly DiffLine[]): readonly DiffPair[] {
  const rows: DiffPair[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at];
    if (line === undefined) break;
    if (line.kind === "same") {
      rows.push({ expected: line, found: line });
      at++;
      continue;
    }
    const missing: DiffLine[] = [];
    const extra: DiffLine[] = [];
    for (let next = lines[at]; next !== undefined && next.kind !== "same"; next = lines[++at])
      (next.kind === "missing" ? missing : extra).push(next);
    for (let index = 0; index < Math.max(missing.length, extra.length); index++)
      rows.push({ expected: missing[index], found: extra[index] });
  }
  return rows;
}

/** Folds away the lines that are the same and far from every difference. Two or fewer are not worth a fold. */
export function foldRows(rows: readonly DiffPair[]): readonly (DiffPair | Fold)[] {
  const near = new Uint8Array(rows.length);
  for (const [index, row] of rows.entries()) {
    if (row.expected?.kind === "same") continue;
    near.fill(1, Math.max(0, index - CONTEXT), index + CONTEXT + 1);
  }
  const folded: (DiffPair | Fold)[] = [];
  for (let at = 0; at < rows.length; ) {
    let end = at;
    while (end < rows.length && near[end] === 0) end++;
    const far = rows.slice(at, end);
    if (far.length > 2) folded.push({ fold: far });
    else folded.push(...far);
    const row = rows[end];
    if (row !== undefined) folded.push(row);
    at = end + 1;
  }
  return folded;
}

/** How many lines differ, in words for everybody: "2 lines are missing, 1 line is too many". */
export function summarize(lines: readonly DiffLine[]): string {
  const missing = lines.filter(({ kind }) => kind === "missing").length;
  const extra = lines.filter(({ kind }) => kind === "extra").length;
  const parts = [
    ...(missing > 0 ? [`${missing} ${missing === 1 ? "line is" : "lines are"} missing`] : []),
    ...(extra > 0 ? [`${extra} ${extra === 1 ? "line is" : "lines are"} there instead or in addition`] : []),
  ];
  return parts.length === 0 ? "no difference" : parts.join(", ");
}

/** The parts of two lines between their common beginning and their common end. */
function withinLine(left: string, right: string): readonly [readonly Piece[], readonly Piece[]] {
  const shorter = Math.min(left.length, right.length);
  let head = 0;
  while (head < shorter && left[head] === right[head]) head++;
  let tail = 0;
  while (tail < shorter - head && left[left.length - 1 - tail] === right[right.length - 1 - tail]) tail++;
  // Two lines that have nothing to do with each other are marked as wholes.
  if (head + tail < shorter / 3) return [[{ text: left, changed: false }], [{ text: right, changed: false }]];
  const cut = (line: string): readonly Piece[] =>
    [
      { text: line.slice(0, head), changed: false },
      { text: line.slice(head, line.length - tail), changed: true },
      { text: line.slice(line.length - tail), changed: false },
    ].filter(({ text }) => text !== "");
  return [cut(left), cut(right)];
}

function splitLines(text: string): string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

/**
 * A text with its invisible characters shown: tabs, no-break spaces, carriage returns and other control characters always, blanks only
 * at its `start` and `end` where these are asked for, and where there is nothing else.
 */
export function showInvisible(text: string, { start = false, end = false } = {}): string {
  const dots = (blanks: string): string => "·".repeat(blanks.length);
  let shown = text;
  if (start || (end && text.trim() === "")) shown = shown.replace(/^ +/, dots);
  if (end) shown = shown.replace(/ +$/, dots);
  return (
    shown
      .replaceAll("\t", "→\t")
      .replaceAll("\u00a0", "⍽")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are shown in another way
      .replace(/[\x00-\x08\x0b-\x1f\x7f]/g, (character) =>
        character === "\x7f" ? "␡" : String.fromCharCode(0x2400 + character.charCodeAt(0)),
      )
  );
}
