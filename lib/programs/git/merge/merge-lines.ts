/** Three versions of a file made one, line by line (git-merge-file(1)); conflicts are cut down to what really differs. */
import { type Change, diffLines, splitLines } from "../diff/line-diff.ts";

export interface Labels {
  readonly ours: string;
  readonly base: string;
  readonly theirs: string;
}

export type ConflictStyle = "merge" | "diff3";

interface Chunk {
  /** Who changed it: 0 both (a conflict), 1 ours, 2 theirs, 4 both alike. */
  mode: 0 | 1 | 2 | 4;
  i0: number;
  n0: number;
  i1: number;
  n1: number;
  i2: number;
  n2: number;
}

function append(chunks: Chunk[], chunk: Chunk): void {
  const last = chunks.at(-1);
  if (last && (chunk.i1 <= last.i1 + last.n1 || chunk.i2 <= last.i2 + last.n2)) {
    if (chunk.mode !== last.mode) last.mode = 0;
    last.n0 = chunk.i0 + chunk.n0 - last.i0;
    last.n1 = chunk.i1 + chunk.n1 - last.i1;
    last.n2 = chunk.i2 + chunk.n2 - last.i2;
  } else chunks.push(chunk);
}

interface Script {
  readonly i1: number;
  readonly n1: number;
  readonly i2: number;
  readonly n2: number;
}

const script = (changes: readonly Change[]): Script[] =>
  changes.map(({ leftStart, leftEnd, rightStart, rightEnd }) => ({
    i1: leftStart,
    n1: leftEnd - leftStart,
    i2: rightStart,
    n2: rightEnd - rightStart,
  }));

function chunksOf(base: readonly string[], ours: readonly string[], theirs: readonly string[]): Chunk[] {
  const one = script(diffLines(base, ours));
  const two = script(diffLines(base, theirs));
  const chunks: Chunk[] = [];
  let a = 0;
  let b = 0;
  while (a < one.length && b < two.length) {
    const x = one[a]!;
    const y = two[b]!;
    if (x.i1 + x.n1 < y.i1) {
      append(chunks, { mode: 1, i0: x.i1, n0: x.n1, i1: x.i2, n1: x.n2, i2: y.i2 - y.i1 + x.i1, n2: x.n1 });
      a++;
      continue;
    }
    if (y.i1 + y.n1 < x.i1) {
      append(chunks, { mode: 2, i0: y.i1, n0: y.n1, i1: x.i2 - x.i1 + y.i1, n1: y.n1, i2: y.i2, n2: y.n2 });
      b++;
      continue;
    }
    const alike =
      x.i1 === y.i1 &&
      x.n1 === y.n1 &&
      x.n2 === y.n2 &&
      Array.from({ length: x.n2 }, (_, i) => ours[x.i2 + i] === theirs[y.i2 + i]).every(Boolean);
    if (!alike) {
      const off = x.i1 - y.i1;
      const far = off + x.n1 - y.n1;
      const i0 = off > 0 ? x.i1 - off : x.i1;
      const i1 = off > 0 ? x.i2 - off : x.i2;
      const i2 = off > 0 ? y.i2 : y.i2 + off;
      let n0 = x.i1 + x.n1 - i0;
      let n1 = x.i2 + x.n2 - i1;
      let n2 = y.i2 + y.n2 - i2;
      if (far < 0) {
        n0 -= far;
        n1 -= far;
      } else n2 += far;
      append(chunks, { mode: 0, i0, n0, i1, n1, i2, n2 });
    }
    const endX = x.i1 + x.n1;
    const endY = y.i1 + y.n1;
    if (endX >= endY) b++;
    if (endY >= endX) a++;
  }
  for (; a < one.length; a++) {
    const x = one[a]!;
    append(chunks, { mode: 1, i0: x.i1, n0: x.n1, i1: x.i2, n1: x.n2, i2: x.i1 + theirs.length - base.length, n2: x.n1 });
  }
  for (; b < two.length; b++) {
    const y = two[b]!;
    append(chunks, { mode: 2, i0: y.i1, n0: y.n1, i1: y.i1 + ours.length - base.length, n1: y.n1, i2: y.i2, n2: y.n2 });
  }
  return chunks;
}

/** Lines that both sides have inside a conflict are taken out of it; conflicts with three lines or less between them stay one. */
function refine(chunks: readonly Chunk[], ours: readonly string[], theirs: readonly string[]): Chunk[] {
  const out: Chunk[] = [];
  for (const chunk of chunks) {
    if (chunk.mode !== 0 || chunk.n1 === 0 || chunk.n2 === 0) {
      out.push(chunk);
      continue;
    }
    const parts = script(diffLines(ours.slice(chunk.i1, chunk.i1 + chunk.n1), theirs.slice(chunk.i2, chunk.i2 + chunk.n2)));
    if (parts.length === 0) out.push({ ...chunk, mode: 4 });
    for (const part of parts)
      out.push({ mode: 0, i0: chunk.i0, n0: chunk.n0, i1: chunk.i1 + part.i1, n1: part.n1, i2: chunk.i2 + part.i2, n2: part.n2 });
  }
  const joined: Chunk[] = [];
  for (const chunk of out) {
    const last = joined.at(-1);
    if (last && last.mode === 0 && chunk.mode === 0 && chunk.i1 - (last.i1 + last.n1) <= 3) {
      last.n1 = chunk.i1 + chunk.n1 - last.i1;
      last.n2 = chunk.i2 + chunk.n2 - last.i2;
    } else joined.push({ ...chunk });
  }
  return joined;
}

export interface MergedText {
  readonly text: string;
  readonly conflicts: number;
}

const ended = (lines: readonly string[]) => lines.map((line) => (line.endsWith("\n") ? line : `${line}\n`)).join("");

export function mergeLines(
  base: string,
  ours: string,
  theirs: string,
  labels: Labels,
  options: { style?: ConflictStyle; favor?: "ours" | "theirs" | "union" | undefined; size?: number } = {},
): MergedText {
  const [zero, one, two] = [splitLines(base), splitLines(ours), splitLines(theirs)];
  const style = options.style ?? "merge";
  const rough = chunksOf(zero, one, two);
  const chunks = style === "merge" ? refine(rough, one, two) : rough;
  let text = "";
  let at = 0;
  let conflicts = 0;
  const size = options.size ?? 7;
  const marker = (c: string, label: string) => `${c.repeat(size)}${label === "" ? "" : ` ${label}`}\n`;
  for (const chunk of chunks) {
    text += one.slice(at, chunk.i1).join("");
    at = chunk.i1 + chunk.n1;
    const mine = one.slice(chunk.i1, chunk.i1 + chunk.n1);
    const other = two.slice(chunk.i2, chunk.i2 + chunk.n2);
    if (chunk.mode === 1 || chunk.mode === 4) text += mine.join("");
    else if (chunk.mode === 2) text += other.join("");
    else if (options.favor === "ours") text += mine.join("");
    else if (options.favor === "theirs") text += other.join("");
    else if (options.favor === "union") text += ended(mine) + ended(other);
    else {
      conflicts++;
      text += `${marker("<", labels.ours)}${ended(mine)}`;
      if (style === "diff3") text += `${marker("|", labels.base)}${ended(zero.slice(chunk.i0, chunk.i0 + chunk.n0))}`;
      text += `${"=".repeat(size)}\n${ended(other)}${marker(">", labels.theirs)}`;
    }
  }
  return { text: text + one.slice(at).join(""), conflicts };
}
