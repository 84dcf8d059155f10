import type { LabKeeper, LabPlace } from "../place.ts";
import type { Timers } from "../session/rounds.ts";
import { LabSession } from "../session/session.ts";
import type { LabTime, StoredPast } from "../time/lab-time.ts";
import type { StartWorld } from "../time/start-world.ts";
import type { LabDefinition, LabState, OutdatedWork, OwnEnd } from "../types.ts";
import { DiskError } from "../world/create.ts";
import { Claim, ifFree, type Locks } from "./claim.ts";
import { LabDatabase } from "./database.ts";
import { MOST_MOMENTS } from "./kept-steps.ts";
import { restoreSession } from "./restore.ts";
import { disksOf, type SavedLab, type SavedPast } from "./saved-lab.ts";
import { type StepsRoom, Watch } from "./watch.ts";

export interface KeeperOptions {
  readonly timers: Timers;
  readonly locks: Locks;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Keeps labs in this browser's storage. When that fails, work goes on and the state says why it is not saved. */
export class StorageKeeper implements LabKeeper {
  private readonly claim_: Claim;
  private database: Promise<LabDatabase> | undefined;
  private watching: Watch | undefined;
  private readonly room: StepsRoom = { most: MOST_MOMENTS, makeRoom: () => this.forgetOthers(), isTold: false };

  constructor(private readonly options: KeeperOptions) {
    this.claim_ = new Claim(options.locks);
  }

  claim(lesson: string, takeOver: boolean, onLost: () => void): Promise<boolean> {
    return this.claim_.take(lesson, takeOver, async () => {
      const { watching } = this;
      await watching?.saveNow().catch(() => undefined);
      watching?.stop();
      onLost();
    });
  }

  async release(): Promise<void> {
    this.watching?.stop();
    this.claim_.close();
    (await this.database?.catch(() => undefined))?.close();
  }

  async outdated(lab: LabDefinition): Promise<OutdatedWork | undefined> {
    const { database, saved } = await this.load(lab.lesson);
    if (database === undefined || saved === undefined || saved.version === lab.version) return undefined;
    const { compareVersions } = await import("../time/versions.ts");
    return compareVersions(saved, lab, saved.lab === undefined ? new Map() : await database.bytes(lab.lesson));
  }

  async setAside(lesson: string): Promise<void> {
    const database = await this.open().catch(() => undefined);
    await database?.setAside(lesson);
  }

  async restore(
    lab: LabDefinition,
    place: LabPlace,
    onDownload: (download: LabState["download"]) => void,
  ): Promise<LabSession | undefined> {
    const { database, saved: found } = await this.load(lab.lesson);
    if (database === undefined || found === undefined) return undefined;
    const bytes = await database.bytes(lab.lesson);
    const { saved, notice } = found.version === lab.version ? { saved: found, notice: undefined } : await inVersion(found, lab, bytes);
    const disks = disksOf(saved.machines, bytes);
    try {
      const session = restoreSession(saved, lab, await place.createWorld(lab, onDownload, disks, saved.services), this.options.timers);
      if (notice !== undefined) session.notice(notice, "warning");
      return session;
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      // Files are lost; what was passed and answered is not.
      // What was done is no longer what made this world: it can't be run again.
      const memory = { ...saved.memory, actions: [], actionCount: (saved.memory.actionCount ?? 0) + 1 };
      const session = new LabSession(await place.createWorld(lab, onDownload), lab, this.options.timers, memory);
      session.openTerminal({ columns: 80, rows: 24 });
      session.notice(`Your saved files could not be brought back, so the machine starts afresh: ${error.message}`, "warning");
      return session;
    }
  }

  private async load(lesson: string): Promise<{ database?: LabDatabase; saved?: SavedLab }> {
    const database = await this.open().catch(() => undefined);
    const saved = await database?.load(lesson).catch(() => undefined);
    return { database, saved: saved?.format === 1 ? saved : undefined };
  }

  async ownEnd(lab: LabDefinition): Promise<{ readonly end: OwnEnd; readonly load: () => Promise<StartWorld> } | undefined> {
    if (lab.continues === undefined) return undefined;
    const { lesson, title, tasks } = lab.continues;
    const { database, saved } = await this.load(lesson);
    if (database === undefined || saved === undefined || !tasks.every((task) => saved.memory.passed.includes(task))) return undefined;
    const load = async (): Promise<StartWorld> => {
      const { startFrom } = await import("../time/start-world.ts");
      return startFrom(saved, await database.bytes(lesson));
    };
    return { end: { title, savedAtMs: saved.savedAtMs }, load };
  }

  async past(lab: LabDefinition): Promise<StoredPast | undefined> {
    const { database, saved } = await this.load(lab.lesson);
    if (database === undefined || saved === undefined) return undefined;
    const starts = (await database.starts(lab.lesson)).filter(({ version }) => version === lab.version);
    const readBytes = (): Promise<ReadonlyMap<string, Uint8Array>> => database.bytes(lab.lesson);
    if (saved.past === undefined || saved.version !== lab.version) return { starts, readBytes };
    const { moments } = await database.moments(lab.lesson);
    const read = async (moment: string) => ({ saved: await database.moment(lab.lesson, moment), bytes: await readBytes() });
    return { starts, readBytes, steps: { past: reachable(saved.past, moments), read } };
  }

  watch(
    session: LabSession,
    onSaving: (saving: LabState["saving"]) => void,
    time: () => LabTime | undefined,
  ): { saveNow(): Promise<void>; stop(): void } {
    this.watching?.stop();
    this.watching = new Watch(session, this.open(), this.options, onSaving, time, this.room);
    return this.watching;
  }

  async forget(lesson: string): Promise<void> {
    this.watching?.stop();
    await this.watching?.over();
    const database = await this.open().catch(() => undefined);
    await database?.forget(lesson);
  }

  /** Takes what can be undone in labs that no tab has: of all that is stored, it is the oldest and the least. Resolves with whether any was. */
  private async forgetOthers(): Promise<boolean> {
    const database = await this.open();
    let isAny = false;
    for (const lesson of await database.withMoments()) {
      await ifFree(this.options.locks, lesson, async () => {
        isAny = (await database.forgetMoments(lesson)) > 0 || isAny;
      });
    }
    return isAny;
  }

  private open(): Promise<LabDatabase> {
    this.database ??= LabDatabase.open();
    this.database.catch(() => {
      this.database = undefined;
    });
    return this.database;
  }
}

/** Of the steps that were saved, those whose moments are there: room may have been made. */
function reachable({ nextStep, done, undone }: SavedPast, moments: ReadonlyMap<string, unknown>): SavedPast {
  const latest = (steps: SavedPast["done"]): SavedPast["done"] =>
    steps.slice(steps.findLastIndex(({ moment }) => !moments.has(moment)) + 1);
  return { nextStep, done: latest(done), undone: latest(undone) };
}

/** The learner goes on with work of another version: machines that the lesson has no more stay behind. */
async function inVersion(
  found: SavedLab,
  lab: LabDefinition,
  bytes: ReadonlyMap<string, Uint8Array>,
): Promise<{ saved: SavedLab; notice: string }> {
  const { compareVersions, keepingNotice, memoryInVersion } = await import("../time/versions.ts");
  const has = (name: string): boolean => lab.machines.some((machine) => machine.name === name);
  const saved = {
    ...found,
    machines: found.machines.filter(({ name }) => has(name)),
    terminals: found.terminals.filter(({ machine }) => has(machine)),
    servers: found.servers.filter(({ machine }) => has(machine)),
    memory: memoryInVersion(found.memory, found.lab, lab),
  };
  return { saved, notice: keepingNotice(compareVersions(found, lab, bytes)) };
}
