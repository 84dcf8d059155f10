import type { EngineProcess } from "../engine-process.ts";
import { type Figure, figure, type Row } from "./figures.ts";
import type { Measured } from "./measure/index.ts";

/** A group of rows that are measured together. */
export type RowGroup = (engine: () => EngineProcess) => Promise<readonly Row[]>;

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

/** A measurement of the engine; what goes wrong becomes the row's note, so that the other rows are still measured. */
export async function attempt(work: () => Promise<Measured>): Promise<Measured> {
  try {
    return await work();
  } catch (error) {
    return { notMeasured: error instanceof Error ? (error.message.split("\n")[0] ?? error.message) : String(error) };
  }
}
