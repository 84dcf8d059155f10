import type { Formula } from "./formula.ts";

/** A small table whose numbers the reader may change, and whose results follow. */
export interface Calculator {
  readonly id: string;
  readonly title: string;
  readonly numbers: readonly CalculatorNumber[];
  readonly results: readonly CalculatorResult[];
  /** Which of the results is named as the least or the most. */
  readonly mark?: "least" | "most";
}

export interface CalculatorNumber {
  readonly id: string;
  readonly label: string;
  /** What it begins with. */
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly unit?: string;
}

export interface CalculatorResult {
  readonly id: string;
  readonly label: string;
  readonly formula: Formula;
  /** The formula as it was written, shown on demand. */
  readonly source: string;
  /** Before and behind the number: "$", " GB". */
  readonly before: string;
  readonly after: string;
  /** Decimals that are shown. */
  readonly digits: number;
  readonly note?: string;
  /** A step on the way to the results, not one of them. */
  readonly between: boolean;
}
