/** "Did you mean": names near to what was typed, by git's own weights (levenshtein with swaps, help.c). */

/** Damerau-Levenshtein with weights for swapping, changing, adding and leaving out a letter. */
function distance(from: string, to: string, weights: { swap: number; change: number; add: number; remove: number }): number {
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, j) => j * weights.add);
  for (let i = 0; i < from.length; i++) {
    const next = [(i + 1) * weights.remove];
    for (let j = 0; j < to.length; j++) {
      let cost = (row[j] ?? 0) + (from[i] === to[j] ? 0 : weights.change);
      if (i > 0 && j > 0 && from[i - 1] === to[j] && from[i] === to[j - 1]) cost = Math.min(cost, (before[j - 1] ?? 0) + weights.swap);
      cost = Math.min(cost, (row[j + 1] ?? 0) + weights.remove, (next[j] ?? 0) + weights.add);
      next.push(cost);
    }
    before = row;
    row = next;
  }
  return row[to.length] ?? 0;
}

/** The nearest names, all of the same distance; empty when none is near. */
export function suggestions(typed: string, names: Iterable<string>): string[] {
  const scored = [...names].sort().map((name) => ({
    name,
    score: name.startsWith(typed) ? 0 : distance(typed, name, { swap: 0, change: 2, add: 1, remove: 3 }) + 1,
  }));
  const prefixed = scored.filter(({ score }) => score === 0);
  if (prefixed.length > 0) return prefixed.map(({ name }) => name);
  const best = Math.min(...scored.map(({ score }) => score));
  return best >= 7 ? [] : scored.filter(({ score }) => score === best).map(({ name }) => name);
}
