/** The data types of ssh (RFC 4251, 5): 32-bit numbers, and strings with their length before them. Key files are made of them too. */

const encoder = new TextEncoder();

export class WireWriter {
  readonly #parts: Uint8Array[] = [];

  number(value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value);
    return this.raw(bytes);
  }

  raw(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    return this;
  }

  string(value: string | Uint8Array): this {
    const bytes = typeof value === "string" ? encoder.encode(value) : value;
    return this.number(bytes.length).raw(bytes);
  }

  /** A positive number of any size, most significant byte first: a zero byte goes before a set top bit. */
  mpint(value: Uint8Array): this {
    let start = 0;
    while (start < value.length && value[start] === 0) start++;
    const bytes = value.slice(start);
    return this.string((bytes[0] ?? 0) >= 0x80 ? Uint8Array.from([0, ...bytes]) : bytes);
  }

  bytes(): Uint8Array {
    const whole = new Uint8Array(this.#parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
}

/** Throws RangeError when there is less than what is asked for. */
export class WireReader {
  #at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  raw(length: number): Uint8Array {
    if (this.#at + length > this.bytes.length) throw new RangeError("cut short");
    this.#at += length;
    return this.bytes.slice(this.#at - length, this.#at);
  }

  number(): number {
    const bytes = this.raw(4);
    return new DataView(bytes.buffer).getUint32(0);
  }

  string(): Uint8Array {
    return this.raw(this.number());
  }

  text(): string {
    return new TextDecoder().decode(this.string());
  }
}

export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** Undefined when it is not base64. */
export function fromBase64(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 === 1) return undefined;
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** Bytes as text that JSON can carry in the `base64url` form of WebCrypto's keys. */
export function toBase64Url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

export function fromBase64Url(text: string): Uint8Array {
  return fromBase64(text.replaceAll("-", "+").replaceAll("_", "/")) ?? new Uint8Array(0);
}
