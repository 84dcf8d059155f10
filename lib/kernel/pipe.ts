/** Pipes and fifos (pipe(7)). */
import { ByteQueue } from "./byte-queue.ts";
import { Description } from "./description.ts";
import { KernelError } from "./errno.ts";
import { O, type OpenFile, POLL } from "./types.ts";

/** pipe(7): the default capacity, and the size up to which writes are atomic. */
export const PIPE_CAPACITY = 64 * 1024;
export const PIPE_BUF = 4096;

/** What the two sides of a pipe share. */
class PipeBuffer {
  readonly queue = new ByteQueue(PIPE_CAPACITY);
  readonly ends = new Set<PipeEnd>();
  readers = 0;
  writers = 0;
  /** A fifo waits for its first writer instead of being at its end. */
  everWritten = false;
  readonly isFifo: boolean;

  constructor(isFifo: boolean) {
    this.isFifo = isFifo;
  }

  wake(): void {
    for (const end of [...this.ends]) end.wake();
  }
}

class PipeEnd extends Description {
  readonly kind = "pipe";
  readonly #buffer: PipeBuffer;
  readonly #onClose: (() => void) | undefined;

  constructor(buffer: PipeBuffer, flags: number, onClose?: () => void) {
    super(flags);
    this.#buffer = buffer;
    this.#onClose = onClose;
    buffer.ends.add(this);
    if (this.#reads) buffer.readers++;
    if (this.#writes) {
      buffer.writers++;
      buffer.everWritten = true;
    }
    buffer.wake();
  }

  get #reads(): boolean {
    return (this.flags & 3) !== O.WRONLY;
  }

  get #writes(): boolean {
    return (this.flags & 3) !== O.RDONLY;
  }

  get #atEnd(): boolean {
    return this.#buffer.writers === 0 && (this.#buffer.everWritten || !this.#buffer.isFifo);
  }

  wake(): void {
    this.changed();
  }

  readNow(max: number): Uint8Array | undefined {
    this.mustRead();
    const { queue } = this.#buffer;
    if (queue.length === 0) return this.#atEnd ? new Uint8Array(0) : undefined;
    const bytes = queue.take(max);
    this.#buffer.wake();
    return bytes;
  }

  writeNow(bytes: Uint8Array): number {
    this.mustWrite();
    const buffer = this.#buffer;
    if (buffer.readers === 0) {
      // The open of a fifo waits for a reader; here the first write does.
      if (buffer.isFifo && !this.#hadReader) return 0;
      throw new KernelError("EPIPE", "write");
    }
    this.#hadReader = true;
    // A write of at most PIPE_BUF bytes goes in whole or not at all.
    if (bytes.length <= PIPE_BUF && buffer.queue.free < bytes.length) return 0;
    const count = buffer.queue.push(bytes);
    if (count > 0) buffer.wake();
    return count;
  }

  #hadReader = false;

  poll(): number {
    const buffer = this.#buffer;
    let ready = 0;
    if (this.#reads) {
      if (buffer.queue.length > 0) ready |= POLL.IN;
      if (this.#atEnd) ready |= POLL.HUP;
    }
    if (this.#writes) {
      if (buffer.readers === 0) ready |= POLL.ERR;
      if (buffer.queue.free >= PIPE_BUF) ready |= POLL.OUT;
    }
    return ready;
  }

  protected closed(): void {
    const buffer = this.#buffer;
    buffer.ends.delete(this);
    if (this.#reads) buffer.readers--;
    if (this.#writes) buffer.writers--;
    if (buffer.ends.size === 0) buffer.queue.clear();
    buffer.wake();
    this.#onClose?.();
  }
}

/** pipe(2): both ends, each with one reference held by the caller. */
export function createPipe(flags = 0): { readonly reader: OpenFile; readonly writer: OpenFile } {
  const buffer = new PipeBuffer(false);
  const status = flags & O.NONBLOCK;
  const reader = new PipeEnd(buffer, O.RDONLY | status);
  return { reader, writer: new PipeEnd(buffer, O.WRONLY | status) };
}

/** The fifos of one machine that are open somewhere, by inode (fifo(7)): opening the same name again meets the same pipe. */
export class Fifos {
  readonly #open = new Map<number, PipeBuffer>();

  /** Opening does not wait for the other side; the first read or write does. ENXIO: a writer that will not wait, without a reader. */
  open(ino: number, flags: number): OpenFile {
    const buffer = this.#open.get(ino) ?? new PipeBuffer(true);
    if ((flags & 3) === O.WRONLY && (flags & O.NONBLOCK) !== 0 && buffer.readers === 0) throw new KernelError("ENXIO", "open");
    this.#open.set(ino, buffer);
    return new PipeEnd(buffer, flags, () => {
      if (buffer.ends.size === 0) this.#open.delete(ino);
    });
  }
}
