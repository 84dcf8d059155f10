/** One connection of a client, or to an upstream: bytes both ways with limits of time, over TCP or TLS. */
import type { Clock, OpenFile } from "../../../kernel/types.ts";

/** A limit of time has passed. */
export class Late extends Error {
  override readonly name = "Late";
}

/** The other side is gone, or this connection is to be given up. */
export class Abandoned extends Error {
  override readonly name = "Abandoned";
}

export interface TlsFacts {
  readonly serverName: string;
  readonly protocol: string;
  readonly cipher: string;
}

/** What carries the bytes. */
export interface Carrier {
  read(max: number, signal?: AbortSignal): Promise<Uint8Array>;
  readNow(max: number): Uint8Array | undefined;
  write(bytes: Uint8Array, signal?: AbortSignal): Promise<unknown>;
  writeNow(bytes: Uint8Array): number;
  onReady(callback: () => void): () => void;
  /** No more is sent. */
  shutdown(): void;
  close(): void;
}

export function carrierOf(socket: OpenFile & { shutdown?(how: "write"): void }): Carrier {
  return {
    read: (max, signal) => socket.read(max, signal),
    readNow: (max) => socket.readNow(max),
    write: (bytes, signal) => socket.write(bytes, signal),
    writeNow: (bytes) => socket.writeNow(bytes),
    onReady: (callback) => socket.onReady(callback),
    shutdown: () => socket.shutdown?.("write"),
    close: () => socket.release(),
  };
}

/** Who is to hear that the process has ended: one listener for all of its connections. */
export class Endings {
  readonly #all = new Set<(reason: unknown) => void>();

  constructor(private readonly signal: AbortSignal) {
    signal.addEventListener("abort", () => {
      for (const each of [...this.#all]) each(signal.reason);
    });
  }

  /** Calls back at the end, or at once when that has been; the result takes it away again. */
  add(callback: (reason: unknown) => void): () => void {
    if (this.signal.aborted) callback(this.signal.reason);
    this.#all.add(callback);
    return () => this.#all.delete(callback);
  }
}

const NOTHING = new Uint8Array();

export class Stream {
  /** Bytes that were read and not used. */
  #rest: Uint8Array = NOTHING;
  #ended = false;
  #error: unknown;
  readonly #abort = new AbortController();
  isClosed = false;

  constructor(
    private readonly carrier: Carrier,
    private readonly clock: Clock,
    endings: Endings,
  ) {
    this.#unlink = endings.add((reason) => this.#abort.abort(reason));
  }
  readonly #unlink: () => void;

  get buffered(): number {
    return this.#rest.length;
  }

  /** Bytes that are there at once, else undefined; empty at the end. */
  now(): Uint8Array | undefined {
    if (this.#rest.length > 0) {
      const bytes = this.#rest;
      this.#rest = NOTHING;
      return bytes;
    }
    if (this.#ended) return NOTHING;
    return this.carrier.readNow(65_536);
  }

  /** What comes next; empty at the end. Rejects with Late, Abandoned, KernelError. */
  async read(limitMs?: number): Promise<Uint8Array> {
    if (this.#error !== undefined) throw this.#error;
    const ready = this.now();
    if (ready !== undefined) return ready;
    return this.#limited(limitMs, (signal) => this.carrier.read(65_536, signal));
  }

  unread(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    if (this.#rest.length === 0) this.#rest = bytes;
    else {
      const all = new Uint8Array(bytes.length + this.#rest.length);
      all.set(bytes);
      all.set(this.#rest, bytes.length);
      this.#rest = all;
    }
  }

  async write(bytes: Uint8Array, limitMs?: number): Promise<void> {
    const count = this.carrier.writeNow(bytes);
    if (count >= bytes.length) return;
    await this.#limited(limitMs, (signal) => this.carrier.write(bytes.subarray(count), signal));
  }

  async #limited<T>(limitMs: number | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (limitMs === undefined) return work(this.#abort.signal);
    const limit = new AbortController();
    const give = () => limit.abort(this.#abort.signal.reason);
    if (this.#abort.signal.aborted) give();
    this.#abort.signal.addEventListener("abort", give);
    const cancel = this.clock.after(limitMs, () => limit.abort(new Late()));
    try {
      return await work(limit.signal);
    } finally {
      cancel();
      this.#abort.signal.removeEventListener("abort", give);
    }
  }

  /** Calls back once when the other side has closed; bytes that come meanwhile are kept. */
  watch(closed: () => void): () => void {
    let isOver = false;
    const look = () => {
      if (isOver || this.#ended) return;
      try {
        const bytes = this.carrier.readNow(65_536);
        if (bytes === undefined) return;
        if (bytes.length > 0) {
          const before = this.#rest;
          this.#rest = new Uint8Array(before.length + bytes.length);
          this.#rest.set(before);
          this.#rest.set(bytes, before.length);
          return;
        }
        this.#ended = true;
      } catch (error) {
        this.#error = error;
      }
      isOver = true;
      closed();
    };
    const stop = this.carrier.onReady(look);
    look();
    return () => {
      isOver = true;
      stop();
    };
  }

  /** Gives up whoever reads or writes. */
  abandon(): void {
    this.#abort.abort(new Abandoned());
  }

  /** Tells the other side that nothing more comes. */
  shutdown(): void {
    if (!this.isClosed) this.carrier.shutdown();
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.#unlink();
    this.carrier.close();
  }
}
