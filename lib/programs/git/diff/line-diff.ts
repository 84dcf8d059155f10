/** Which lines differ: E. Myers' algorithm with what git does around it (rare lines first, then changes slid to where they read best). */

/** Lines from `leftStart` up to `leftEnd` are replaced by those of the right. */
export interface Change {
  readonly leftStart: number;
  readonly leftEnd: number;
  readonly rightStart: number;
  readonly rightEnd: number;
}

/** Lines with their line ends; the last may have none. */
export function splitLines(text: string): string[] {
  const lines = text.split(/(?<=\n)/);
  return lines.length === 1 && lines[0] === "" ? [] : lines;
}

interface Side {
  readonly lines: readonly string[];
  readonly ids: Int32Array;
  readonly changed: Uint8Array;
}

function numbered(left: readonly string[], right: readonly string[], key: (line: string) => string): { a: Side; b: Side; count: number } {
  const ids = new Map<string, number>();
  const side = (lines: readonly string[]): Side => ({
    lines,
    changed: new Uint8Array(lines.length + 1),
    ids: Int32Array.from(lines, (line) => {
      const text = key(line);
      let id = ids.get(text);
      if (id === undefined) {
        id = ids.size;
        ids.set(text, id);
      }
      return id;
    }),
  });
  const a = side(left);
  const b = side(right);
  return { a, b, count: ids.size };
}

/** A power of two near the square root, as git computes it. */
function bogusRoot(n: number): number {
  let root = 1;
  for (let rest = n; rest > 0; rest >>= 2) root <<= 1;
  return root;
}

/** Whether a line that occurs very often stands among lines that have no partner, and is better left out. */
function isLost(kinds: Uint8Array, at: number, from: number, to: number): boolean {
  const start = Math.max(from, at - 100);
  const end = Math.min(to, at + 100);
  const look = (step: number, inside: (i: number) => boolean) => {
    let none = 0;
    let many = 1;
    for (let i = at + step; inside(i); i += step) {
      if (kinds[i] === 0) none++;
      else if (kinds[i] === 2) many++;
      else break;
    }
    return { none, many };
  };
  const before = look(-1, (i) => i >= start);
  if (before.none === 0) return false;
  const after = look(1, (i) => i <= end);
  if (after.none === 0) return false;
  const many = before.many + after.many;
  return many * 4 < many + before.none + after.none;
}

/** The lines worth comparing; the others are marked as changed. */
function worth(side: Side, other: Int32Array, start: number, end: number): number[] {
  const limit = Math.min(bogusRoot(side.ids.length), 1024);
  const kinds = new Uint8Array(side.ids.length);
  for (let i = start; i <= end; i++) {
    const partners = other[side.ids[i] ?? 0] ?? 0;
    kinds[i] = partners === 0 ? 0 : partners >= limit ? 2 : 1;
  }
  const kept: number[] = [];
  for (let i = start; i <= end; i++) {
    if (kinds[i] === 1 || (kinds[i] === 2 && !isLost(kinds, i, start, end))) kept.push(i);
    else side.changed[i] = 1;
  }
  return kept;
}

function occurrences(ids: Int32Array, count: number): Int32Array {
  const found = new Int32Array(count);
  for (const id of ids) found[id] = (found[id] ?? 0) + 1;
  return found;
}

/** A point on a shortest path, found from both ends at once. */
function middle(
  a: Int32Array,
  b: Int32Array,
  box: Box,
  forward: Int32Array,
  backward: Int32Array,
  shift: number,
): { x: number; y: number } {
  const { a0, a1, b0, b1 } = box;
  const low = a0 - b1;
  const high = a1 - b0;
  const start = a0 - b0;
  const end = a1 - b1;
  const odd = ((start - end) & 1) !== 0;
  let [fmin, fmax, bmin, bmax] = [start, start, end, end];
  forward[start + shift] = a0;
  backward[end + shift] = a1;
  for (;;) {
    if (fmin > low) forward[--fmin - 1 + shift] = -1;
    else fmin++;
    if (fmax < high) forward[++fmax + 1 + shift] = -1;
    else fmax--;
    for (let k = fmax; k >= fmin; k -= 2) {
      const below = forward[k - 1 + shift] ?? 0;
      const above = forward[k + 1 + shift] ?? 0;
      let x = below >= above ? below + 1 : above;
      let y = x - k;
      while (x < a1 && y < b1 && a[x] === b[y]) {
        x++;
        y++;
      }
      forward[k + shift] = x;
      if (odd && bmin <= k && k <= bmax && (backward[k + shift] ?? 0) <= x) return { x, y };
    }
    if (bmin > low) backward[--bmin - 1 + shift] = 0x7fffffff;
    else bmin++;
    if (bmax < high) backward[++bmax + 1 + shift] = 0x7fffffff;
    else bmax--;
    for (let k = bmax; k >= bmin; k -= 2) {
      const below = backward[k - 1 + shift] ?? 0;
      const above = backward[k + 1 + shift] ?? 0;
      let x = below < above ? below : above - 1;
      let y = x - k;
      while (x > a0 && y > b0 && a[x - 1] === b[y - 1]) {
        x--;
        y--;
      }
      backward[k + shift] = x;
      if (!odd && fmin <= k && k <= fmax && x <= (forward[k + shift] ?? 0)) return { x, y };
    }
  }
}

interface Box {
  readonly a0: number;
  readonly a1: number;
  readonly b0: number;
  readonly b1: number;
}

function compare(left: Side, right: Side, leftKept: readonly number[], rightKept: readonly number[]): void {
  const a = Int32Array.from(leftKept, (i) => left.ids[i] ?? 0);
  const b = Int32Array.from(rightKept, (i) => right.ids[i] ?? 0);
  const shift = a.length + b.length + 3;
  const forward = new Int32Array(2 * shift);
  const backward = new Int32Array(2 * shift);
  const pending: Box[] = [{ a0: 0, a1: a.length, b0: 0, b1: b.length }];
  for (let box = pending.pop(); box; box = pending.pop()) {
    let { a0, a1, b0, b1 } = box;
    while (a0 < a1 && b0 < b1 && a[a0] === b[b0]) {
      a0++;
      b0++;
    }
    while (a0 < a1 && b0 < b1 && a[a1 - 1] === b[b1 - 1]) {
      a1--;
      b1--;
    }
    if (a0 === a1) for (let i = b0; i < b1; i++) right.changed[rightKept[i] ?? 0] = 1;
    else if (b0 === b1) for (let i = a0; i < a1; i++) left.changed[leftKept[i] ?? 0] = 1;
    else {
      const { x, y } = middle(a, b, { a0, a1, b0, b1 }, forward, backward, shift);
      pending.push({ a0: x, a1, b0: y, b1 }, { a0, a1: x, b0, b1: y });
    }
  }
}

/** A run of changed lines; empty between two lines that are unchanged. */
class Group {
  start = 0;
  end = 0;

  constructor(private readonly side: Side) {
    while (side.changed[this.end]) this.end++;
  }

  get isEmpty(): boolean {
    return this.start === this.end;
  }

  next(): boolean {
    if (this.end === this.side.ids.length) return false;
    this.start = this.end + 1;
    this.end = this.start;
    while (this.side.changed[this.end]) this.end++;
    return true;
  }

  previous(): boolean {
    if (this.start === 0) return false;
    this.end = this.start - 1;
    this.start = this.end;
    while (this.start > 0 && this.side.changed[this.start - 1]) this.start--;
    return true;
  }

  down(): boolean {
    const { ids, changed } = this.side;
    if (this.end >= ids.length || ids[this.start] !== ids[this.end]) return false;
    changed[this.start++] = 0;
    changed[this.end++] = 1;
    while (changed[this.end]) this.end++;
    return true;
  }

  up(): boolean {
    const { ids, changed } = this.side;
    if (this.start === 0 || ids[this.start - 1] !== ids[this.end - 1]) return false;
    changed[--this.start] = 1;
    changed[--this.end] = 0;
    while (this.start > 0 && changed[this.start - 1]) this.start--;
    return true;
  }
}

/** Columns before the first character; -1 for a blank line. */
function indentOf(line: string | undefined): number {
  let indent = 0;
  for (const c of line ?? "") {
    if (c === " ") indent++;
    else if (c === "\t") indent += 8 - (indent % 8);
    else if (!/\s/.test(c)) return indent;
    if (indent >= 200) return 200;
  }
  return -1;
}

interface Score {
  readonly indent: number;
  readonly penalty: number;
}

/** How bad it reads when a change begins or ends before this line (git's indent heuristic). */
function splitScore(lines: readonly string[], split: number): Score {
  const atEnd = split >= lines.length;
  const own = atEnd ? -1 : indentOf(lines[split]);
  const look = (step: number) => {
    let blank = 0;
    for (let i = split + step; i >= 0 && i < lines.length; i += step) {
      const indent = indentOf(lines[i]);
      if (indent !== -1) return { blank, indent };
      if (++blank === 20) return { blank, indent: 0 };
    }
    return { blank, indent: -1 };
  };
  const before = look(-1);
  const after = look(1);
  let penalty = 0;
  if (before.indent === -1 && before.blank === 0) penalty += 1;
  if (atEnd) penalty += 21;
  const postBlank = own === -1 ? 1 + after.blank : 0;
  const blanks = before.blank + postBlank;
  penalty += -30 * blanks + 6 * postBlank;
  const indent = own !== -1 ? own : after.indent;
  const any = blanks !== 0;
  if (indent !== -1 && before.indent !== -1) {
    if (indent > before.indent) penalty += any ? 10 : -4;
    else if (indent < before.indent) {
      if (after.indent !== -1 && after.indent > indent) penalty += any ? 17 : 24;
      else penalty += any ? 17 : 23;
    }
  }
  return { indent, penalty };
}

function bestShift(lines: readonly string[], earliest: number, end: number, size: number): number {
  let best: { shift: number; score: Score } | undefined;
  for (let shift = Math.max(earliest, end - size - 1, end - 100); shift <= end; shift++) {
    const top = splitScore(lines, shift);
    const bottom = splitScore(lines, shift - size);
    const score = { indent: top.indent + bottom.indent, penalty: top.penalty + bottom.penalty };
    const worse = best && 60 * Math.sign(score.indent - best.score.indent) + score.penalty - best.score.penalty > 0;
    if (!worse) best = { shift, score };
  }
  return best?.shift ?? end;
}

/** Slides each run of changes: to a run on the other side that it can join, else to where it reads best. */
function compact(side: Side, other: Side): void {
  const group = new Group(side);
  const opposite = new Group(other);
  for (;;) {
    if (!group.isEmpty) {
      let size: number;
      let earliest: number;
      let joined: number;
      do {
        size = group.end - group.start;
        joined = -1;
        while (group.up()) opposite.previous();
        earliest = group.end;
        if (!opposite.isEmpty) joined = group.end;
        while (group.down()) {
          opposite.next();
          if (!opposite.isEmpty) joined = group.end;
        }
      } while (size !== group.end - group.start);
      if (group.end !== earliest) {
        if (joined !== -1) {
          while (opposite.isEmpty) {
            group.up();
            opposite.previous();
          }
        } else {
          const shift = bestShift(side.lines, earliest, group.end, size);
          while (group.end > shift) {
            group.up();
            opposite.previous();
          }
        }
      }
    }
    if (!group.next()) return;
    opposite.next();
  }
}

export interface LineDiffOptions {
  /** -w: white space does not count. */
  readonly ignoreAllSpace?: boolean;
  /** -b: amounts of white space do not count. */
  readonly ignoreSpaceChange?: boolean;
}

function keyOf({ ignoreAllSpace, ignoreSpaceChange }: LineDiffOptions): (line: string) => string {
  if (ignoreAllSpace) return (line) => line.replace(/\s+/g, "");
  if (ignoreSpaceChange) return (line) => line.replace(/\s+/g, " ").trimEnd();
  return (line) => line;
}

export function diffLines(left: readonly string[], right: readonly string[], options: LineDiffOptions = {}): Change[] {
  const { a, b, count } = numbered(left, right, keyOf(options));
  let start = 0;
  while (start < left.length && start < right.length && a.ids[start] === b.ids[start]) start++;
  let tail = 0;
  while (tail < left.length - start && tail < right.length - start && a.ids[left.length - 1 - tail] === b.ids[right.length - 1 - tail])
    tail++;
  const leftKept = worth(a, occurrences(b.ids, count), start, left.length - 1 - tail);
  const rightKept = worth(b, occurrences(a.ids, count), start, right.length - 1 - tail);
  compare(a, b, leftKept, rightKept);
  compact(a, b);
  compact(b, a);
  const changes: Change[] = [];
  for (let i = 0, j = 0; i < left.length || j < right.length; ) {
    if (!a.changed[i] && !b.changed[j]) {
      i++;
      j++;
      continue;
    }
    const [leftStart, rightStart] = [i, j];
    while (a.changed[i]) i++;
    while (b.changed[j]) j++;
    changes.push({ leftStart, leftEnd: i, rightStart, rightEnd: j });
  }
  return changes;
}
