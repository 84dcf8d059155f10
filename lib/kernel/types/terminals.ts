/** Terminals and their settings. */
import type { OpenFile } from "./files.ts";
import type { Machine } from "./machines.ts";

/** Terminal settings: the part of termios(3) that programs use. */
export interface TermSettings {
  /** Line at a time, with erase and kill characters. */
  readonly canonical: boolean;
  readonly echo: boolean;
  /** Ctrl-C, Ctrl-Z and Ctrl-\ make signals. */
  readonly signals: boolean;
  /** "\n" is shown as "\r\n". */
  readonly outputProcessing: boolean;
  /** "\r" typed is read as "\n". */
  readonly crToNl: boolean;
}

/** A terminal with its line discipline (termios(3), tty_ioctl(4)). The master side belongs to the page or the host. */
export interface Tty {
  readonly name: string; // "pts/0"
  readonly machine: Machine;
  settings: TermSettings;
  columns: number;
  rows: number;
  /** Sends SIGWINCH to the foreground group. */
  resize(columns: number, rows: number): void;
  foregroundGroup: number;
  /** What a read would give now, in bytes. */
  readonly waitingBytes: number;
  /** Since the last key a program has asked for input, and there was none: it waits for whoever types. */
  readonly awaitsKeys: boolean;
  sessionId: number;
  /** Bytes from the keyboard. */
  input(bytes: Uint8Array): void;
  /** Bytes for the screen arrive here. The receiver calls `done` when it has shown them: at most 256 KiB are under way, then writers wait. */
  onOutput(receiver: (bytes: Uint8Array, done: () => void) => void): void;
  /** Resolves when everything written has been sent to the screen (tcdrain(3)), or there is none. */
  drained(): Promise<void>;
  /** The terminal is gone: SIGHUP to the session, then EIO. */
  hangUp(): void;
  /** A new description of the slave side. */
  open(flags: number): OpenFile;
}
