/** The learner's world in time: undo, do again, back to where a task began. One a world. */
import type { SavedStart } from "../saving/saved-lab.ts";
import { undoneActions } from "../session/actions.ts";
import type { Timers } from "../session/rounds.ts";
import type { LabSession, SessionMemory } from "../session/session.ts";
import { LabWorld, type SavedDisk } from "../world/create.ts";
import { type Checkpoint, Checkpoints } from "./checkpoint.ts";
import { rewind } from "./rewind.ts";
import { Timeline } from "./timeline.ts";
import type { TimeReport, TimeState, TimeStep } from "./types.ts";

export interface LabTimeOptions {
  readonly timers: Timers;
  readonly onState: (state: TimeState) => void;
  /** Another session goes on in the world; the one before has ended. */
  readonly replace: (session: LabSession) => void;
}

/** How the world was when a task became open. */
interface Start {
  /** Undefined: it lies in storage, and nobody has needed it yet. */
  readonly world?: Checkpoint;
  readonly load: () => Promise<Checkpoint>;
  readonly firstStep: number;
  readonly passed: readonly string[];
  /** It began on this page. */
  readonly isNew?: boolean;
}

/** A task's start that was saved, with the bytes of files by their keys. */
export interface RestoredStart {
  readonly start: SavedStart;
  readonly bytes: ReadonlyMap<string, Uint8Array>;
}

/** Nothing to undo, or nothing to go back to: the message is for the learner. */
export class TimeProblem extends Error {
  override readonly name = "TimeProblem";
}

export class LabTime {
  readonly checkpoints: Checkpoints;
  private readonly timeline: Timeline;
  private readonly starts = new Map<string, Start>();
  /** Tasks that were at hand when it was last looked. */
  private atHand: ReadonlySet<string> = new Set();
  private busy = false;
  private stopTasks: () => void = () => undefined;

  /** Undefined where the world can't go back. `restored`: of a session that was saved, how its tasks began, as far as that was saved too. */
  static of(session: LabSession, options: LabTimeOptions, restored?: readonly RestoredStart[]): LabTime | undefined {
    return session.world instanceof LabWorld ? new LabTime(session, session.world, options, restored) : undefined;
  }

  private constructor(
    private session: LabSession,
    world: LabWorld,
    private readonly options: LabTimeOptions,
    restored?: readonly RestoredStart[],
  ) {
    this.checkpoints = new Checkpoints(world);
    this.timeline = new Timeline(this.checkpoints, () => this.publish());
    if (restored !== undefined) this.atHand = tasksAtHand(session);
    for (const { start, bytes } of restored ?? []) {
      const load = () => this.checkpoints.load(start, (key) => bytes.get(key));
      this.starts.set(start.task, { load, firstStep: 0, passed: start.memory.passed });
    }
    this.follow(session);
    this.publish();
  }

  get state(): TimeState {
    const { timeline, busy } = this;
    const starts = [...this.starts]
      .filter(([task]) => this.atHand.has(task))
      .map(([task, { firstStep, passed }]) => ({ task, firstStep, passed }));
    return { undo: timeline.undoable, redo: timeline.redoable, starts, busy };
  }

  /** The world as it was when the task became open; undefined when that was not kept. */
  startOf(task: string): Checkpoint | undefined {
    return this.starts.get(task)?.world;
  }

  /** The same, also when it must be read from storage first. Rejects with DiskError when that can't be. */
  async loadStart(task: string): Promise<Checkpoint | undefined> {
    const start = this.starts.get(task);
    if (start === undefined || start.world !== undefined) return start?.world;
    const world = await start.load();
    this.starts.set(task, { ...start, world });
    return world;
  }

  /** Starts that began on this page, for saving. */
  startsTaken(): ReadonlyMap<string, Checkpoint> {
    return new Map([...this.starts].flatMap(([task, { world, isNew }]) => (isNew === true && world !== undefined ? [[task, world]] : [])));
  }

  /** Disks for another world that begins from the checkpoint (`createWorldFrom`). */
  disksOf(checkpoint: Checkpoint): readonly SavedDisk[] {
    return this.checkpoints.disksOf(checkpoint);
  }

  /** Undoes the latest step; with `id`, that step and all after it. Throws TimeProblem. */
  undo(id?: number): Promise<TimeReport> {
    return this.change(async (now) => {
      const back = this.timeline.takeBack(now, id);
      if (back === undefined) throw new TimeProblem("There is nothing to undo: nothing has changed since the lab was opened on this page.");
      return { ...back, title: `Undone: ${back.step.text}` };
    });
  }

  /** Does the step again that was undone last. Throws TimeProblem. */
  redo(): Promise<TimeReport> {
    return this.change(async (now) => {
      const again = this.timeline.doAgain(now);
      if (again === undefined) throw new TimeProblem("There is nothing to do again.");
      return { ...again, title: `Done again: ${again.step.text}` };
    });
  }

  /** The world as it was when the task became open. Can be undone. Throws TimeProblem. */
  backTo(task: string): Promise<TimeReport> {
    return this.change(async (now) => {
      const start = await this.loadStart(task);
      const name = this.session.lab.tasks.find(({ id }) => id === task)?.title ?? task;
      if (start === undefined) throw new TimeProblem(`How the lab was when “${name}” began is not known any more.`);
      const text = `Back to the start of “${name}”`;
      this.timeline.pushNew(text, undefined, now);
      // The start stays known: it can be gone back to again.
      return { to: this.checkpoints.hold(start), step: undefined, title: text };
    });
  }

  dispose(): void {
    this.stopTasks();
    this.timeline.dispose();
    for (const { world } of this.starts.values()) if (world !== undefined) this.checkpoints.drop(world);
    this.starts.clear();
  }

  private async change(
    decide: (now: Checkpoint) => Promise<{ to: Checkpoint; step: TimeStep | undefined; title: string }>,
  ): Promise<TimeReport> {
    if (this.busy) throw new TimeProblem("The lab is still going back. Wait a moment.");
    this.busy = true;
    this.publish();
    try {
      const now = this.checkpoints.take(this.session);
      const { to, step, title } = await decide(now).catch((error: unknown) => {
        this.checkpoints.drop(now);
        throw error;
      });
      const { actions, actionCount = actions.length, hints } = this.session.remember();
      // What was done stays on the list, and that it was undone; which hints are known can't be undone.
      const undone = undoneActions(actions, to.memory.actionCount ?? 0, this.session.world.kernel.clock.now());
      const memory: SessionMemory = { ...to.memory, actions: undone, actionCount: actionCount + 1, hints };
      const { session, said } = await rewind(this.session, to, { timers: this.options.timers, title, terminal: step?.terminal, memory });
      this.checkpoints.worldReplaced();
      this.checkpoints.drop(to);
      this.session = session;
      this.atHand = tasksAtHand(session);
      this.follow(session);
      this.options.replace(session);
      return { title, notes: said };
    } finally {
      this.busy = false;
      this.publish();
    }
  }

  private follow(session: LabSession): void {
    this.timeline.watch(session);
    this.stopTasks();
    this.stopTasks = session.state.subscribe(() => this.tasksChanged());
    this.tasksChanged();
  }

  /** A task that comes to hand begins now. */
  private tasksChanged(): void {
    const now = tasksAtHand(this.session);
    const begun = [...now].filter((task) => !this.atHand.has(task));
    this.atHand = now;
    if (begun.length === 0) return;
    for (const task of begun) {
      const before = this.starts.get(task);
      if (before?.world !== undefined) this.checkpoints.drop(before.world);
      const world = this.checkpoints.take(this.session);
      const load = () => Promise.resolve(world);
      this.starts.set(task, { world, load, firstStep: this.timeline.nextId, passed: world.memory.passed, isNew: true });
    }
    this.publish();
  }

  private publish(): void {
    this.options.onState(this.state);
  }
}

function tasksAtHand(session: LabSession): ReadonlySet<string> {
  return new Set(
    session.state
      .get()
      .tasks.filter(({ status }) => status !== "waiting")
      .map(({ id }) => id),
  );
}
