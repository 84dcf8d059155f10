/** Looks into TLS as programs of this world speak it: records whose contents are plain (RFC 8446 5.1). */

const HEADER_BYTES = 5;
const HANDSHAKE = 22;
const APPLICATION_DATA = 23;

/** One direction of a connection: gives on what belongs to the application, or everything where there is no TLS. */
export class PlainBytes {
  #isTls: boolean | undefined;
  #header: number[] = [];
  #left = 0;

  constructor(private readonly deliver: (bytes: Uint8Array) => void) {}

  push(bytes: Uint8Array): void {
    this.#isTls ??= bytes.length === 0 ? undefined : bytes[0] === HANDSHAKE;
    if (this.#isTls !== true) {
      this.deliver(bytes);
      return;
    }
    for (let at = 0; at < bytes.length; ) {
      if (this.#header.length < HEADER_BYTES) {
        this.#header.push(bytes[at++] ?? 0);
        this.#left = (this.#header[3] ?? 0) * 256 + (this.#header[4] ?? 0);
      } else {
        const count = Math.min(this.#left, bytes.length - at);
        if (this.#header[0] === APPLICATION_DATA) this.deliver(bytes.subarray(at, at + count));
        at += count;
        this.#left -= count;
      }
      if (this.#header.length === HEADER_BYTES && this.#left === 0) this.#header = [];
    }
  }
}
