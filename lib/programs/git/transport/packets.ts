/** Lines with their length in front (gitprotocol-common(5), pkt-line), over descriptors. */
import type { OpenFile, Process } from "../../../kernel/types.ts";
import { concat, decode, encode } from "../../core/io.ts";

export class GoneAway extends Error {}

const EMPTY = new Uint8Array();

export class PacketReader {
  #held: Uint8Array = EMPTY;

  constructor(private readonly more: () => Promise<Uint8Array>) {}

  static of(self: Process, file: OpenFile): PacketReader {
    return new PacketReader(() => file.read(65536, self.ended));
  }

  async #take(count: number): Promise<Uint8Array> {
    while (this.#held.length < count) {
      const chunk = await this.more();
      if (chunk.length === 0) throw new GoneAway();
      this.#held = concat([this.#held, chunk]);
    }
    const out = this.#held.slice(0, count);
    this.#held = this.#held.subarray(count);
    return out;
  }

  /** The next line's bytes; undefined for a flush. Throws GoneAway at the end of the stream. */
  async bytes(): Promise<Uint8Array | undefined> {
    const length = Number.parseInt(decode(await this.#take(4)), 16);
    if (Number.isNaN(length)) throw new GoneAway();
    if (length < 4) return undefined;
    return this.#take(length - 4);
  }

  /** The next line without its newline. */
  async line(): Promise<string | undefined> {
    const bytes = await this.bytes();
    return bytes && decode(bytes).replace(/\n$/, "");
  }

  /** Lines up to the flush. */
  async lines(): Promise<string[]> {
    const all: string[] = [];
    for (let line = await this.line(); line !== undefined; line = await this.line()) all.push(line);
    return all;
  }

  /** Everything to the end of the stream. */
  async rest(): Promise<Uint8Array> {
    const parts = [this.#held];
    this.#held = EMPTY;
    for (let chunk = await this.more(); chunk.length > 0; chunk = await this.more()) parts.push(chunk);
    return concat(parts);
  }

  /** A pack, whose length only its content tells: bytes are taken until `complete` is satisfied. */
  async pack(complete: (bytes: Uint8Array) => boolean): Promise<Uint8Array> {
    while (!complete(this.#held)) {
      const chunk = await this.more();
      if (chunk.length === 0) break;
      this.#held = concat([this.#held, chunk]);
    }
    const out = this.#held;
    this.#held = EMPTY;
    return out;
  }
}

export const FLUSH = encode("0000");

export function packet(data: string | Uint8Array): Uint8Array {
  const bytes = typeof data === "string" ? encode(data) : data;
  return concat([encode((bytes.length + 4).toString(16).padStart(4, "0")), bytes]);
}

/** Side bands: 1 data, 2 what the other side says, 3 why it gave up. */
export function sideband(band: 1 | 2 | 3, data: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < data.length; at += 65515) {
    const chunk = data.subarray(at, at + 65515);
    parts.push(packet(concat([Uint8Array.of(band), chunk])));
  }
  return concat(parts);
}
