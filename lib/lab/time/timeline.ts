/** What a learner has done to the world, with the world as it was before each thing: a stack to undo from, and one to do again from. */
import type { SavedPast } from "../saving/saved-lab.ts";
import type { LabSession } from "../session/session.ts";
import type { Terminal } from "../session/terminal.ts";
import type { Checkpoint, Checkpoints } from "./checkpoint.ts";
import { Moment, type StoredMoment } from "./moment.ts";
import { stepText } from "./step-text.ts";
import type { TimeStep } from "./types.ts";

/** A step that was done, and the world before it; or one that was undone, and the world after it. */
export interface StepTo {
  readonly step: TimeStep;
  readonly to: Moment;
}

/** Steps that were saved with the lab, and how the moments are read to which they lead. */
export interface StoredSteps {
  readonly past: SavedPast;
  readonly read: (moment: string) => Promise<StoredMoment>;
}

/** So many steps are kept, as long as their files fit: of what only checkpoints still hold, so many bytes. */
const MOST_STEPS = 60;
const MOST_BYTES = 160 * 1024 * 1024;

/** Follows one world through its sessions. */
export class Timeline {
  private readonly done: StepTo[] = [];
  private readonly undone: StepTo[] = [];
  /** Taken when Enter was pressed at a prompt. */
  private readonly candidates = new Map<Terminal, Checkpoint>();
  private readonly running = new Map<Terminal, StepTo>();
  private session: LabSession | undefined;
  private stopWatching: () => void = () => undefined;
  /** Id of the next step. */
  nextId: number;
  /** Moves on whenever there are other steps. */
  version = 0;

  constructor(
    readonly checkpoints: Checkpoints,
    private readonly onChange: () => void,
    stored?: StoredSteps,
  ) {
    checkpoints.world.kernel.worldFiles.onFull = () => this.forgetOldest();
    this.nextId = stored?.past.nextStep ?? 1;
    if (stored === undefined) return;
    const revived = ({ step, moment }: SavedPast["done"][number]): StepTo => ({
      step,
      to: new Moment(moment, checkpoints, undefined, () => stored.read(moment)),
    });
    this.done.push(...stored.past.done.map(revived));
    this.undone.push(...stored.past.undone.map(revived));
  }

  /** Every step with its moment, the latest last. */
  get steps(): { readonly done: readonly StepTo[]; readonly undone: readonly StepTo[] } {
    return { done: this.done, undone: this.undone };
  }

  /** What can be undone, the latest first. */
  get undoable(): readonly TimeStep[] {
    return this.done.map(({ step }) => step).reverse();
  }

  /** What was undone, the latest first. */
  get redoable(): readonly TimeStep[] {
    if (this.running.size > 0) return [];
    return this.undone.map(({ step }) => step).reverse();
  }

  /** Follows what the learner does in the session from now on, and no longer that of another one. */
  watch(session: LabSession): void {
    this.stopWatching();
    this.dropCandidates();
    this.running.clear();
    this.session = session;
    this.stopWatching = session.onChanges({
      before: (change) => {
        if (change.kind === "enter") this.entered(change.terminal);
        else if (change.kind === "files") this.pushNew(stepText(change, session), undefined, this.checkpoints.take(session));
        else this.began(session, change.terminal, change.line);
      },
      settled: (terminal) => this.settled(terminal),
    });
  }

  dispose(): void {
    this.stopWatching();
    this.dropCandidates();
    for (const { to } of this.done.splice(0)) to.drop();
    this.forgetUndone();
    this.checkpoints.world.kernel.worldFiles.onFull = () => false;
  }

  /** Puts a step on top that is no command: what is undone by going back to `before`. */
  pushNew(text: string, terminal: string | undefined, before: Checkpoint): void {
    this.forgetUndone();
    this.push(text, terminal, before);
  }

  private push(text: string, terminal: string | undefined, before: Checkpoint): StepTo {
    const done = { step: { id: this.nextId++, text, ...(terminal === undefined ? {} : { terminal }) }, to: this.momentOf(before) };
    this.done.push(done);
    this.trim();
    this.changed();
    return done;
  }

  /** The step with the id (or the latest), when its moment is in memory. Undefined: there is no such step. Rejects when it can't be read. */
  async toUndo(id = this.done.at(-1)?.step.id): Promise<TimeStep | undefined> {
    const found = this.done.find(({ step }) => step.id === id);
    await found?.to.load();
    return found?.step;
  }

  /** The same of the step that was undone last. */
  async toRedo(): Promise<TimeStep | undefined> {
    const found = this.running.size > 0 ? undefined : this.undone.at(-1);
    await found?.to.load();
    return found?.step;
  }

  /** Takes the steps from the latest down to the one with the id off the stack; what `toUndo` has found. The checkpoint is the caller's. */
  takeBack(id: number, now: Checkpoint): Checkpoint | undefined {
    const at = this.done.findIndex(({ step }) => step.id === id);
    const to = this.done[at]?.to.take();
    if (to === undefined) return undefined;
    let after = this.momentOf(now);
    for (const { step, to: before } of this.done.splice(at).reverse()) {
      this.undone.push({ step, to: after });
      after = before;
    }
    this.version++;
    return to;
  }

  /** The step that was undone last, back on the stack; what `toRedo` has found. The checkpoint is the caller's. */
  doAgain(id: number, now: Checkpoint): Checkpoint | undefined {
    const undone = this.undone.at(-1);
    const to = undone?.step.id === id ? undone.to.take() : undefined;
    if (undone === undefined || to === undefined) return undefined;
    this.undone.pop();
    this.done.push({ step: undone.step, to: this.momentOf(now) });
    this.version++;
    return to;
  }

  private momentOf(checkpoint: Checkpoint): Moment {
    return new Moment(crypto.randomUUID(), this.checkpoints, checkpoint);
  }

  private changed(): void {
    this.version++;
    this.onChange();
  }

  private entered(terminal: Terminal): void {
    if (this.session === undefined) return;
    this.dropCandidate(terminal);
    this.candidates.set(terminal, this.checkpoints.take(this.session));
  }

  private began(session: LabSession, terminal: Terminal, line: string | undefined): void {
    // Typed ahead, while another command ran: the shell waits until it was heard here that this one begins.
    const before = this.candidates.get(terminal) ?? this.checkpoints.take(session);
    this.candidates.delete(terminal);
    this.running.set(terminal, this.push(line?.trim() || "a command", terminal.id, before));
  }

  /** A command that has changed nothing is no step: `ls` need not be undone before what came before it. */
  private settled(terminal: Terminal): void {
    this.dropCandidate(terminal);
    const done = this.running.get(terminal);
    this.running.delete(terminal);
    if (done === undefined || this.session === undefined) return;
    const { world } = done.to;
    if (done === this.done.at(-1) && world !== undefined && this.checkpoints.isUnchanged(world, this.session)) {
      this.done.pop();
      done.to.drop();
    } else this.forgetUndone();
    this.changed();
  }

  private trim(): void {
    const { worldFiles } = this.checkpoints.world.kernel;
    for (const { to } of this.done.splice(0, Math.max(0, this.done.length - MOST_STEPS))) to.drop();
    for (let isLess = true; isLess && worldFiles.keptBytes > MOST_BYTES; ) isLess = this.forgetOldest(this.done.at(-1));
  }

  /** Gives memory back; what is in storage only takes none. False: there is nothing to forget, but for `latest`. */
  private forgetOldest(latest?: StepTo): boolean {
    const holds = (step: StepTo): boolean => step !== latest && step.to.world !== undefined;
    const steps = this.undone.some(holds) ? this.undone : this.done;
    // One cannot get past a step that is forgotten to those before it.
    const forgotten = steps.splice(0, steps.findIndex(holds) + 1);
    for (const { to } of forgotten) to.drop();
    if (forgotten.length > 0) this.changed();
    return forgotten.length > 0;
  }

  private forgetUndone(): void {
    for (const { to } of this.undone.splice(0)) to.drop();
  }

  private dropCandidate(terminal: Terminal): void {
    const candidate = this.candidates.get(terminal);
    if (candidate !== undefined) this.checkpoints.drop(candidate);
    this.candidates.delete(terminal);
  }

  private dropCandidates(): void {
    for (const terminal of [...this.candidates.keys()]) this.dropCandidate(terminal);
  }
}
