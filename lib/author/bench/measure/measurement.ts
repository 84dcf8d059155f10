import type { Host } from "../../../kernel/types.ts";
import type { LabDefinition } from "../../../lab/types.ts";
import { createWorld, type Installed, type LabWorld } from "../../../lab/world/create.ts";
import type { Step } from "../../steps.ts";

/** What a measurement found: its samples, by name. Times are milliseconds. */
export type Samples = Record<string, readonly number[]>;

/** Where measurements are taken: inside the child process that holds the kernel. */
export interface Bench {
  readonly host: Host;
  readonly installed: Installed;
  /** What the request brought along. */
  readonly lab?: LabDefinition;
  readonly steps?: readonly Step[];
}

export type Measurement = (bench: Bench) => Promise<Samples>;

/** A measurement that can't be taken, and why: the row says so instead of a figure. */
export class NotMeasured extends Error {
  override readonly name = "NotMeasured";
}

/** A world of one bare machine, user learner. */
export function bareWorld(
  { host, installed }: Bench,
  image: string,
  options: { warm?: boolean; machines?: number } = {},
): Promise<LabWorld> {
  const count = options.machines ?? 1;
  const machines = Array.from({ length: count }, (_, index) => ({
    name: `machine-${index + 1}`,
    image,
    user: "learner",
    cwd: "/home/learner",
  }));
  const browser = { machine: "machine-1", home: "" };
  const lab = { lesson: `image:${image}`, version: "", machines, tasks: [], files: [], browser, quizzes: [] };
  return createWorld(lab, { host, installed, warm: options.warm ?? false });
}

/** Runs `work` so often, after `warmUp` times that do not count. */
export async function repeat(times: number, warmUp: number, work: () => Promise<number>): Promise<number[]> {
  const samples: number[] = [];
  for (let index = -warmUp; index < times; index++) {
    const value = await work();
    if (index >= 0) samples.push(value);
  }
  return samples;
}

/** Milliseconds that `work` takes. */
export async function timed(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** Gives every other macrotask its turn until the condition holds. Throws NotMeasured when it does not within `patienceMs`. */
export async function eventually(condition: () => boolean, what: string, patienceMs = 30_000): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new NotMeasured(`${what} did not happen within ${patienceMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
