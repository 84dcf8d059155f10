import { shellState } from "../../shell/kept-state.ts";
import type { LabSession } from "../session/session.ts";
import type { Terminal } from "../session/terminal.ts";
import type { Checkpoint } from "../time/checkpoint.ts";
import type { LabTime } from "../time/lab-time.ts";
import type { LabState } from "../types.ts";
import { LabWorld } from "../world/create.ts";
import { captureLab } from "./capture.ts";
import type { LabDatabase, StoredMoments } from "./database.ts";
import type { KeeperOptions } from "./keeper.ts";
import { MOST_MOMENTS, planSteps, type StepsPlan } from "./kept-steps.ts";
import { keysOf, type SavedStart } from "./saved-lab.ts";

/** How often it is looked whether anything has changed; what has not changed between two looks is saved. */
const LOOK_MS = 500;
/** Changes that follow each other are saved together, but not later than this after the first. */
const PATIENCE_MS = 5000;

/** How many steps that can be undone the storage takes: fewer once it was full. */
export interface StepsRoom {
  most: number;
  /** The learner has been told that it is full. */
  isTold: boolean;
  /** Takes what is needed less; resolves with whether there was any. */
  readonly makeRoom: () => Promise<boolean>;
}

/** Saves one session whenever it has changed. */
export class Watch {
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
  private stored: StoredMoments | undefined;
  /** Whether the storage took what it was given last. */
  private on = true;
  private readonly unsubscribe: readonly (() => void)[];

  constructor(
    private readonly session: LabSession,
    private readonly database: Promise<LabDatabase>,
    private readonly options: KeeperOptions,
    private readonly onSaving: (saving: LabState["saving"]) => void,
    private readonly time: () => LabTime | undefined,
    private readonly room: StepsRoom,
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
    return `${this.time()?.stepsVersion} ${session.digest()} ${terminals.join(",")} ${JSON.stringify({ ...session.remember(), actions: [], actionCount: 0, services })}`;
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
  private newStarts(time: LabTime, isSaved: (key: string) => boolean): { starts: SavedStart[]; bytes: Map<string, Uint8Array> } {
    const starts: SavedStart[] = [];
    const bytes = new Map<string, Uint8Array>();
    for (const { task, world, firstStep } of time.startsTaken()) {
      if (this.startKeys?.get(task)?.world === world) continue;
      const captured = time.checkpoints.save(world, (key) => isSaved(key) || bytes.has(key));
      const start = { ...captured.saved, task, version: this.session.lab.version, firstStep };
      for (const [key, content] of captured.bytes) bytes.set(key, content);
      this.startKeys?.set(task, { keys: [...keysOf(start)], world });
      starts.push(start);
    }
    return { starts, bytes };
  }

  private async save(): Promise<void> {
    const time = this.time();
    // What was is not known yet: saved now, it would be forgotten.
    if (time === undefined) return;
    if (this.on) this.onSaving({ state: "saving" });
    try {
      const mark = await this.saveWithRoom(await this.database, time);
      if (mark === undefined) return;
      this.saved = mark;
      this.on = true;
      // What came meanwhile is saved next, and the learner is not told before.
      if (!this.stopped && this.mark() === mark) this.tellSaved();
    } catch (error) {
      this.saved = "";
      this.on = false;
      time.tellLasting(undefined);
      if (!this.stopped) this.onSaving({ state: "off", reason: reasonOf(error) });
      throw error;
    }
  }

  /** Saves, with less to be undone later where there is no room for more: the lab itself is what must not be lost. */
  private async saveWithRoom(database: LabDatabase, time: LabTime): Promise<string | undefined> {
    for (let hasAsked = false; ; ) {
      try {
        return await this.write(database, time);
      } catch (error) {
        // What is in the storage now is not known: next time everything is compared anew.
        this.keys = undefined;
        this.startKeys = undefined;
        this.stored = undefined;
        if (!isFull(error)) throw error;
        const isAsked = hasAsked;
        hasAsked = true;
        if (!isAsked && (await this.room.makeRoom())) continue;
        const { done, undone } = time.steps;
        const tried = Math.min(this.room.most, done.length + undone.length);
        if (tried === 0) throw error;
        this.room.most = Math.floor(tried / 2);
        await database.forgetMoments(this.session.lab.lesson, this.room.most);
      }
    }
  }

  /** Resolves with the mark of what is saved then; undefined: nothing is to be saved any more. */
  private async write(database: LabDatabase, time: LabTime): Promise<string | undefined> {
    const { session } = this;
    const { lesson } = session.lab;
    this.keys ??= await database.keys(lesson);
    this.startKeys ??= new Map((await database.starts(lesson)).map((start) => [start.task, { keys: [...keysOf(start)] }]));
    this.stored ??= await database.moments(lesson);
    const { keys } = this;
    const mark = this.mark();
    this.changedSince = undefined;
    const { world } = session;
    if (!(world instanceof LabWorld) || this.stopped) return undefined;
    const atMs = this.options.now();
    const { saved, bytes } = captureLab(session, world, (key) => keys.has(key), atMs);
    const { starts, bytes: ofStarts } = this.newStarts(time, (key) => keys.has(key) || bytes.has(key));
    const ofTasks = [...this.startKeys.values()].flatMap((start) => start.keys);
    const steps = planSteps(time, this.stored, {
      most: this.room.most,
      free: new Set([...keysOf(saved), ...ofTasks]),
      isStored: (key) => keys.has(key) || bytes.has(key) || ofStarts.has(key),
    });
    this.keys = await database.save({
      saved: { ...saved, past: steps.past },
      bytes: new Map([...bytes, ...ofStarts, ...steps.bytes]),
      there: keys,
      starts,
      alsoNeeded: [...ofTasks, ...steps.needed],
      steps,
    });
    this.stored = steps.after;
    this.savedAtMs = atMs;
    if (!this.stopped) this.tellLasting(time, steps);
    return mark;
  }

  private tellLasting(time: LabTime, { saved, undoable }: StepsPlan): void {
    const isFull = saved < undoable && this.room.most < MOST_MOMENTS;
    time.tellLasting({ ...(saved < undoable ? { onlyLatest: saved } : {}), isFull });
    if (!isFull || this.room.isTold) return;
    this.room.isTold = true;
    const what =
      saved === 0 ? "nothing that you have done so far" : saved === 1 ? "only the latest step" : `only the latest ${saved} steps`;
    this.session.notice(
      `The browser’s storage for this site is full. Your work is saved, but ${what} can be undone once this page is loaded again.`,
      "warning",
    );
  }
}

/** What the shell of a terminal knows; while a command runs it changes all the time. */
function knownAtPrompt({ activity, machine, pid }: Terminal): string {
  const shell = activity === "prompt" && pid !== undefined ? machine.find(pid) : undefined;
  return shell === undefined ? "" : shellState(shell);
}

function nameOf(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.name : "";
}

function isFull(error: unknown): boolean {
  return nameOf(error) === "QuotaExceededError";
}

/** In words for the learner: why the lab is not saved, and what would help. */
function reasonOf(error: unknown): string {
  const name = nameOf(error);
  if (isFull(error)) {
    return "The browser's storage for this site is full. Your work goes on, but will be gone when you close the tab. Make room by deleting large files, or free some disk space.";
  }
  if (name === "SecurityError" || name === "InvalidStateError" || name === "NotAllowedError" || name === "UnknownError") {
    return "This browser gives the site no storage (a private window does that, or a setting). Your work goes on, but will be gone when you close the tab.";
  }
  return `Your work could not be saved (${error instanceof Error ? error.message : String(error)}). It goes on, but will be gone when you close the tab.`;
}
