/** What a learner has done to the world, with the world as it was before each thing: a stack to undo from, and one to do again from. */
import type { LabSession } from "../session/session.ts";
import type { Terminal } from "../session/terminal.ts";
import type { Checkpoint, Checkpoints } from "./checkpoint.ts";
import { stepText } from "./step-text.ts";
import type { TimeStep } from "./types.ts";

interface Done {
  readonly step: TimeStep;
  readonly before: Checkpoint;
}

interface Undone {
  readonly step: TimeStep;
  readonly after: Checkpoint;
}

/** So many steps are kept, as long as their files fit: of what only checkpoints still hold, so many bytes. */
const MOST_STEPS = 60;
const MOST_BYTES = 160 * 1024 * 1024;

/** Follows one world through its sessions. */
export class Timeline {
  private readonly done: Done[] = [];
  private readonly undone: Undone[] = [];
  /** Taken when Enter was pressed at a prompt. */
  private readonly candidates = new Map<Terminal, Checkpoint>();
  private readonly running = new Map<Terminal, Done>();
  private session: LabSession | undefined;
  private stopWatching: () => void = () => undefined;
  /** Id of the next step. */
  nextId = 1;

  constructor(
    readonly checkpoints: Checkpoints,
    private readonly onChange: () => void,
  ) {
    checkpoints.world.kernel.worldFiles.onFull = () => this.forgetOldest();
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
    for (const { before } of this.done.splice(0)) this.checkpoints.drop(before);
    this.forgetUndone();
    this.checkpoints.world.kernel.worldFiles.onFull = () => false;
  }

  /** Puts a step on top that is no command: what is undone by going back to `before`. */
  pushNew(text: string, terminal: string | undefined, before: Checkpoint): void {
    this.forgetUndone();
    this.push(text, terminal, before);
  }

  private push(text: string, terminal: string | undefined, before: Checkpoint): Done {
    const done = { step: { id: this.nextId++, text, ...(terminal === undefined ? {} : { terminal }) }, before };
    this.done.push(done);
    this.trim();
    this.onChange();
    return done;
  }

  /**
   * Takes the steps from the latest down to the one with the id (or the latest alone) off the stack. The checkpoint is the caller's, who
   * drops it after going back. Undefined: there is no such step.
   */
  takeBack(now: Checkpoint, id = this.done.at(-1)?.step.id): { readonly step: TimeStep; readonly to: Checkpoint } | undefined {
    const at = this.done.findIndex(({ step }) => step.id === id);
    if (at < 0) return undefined;
    const steps = this.done.splice(at);
    let after = now;
    for (const { step, before } of steps.reverse()) {
      this.undone.push({ step, after });
      after = before;
    }
    const last = steps.at(-1);
    return last === undefined ? undefined : { step: last.step, to: last.before };
  }

  /** The step that was undone last, back on the stack. The checkpoint is the caller's. */
  doAgain(now: Checkpoint): { readonly step: TimeStep; readonly to: Checkpoint } | undefined {
    const undone = this.running.size > 0 ? undefined : this.undone.pop();
    if (undone === undefined) return undefined;
    this.done.push({ step: undone.step, before: now });
    return { step: undone.step, to: undone.after };
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
    if (done === this.done.at(-1) && this.checkpoints.isUnchanged(done.before, this.session)) {
      this.done.pop();
      this.checkpoints.drop(done.before);
    } else this.forgetUndone();
    this.onChange();
  }

  private trim(): void {
    const { worldFiles } = this.checkpoints.world.kernel;
    while (this.done.length > MOST_STEPS || (this.done.length > 1 && worldFiles.keptBytes > MOST_BYTES)) this.forgetOldest();
  }

  /** False: there is nothing to forget. */
  private forgetOldest(): boolean {
    const oldest = this.undone.shift()?.after ?? this.done.shift()?.before;
    if (oldest === undefined) return false;
    this.checkpoints.drop(oldest);
    this.onChange();
    return true;
  }

  private forgetUndone(): void {
    for (const { after } of this.undone.splice(0)) this.checkpoints.drop(after);
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
