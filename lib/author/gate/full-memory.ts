import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { MutationReport } from "../engine/mutations/report.ts";
import { fits } from "../engine/mutations/report.ts";
import { readJson } from "./read-json.ts";

interface Remembered {
  /** Of the lesson and of the engine that tried it: what is remembered of others is forgotten. */
  readonly key: string;
  /** Trials that hold, by their names, and how many seconds each took. */
  readonly passed: Readonly<Record<string, number>>;
  /** What became of the mutations, and which were excused then. */
  readonly mutations?: { readonly report: MutationReport; readonly excused: readonly string[] };
}

/**
 * What of a lesson's full gate has been tried already, while it goes on: it takes long, and whoever stops it, or mends one thing that it
 * found, goes on where it was. Forgotten when all of it has passed: the next full gate tries everything anew.
 */
export class FullMemory {
  private readonly file: string;

  constructor(
    root: string,
    private readonly lesson: string,
    private readonly key: string,
  ) {
    this.file = join(dirname(root), ".slipway/full-gate-trials.json");
  }

  /** How many seconds the trial took when it held; undefined where it has not been tried, or did not hold. */
  get(trial: string): number | undefined {
    return this.now().passed[trial];
  }

  add(trial: string, seconds: number): void {
    const now = this.now();
    this.put({ ...now, passed: { ...now.passed, [trial]: seconds } });
  }

  addMutations(report: MutationReport, excused: readonly string[]): void {
    this.put({ ...this.now(), mutations: { report, excused } });
  }

  /** The mutations as they were tried, with what is excused by now; undefined where patterns have gone, so that more must be tried. */
  mutations(excused: readonly string[]): MutationReport | undefined {
    const known = this.now().mutations;
    if (known?.excused.every((pattern) => excused.includes(pattern)) !== true) return undefined;
    const mutations = known.report.mutations.map((mutation) => {
      const by = mutation.outcome === "survived" ? excused.find((pattern) => fits(pattern, mutation.id)) : undefined;
      return by === undefined ? mutation : { ...mutation, outcome: "excused" as const, by };
    });
    return { ...known.report, mutations };
  }

  forget(): void {
    const { [this.lesson]: _, ...others } = this.all();
    this.write(others);
  }

  private now(): Remembered {
    const known = this.all()[this.lesson];
    return known?.key === this.key ? known : { key: this.key, passed: {} };
  }

  private all(): Readonly<Record<string, Remembered>> {
    return readJson<Record<string, Remembered>>(this.file) ?? {};
  }

  private put(value: Remembered): void {
    this.write({ ...this.all(), [this.lesson]: value });
  }

  private write(all: Readonly<Record<string, Remembered>>): void {
    mkdirSync(dirname(this.file), { recursive: true });
    writeFileSync(this.file, JSON.stringify(all));
  }
}
