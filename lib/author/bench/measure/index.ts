import { checkMeasurements } from "./checks.ts";
import { labMeasurements } from "./labs.ts";
import { type Bench, type Measurement, NotMeasured, type Samples } from "./measurement.ts";
import { postgresMeasurements } from "./postgres.ts";
import { productionMeasurements } from "./production.ts";
import { pythonMeasurements } from "./python.ts";
import { shellMeasurements } from "./shell.ts";
import { webMeasurements } from "./web.ts";

const measurements: Readonly<Record<string, Measurement>> = {
  ...shellMeasurements,
  ...pythonMeasurements,
  ...postgresMeasurements,
  ...checkMeasurements,
  ...labMeasurements,
  ...webMeasurements,
  ...productionMeasurements,
};

/** What the bench hears of one measurement. */
export type Measured = { readonly samples: Samples } | { readonly notMeasured: string };

/** Takes one measurement, inside the engine. Throws Error for a name that is none. */
export async function measure(name: string, bench: Bench): Promise<Measured> {
  const measurement = measurements[name];
  if (measurement === undefined) throw new Error(`There is no measurement called ${name}.`);
  try {
    return { samples: await measurement(bench) };
  } catch (error) {
    if (error instanceof NotMeasured) return { notMeasured: error.message };
    throw error;
  }
}
