/** One number of the bench, beside what it is measured against. */
export interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: "ms" | "requests/s" | "MB";
  /** What is to be reached (design: numbers to reach); for requests a second the least, else the most. */
  readonly reach?: number;
  /** The same done elsewhere, in this run on this machine. */
  readonly rival?: { readonly name: string; readonly value: number };
  /** Our value as a multiple of the rival's, where that is what counts. */
  readonly ratio?: { readonly value: number; readonly reach: number };
  /** What was done, for whoever wants to do it again. */
  readonly how: string;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** Whether the row reaches what it should; undefined where nothing is demanded. */
export function reaches(row: Row): boolean | undefined {
  if (row.ratio !== undefined) return row.ratio.value <= row.ratio.reach;
  if (row.reach === undefined) return undefined;
  return row.unit === "requests/s" ? row.value >= row.reach : row.value <= row.reach;
}

export function formatRow(row: Row): string {
  const verdict = reaches(row);
  const mark = verdict === undefined ? "    " : verdict ? "ok  " : "MISS";
  const number = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(1));
  const parts = [`${mark} ${row.what}: ${number(row.value)} ${row.unit}`];
  if (row.ratio !== undefined) parts.push(`${row.ratio.value.toFixed(2)} × the rival's, at most ${row.ratio.reach.toFixed(2)}`);
  else if (row.reach !== undefined) parts.push(`${row.unit === "requests/s" ? "at least" : "at most"} ${number(row.reach)}`);
  if (row.rival !== undefined) parts.push(`${row.rival.name}: ${number(row.rival.value)} ${row.unit}`);
  return `${parts.join("; ")}\n         ${row.how}`;
}
