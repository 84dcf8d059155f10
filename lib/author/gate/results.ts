import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Mutation } from "../engine/mutations/report.ts";

/**
 * What the full gate found, kept in the lesson's folder as `full-gate.json`: it takes long, so it is not done each time. A file for
 * each lesson, so that two authors never change the same one.
 */
export interface FullResult {
  /** Hash of all that grades hang on: lab.yaml, quiz.yaml, files/, attempts/ and the commands of the prose; not its words. */
  readonly lesson: string;
  /** Hash of the engine's sources. */
  readonly engine: string;
  /** The day, as 2026-11-21. */
  readonly on: string;
  readonly trials: number;
  /** How long the short gate took then, in seconds of one trial after the other. */
  readonly shortSeconds: number;
  readonly right: number;
  readonly wrong: number;
  readonly mutations: MutationCounts;
  /** Set where nothing else of the full gate has been tried. */
  readonly only?: "mutations";
  /** Set where it has not been done for this state of the lesson yet: why, until when that is let pass. */
  readonly later?: { readonly reason: string; readonly since: string };
}

export interface MutationCounts {
  readonly differences: number;
  readonly noise: Readonly<Record<string, number>>;
  readonly candidates: number;
  readonly caught: number;
  readonly excused: number;
  /** What no check notices, each by its id. */
  readonly survived: readonly string[];
  /** What could not be tried, and why. */
  readonly untried: readonly string[];
  readonly notes: readonly string[];
}

/** So long a full result may wait for a lesson that has changed. */
export const PATIENCE_DAYS = 14;

export type Freshness = "fresh" | "missing" | "lesson" | "engine" | "mutations" | "later" | "overdue";

const NAME = "full-gate.json";

export function readResult(folder: string): FullResult | undefined {
  const file = join(folder, NAME);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as FullResult) : undefined;
}

export function keepResult(folder: string, result: FullResult): void {
  writeFileSync(join(folder, NAME), `${JSON.stringify(result, null, 2)}\n`);
}

/** Keeps what became of mutations, tried alone; what else was found for this very lesson stays beside it. */
export function keepMutations(
  folder: string,
  { lesson, engine, on, mutations }: Pick<FullResult, "lesson" | "engine" | "on" | "mutations">,
): void {
  const before = readResult(folder);
  const isWhole = before !== undefined && before.lesson === lesson && before.later === undefined && before.only === undefined;
  keepResult(folder, { ...(isWhole ? before : { ...nothing, only: "mutations" as const }), lesson, engine, on, mutations });
}

/** Says that the full gate is to be done later: until `PATIENCE_DAYS` have passed, the short gate does not fail for it. */
export function postpone(folder: string, reason: string, today: string): void {
  keepResult(folder, { ...(readResult(folder) ?? nothing), later: { reason, since: today } });
}

const nothing: FullResult = {
  lesson: "",
  engine: "",
  on: "never",
  trials: 0,
  shortSeconds: 0,
  right: 0,
  wrong: 0,
  mutations: { differences: 0, noise: {}, candidates: 0, caught: 0, excused: 0, survived: [], untried: [], notes: [] },
};

/** What of a lesson's full result no longer holds. `lesson`: its `lessonHash` now; `engine`: the hash of the engine's sources now. */
export function freshness(folder: string, lesson: string, engine: string, today: string): Freshness {
  const result = readResult(folder);
  if (result === undefined) return "missing";
  // While it is put off, the lesson may go on changing.
  if (result.later !== undefined) return daysBetween(result.later.since, today) > PATIENCE_DAYS ? "overdue" : "later";
  if (result.lesson !== lesson) return "lesson";
  if (result.only === "mutations") return "mutations";
  return result.engine === engine ? "fresh" : "engine";
}

export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}

/** `consoles`: the commands of the prose, as text. `without`: a file that is left out of it. */
export function lessonHash(folder: string, consoles: string, without?: string): string {
  const hash = createHash("sha256").update(consoles);
  const visit = (path: string): void => {
    for (const entry of readdirSync(join(folder, path), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const inner = path === "" ? entry.name : `${path}/${entry.name}`;
      const counts = path !== "" || ["lab.yaml", "quiz.yaml", "files", "attempts"].includes(entry.name);
      if (!counts || inner === without) continue;
      if (entry.isDirectory()) visit(inner);
      else if (entry.isFile()) hash.update(`${inner}\0`).update(gradedPart(inner, readFileSync(join(folder, inner))));
    }
  };
  visit("");
  return hash.digest("hex").slice(0, 16);
}

/** A lesson's part of the mutations that were tried; 1 where there was nothing to try. */
export function caughtShare({ caught, survived }: MutationCounts): number {
  return caught + survived.length === 0 ? 1 : caught / (caught + survived.length);
}

export function countMutations(all: readonly Mutation[]): Pick<MutationCounts, "caught" | "excused" | "survived" | "untried"> {
  const of = (outcome: Mutation["outcome"]): readonly Mutation[] => all.filter((mutation) => mutation.outcome === outcome);
  return {
    caught: of("caught").length,
    excused: of("excused").length,
    survived: of("survived").map(({ id }) => id),
    untried: of("untried").map(({ id, by }) => `${id}: ${by}`),
  };
}

/** Of an attempt, what is done: markers of tasks and the layout of the file change no grade. */
function gradedPart(path: string, bytes: Buffer): Buffer | string {
  if (!/^attempts\/[^/]+\.json$/.test(path)) return bytes;
  try {
    return JSON.stringify(JSON.parse(bytes.toString()), (key, value: unknown) => (key === "task" ? undefined : value));
  } catch {
    return bytes;
  }
}
