/** What all open file descriptions that are not files on a disk have in common (open(2), "open file description"). */
import { KernelError } from "./errno.ts";
import { O, type OpenFile, type OpenFileKind, type Stat, type Tty } from "./types.ts";
import { nextWake, Wakeups } from "./wakeups.ts";

/** Type bits of st_mode (inode(7)). */
export const S_IFMT = { fifo: 0o010000, device: 0o020000, socket: 0o140000 } as const;

let nextInode = 1;

/**
 * A description with a reference count, readiness callbacks, and blocking reads and writes made from the non-blocking ones.
 * Subclasses implement `readNow`, `writeNow`, `poll` and `closed`, and call `changed` when readiness may be another.
 */
export abstract class Description implements OpenFile {
  abstract readonly kind: OpenFileKind;
  flags: number;
  readonly tty?: Tty;
  #references = 1;
  readonly #wakeups = new Wakeups();
  readonly #inode = nextInode++;

  constructor(flags: number) {
    this.flags = flags & ~(O.CREAT | O.EXCL | O.TRUNC | O.CLOEXEC);
  }

  abstract readNow(max: number): Uint8Array | undefined;
  abstract writeNow(bytes: Uint8Array): number;
  abstract poll(): number;
  /** The last reference has gone. */
  protected abstract closed(): void;

  async read(max: number, signal?: AbortSignal): Promise<Uint8Array> {
    for (;;) {
      const bytes = this.readNow(max);
      if (bytes !== undefined) return bytes;
      if ((this.flags & O.NONBLOCK) !== 0) throw new KernelError("EAGAIN", "read");
      await nextWake((callback) => this.onReady(callback), signal);
    }
  }

  async write(bytes: Uint8Array, signal?: AbortSignal): Promise<number> {
    let done = 0;
    while (done < bytes.length) {
      const count = this.writeNow(done === 0 ? bytes : bytes.subarray(done));
      done += count;
      if (done >= bytes.length) break;
      if ((this.flags & O.NONBLOCK) !== 0) {
        if (done > 0) return done;
        throw new KernelError("EAGAIN", "write");
      }
      if (count === 0) await nextWake((callback) => this.onReady(callback), signal);
    }
    return done;
  }

  onReady(callback: () => void): () => void {
    return this.#wakeups.add(callback);
  }

  /** Tells everybody who waits on this description. */
  protected changed(): void {
    this.#wakeups.wake();
  }

  stat(): Stat {
    const type = this.kind === "pipe" ? S_IFMT.fifo : this.kind === "socket" ? S_IFMT.socket : S_IFMT.device;
    const kind = this.kind === "pipe" ? "fifo" : this.kind === "socket" ? "socket" : "device";
    return {
      ino: this.#inode,
      kind,
      mode: type | 0o600,
      nlink: 1,
      uid: 0,
      gid: 0,
      size: 0,
      mtimeMs: 0,
      ctimeMs: 0,
      atimeMs: 0,
      rdev: 0,
    };
  }

  seek(_offset: number, _whence: "set" | "current" | "end"): number {
    throw new KernelError("ESPIPE", "lseek");
  }

  truncate(_size: number): void {
    throw new KernelError("EINVAL", "ftruncate");
  }

  retain(): void {
    this.#references++;
  }

  release(): void {
    if (this.#references === 0) return;
    this.#references--;
    if (this.#references > 0) return;
    this.closed();
    // Whoever still waits in a read or write learns that it is over.
    this.changed();
  }

  /** No reference is left. */
  protected get isClosed(): boolean {
    return this.#references === 0;
  }

  protected mustRead(): void {
    if ((this.flags & 3) === O.WRONLY || this.isClosed) throw new KernelError("EBADF", "read");
  }

  protected mustWrite(): void {
    if ((this.flags & 3) === O.RDONLY || this.isClosed) throw new KernelError("EBADF", "write");
  }
}
