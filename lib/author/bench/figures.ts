/** Figures of the bench: what several samples say together, and how they compare with what design.md §8 wants to reach. */

export type Unit = "ms" | "s" | "per second" | "MB" | "kB";

export interface Figure {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly n: number;
}

/** What is to be reached: a bound for the median, or for its ratio to the rival's median. */
export interface Target {
  readonly bound: "at most" | "at least";
  readonly value: number;
  readonly of: "median" | "ratio to the rival";
}

export interface Row {
  readonly what: string;
  readonly unit: Unit;
  /** Undefined when it could not be measured; `note` says why. */
  readonly ours: Figure | undefined;
  /** What it is measured against; where nothing can be, why. */
  readonly rival: { readonly name: string; readonly figure?: Figure };
  readonly target?: Target;
  readonly note?: string;
}

/** Throws RangeError when there are no samples. */
export function figure(samples: readonly number[]): Figure {
  const sorted = [...samples].sort((a, b) => a - b);
  const [min] = sorted;
  const max = sorted.at(-1);
  if (min === undefined || max === undefined) throw new RangeError("A figure needs at least one sample.");
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? max;
  const lower = sorted[Math.ceil(middle) - 1] ?? min;
  return { median: (lower + upper) / 2, min, max, n: sorted.length };
}

/** Ours divided by the rival's; undefined where one is missing. */
export function ratio({ ours, rival }: Row): number | undefined {
  return ours !== undefined && rival.figure !== undefined ? ours.median / rival.figure.median : undefined;
}

/** Whether the target is reached; undefined without a target or without a figure. */
export function isReached(row: Row): boolean | undefined {
  const { target } = row;
  const value = target?.of === "median" ? row.ours?.median : ratio(row);
  if (target === undefined || value === undefined) return undefined;
  return target.bound === "at most" ? value <= target.value : value >= target.value;
}
