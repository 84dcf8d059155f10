/** Terminals with their line discipline (termios(3), tty_ioctl(4), n_tty). */
import { ByteQueue } from "./byte-queue.ts";
import { Description } from "./description.ts";
import { DEVICE, deviceNumber } from "./devices.ts";
import { KernelError } from "./errno.ts";
import { echoOf, isContinuation, KEY, TypedLine } from "./line-editing.ts";
import { ScreenOutput, type ScreenReceiver } from "./screen-output.ts";
import { type Machine, type OpenFile, POLL, type SignalName, type Stat, type TermSettings, type Tty } from "./types.ts";
import { Wakeups } from "./wakeups.ts";

/** n_tty keeps 4095 bytes of a line; pasting more than a page of lines must not lose any here. */
const LONGEST_LINE = 4095;
const TYPED_AHEAD = 1024 * 1024;

/** stty sane. */
export const saneSettings: TermSettings = { canonical: true, echo: true, signals: true, outputProcessing: true, crToNl: true };

/** What the terminal needs of the rest of the kernel. */
export interface TtyHooks {
  readonly machine: Machine;
  /** Sends a signal to a process group of the machine. */
  readonly signalGroup: (pgid: number, signal: SignalName) => void;
  readonly signalLeader: (sid: number, signal: SignalName) => void;
  readonly turn: () => Promise<void>;
  /** It was hung up. */
  readonly gone: () => void;
}

/** One thing that a read can return: a line, typed bytes, or the end of input (^D on an empty line: no bytes). */
export class Terminal implements Tty {
  readonly name: string;
  readonly number: number;
  readonly machine: Machine;
  columns: number;
  rows: number;
  foregroundGroup = 0;
  sessionId = 0;
  readonly wakeups = new Wakeups();
  awaitsKeys = false;
  #settings: TermSettings = saneSettings;
  #gone = false;
  readonly #hooks: TtyHooks;
  readonly #line = new TypedLine();
  /** Complete lines, each a read of its own in canonical mode; an empty one is an end of file. */
  #lines: Uint8Array[] = [];
  /** Typed bytes in raw mode. */
  readonly #raw = new ByteQueue(TYPED_AHEAD);
  readonly #screen: ScreenOutput;
  #literalNext = false;

  constructor(number: number, size: { columns: number; rows: number }, hooks: TtyHooks) {
    this.number = number;
    this.name = `pts/${number}`;
    this.machine = hooks.machine;
    this.columns = size.columns;
    this.rows = size.rows;
    this.#hooks = hooks;
    this.#screen = new ScreenOutput(hooks.turn, () => this.wakeups.wake());
  }

  get settings(): TermSettings {
    return this.#settings;
  }

  set settings(next: TermSettings) {
    const before = this.#settings;
    this.#settings = { ...next };
    // What was typed in one mode can be read in the other.
    if (before.canonical && !next.canonical) {
      for (const line of this.#lines.splice(0)) this.#raw.pushAll(line);
      this.#raw.pushAll(this.#line.take());
    } else if (!before.canonical && next.canonical && this.#raw.length > 0) {
      for (const byte of this.#raw.take(this.#raw.length)) this.#typed(byte, false);
    }
    this.wakeups.wake();
  }

  /** What a read would give now, in bytes (FIONREAD of tty_ioctl(4)): with canonical input, of whole lines only. */
  get waitingBytes(): number {
    return this.#settings.canonical ? this.#lines.reduce((sum, line) => sum + line.length, 0) : this.#raw.length;
  }

  get isGone(): boolean {
    return this.#gone;
  }

  resize(columns: number, rows: number): void {
    if (columns === this.columns && rows === this.rows) return;
    this.columns = columns;
    this.rows = rows;
    if (this.foregroundGroup > 0) this.#hooks.signalGroup(this.foregroundGroup, "SIGWINCH");
  }

  input(bytes: Uint8Array): void {
    if (this.#gone) return;
    this.awaitsKeys = false;
    for (const byte of bytes) this.#typed(byte, this.#settings.echo);
    this.wakeups.wake();
  }

  onOutput(receiver: ScreenReceiver): void {
    this.#screen.connect(receiver);
  }

  drained(): Promise<void> {
    return this.#screen.drained();
  }

  hangUp(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#screen.connect((_bytes, done) => done());
    // A terminal that is gone is told to the session's leader and to the foreground; a shell tells its other jobs itself (tty_io.c, __tty_hangup).
    const { sessionId, foregroundGroup } = this;
    if (foregroundGroup > 0 && foregroundGroup !== sessionId) this.#hooks.signalGroup(foregroundGroup, "SIGHUP");
    if (sessionId > 0) this.#hooks.signalLeader(sessionId, "SIGHUP");
    this.#hooks.gone();
    this.wakeups.wake();
  }

  open(flags: number): OpenFile {
    return new TerminalDescription(this, flags);
  }

  /** One byte from the keyboard through the line discipline. */
  #typed(typed: number, echo: boolean): void {
    const { canonical, signals, crToNl } = this.#settings;
    const byte = typed === KEY.carriageReturn && crToNl ? KEY.newline : typed;
    if (this.#literalNext) {
      this.#literalNext = false;
      this.#accept(byte, echo, canonical);
      return;
    }
    if (signals) {
      const signal = byte === KEY.interrupt ? "SIGINT" : byte === KEY.quit ? "SIGQUIT" : byte === KEY.suspend ? "SIGTSTP" : undefined;
      if (signal !== undefined) {
        this.#signal(byte, signal, echo);
        return;
      }
    }
    if (!canonical) {
      if (echo) this.#echo(echoOf(byte));
      this.#raw.push(new Uint8Array([byte]));
      return;
    }
    switch (byte) {
      case KEY.erase:
      case KEY.backspace:
        this.#takeBack(this.#line.eraseCharacter(), echo);
        return;
      case KEY.wordErase:
        this.#takeBack(this.#line.eraseWord(), echo);
        return;
      case KEY.kill:
        this.#takeBack(this.#line.eraseAll(), echo);
        return;
      case KEY.literalNext:
        this.#literalNext = true;
        return;
      case KEY.endOfFile:
        this.#lines.push(this.#line.take());
        return;
      case KEY.newline:
        if (echo) this.#echo([KEY.newline]);
        this.#line.add(byte);
        this.#lines.push(this.#line.take());
        return;
      default:
        this.#accept(byte, echo, true);
    }
  }

  #accept(byte: number, echo: boolean, canonical: boolean): void {
    if (canonical && this.#line.length >= LONGEST_LINE) {
      if (echo) this.#echo([0x07]);
      return;
    }
    if (echo) this.#echo(isContinuation(byte) ? [byte] : echoOf(byte));
    if (canonical) this.#line.add(byte);
    else this.#raw.push(new Uint8Array([byte]));
  }

  #signal(byte: number, signal: SignalName, echo: boolean): void {
    // NOFLSH is not set: both queues are thrown away.
    this.#line.take();
    this.#lines = [];
    this.#raw.clear();
    this.#screen.flush();
    if (echo) this.#echo(echoOf(byte));
    if (this.foregroundGroup > 0) this.#hooks.signalGroup(this.foregroundGroup, signal);
  }

  #takeBack(columns: number, echo: boolean): void {
    if (!echo) return;
    const bytes: number[] = [];
    for (let index = 0; index < columns; index++) bytes.push(0x08, 0x20, 0x08);
    this.#echo(bytes);
  }

  #echo(bytes: readonly number[]): void {
    this.#screen.add(this.#processed(new Uint8Array(bytes)));
  }

  #processed(bytes: Uint8Array): Uint8Array {
    if (!this.#settings.outputProcessing) return bytes;
    let newlines = 0;
    for (const byte of bytes) if (byte === KEY.newline) newlines++;
    if (newlines === 0) return bytes;
    const result = new Uint8Array(bytes.length + newlines);
    let at = 0;
    for (const byte of bytes) {
      if (byte === KEY.newline) result[at++] = KEY.carriageReturn;
      result[at++] = byte;
    }
    return result;
  }

  /** For descriptions: what a read gives now. */
  read(max: number): Uint8Array | undefined {
    if (this.#gone) return new Uint8Array(0);
    if (!this.#settings.canonical && this.#raw.length > 0) return this.#raw.take(max);
    const line = this.#settings.canonical ? this.#lines[0] : undefined;
    this.awaitsKeys = line === undefined;
    if (line === undefined) return undefined;
    if (line.length <= max) {
      this.#lines.shift();
      return line;
    }
    this.#lines[0] = line.subarray(max);
    return line.slice(0, max);
  }

  /** For descriptions: shows as much as there is room for. */
  write(bytes: Uint8Array): number {
    if (this.#gone) throw new KernelError("EIO", "write");
    // A newline may become two bytes: half of the room is always safe.
    const count = Math.min(bytes.length, this.#screen.room >> 1);
    if (count === 0) return 0;
    this.#screen.add(this.#processed(bytes.subarray(0, count)));
    return count;
  }

  poll(): number {
    if (this.#gone) return POLL.IN | POLL.HUP | POLL.ERR;
    const readable = this.#settings.canonical ? this.#lines.length > 0 : this.#raw.length > 0;
    return (readable ? POLL.IN : 0) | (this.#screen.room >= 2 ? POLL.OUT : 0);
  }
}

class TerminalDescription extends Description {
  readonly kind = "tty";
  override readonly tty: Terminal;
  readonly #unsubscribe: () => void;

  constructor(tty: Terminal, flags: number) {
    super(flags);
    this.tty = tty;
    this.#unsubscribe = tty.wakeups.add(() => this.changed());
  }

  readNow(max: number): Uint8Array | undefined {
    this.mustRead();
    return this.tty.read(max);
  }

  writeNow(bytes: Uint8Array): number {
    this.mustWrite();
    return this.tty.write(bytes);
  }

  poll(): number {
    return this.tty.poll();
  }

  override stat(): Stat {
    return { ...super.stat(), mode: 0o020620, rdev: deviceNumber(DEVICE.ptsMajor, this.tty.number) };
  }

  protected closed(): void {
    this.#unsubscribe();
  }
}
