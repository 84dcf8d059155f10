/** Reading from a descriptor without taking more than one line from it: others read on where this stops. */
import { KernelError } from "../../kernel/errno.ts";
import type { OpenFile } from "../../kernel/types.ts";
import { decodeBytes } from "../bytes.ts";
import { type Run, wait } from "../run.ts";
import type { Shell } from "../shell.ts";

export interface InputOptions {
  readonly delimiter: string;
  /** At most so many characters; with `exact`, the delimiter does not end it. */
  readonly characters?: number;
  readonly exact?: boolean;
  /** Milliseconds on the kernel's clock. */
  readonly timeout?: number;
}

export interface Input {
  readonly text: string;
  /** The end came before the delimiter. */
  readonly ended: boolean;
  readonly timedOut: boolean;
}

const CHUNK = 4096;

/** Reads up to the delimiter. Interrupted by Ctrl-C at an interactive shell. Throws KernelError (EBADF). */
export function* readInput(shell: Shell, fd: number, options: InputOptions): Run<Input> {
  const file = shell.self.fds.get(fd);
  if (file === undefined) throw new KernelError("EBADF", "read");
  const delimiter = options.delimiter === "" ? 0 : options.delimiter.charCodeAt(0);
  const waiting = new Waiting(shell, file, options.timeout);
  try {
    const read = yield* readBytes(file, delimiter, options, waiting);
    return { ...read, timedOut: waiting.timedOut };
  } finally {
    waiting.end();
  }
}

class Stopped {}

/** Waits for input; a timeout, or a signal that the shell handles, ends the wait. Costs nothing until something must be waited for. */
class Waiting {
  timedOut = false;
  private readonly stop = new AbortController();
  private signal: AbortSignal | undefined;
  private cancelTimer: (() => void) | undefined;
  private cancelInterrupt: (() => void) | undefined;

  constructor(
    private readonly shell: Shell,
    private readonly file: OpenFile,
    private readonly timeout: number | undefined,
  ) {}

  read(size: number): Promise<Uint8Array> {
    this.signal ??= this.begin();
    return this.file.read(size, this.signal);
  }

  private begin(): AbortSignal {
    const { self, traps } = this.shell;
    if (this.timeout !== undefined) {
      this.cancelTimer = self.machine.kernel.clock.after(this.timeout, () => {
        this.timedOut = true;
        this.stop.abort(new Stopped());
      });
    }
    const interrupt = traps.nextSignal();
    this.cancelInterrupt = interrupt.cancel;
    void interrupt.promise.then(() => this.stop.abort(new Stopped()));
    return AbortSignal.any([this.stop.signal, self.ended]);
  }

  end(): void {
    this.cancelTimer?.();
    this.cancelInterrupt?.();
  }
}

function* readBytes(file: OpenFile, delimiter: number, options: InputOptions, waiting: Waiting): Run<{ text: string; ended: boolean }> {
  const bytes: number[] = [];
  const seekable = isSeekable(file);
  const enough = (): boolean => options.characters !== undefined && countCharacters(bytes) >= options.characters;
  if (options.characters === 0) return { text: "", ended: false };
  for (;;) {
    let chunk: Uint8Array;
    try {
      const size = seekable && options.characters === undefined ? CHUNK : 1;
      chunk = file.readNow(size) ?? (yield* wait(waiting.read(size)));
    } catch (error) {
      if (error instanceof Stopped) return { text: decode(bytes), ended: true };
      throw error;
    }
    if (chunk.length === 0) return { text: decode(bytes), ended: true };
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (byte === delimiter && !options.exact) {
        if (seekable && at + 1 < chunk.length) file.seek(at + 1 - chunk.length, "current");
        return { text: decode(bytes), ended: false };
      }
      if (byte !== 0) bytes.push(byte);
      if (enough()) return { text: decode(bytes), ended: false };
    }
  }
}

function isSeekable(file: OpenFile): boolean {
  if (file.kind !== "file") return false;
  try {
    file.seek(0, "current");
    return true;
  } catch {
    return false;
  }
}

function decode(bytes: readonly number[]): string {
  return decodeBytes(new Uint8Array(bytes));
}

/** Whole UTF-8 characters only. */
function countCharacters(bytes: readonly number[]): number {
  let count = 0;
  for (let at = 0; at < bytes.length; count++) {
    const lead = bytes[at]!;
    const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (at + length > bytes.length) return count;
    at += length;
  }
  return count;
}
