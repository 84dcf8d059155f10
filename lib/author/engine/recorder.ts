import type { Terminal } from "../../lab/session/terminal.ts";
import type { Mark } from "../../shell/marks.ts";
import { plainText } from "./screen-text.ts";

/**
 * What a terminal shows while commands run, without prompts and without the line editor's echo: the marks of the shell tell which
 * is which.
 */
export class Recorder {
  private readonly decoder = new TextDecoder();
  private raw = "";
  private stepStart = 0;
  /** What came since the prompt: echo, unless it turns out that no command began (a syntax error is shown without one). */
  private typed = "";
  private place: "prompt" | "typing" | "output";
  private readonly stops: (() => void)[];
  private readonly waiting = new Set<() => void>();
  /** Counts pieces and marks: whether anything has happened. */
  events = 0;

  constructor(readonly terminal: Terminal) {
    this.place = terminal.activity === "running" ? "output" : terminal.activity === "prompt" ? "typing" : "prompt";
    let replaying = true;
    this.stops = [
      terminal.onOutput((bytes, done) => {
        if (!replaying) this.take(this.decoder.decode(bytes, { stream: true }));
        done();
      }),
      terminal.onMark((mark) => this.mark(mark)),
    ];
    // What was shown before comes first, and is no part of this record.
    replaying = false;
  }

  /** What was shown since `begin`. */
  get output(): string {
    return plainText(this.raw.slice(this.stepStart));
  }

  /** That, and what was shown since the step before: a server may have said what a step waits for before the step began. */
  get unseen(): string {
    return plainText(this.raw);
  }

  /** A step begins. */
  begin(): void {
    this.stepStart = this.raw.length;
  }

  /** A step has ended: everything so far was seen. */
  end(): void {
    this.raw = "";
    this.stepStart = 0;
  }

  stop(): void {
    for (const stop of this.stops) stop();
  }

  /** Resolves when `condition` holds, looked at after every output and mark; false when `expired` comes first. */
  async until(condition: () => boolean, expired: Promise<unknown>): Promise<boolean> {
    let late = false;
    void expired.then(() => {
      late = true;
      this.wake();
    });
    for (;;) {
      if (condition()) return true;
      if (late) return false;
      await new Promise<void>((resolve) => this.waiting.add(resolve));
    }
  }

  /** Has `until` look at its condition again. */
  poke(): void {
    this.wakeUp();
  }

  private take(text: string): void {
    if (this.place === "output") this.raw += text;
    if (this.place === "typing") this.typed += text;
    this.wake();
  }

  private mark(mark: Mark | "ended"): void {
    if (mark === "ended") {
      this.place = "prompt";
    } else if (mark.kind === "command-start") {
      this.typed = "";
      this.place = "output";
    } else if (mark.kind === "prompt-end") {
      this.typed = "";
      this.place = "typing";
    } else {
      if (this.place === "typing") this.raw += this.typed.slice(this.typed.indexOf("\n") + 1 || this.typed.length);
      this.typed = "";
      this.place = "prompt";
    }
    this.wake();
  }

  private wake(): void {
    this.events++;
    this.wakeUp();
  }

  private wakeUp(): void {
    const waiting = [...this.waiting];
    this.waiting.clear();
    for (const resolve of waiting) resolve();
  }
}
