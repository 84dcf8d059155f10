/** The learner's world in time: undo, do again, back to where a task began. One a world. */
import type { SavedStart } from "../saving/saved-lab.ts";
import { undoneActions } from "../session/actions.ts";
import type { Timers } from "../session/rounds.ts";
import type { LabSession, SessionMemory } from "../session/session.ts";
import { LabWorld, type SavedDisk } from "../world/create.ts";
import { type Checkpoint, Checkpoints } from "./checkpoint.ts";
import { rewind } from "./rewind.ts";
import { type StepTo, type StoredSteps, Timeline } from "./timeline.ts";
import type { Lasting, TimeReport, TimeState, TimeStep } from "./types.ts";

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

/** The past of a session that was saved. */
export interface StoredPast {
  readonly starts: readonly SavedStart[];
  /** Of files, by their keys. Rejects when the storage can't be read. */
  readonly readBytes: () => Promise<ReadonlyMap<string, Uint8Array>>;
  readonly steps?: StoredSteps;
}

/** A way back, when it is known that there is one. */
interface Way {
  readonly title: string;
  /** Undefined: no step, but the start of a task. */
  readonly step?: TimeStep;
  /** Marks it as gone, and gives the world to which it leads. Undefined: that has just been forgotten. */
  readonly go: (now: Checkpoint) => Checkpoint | undefined;
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
  private lasting: Lasting | undefined;
  private isOver = false;
  private stopTasks: () => void = () => undefined;

  /** Undefined where the world can't go back. `stored`: of a session that was saved, its past as far as that was saved too. */
  static of(session: LabSession, options: LabTimeOptions, stored?: StoredPast): LabTime | undefined {
    return session.world instanceof LabWorld ? new LabTime(session, session.world, options, stored) : undefined;
  }

  private constructor(
    private session: LabSession,
    world: LabWorld,
    private readonly options: LabTimeOptions,
    stored?: StoredPast,
  ) {
    this.checkpoints = new Checkpoints(world);
    this.timeline = new Timeline(this.checkpoints, () => this.publish(), stored?.steps);
    if (stored !== undefined) this.atHand = tasksAtHand(session);
    for (const start of stored?.starts ?? []) {
      const load = async () => {
        const bytes = await stored?.readBytes();
        return this.checkpoints.load(start, (key) => bytes?.get(key));
      };
      this.starts.set(start.task, { load, firstStep: start.firstStep ?? 0, passed: start.memory.passed });
    }
    this.follow(session);
    this.publish();
  }

  get state(): TimeState {
    const { timeline, busy } = this;
    const starts = [...this.starts]
      .filter(([task]) => this.atHand.has(task))
      .map(([task, { firstStep, passed }]) => ({ task, firstStep, passed }));
    return { undo: timeline.undoable, redo: timeline.redoable, starts, busy, ...(this.lasting && { lasting: this.lasting }) };
  }

  /** Every step with the world to which it leads, the latest last, for saving. */
  get steps(): { readonly done: readonly StepTo[]; readonly undone: readonly StepTo[]; readonly nextStep: number } {
    return { ...this.timeline.steps, nextStep: this.timeline.nextId };
  }

  /** Moves on whenever `steps` are others. */
  get stepsVersion(): number {
    return this.timeline.version;
  }

  /** To be called when it is known what of the steps is saved. */
  tellLasting(lasting: Lasting | undefined): void {
    if (this.lasting?.isFull === lasting?.isFull && this.lasting?.onlyLatest === lasting?.onlyLatest) return;
    this.lasting = lasting;
    this.publish();
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
  startsTaken(): readonly { readonly task: string; readonly world: Checkpoint; readonly firstStep: number }[] {
    return [...this.starts].flatMap(([task, { world, firstStep, isNew }]) =>
      isNew === true && world !== undefined ? [{ task, world, firstStep }] : [],
    );
  }

  /** Disks for another world that begins from the checkpoint (`createWorldFrom`). */
  disksOf(checkpoint: Checkpoint): readonly SavedDisk[] {
    return this.checkpoints.disksOf(checkpoint);
  }

  /** Undoes the latest step; with `id`, that step and all after it. Throws TimeProblem. */
  undo(id?: number): Promise<TimeReport> {
    return this.change(async () => {
      const step = await this.timeline.toUndo(id);
      if (step === undefined) throw new TimeProblem("There is nothing to undo.");
      return { title: `Undone: ${step.text}`, step, go: (now) => this.timeline.takeBack(step.id, now) };
    });
  }

  /** Does the step again that was undone last. Throws TimeProblem. */
  redo(): Promise<TimeReport> {
    return this.change(async () => {
      const step = await this.timeline.toRedo();
      if (step === undefined) throw new TimeProblem("There is nothing to do again.");
      return { title: `Done again: ${step.text}`, step, go: (now) => this.timeline.doAgain(step.id, now) };
    });
  }

  /** The world as it was when the task became open. Can be undone. Throws TimeProblem. */
  backTo(task: string): Promise<TimeReport> {
    return this.change(async () => {
      const start = await this.loadStart(task);
      const name = this.session.lab.tasks.find(({ id }) => id === task)?.title ?? task;
      if (start === undefined) throw new TimeProblem(`How the lab was when “${name}” began is not known any more.`);
      const title = `Back to the start of “${name}”`;
      const go = (now: Checkpoint): Checkpoint => {
        this.timeline.pushNew(title, undefined, now);
        // The start stays known: it can be gone back to again.
        return this.checkpoints.hold(start);
      };
      return { title, go };
    });
  }

  dispose(): void {
    this.isOver = true;
    this.stopTasks();
    this.timeline.dispose();
    for (const { world } of this.starts.values()) if (world !== undefined) this.checkpoints.drop(world);
    this.starts.clear();
  }

  /** `find` may have to read from storage; the world goes on until it has. */
  private async change(find: () => Promise<Way>): Promise<TimeReport> {
    if (this.busy) throw new TimeProblem("The lab is still going back. Wait a moment.");
    this.busy = true;
    this.publish();
    try {
      const { title, step, go } = await this.found(find);
      if (this.isOver) throw new TimeProblem("The lab has ended meanwhile.");
      const now = this.checkpoints.take(this.session);
      const to = go(now);
      if (to === undefined) {
        this.checkpoints.drop(now);
        throw new TimeProblem("There was no room in memory to keep how the lab was then.");
      }
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

  private async found(find: () => Promise<Way>): Promise<Way> {
    try {
      return await find();
    } catch (error) {
      if (error instanceof TimeProblem) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      const problem = `How the lab was then can't be read from this browser's storage any more, so nothing was changed. ${reason}`;
      this.session.notice(problem, "warning");
      throw new TimeProblem(problem);
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
