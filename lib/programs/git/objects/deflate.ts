/** zlib's format, compressed with the fixed code (RFC 1951, 3.2.6): synchronous; matches are found through a hash of three bytes. */

const WINDOW = 32768;
const LONGEST = 258;
const CHAIN = 24;

class BitWriter {
  out: Uint8Array;
  size = 0;
  #bits = 0;
  #held = 0;

  constructor(room: number) {
    this.out = new Uint8Array(room);
  }

  byte(value: number): void {
    if (this.size === this.out.length) {
      const larger = new Uint8Array(this.out.length * 2);
      larger.set(this.out);
      this.out = larger;
    }
    this.out[this.size++] = value;
  }

  /** Low bits first. */
  put(value: number, count: number): void {
    this.#bits |= value << this.#held;
    this.#held += count;
    while (this.#held >= 8) {
      this.byte(this.#bits & 255);
      this.#bits >>>= 8;
      this.#held -= 8;
    }
  }

  finish(): void {
    if (this.#held > 0) this.byte(this.#bits & 255);
    this.#bits = 0;
    this.#held = 0;
  }
}

function reversed(value: number, count: number): number {
  let out = 0;
  for (let i = 0; i < count; i++) out |= ((value >> i) & 1) << (count - 1 - i);
  return out;
}

/** Code and length of each of the 288 literal and length symbols, bits already in the order in which they are written. */
const FIXED = Array.from({ length: 288 }, (_, symbol) => {
  if (symbol < 144) return { code: reversed(0x30 + symbol, 8), bits: 8 };
  if (symbol < 256) return { code: reversed(0x190 + symbol - 144, 9), bits: 9 };
  if (symbol < 280) return { code: reversed(symbol - 256, 7), bits: 7 };
  return { code: reversed(0xc0 + symbol - 280, 8), bits: 8 };
});

interface Step {
  readonly base: number;
  readonly extra: number;
}

const LENGTHS: readonly Step[] = [
  ...Array.from({ length: 8 }, (_, i) => ({ base: 3 + i, extra: 0 })),
  ...Array.from({ length: 20 }, (_, i) => ({ base: 3 + ((4 + (i & 3)) << ((i >> 2) + 1)), extra: (i >> 2) + 1 })),
  { base: 258, extra: 0 },
];
const DISTANCES: readonly Step[] = [
  ...Array.from({ length: 4 }, (_, i) => ({ base: 1 + i, extra: 0 })),
  ...Array.from({ length: 26 }, (_, i) => ({ base: 1 + ((2 + (i & 1)) << ((i >> 1) + 1)), extra: (i >> 1) + 1 })),
];

function stepOf(steps: readonly Step[], value: number): number {
  let low = 0;
  let high = steps.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((steps[middle]?.base ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

export function adler32(data: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (let at = 0; at < data.length; ) {
    const end = Math.min(data.length, at + 3800);
    for (; at < end; at++) {
      a += data[at] ?? 0;
      b += a;
    }
    a %= 65521;
    b %= 65521;
  }
  return ((b << 16) | a) >>> 0;
}

function symbol(writer: BitWriter, value: number): void {
  const code = FIXED[value];
  if (code) writer.put(code.code, code.bits);
}

function match(writer: BitWriter, length: number, distance: number): void {
  const lengthStep = stepOf(LENGTHS, length);
  const { base = 0, extra = 0 } = LENGTHS[lengthStep] ?? {};
  symbol(writer, 257 + lengthStep);
  writer.put(length - base, extra);
  const distanceStep = stepOf(DISTANCES, distance);
  const far = DISTANCES[distanceStep] ?? { base: 0, extra: 0 };
  writer.put(reversed(distanceStep, 5), 5);
  writer.put(distance - far.base, far.extra);
}

/** One zlib stream. */
export function deflate(data: Uint8Array): Uint8Array {
  const writer = new BitWriter(Math.max(64, data.length >> 1));
  writer.byte(0x78);
  writer.byte(0x01);
  writer.put(1, 1);
  writer.put(1, 2);
  const heads = new Int32Array(1 << 15).fill(-1);
  const before = new Int32Array(Math.min(data.length, WINDOW) || 1);
  const hash = (at: number) => (((data[at] ?? 0) << 10) ^ ((data[at + 1] ?? 0) << 5) ^ (data[at + 2] ?? 0)) & 0x7fff;
  const remember = (at: number) => {
    if (at + 2 >= data.length) return;
    const key = hash(at);
    before[at % before.length] = heads[key] ?? -1;
    heads[key] = at;
  };
  for (let at = 0; at < data.length; ) {
    let best = 0;
    let from = 0;
    if (at + 2 < data.length) {
      const most = Math.min(LONGEST, data.length - at);
      let candidate = heads[hash(at)] ?? -1;
      for (let tries = 0; candidate >= 0 && at - candidate < WINDOW && tries < CHAIN; tries++) {
        let length = 0;
        while (length < most && data[candidate + length] === data[at + length]) length++;
        if (length > best) {
          best = length;
          from = candidate;
          if (length === most) break;
        }
        const next = before[candidate % before.length] ?? -1;
        if (next >= candidate) break;
        candidate = next;
      }
    }
    if (best >= 3) {
      match(writer, best, at - from);
      for (const end = at + best; at < end; at++) remember(at);
    } else {
      symbol(writer, data[at] ?? 0);
      remember(at++);
    }
  }
  symbol(writer, 256);
  writer.finish();
  const sum = adler32(data);
  for (const shift of [24, 16, 8, 0]) writer.byte((sum >>> shift) & 255);
  return writer.out.slice(0, writer.size);
}
