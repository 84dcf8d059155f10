import type { LabClient } from "../../lib/lab/types.ts";

/** Loads the program that runs labs. Rejects with an Error whose message the bench shows. */
export async function connectLab(lesson: string): Promise<LabClient> {
  throw new Error(`This build holds no engine to run the lab of ${lesson}.`);
}
