/**
 * TLS records (RFC 8446 5.1) over a socket: a type, a version, a length and the bytes. Nothing is encrypted: in a world within one tab
 * nobody listens on the way. Who is who is proved by certificates and signatures all the same (`handshake.ts`).
 */
import type { OpenFile } from "../../kernel/types.ts";
import { concat } from "../core/io.ts";
import { TlsFailure } from "./failure.ts";

export const RECORD = { changeCipherSpec: 20, alert: 21, handshake: 22, data: 23 } as const;
export const HEADER_BYTES = 5;
export const LARGEST_RECORD = 16_384;

/** What both sides need of a socket. */
export type Carrier = Pick<OpenFile, "read" | "write" | "release">;

export interface TlsRecord {
  readonly type: number;
  readonly body: Uint8Array;
}

export function record(type: number, body: Uint8Array): Uint8Array {
  const out = new Uint8Array(HEADER_BYTES + body.length);
  // The version of records is 1.2's for ever (5.1, legacy_record_version).
  out.set([type, 3, 3, body.length >> 8, body.length & 0xff]);
  out.set(body, HEADER_BYTES);
  return out;
}

/** The first record of `bytes`, with its length in all; undefined: there is more to come. Throws TlsFailure. */
export function takeRecord(bytes: Uint8Array): { record: TlsRecord; size: number } | undefined {
  const [type = 0, major = 3, minor = 3, high = 0, low = 0] = bytes;
  if (bytes.length >= 3 && (major !== 3 || minor > 4 || type < 20 || type > 24))
    throw new TlsFailure("wrong-version-number", { received: bytes });
  const size = HEADER_BYTES + high * 256 + low;
  if (bytes.length < HEADER_BYTES || bytes.length < size) return undefined;
  return { record: { type, body: bytes.slice(HEADER_BYTES, size) }, size };
}

/** Reads and writes records during a handshake; what was read too far is left for the stream. */
export class RecordChannel {
  #held: Uint8Array = new Uint8Array(0);

  constructor(
    readonly carrier: Carrier,
    private readonly signal: AbortSignal | undefined,
  ) {}

  get left(): Uint8Array {
    return this.#held;
  }

  /** At least `count` bytes, kept; fewer at the end. */
  async peek(count: number): Promise<Uint8Array> {
    while (this.#held.length < count) {
      const more = await this.carrier.read(65_536, this.signal);
      if (more.length === 0) break;
      this.#held = concat([this.#held, more]);
    }
    return this.#held;
  }

  /** The next record. Throws TlsFailure at the end, and for what is none. */
  async read(): Promise<TlsRecord> {
    for (;;) {
      const found = takeRecord(this.#held);
      if (found !== undefined) {
        this.#held = this.#held.slice(found.size);
        return found.record;
      }
      const before = this.#held.length;
      if ((await this.peek(before + 1)).length === before) throw new TlsFailure("closed");
    }
  }

  async write(type: number, body: Uint8Array): Promise<void> {
    const parts: Uint8Array[] = [];
    for (let at = 0; at < body.length; at += LARGEST_RECORD) parts.push(record(type, body.subarray(at, at + LARGEST_RECORD)));
    await this.carrier.write(concat(parts), this.signal);
  }

  /** The other side learns why it ends. Whether it still listens does not matter. */
  async alert(description: number, fatal: boolean): Promise<void> {
    try {
      await this.write(RECORD.alert, Uint8Array.of(fatal ? 2 : 1, description));
    } catch {
      // The connection is given up in any case.
    }
  }
}
