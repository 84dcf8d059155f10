import type { Machine, Process, Tty } from "../../kernel/types.ts";
import { onceUp, powerState } from "../../programs/systemd/boot.ts";
import { type Mark, MarkReader } from "../../shell/marks.ts";
import { type ShellStart, startShell } from "../world/login-shell.ts";

export type Receiver = (bytes: Uint8Array, done: () => void) => void;

/** What a terminal is doing, as its shell's marks tell. */
export type TerminalActivity = "starting" | "prompt" | "running" | "ended";

/** Of what was shown, so much is kept for a page that opens the terminal again. */
const SCROLLBACK_BYTES = 256 * 1024;

const ENDED = {
  on: () => "The shell has ended. Press a key for a new one.",
  "going down": (machine: string) => `${machine} is starting again. Press a key for a new shell.`,
  off: (machine: string) => `${machine} is switched off. Press a key to switch it on.`,
} as const;

/** A login shell on a terminal of a machine, and what it has shown. */
export class Terminal {
  activity: TerminalActivity = "starting";
  /** Status of the last command; undefined before the first. */
  lastStatus: number | undefined;
  private device: Tty;
  private shell: Process | undefined;
  private readonly marks: MarkReader;
  /** Those who show the output, each with the acknowledgments it still owes. */
  private readonly receivers = new Map<Receiver, Set<() => void>>();
  private readonly listeners = new Set<(event: Mark | "ended") => void>();
  private scrollback: Uint8Array[] = [];
  private scrollbackBytes = 0;
  /** So many bytes were ever shown. */
  shownBytes = 0;
  private closed = false;

  constructor(
    readonly id: string,
    readonly title: string,
    private host: Machine,
    private begin: ShellStart,
    size: { columns: number; rows: number },
  ) {
    this.marks = new MarkReader(host.kernel.markKey);
    this.device = this.open(size);
  }

  get machine(): Machine {
    return this.host;
  }

  get tty(): Tty {
    return this.device;
  }

  /** Leaves its machine, and starts a shell on another one that stands in its place. What was shown stays. */
  moveTo(machine: Machine, begin: ShellStart): void {
    const { columns, rows } = this.device;
    this.host = machine;
    this.begin = begin;
    this.device = this.open({ columns, rows });
    this.start();
  }

  private open(size: { columns: number; rows: number }): Tty {
    const tty = this.host.openTty(size);
    tty.onOutput((bytes, done) => {
      if (tty === this.device) this.take(bytes, done);
      else done();
    });
    return tty;
  }

  /** Lets go of its machine, which is going away: whatever its programs still say, and that its shell ends, is not shown. */
  leave(): void {
    this.shell = undefined;
    this.lastStatus = undefined;
    this.activity = "starting";
    this.device.onOutput((_bytes, done) => done());
  }

  /** Starts the login shell, or another one after the last has ended. */
  start(): void {
    this.activity = "starting";
    if (powerState(this.machine) !== "on") {
      const { device } = this;
      void onceUp(this.machine).then(() => {
        // It may stand on another machine by then (`moveTo`).
        if (!this.closed && this.device === device) this.start();
      });
      return;
    }
    this.shell = startShell(this.machine, this.tty, this.begin);
    // The next one begins as a fresh login does.
    this.begin = { user: this.begin.user, cwd: this.begin.cwd };
  }

  /** Pid of the login shell. */
  get pid(): number | undefined {
    return this.shell?.pid;
  }

  /** The login shell is gone; the next key starts another. */
  shellEnded(): void {
    if (this.closed || this.activity === "ended") return;
    this.activity = "ended";
    this.show(`\r\n[${ENDED[powerState(this.machine)](this.machine.name)}]\r\n`);
    for (const listener of [...this.listeners]) listener("ended");
  }

  input(data: string): void {
    if (this.closed) return;
    if (this.activity === "ended") {
      this.start();
      return;
    }
    this.tty.input(new TextEncoder().encode(data));
  }

  resize(columns: number, rows: number): void {
    if (columns > 0 && rows > 0) this.tty.resize(columns, rows);
  }

  /** Shows text that no program has written: notes of the lab. */
  show(text: string): void {
    this.showBytes(new TextEncoder().encode(text));
  }

  showBytes(bytes: Uint8Array): void {
    this.deliver(bytes, () => undefined);
  }

  /** Where its shell is now. */
  get shellCwd(): string | undefined {
    return this.shell?.cwd;
  }

  /** `receive` first gets what was shown before. */
  onOutput(receive: Receiver): () => void {
    for (const bytes of this.scrollback) receive(bytes, () => undefined);
    const owed = new Set<() => void>();
    this.receivers.set(receive, owed);
    return () => {
      this.receivers.delete(receive);
      // Nobody else will say that it was shown.
      for (const done of [...owed]) done();
    };
  }

  /** The shell's marks, in the order of the output around them. */
  onMark(listener: (event: Mark | "ended") => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Resolves when the shell waits for a command; at once if it does. */
  atPrompt(): Promise<void> {
    if (this.activity === "prompt") return Promise.resolve();
    return new Promise((resolve) => {
      const stop = this.onMark((event) => {
        if (event !== "ended" && event.kind !== "prompt-end") return;
        stop();
        resolve();
      });
    });
  }

  close(): void {
    this.closed = true;
    this.tty.hangUp();
    this.receivers.clear();
  }

  /** What was shown, for saving. */
  screen(): Uint8Array {
    const all = new Uint8Array(this.scrollbackBytes);
    let at = 0;
    for (const bytes of this.scrollback) {
      all.set(bytes, at);
      at += bytes.length;
    }
    return all;
  }

  /** The end of what was shown, as text. */
  tail(most: number): string {
    let end = new Uint8Array(0);
    for (let at = this.scrollback.length - 1; at >= 0 && end.length < most; at--) {
      const bytes = this.scrollback[at] ?? new Uint8Array(0);
      const part = bytes.subarray(Math.max(0, bytes.length - most));
      const longer = new Uint8Array(part.length + end.length);
      longer.set(part);
      longer.set(end, part.length);
      end = longer;
    }
    return new TextDecoder().decode(end.subarray(Math.max(0, end.length - most)));
  }

  private take(bytes: Uint8Array, done: () => void): void {
    // Every piece must have been shown before the tty may send more; marks in between keep their place.
    let open = 1;
    const one = (): void => {
      open--;
      if (open === 0) done();
    };
    for (const piece of this.marks.read(bytes)) {
      if (piece.kind === "bytes") {
        open++;
        this.deliver(piece.bytes, one);
      } else this.mark(piece);
    }
    one();
  }

  private deliver(bytes: Uint8Array, done: () => void): void {
    this.scrollback.push(bytes);
    this.scrollbackBytes += bytes.length;
    this.shownBytes += bytes.length;
    while (this.scrollbackBytes > SCROLLBACK_BYTES && this.scrollback.length > 1) {
      this.scrollbackBytes -= this.scrollback.shift()?.length ?? 0;
    }
    let waiting = this.receivers.size;
    if (waiting === 0) {
      done();
      return;
    }
    for (const [receive, owed] of [...this.receivers]) {
      const shown = (): void => {
        if (!owed.delete(shown)) return;
        waiting--;
        if (waiting === 0) done();
      };
      owed.add(shown);
      receive(bytes, shown);
    }
  }

  private mark(mark: Mark): void {
    if (mark.kind === "command-start") this.activity = "running";
    if (mark.kind === "prompt-end") this.activity = "prompt";
    if (mark.kind === "command-end") this.lastStatus = mark.status ?? this.lastStatus;
    for (const listener of [...this.listeners]) listener(mark);
  }
}
