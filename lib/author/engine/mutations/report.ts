/** What became of mutations: a difference between the start and the solved world, taken back alone. */

export interface MutationOptions {
  /** So many at most; which ones, the seed decides. */
  readonly sample: number;
  readonly seed: number;
  /** Patterns of differences that need not be caught (`attempts/survivors.yaml`). */
  readonly excused: readonly string[];
}

export interface Mutation {
  /** `file web-1:/home/deploy/.env mode`: what patterns of survivors.yaml are held against. */
  readonly id: string;
  /** As a sentence's part: "added file laptop:/home/learner/note". */
  readonly what: string;
  readonly outcome: "caught" | "survived" | "excused" | "untried";
  /** The check that failed; why it was not tried. */
  readonly by?: string;
}

export interface MutationReport {
  /** How many differences there are, noise included. */
  readonly differences: number;
  /** How many each rule takes for noise, by its name. */
  readonly noise: Readonly<Record<string, number>>;
  /** How many could be tried; more than the sample: the rest was left out by lot. */
  readonly candidates: number;
  readonly mutations: readonly Mutation[];
  /** What pictures could not read, and checks that a world brought back does not pass. */
  readonly notes: readonly string[];
}

/** Whether a pattern, in which * stands for anything, fits. */
export function fits(pattern: string, id: string): boolean {
  const parts = pattern.split("*");
  let at = 0;
  for (const [index, part] of parts.entries()) {
    const found = index === 0 ? (id.startsWith(part) ? 0 : -1) : id.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return parts.length === 1 ? id === pattern : parts.at(-1) === "" || id.endsWith(parts.at(-1) ?? "");
}
