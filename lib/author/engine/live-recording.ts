import { type Attempt, attemptOf } from "../../lab/attempt/attempt.ts";
import type { Timers } from "../../lab/session/rounds.ts";
import { LabSession } from "../../lab/session/session.ts";
import { beginSession } from "../../lab/time/begin.ts";
import type { LabDefinition } from "../../lab/types.ts";
import type { LabWorld } from "../../lab/world/create.ts";
import { SEED } from "../../lab/world/seed.ts";
import { rightAnswer } from "../record/right-answer.ts";

/** What the author's terminal sends to a recording that goes on. */
export type RecordingInput =
  | { readonly kind: "keys"; readonly data: string }
  | { readonly kind: "resize"; readonly columns: number; readonly rows: number }
  /** Shows that terminal, opened when it is new. */
  | { readonly kind: "show"; readonly terminal: string; readonly machine?: string }
  | { readonly kind: "end" };

/** What comes back while it goes on. */
export type RecordingOutput =
  | { readonly kind: "output"; readonly base64: string }
  | { readonly kind: "task-passed"; readonly title: string };

const END_OF_FILE = "\x04";
const CLEAR = "\x1b[0m\x1b[2J\x1b[H";

/** A lab in the author's own terminal: one of its terminals at a time is in front. */
export class LiveRecording {
  private readonly session: LabSession;
  private front = "t1";
  private lastKeys = "";
  private isOver = false;
  private readonly watched = new Set<string>();
  private stopOutput = (): void => undefined;
  private ended: (attempt: Attempt) => void = () => undefined;
  private readonly passed = new Set<string>();
  readonly done: Promise<Attempt>;

  constructor(
    private readonly world: LabWorld,
    private readonly lab: LabDefinition,
    timers: Timers,
    private size: { columns: number; rows: number },
    private readonly tell: (output: RecordingOutput) => void,
  ) {
    this.session = lab.continues === undefined ? new LabSession(world, lab, timers) : beginSession(world, lab, timers);
    this.done = new Promise((resolve) => {
      this.ended = resolve;
    });
    this.session.state.subscribe(() => this.looks());
    // A terminal has no questions: they are answered right before anything is done.
    for (const quiz of this.lab.quizzes) this.session.answerQuiz(quiz.id, rightAnswer(quiz));
    this.show("t1");
    void this.session.checkNow();
  }

  receive(input: RecordingInput): void {
    switch (input.kind) {
      case "keys":
        this.keys(input.data);
        return;
      case "resize":
        this.size = { columns: input.columns, rows: input.rows };
        this.session.resize(this.front, input.columns, input.rows);
        return;
      case "show":
        this.show(input.terminal, input.machine);
        return;
      case "end":
        void this.end();
    }
  }

  private keys(data: string): void {
    const over = this.session.terminals.get(this.front)?.activity === "ended";
    this.lastKeys = data;
    if (over && data.startsWith(END_OF_FILE)) void this.end();
    else this.session.input(this.front, data);
  }

  private show(id: string, machine?: string): void {
    this.stopOutput();
    const known = this.session.terminals.get(id);
    const terminal = known ?? this.session.openTerminal({ id, machine, ...this.size });
    this.front = id;
    this.session.resize(id, this.size.columns, this.size.rows);
    this.text(CLEAR);
    this.stopOutput = terminal.onOutput((bytes, done) => {
      this.tell({ kind: "output", base64: Buffer.from(bytes).toString("base64") });
      done();
    });
    if (!this.watched.has(id)) {
      this.watched.add(id);
      terminal.onMark((mark) => {
        // `exit` ends the recording; after Ctrl-D, the second one does.
        if (mark === "ended" && this.front === id && !this.lastKeys.endsWith(END_OF_FILE)) void this.end();
      });
    }
  }

  private text(text: string): void {
    this.tell({ kind: "output", base64: Buffer.from(text).toString("base64") });
  }

  private looks(): void {
    for (const { id, status } of this.session.state.get().tasks) {
      if (status !== "passed" || this.passed.has(id)) continue;
      this.passed.add(id);
      this.tell({ kind: "task-passed", title: this.lab.tasks.find((task) => task.id === id)?.title ?? id });
    }
  }

  private async end(): Promise<void> {
    if (this.isOver) return;
    this.isOver = true;
    await this.session.checkNow();
    const attempt = attemptOf(this.lab, this.session.remember(), SEED);
    this.stopOutput();
    this.session.dispose();
    this.world.dispose();
    this.ended(attempt);
  }
}
