import { shellState } from "../../shell/kept-state.ts";
import type { LabKeeper, LabPlace } from "../place.ts";
import type { Timers } from "../session/rounds.ts";
import { LabSession } from "../session/session.ts";
import type { Terminal } from "../session/terminal.ts";
import type { Checkpoint } from "../time/checkpoint.ts";
import type { LabTime, RestoredStart } from "../time/lab-time.ts";
import type { StartWorld } from "../time/start-world.ts";
import type { LabDefinition, LabState, OutdatedWork, OwnEnd } from "../types.ts";
import { DiskError, LabWorld } from "../world/create.ts";
import { captureLab } from "./capture.ts";
import { Claim, type Locks } from "./claim.ts";
import { LabDatabase } from "./database.ts";
import { restoreSession } from "./restore.ts";
import { keysOf, type SavedLab, type SavedStart } from "./saved-lab.ts";

/** How often it is looked whether anything has changed; what has not changed between two looks is saved. */
const LOOK_MS = 500;
/** Changes that follow each other are saved together, but not later than this after the first. */
const PATIENCE_MS = 5000;

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
    const disks = saved.machines.map(({ name, files, units }) => ({ name, files, units, bytes: (key: string) => bytes.get(key) }));
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

  async starts(lab: LabDefinition): Promise<readonly RestoredStart[]> {
    const database = await this.open();
    const starts = (await database.starts(lab.lesson)).filter(({ version }) => version === lab.version);
    const bytes = starts.length === 0 ? new Map<string, Uint8Array>() : await database.bytes(lab.lesson);
    return starts.map((start) => ({ start, bytes }));
  }

  watch(
    session: LabSession,
    onSaving: (saving: LabState["saving"]) => void,
    time: () => LabTime | undefined,
  ): { saveNow(): Promise<void>; stop(): void } {
    this.watching?.stop();
    this.watching = new Watch(session, this.open(), this.options, onSaving, time);
    return this.watching;
  }

  async forget(lesson: string): Promise<void> {
    this.watching?.stop();
    await this.watching?.over();
    const database = await this.open().catch(() => undefined);
    await database?.forget(lesson);
  }

  private open(): Promise<LabDatabase> {
    this.database ??= LabDatabase.open();
    this.database.catch(() => {
      this.database = undefined;
    });
    return this.database;
  }
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

/** Saves one session whenever it has changed. */
class Watch {
  private stopTimer: () => void = () => undefined;
  private stopped = false;
  private saved = "";
  private savedAtMs = 0;
  private seen = "";
  private changedSince: number | undefined;
  private keys: Set<string> | undefined;
  private running: Promise<void> | undefined;
  /** Keys that the saved starts of tasks need, and of what checkpoint they are. */
  private startKeys: Map<string, { readonly keys: readonly string[]; readonly world?: Checkpoint }> | undefined;
  /** Whether the storage took what it was given last. */
  private on = true;
  private readonly unsubscribe: readonly (() => void)[];

  constructor(
    private readonly session: LabSession,
    private readonly database: Promise<LabDatabase>,
    private readonly options: KeeperOptions,
    private readonly onSaving: (saving: LabState["saving"]) => void,
    private readonly time: () => LabTime | undefined,
  ) {
    // A command that has ended, a server that begins to listen, a task that passes: what is not saved yet is called so at once.
    const compare = (): void => this.compare(this.mark());
    this.unsubscribe = [session.state.subscribe(compare), session.onTouched(compare)];
    this.look();
  }

  /** Resolves when what is there now has been saved. Rejects when it can't be. */
  async saveNow(): Promise<void> {
    // Others may wait for the same end: only one of them begins.
    while (this.running !== undefined) await this.running;
    if (this.stopped) return;
    if (this.mark() === this.saved) {
      // It had changed and is again as it was, as a terminal is after `cd`.
      if (this.changedSince !== undefined) this.tellSaved();
      return;
    }
    this.running = this.save().finally(() => {
      this.running = undefined;
    });
    await this.running;
  }

  stop(): void {
    this.stopped = true;
    for (const unsubscribe of this.unsubscribe) unsubscribe();
    this.stopTimer();
  }

  /** Resolves when nothing of it can come to the storage any more, once it was stopped. */
  async over(): Promise<void> {
    await this.running?.catch(() => undefined);
  }

  /** Changes whenever there is something new to save. */
  private mark(): string {
    const { session } = this;
    const terminals = [...session.terminals.values()].map(
      (terminal) => `${terminal.id}:${terminal.activity}:${terminal.lastStatus}:${terminal.shellCwd}:${knownAtPrompt(terminal)}`,
    );
    const services = session.world instanceof LabWorld ? session.world.servicesState : undefined;
    return `${session.digest()} ${terminals.join(",")} ${JSON.stringify({ ...session.remember(), actions: [], actionCount: 0, services })}`;
  }

  private look(): void {
    if (this.stopped) return;
    const mark = this.mark();
    this.compare(mark);
    const quiet = mark === this.seen;
    this.seen = mark;
    const due = this.changedSince !== undefined && (quiet || this.options.timers.monotonic() - this.changedSince > PATIENCE_MS);
    if (due && this.running === undefined) void this.saveNow().catch(() => undefined);
    this.stopTimer = this.options.timers.setTimeout(() => this.look(), LOOK_MS);
  }

  private compare(mark: string): void {
    if (this.stopped || mark === this.saved || this.changedSince !== undefined) return;
    this.changedSince = this.options.timers.monotonic();
    if (this.on) this.onSaving({ state: "saving" });
  }

  private tellSaved(): void {
    this.changedSince = undefined;
    this.onSaving({ state: "saved", atMs: this.savedAtMs });
  }

  /** Starts of tasks that are not in the storage yet. */
  private newStarts(isSaved: (key: string) => boolean): { starts: SavedStart[]; bytes: Map<string, Uint8Array> } {
    const starts: SavedStart[] = [];
    const bytes = new Map<string, Uint8Array>();
    const time = this.time();
    for (const [task, world] of time?.startsTaken() ?? []) {
      if (time === undefined || this.startKeys?.get(task)?.world === world) continue;
      const captured = time.checkpoints.save(world, (key) => isSaved(key) || bytes.has(key));
      const start = { ...captured.saved, task, version: this.session.lab.version };
      for (const [key, content] of captured.bytes) bytes.set(key, content);
      this.startKeys?.set(task, { keys: [...keysOf(start)], world });
      starts.push(start);
    }
    return { starts, bytes };
  }

  private async save(): Promise<void> {
    if (this.on) this.onSaving({ state: "saving" });
    try {
      const database = await this.database;
      this.keys ??= await database.keys(this.session.lab.lesson);
      const { keys } = this;
      const mark = this.mark();
      this.changedSince = undefined;
      const { world } = this.session;
      if (!(world instanceof LabWorld) || this.stopped) return;
      const atMs = this.options.now();
      const { saved, bytes } = captureLab(this.session, world, (key) => keys.has(key), atMs);
      this.startKeys ??= new Map((await database.starts(saved.lesson)).map((start) => [start.task, { keys: [...keysOf(start)] }]));
      const { starts, bytes: ofStarts } = this.newStarts((key) => keys.has(key) || bytes.has(key));
      const needed = [...this.startKeys.values()].flatMap((start) => start.keys);
      this.keys = await database.save(saved, new Map([...bytes, ...ofStarts]), keys, starts, needed);
      this.saved = mark;
      this.savedAtMs = atMs;
      this.on = true;
      // What came meanwhile is saved next, and the learner is not told before.
      if (!this.stopped && this.mark() === mark) this.tellSaved();
    } catch (error) {
      // What is in the storage now is not known: next time everything is compared anew.
      this.keys = undefined;
      this.startKeys = undefined;
      this.saved = "";
      this.on = false;
      if (!this.stopped) this.onSaving({ state: "off", reason: reasonOf(error) });
      throw error;
    }
  }
}

/** What the shell of a terminal knows; while a command runs it changes all the time. */
function knownAtPrompt({ activity, machine, pid }: Terminal): string {
  const shell = activity === "prompt" && pid !== undefined ? machine.find(pid) : undefined;
  return shell === undefined ? "" : shellState(shell);
}

/** In words for the learner: why the lab is not saved, and what would help. */
function reasonOf(error: unknown): string {
  const name = error instanceof Error || error instanceof DOMException ? error.name : "";
  if (name === "QuotaExceededError") {
    return "The browser's storage for this site is full. Your work goes on, but will be gone when you close the tab. Make room by deleting large files, or free some disk space.";
  }
  if (name === "SecurityError" || name === "InvalidStateError" || name === "NotAllowedError" || name === "UnknownError") {
    return "This browser gives the site no storage (a private window does that, or a setting). Your work goes on, but will be gone when you close the tab.";
  }
  return `Your work could not be saved (${error instanceof Error ? error.message : String(error)}). It goes on, but will be gone when you close the tab.`;
}
