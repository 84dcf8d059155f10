import { commandNames } from "../readline/candidates.ts";
import type { Shell } from "../shell.ts";

const MOST_SHOWN = 5;

/** The commands one slip of the finger away from a mistyped name, the likeliest first; none when it is no name at all. */
export function nearCommands(shell: Shell, name: string): string[] {
  if (name.length < 2 || name.includes("/")) return [];
  const near = commandNames(shell).filter(
    (candidate) => Math.abs(candidate.length - name.length) <= 1 && candidate.length > 1 && editDistance(name, candidate) === 1,
  );
  // Swapped letters first, then names of the same length.
  const rank = (candidate: string): number => (letters(name) === letters(candidate) ? 0 : candidate.length === name.length ? 1 : 2);
  return near.sort((left, right) => rank(left) - rank(right)).slice(0, MOST_SHOWN);
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
