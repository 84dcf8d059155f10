import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { TreeManifest } from "../../kernel/files/capture.ts";
import type { DiskNeeds, SavedLab, SavedMoment, SavedStart, SavedWorld } from "./saved-lab.ts";
import { asideName, keysOf } from "./saved-lab.ts";

interface Schema extends DBSchema {
  /** By lesson. */
  labs: { key: string; value: SavedLab };
  /** The bytes of files, by lesson and key. */
  bytes: { key: [string, string]; value: Uint8Array };
  /** By lesson and task. */
  starts: { key: [string, string]; value: SavedStart };
  /** By lesson and id. */
  moments: { key: [string, string]; value: SavedMoment };
  /** Disks of moments, by lesson and id, and what they need of `bytes`. */
  disks: { key: [string, string]; value: TreeManifest };
  needs: { key: [string, string]; value: DiskNeeds };
}

const NAME = "slipway-labs";
const VERSION = 3;
/** Everything of a lesson but its lab. */
const PARTS = ["bytes", "starts", "moments", "disks", "needs"] as const;

/** What is written with a lab, and taken away. */
export interface LabChange {
  readonly saved: SavedLab;
  /** Bytes of files that are not there yet, by key. */
  readonly bytes: ReadonlyMap<string, Uint8Array>;
  /** Keys that are there. */
  readonly there: ReadonlySet<string>;
  readonly starts?: readonly SavedStart[];
  /** Keys that are needed besides those of `saved` and `starts`. */
  readonly alsoNeeded?: Iterable<string>;
  readonly steps?: StepsChange;
}

/** Moments and disks that are new, and ids of those that no step leads to any more. */
export interface StepsChange {
  readonly moments: readonly SavedMoment[];
  readonly disks: ReadonlyMap<string, { readonly files: TreeManifest; readonly needs: DiskNeeds }>;
  readonly goneMoments: readonly string[];
  readonly goneDisks: readonly string[];
}

/** Moments that are stored: the ids of their disks, and what each of those needs. */
export interface StoredMoments {
  readonly moments: ReadonlyMap<string, readonly string[]>;
  readonly disks: ReadonlyMap<string, DiskNeeds>;
}

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
        if (before < 2) database.createObjectStore("starts");
        for (const store of ["moments", "disks", "needs"] as const) database.createObjectStore(store);
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
    const keys = await this.database.getAllKeys("bytes", ofLesson(lesson));
    return new Set(keys.map(([, key]) => key));
  }

  async bytes(lesson: string): Promise<Map<string, Uint8Array>> {
    const transaction = this.database.transaction("bytes");
    const [keys, values] = await Promise.all([transaction.store.getAllKeys(ofLesson(lesson)), transaction.store.getAll(ofLesson(lesson))]);
    return new Map(keys.map(([, key], index) => [key, values[index] ?? new Uint8Array(0)]));
  }

  /** How the lab was when its tasks became open. */
  async starts(lesson: string): Promise<readonly SavedStart[]> {
    return this.database.getAll("starts", ofLesson(lesson));
  }

  async moments(lesson: string): Promise<StoredMoments> {
    const transaction = this.database.transaction(["moments", "needs"]);
    const needs = transaction.objectStore("needs");
    const [moments, keys, values] = await Promise.all([
      transaction.objectStore("moments").getAll(ofLesson(lesson)),
      needs.getAllKeys(ofLesson(lesson)),
      needs.getAll(ofLesson(lesson)),
    ]);
    return {
      moments: new Map(moments.map(({ id, machines }) => [id, machines.map(({ disk }) => disk)])),
      disks: new Map(keys.flatMap(([, disk], index) => (values[index] === undefined ? [] : [[disk, values[index]] as const]))),
    };
  }

  /** One of them. Rejects with Error when a part of it is missing. */
  async moment(lesson: string, id: string): Promise<SavedWorld> {
    const transaction = this.database.transaction(["moments", "disks"]);
    const moment = await transaction.objectStore("moments").get([lesson, id]);
    if (moment === undefined) throw new Error("It is not there any more.");
    const { machines, ...beside } = moment;
    const disks = await Promise.all(machines.map(({ disk }) => transaction.objectStore("disks").get([lesson, disk])));
    return {
      ...beside,
      machines: machines.map(({ name, units }, index) => {
        const files = disks[index];
        if (files === undefined) throw new Error(`The disk of ${name} is not there any more.`);
        return { name, units, files };
      }),
    };
  }

  /** Replaces the lesson's saved lab, and what lies beside it. Resolves with the keys that are there then. Rejects with QuotaExceededError. */
  async save({ saved, bytes: added, there, starts = [], alsoNeeded = [], steps }: LabChange): Promise<Set<string>> {
    const { lesson } = saved;
    const needed = new Set([...keysOf(saved), ...starts.flatMap((start) => [...keysOf(start)]), ...alsoNeeded]);
    const transaction = this.database.transaction(["labs", ...PARTS], "readwrite");
    const bytes = transaction.objectStore("bytes");
    const moments = transaction.objectStore("moments");
    const disks = transaction.objectStore("disks");
    const needs = transaction.objectStore("needs");
    const work: Promise<unknown>[] = [];
    for (const [key, content] of added) if (needed.has(key)) work.push(bytes.put(content, [lesson, key]));
    for (const key of there) if (!needed.has(key)) work.push(bytes.delete([lesson, key]));
    for (const start of starts) work.push(transaction.objectStore("starts").put(start, [lesson, start.task]));
    for (const moment of steps?.moments ?? []) work.push(moments.put(moment, [lesson, moment.id]));
    for (const id of steps?.goneMoments ?? []) work.push(moments.delete([lesson, id]));
    for (const [id, disk] of steps?.disks ?? []) work.push(disks.put(disk.files, [lesson, id]), needs.put(disk.needs, [lesson, id]));
    for (const id of steps?.goneDisks ?? []) work.push(disks.delete([lesson, id]), needs.delete([lesson, id]));
    work.push(transaction.objectStore("labs").put(saved, lesson));
    work.push(transaction.done);
    await Promise.all(work);
    return needed;
  }

  /**
   * Takes the moments of a lesson away to make room, but those of so many of the latest steps; the lab itself is not touched. Resolves with
   * how many are gone.
   */
  async forgetMoments(lesson: string, keep = 0): Promise<number> {
    const [saved, starts, stored, keys] = await Promise.all([
      this.load(lesson),
      this.starts(lesson),
      this.moments(lesson),
      this.keys(lesson),
    ]);
    const kept = new Set(
      (saved?.past?.done ?? [])
        .toReversed()
        .slice(0, keep)
        .map(({ moment }) => moment),
    );
    const keptDisks = new Set([...kept].flatMap((moment) => stored.moments.get(moment) ?? []));
    const needed = new Set([...(saved === undefined ? [] : [saved]), ...starts].flatMap((each) => [...keysOf(each)]));
    for (const disk of keptDisks) for (const key of stored.disks.get(disk)?.contents.keys() ?? []) needed.add(key);
    const gone = [...stored.moments.keys()].filter((id) => !kept.has(id));
    const transaction = this.database.transaction(["moments", "disks", "needs", "bytes"], "readwrite");
    const taken = (part: "moments" | "disks" | "needs" | "bytes", ids: Iterable<string>): Promise<unknown>[] =>
      [...ids].map((id) => transaction.objectStore(part).delete([lesson, id]));
    const goneDisks = [...stored.disks.keys()].filter((id) => !keptDisks.has(id));
    const goneKeys = [...keys].filter((key) => !needed.has(key));
    const work = [...taken("moments", gone), ...taken("disks", goneDisks), ...taken("needs", goneDisks), ...taken("bytes", goneKeys)];
    await Promise.all([...work, transaction.done]);
    return gone.length;
  }

  /** Lessons of which moments are stored. */
  async withMoments(): Promise<readonly string[]> {
    const keys = await this.database.getAllKeys("moments");
    return [...new Set(keys.map(([lesson]) => lesson))];
  }

  /** Puts the lesson's lab where it is not in the way of another; what lay there before is replaced. */
  async setAside(lesson: string): Promise<void> {
    const aside = asideName(lesson);
    const transaction = this.database.transaction(["labs", ...PARTS], "readwrite");
    for (const part of ["starts", "moments", "disks", "needs"] as const) await transaction.objectStore(part).delete(ofLesson(lesson));
    const [labs, bytes] = [transaction.objectStore("labs"), transaction.objectStore("bytes")];
    const saved = await labs.get(lesson);
    if (saved === undefined) return;
    const needed = new Set(keysOf(saved));
    await bytes.delete(ofLesson(aside));
    for (let cursor = await bytes.openCursor(ofLesson(lesson)); cursor !== null; cursor = await cursor.continue()) {
      const [, key] = cursor.key;
      if (needed.has(key)) await bytes.put(cursor.value, [aside, key]);
      await cursor.delete();
    }
    await labs.put({ ...saved, lesson: aside, past: undefined }, aside);
    await labs.delete(lesson);
    await transaction.done;
  }

  async forget(lesson: string): Promise<void> {
    const transaction = this.database.transaction(["labs", ...PARTS], "readwrite");
    const work = PARTS.map((part) => transaction.objectStore(part).delete(ofLesson(lesson)));
    await Promise.all([...work, transaction.objectStore("labs").delete(lesson), transaction.done]);
  }

  close(): void {
    this.database.close();
  }
}

function ofLesson(lesson: string): IDBKeyRange {
  return IDBKeyRange.bound([lesson], [lesson, []], false, true);
}
