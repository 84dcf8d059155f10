/** The shortest edit script between two lists of lines (E. Myers, "An O(ND) Difference Algorithm"), in linear space. */

/** `from` lines of the left, from `leftStart` on, are replaced by lines of the right. */
export interface Change {
  readonly leftStart: number;
  readonly leftEnd: number;
  readonly rightStart: number;
  readonly rightEnd: number;
}

/** Marks which lines are deleted and inserted. */
export function compareLines(left: readonly string[], right: readonly string[]): Change[] {
  const ids = new Map<string, number>();
  const number = (line: string) => {
    let id = ids.get(line);
    if (id === undefined) {
      id = ids.size;
      ids.set(line, id);
    }
    return id;
  };
  const a = Int32Array.from(left, number);
  const b = Int32Array.from(right, number);
  const deleted = new Uint8Array(a.length);
  const inserted = new Uint8Array(b.length);
  const pending: { a0: number; a1: number; b0: number; b1: number }[] = [{ a0: 0, a1: a.length, b0: 0, b1: b.length }];
  const size = a.length + b.length + 3;
  const forward = new Int32Array(2 * size);
  const backward = new Int32Array(2 * size);
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
    if (a0 === a1) inserted.fill(1, b0, b1);
    else if (b0 === b1) deleted.fill(1, a0, a1);
    else {
      const { x, y } = middle(a, b, a0, a1, b0, b1, forward, backward, size);
      pending.push({ a0: x, a1, b0: y, b1 }, { a0, a1: x, b0, b1: y });
    }
  }
  shift(a, deleted, inserted);
  shift(b, inserted, deleted);
  return changes(deleted, inserted);
}

/** A point on a shortest path, found from both ends at once. */
function middle(
  a: Int32Array,
  b: Int32Array,
  a0: number,
  a1: number,
  b0: number,
  b1: number,
  forward: Int32Array,
  backward: Int32Array,
  offset: number,
): { x: number; y: number } {
  const low = a0 - b1;
  const high = a1 - b0;
  const forwardMiddle = a0 - b0;
  const backwardMiddle = a1 - b1;
  const odd = ((forwardMiddle - backwardMiddle) & 1) !== 0;
  let fmin = forwardMiddle;
  let fmax = forwardMiddle;
  let bmin = backwardMiddle;
  let bmax = backwardMiddle;
  const f = (k: number) => forward[k + offset] ?? 0;
  const r = (k: number) => backward[k + offset] ?? 0;
  forward[forwardMiddle + offset] = a0;
  backward[backwardMiddle + offset] = a1;
  for (;;) {
    if (fmin > low) forward[--fmin - 1 + offset] = -1;
    else fmin++;
    if (fmax < high) forward[++fmax + 1 + offset] = -1;
    else fmax--;
    for (let k = fmax; k >= fmin; k -= 2) {
      const below = f(k - 1);
      const above = f(k + 1);
      let x = below >= above ? below + 1 : above;
      let y = x - k;
      while (x < a1 && y < b1 && a[x] === b[y]) {
        x++;
        y++;
      }
      forward[k + offset] = x;
      if (odd && bmin <= k && k <= bmax && r(k) <= x) return { x, y };
    }
    const far = 0x7fffffff;
    if (bmin > low) backward[--bmin - 1 + offset] = far;
    else bmin++;
    if (bmax < high) backward[++bmax + 1 + offset] = far;
    else bmax--;
    for (let k = bmax; k >= bmin; k -= 2) {
      const below = r(k - 1);
      const above = r(k + 1);
      let x = below < above ? below : above - 1;
      let y = x - k;
      while (a0 < x && b0 < y && a[x - 1] === b[y - 1]) {
        x--;
        y--;
      }
      backward[k + offset] = x;
      if (!odd && fmin <= k && k <= fmax && x <= f(k)) return { x, y };
    }
  }
}

/** As GNU diff's shift_boundaries: runs of changes slide as far down as they can, merging with others on their way. */
function shift(lines: Int32Array, changed: Uint8Array, other: Uint8Array): void {
  let i = 0;
  let j = 0;
  const end = lines.length;
  for (;;) {
    while (i < end && !changed[i]) {
      while (other[j++]);
      i++;
    }
    if (i === end) return;
    let start = i;
    while (changed[++i]);
    while (other[j]) j++;
    let runLength: number;
    let corresponding: number;
    do {
      runLength = i - start;
      while (start > 0 && lines[start - 1] === lines[i - 1]) {
        changed[--start] = 1;
        changed[--i] = 0;
        while (changed[start - 1]) start--;
        while (other[--j]);
      }
      corresponding = j > 0 && other[j - 1] ? i : end;
      while (i !== end && lines[start] === lines[i]) {
        changed[start++] = 0;
        changed[i++] = 1;
        while (changed[i]) i++;
        while (other[++j]) corresponding = i;
      }
    } while (runLength !== i - start);
    while (corresponding < i) {
      changed[--start] = 1;
      changed[--i] = 0;
      while (other[--j]);
    }
  }
}

function changes(deleted: Uint8Array, inserted: Uint8Array): Change[] {
  const list: Change[] = [];
  let i = 0;
  let j = 0;
  while (i < deleted.length || j < inserted.length) {
    if (!deleted[i] && !inserted[j]) {
      i++;
      j++;
      continue;
    }
    const leftStart = i;
    const rightStart = j;
    while (deleted[i]) i++;
    while (inserted[j]) j++;
    list.push({ leftStart, leftEnd: i, rightStart, rightEnd: j });
  }
  return list;
}
