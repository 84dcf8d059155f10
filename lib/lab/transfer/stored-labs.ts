import { LabDatabase } from "../saving/database.ts";
import { isAside, keysOf, type SavedLab } from "../saving/saved-lab.ts";
import type { StoredLab } from "./work-file.ts";

/** Thrown where a lab can't be replaced now; the message is for the learner. */
export class BusyLabError extends Error {
  override readonly name = "BusyLabError";
}

/** The labs that this browser has saved, without what was put aside; none where it gives no storage. */
export async function savedLabs(): Promise<readonly SavedLab[]> {
  const database = await LabDatabase.open().catch(() => undefined);
  if (database === undefined) return [];
  try {
    return (await database.all()).filter(({ lesson }) => !isAside(lesson));
  } finally {
    database.close();
  }
}

/** One of them. */
export async function savedLab(lesson: string): Promise<SavedLab | undefined> {
  return (await savedLabs()).find((lab) => lab.lesson === lesson);
}

/** All of them, with the bytes of their files. */
export async function storedLabs(): Promise<readonly StoredLab[]> {
  const database = await LabDatabase.open().catch(() => undefined);
  if (database === undefined) return [];
  try {
    const labs: StoredLab[] = [];
    for (const saved of await database.all()) labs.push(alone(saved, await database.bytes(saved.lesson)));
    return labs;
  } finally {
    database.close();
  }
}

/** A lab as it is, without what it was before: files that were deleted are not handed on with it. */
export function alone(saved: SavedLab, bytes: ReadonlyMap<string, Uint8Array>): StoredLab {
  const needed = new Set(keysOf(saved));
  return { saved: { ...saved, past: undefined }, bytes: new Map([...bytes].filter(([key]) => needed.has(key))) };
}

/**
 * Puts labs in the place of those of the same lessons. Rejects with BusyLabError when one of them is open in a tab, and with
 * QuotaExceededError when the storage is full; then those before it have been replaced.
 */
export async function replaceLabs(labs: readonly StoredLab[]): Promise<void> {
  const database = await LabDatabase.open();
  try {
    for (const { saved, bytes } of labs) {
      // The right to write a lab, as a tab has it that runs the lab (`saving/claim.ts`).
      await navigator.locks.request(`slipway-lab:${saved.lesson}`, { ifAvailable: true }, async (lock) => {
        if (lock === null) throw new BusyLabError(`${saved.lesson} is open in another tab. Close that tab, then import again.`);
        await database.forget(saved.lesson);
        await database.save({ ...alone(saved, bytes), there: new Set() });
      });
    }
  } finally {
    database.close();
  }
}
