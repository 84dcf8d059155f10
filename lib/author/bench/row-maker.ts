import type { LabDefinition } from "../../lab/types.ts";
import { EngineProcess } from "../engine-process.ts";
import { note } from "../output.ts";
import type { Step } from "../steps.ts";
import { type Figure, figure, type Row } from "./figures.ts";
import type { Measured } from "./measure/index.ts";

/** A lesson and the steps that solve it. */
export interface PlayedLesson {
  readonly lab: LabDefinition;
  readonly steps: readonly Step[];
}

/** Takes a measurement in an engine of its own, so that no row gains or loses by what was measured before it. */
export type Measure = (name: string, lesson?: PlayedLesson) => Promise<Measured>;

/** A group of rows that are measured together. */
export type RowGroup = (measure: Measure) => Promise<readonly Row[]>;

type Wanted = Omit<Row, "ours" | "rival" | "note"> & {
  readonly sample: string;
  readonly rival: string;
  readonly rivalSamples?: readonly number[];
};

/** Makes a row of the samples of that name. */
export function rowOf(measured: Measured, { sample, rival, rivalSamples, ...row }: Wanted): Row {
  const figureOfRival: Figure | undefined = rivalSamples === undefined ? undefined : figure(rivalSamples);
  const beside = { name: rival, figure: figureOfRival };
  if ("notMeasured" in measured) return { ...row, ours: undefined, rival: beside, note: measured.notMeasured };
  const samples = measured.samples[sample];
  if (samples === undefined) return { ...row, ours: undefined, rival: beside, note: "there were no samples" };
  return { ...row, ours: figure(samples), rival: beside };
}

/** So long a measurement may take. */
const PATIENCE_MS = 180_000;

/** What goes wrong becomes the row's note, so that the other rows are still measured. */
export const measureInEngine: Measure = async (name, lesson) => {
  note(`bench: ${name} …`);
  const engine = new EngineProcess();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Measured>((resolve) => {
    timer = setTimeout(() => resolve({ notMeasured: `not done after ${PATIENCE_MS / 1000} s` }), PATIENCE_MS);
  });
  try {
    return await Promise.race([engine.measure(name, lesson), late]);
  } catch (error) {
    return { notMeasured: error instanceof Error ? (error.message.split("\n")[0] ?? error.message) : String(error) };
  } finally {
    clearTimeout(timer);
    engine.stop();
  }
};
