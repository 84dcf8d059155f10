import { commandNames } from "../readline/candidates.ts";
import type { Shell } from "../shell.ts";

/** The command whose name is nearest to a mistyped one; undefined when none is near. */
export function nearestCommand(shell: Shell, name: string): string | undefined {
  if (name.length < 2 || name.includes("/")) return undefined;
  const limit = name.length < 5 ? 1 : 2;
  let best: { name: string; distance: number } | undefined;
  for (const candidate of commandNames(shell)) {
    if (Math.abs(candidate.length - name.length) > limit) continue;
    const edits = editDistance(name, candidate);
    if (edits > limit) continue;
    // Among equally near ones: swapped letters first, then names of the same length.
    const distance = edits + (letters(name) === letters(candidate) ? 0 : candidate.length === name.length ? 0.25 : 0.5);
    if (best === undefined || distance < best.distance) best = { name: candidate, distance };
  }
  return best?.name;
}

function letters(word: string): string {
  return [...word].sort().join("");
}

/** Insertions, deletions, replacements and swaps of neighbors that lead from one word to the other (Damerau, 1964). */
export function editDistance(from: string, to: string): number {
  let before: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = last[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      let least = Math.min(replaced, last[j]! + 1, row[j - 1]! + 1);
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) least = Math.min(least, before[j - 2]! + 1);
      row.push(least);
    }
    before = last;
    last = row;
  }
  return last[to.length]!;
}
