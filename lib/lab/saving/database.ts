import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { SavedLab, SavedStart } from "./saved-lab.ts";
import { asideName, keysOf } from "./saved-lab.ts";

interface Schema extends DBSchema {
  /** By lesson. */
  labs: { key: string; value: SavedLab };
  /** The bytes of files, by lesson and key. */
  bytes: { key: [string, string]; value: Uint8Array };
  /** By lesson and task. */
  starts: { key: [string, string]; value: SavedStart };
}

const NAME = "slipway-labs";
const VERSION = 2;

/** Saved labs in IndexedDB. A save is one transaction: after a crash the storage holds the old lab or the new one, never half of each. */
export class LabDatabase {
  private constructor(private readonly database: IDBPDatabase<Schema>) {}

  /** Rejects where there is no storage (private windows, blocked site data). */
  static async open(): Promise<LabDatabase> {
    const database = await openDB<Schema>(NAME, VERSION, {
      upgrade(database, before) {
        if (before < 1) {
          database.createObjectStore("labs");
          database.createObjectStore("bytes");
        }
        database.createObjectStore("starts");
      },
      // A tab with a newer version of the site must not wait for this one.
      blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
    });
    return new LabDatabase(database);
  }

  async load(lesson: string): Promise<SavedLab | undefined> {
    return this.database.get("labs", lesson);
  }

  /** Every lab that is saved. */
  async all(): Promise<readonly SavedLab[]> {
    return this.database.getAll("labs");
  }

  /** The keys whose bytes are there. */
  async keys(lesson: string): Promise<Set<string>> {
    const keys = await this.database.getAllKeys("bytes", bytesOf(lesson));
    return new Set(keys.map(([, key]) => key));
  }

  async bytes(lesson: string): Promise<Map<string, Uint8Array>> {
    const transaction = this.database.transaction("bytes");
    const [keys, values] = await Promise.all([transaction.store.getAllKeys(bytesOf(lesson)), transaction.store.getAll(bytesOf(lesson))]);
    return new Map(keys.map(([, key], index) => [key, values[index] ?? new Uint8Array(0)]));
  }

  /** How the lab was when its tasks became open. */
  async starts(lesson: string): Promise<readonly SavedStart[]> {
    return this.database.getAll("starts", bytesOf(lesson));
  }

  /**
   * Replaces the lesson's saved lab, and adds starts of tasks. `alsoNeeded`: keys that starts need which were saved before. Rejects with
   * QuotaExceededError when the storage is full.
   */
  async save(
    saved: SavedLab,
    added: ReadonlyMap<string, Uint8Array>,
    there: ReadonlySet<string>,
    starts: readonly SavedStart[] = [],
    alsoNeeded: Iterable<string> = [],
  ): Promise<Set<string>> {
    const needed = new Set([...keysOf(saved), ...starts.flatMap((start) => [...keysOf(start)]), ...alsoNeeded]);
    const transaction = this.database.transaction(["labs", "bytes", "starts"], "readwrite");
    const bytes = transaction.objectStore("bytes");
    const work: Promise<unknown>[] = [];
    for (const [key, content] of added) if (needed.has(key)) work.push(bytes.put(content, [saved.lesson, key]));
    for (const key of there) if (!needed.has(key)) work.push(bytes.delete([saved.lesson, key]));
    for (const start of starts) work.push(transaction.objectStore("starts").put(start, [saved.lesson, start.task]));
    work.push(transaction.objectStore("labs").put(saved, saved.lesson));
    work.push(transaction.done);
    await Promise.all(work);
    return needed;
  }

  /** Puts the lesson's lab where it is not in the way of another; what lay there before is replaced. */
  async setAside(lesson: string): Promise<void> {
    const aside = asideName(lesson);
    const transaction = this.database.transaction(["labs", "bytes", "starts"], "readwrite");
    await transaction.objectStore("starts").delete(bytesOf(lesson));
    const [labs, bytes] = [transaction.objectStore("labs"), transaction.objectStore("bytes")];
    const saved = await labs.get(lesson);
    if (saved === undefined) return;
    await bytes.delete(bytesOf(aside));
    for (let cursor = await bytes.openCursor(bytesOf(lesson)); cursor !== null; cursor = await cursor.continue()) {
      await bytes.put(cursor.value, [aside, cursor.key[1]]);
      await cursor.delete();
    }
    await labs.put({ ...saved, lesson: aside }, aside);
    await labs.delete(lesson);
    await transaction.done;
  }

  async forget(lesson: string): Promise<void> {
    const transaction = this.database.transaction(["labs", "bytes", "starts"], "readwrite");
    await Promise.all([
      transaction.objectStore("starts").delete(bytesOf(lesson)),
      transaction.objectStore("labs").delete(lesson),
      transaction.objectStore("bytes").delete(bytesOf(lesson)),
      transaction.done,
    ]);
  }

  close(): void {
    this.database.close();
  }
}

function bytesOf(lesson: string): IDBKeyRange {
  return IDBKeyRange.bound([lesson], [lesson, []], false, true);
}
