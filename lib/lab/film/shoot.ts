import { type Attempt, describeAction, isDeed } from "../attempt/attempt.ts";
import { Replay, type ReplayOptions } from "../attempt/replay.ts";
import type { LabSession } from "../session/session.ts";
import type { Terminal } from "../session/terminal.ts";
import type { LabDefinition } from "../types.ts";
import type { FilmEvent, FilmReport } from "./types.ts";

type NewEvent = FilmEvent extends infer Event ? (Event extends unknown ? Omit<Event, "atMs"> : never) : never;

export interface ShootOptions extends Pick<ReplayOptions, "lab" | "attempt" | "clock" | "createWorld" | "patience"> {
  readonly report: (report: FilmReport) => void;
}

/** Events are told so often, in real milliseconds. */
const TELL_MS = 100;

/**
 * Runs an attempt again and tells what there was to be seen, with the times of the recording. The film is a real run, so it shows what
 * a world does; once it is shot, it can be watched from any moment on.
 */
export async function shoot(options: ShootOptions): Promise<void> {
  const film = new Film(options);
  try {
    const { missed, disagreements } = await film.replay.run();
    film.tell();
    options.report({
      kind: "ended",
      missed: missed.map(({ what }) => what),
      differing: disagreements.map(({ task, id }) => `${task}/${id}`),
    });
  } catch (error) {
    options.report({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
  } finally {
    film.end();
  }
}

class Film {
  readonly replay: Replay;
  private readonly attempt: Attempt;
  private readonly lab: LabDefinition;
  private events: FilmEvent[] = [];
  private session: LabSession | undefined;
  private readonly watched = new Set<Terminal>();
  private index = 0;
  /** Nothing is shown before this. */
  private fromMs = 0;
  private tasks = "";
  private cancel = (): void => undefined;

  constructor(private readonly options: ShootOptions) {
    this.attempt = options.attempt;
    this.lab = options.lab;
    this.replay = new Replay({
      ...options,
      onSession: (session) => this.takes(session),
      onAction: (index) => this.acts(index),
      onTyping: (atMs) => {
        this.fromMs = Math.max(this.fromMs, atMs);
      },
    });
    const tick = (): void => {
      this.tell();
      this.cancel = options.clock.after(TELL_MS, tick);
    };
    tick();
  }

  tell(): void {
    const { events } = this;
    this.events = [];
    this.options.report({ kind: "events", events, done: this.index, of: this.attempt.actions.length });
  }

  end(): void {
    this.cancel();
  }

  private takes(session: LabSession): void {
    if (session !== this.session) {
      this.session = session;
      for (const terminal of this.watched) this.add({ kind: "closed", terminal: terminal.id });
      this.watched.clear();
      session.state.subscribe(() => this.looks(session));
    }
    for (const terminal of session.terminals.values()) this.watch(terminal);
  }

  private acts(index: number): void {
    this.index = index;
    const action = this.attempt.actions[index];
    if (action === undefined) return;
    this.fromMs = Math.max(this.fromMs, action.atMs);
    if (action.kind === "close") this.add({ kind: "closed", terminal: action.terminal });
    if (action.kind === "resize") {
      const { terminal, columns, rows } = action;
      this.add({ kind: "resized", terminal, columns, rows });
    }
    if (!isDeed(action) || action.kind === "resize" || action.kind === "terminal") return;
    const terminal = "terminal" in action ? action.terminal : undefined;
    const machine =
      this.lab.machines.length > 1 && terminal !== undefined ? this.session?.terminals.get(terminal)?.machine.name : undefined;
    const text = describeAction(action, machine);
    this.add({ kind: "deed", action: action.kind, text, ...(terminal === undefined ? {} : { terminal }) });
  }

  private watch(terminal: Terminal): void {
    if (this.watched.has(terminal)) return;
    for (const other of this.watched) if (other.id === terminal.id) this.watched.delete(other);
    this.watched.add(terminal);
    const { id, machine, tty } = terminal;
    this.add({ kind: "terminal", terminal: id, machine: machine.name, columns: tty.columns, rows: tty.rows });
    let ofCommand = terminal.activity === "running";
    terminal.onMark((mark) => {
      ofCommand = mark !== "ended" && (mark.kind === "command-start" || (ofCommand && mark.kind !== "command-end"));
    });
    terminal.onOutput((bytes, done) => {
      this.add({ kind: "output", terminal: id, bytes: bytes.slice(), ofCommand });
      done();
    });
  }

  /** Only what a film shows of the tasks, and only when it is another. */
  private looks(session: LabSession): void {
    const tasks = session.state.get().tasks.map(({ id, status, checks }) => ({
      id,
      title: this.lab.tasks.find((task) => task.id === id)?.title ?? id,
      status,
      checks: checks.map((check) => ({ id: check.id, status: check.status, because: check.because })),
    }));
    const text = JSON.stringify(tasks);
    if (text === this.tasks) return;
    this.tasks = text;
    this.add({ kind: "tasks", tasks });
  }

  /** At the world's time, but not before what was done last and not after what the recording did next. */
  private add(event: NewEvent): void {
    const nowMs = this.session?.world.kernel.clock.now() ?? 0;
    const nextMs = this.attempt.actions.slice(this.index + 1, this.index + 200).find(isDeed)?.atMs ?? Number.POSITIVE_INFINITY;
    const atMs = Math.max(this.fromMs, Math.min(nowMs, nextMs));
    this.events.push({ atMs: Math.max(0, atMs - this.attempt.startedAtMs), ...event });
  }
}
