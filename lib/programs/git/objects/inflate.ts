/** zlib's format, decompressed (RFC 1950, RFC 1951): synchronous, and it tells where the stream ended, as reading a pack needs. */

/** The bytes are no zlib stream. */
export class BadZlib extends Error {}

const LENGTH_BASE = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCE_BASE = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385,
  24577,
];
const DISTANCE_EXTRA = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** A canonical Huffman code: how many codes of each length, and the symbols in order. */
interface Code {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

function makeCode(lengths: readonly number[] | Uint8Array): Code {
  const counts = new Uint16Array(16);
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1;
  counts[0] = 0;
  const offsets = new Uint16Array(16);
  for (let i = 1; i < 15; i++) offsets[i + 1] = (offsets[i] ?? 0) + (counts[i] ?? 0);
  const symbols = new Uint16Array(lengths.length);
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol] ?? 0;
    if (length === 0) continue;
    const at = offsets[length] ?? 0;
    symbols[at] = symbol;
    offsets[length] = at + 1;
  }
  return { counts, symbols };
}

const FIXED_LENGTHS = makeCode(Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8)));
const FIXED_DISTANCES = makeCode(new Array<number>(30).fill(5));

class Inflater {
  out: Uint8Array;
  size = 0;
  #bits = 0;
  #held = 0;

  constructor(
    private readonly input: Uint8Array,
    public at: number,
    expected: number,
  ) {
    this.out = new Uint8Array(Math.max(64, expected));
  }

  #take(count: number): number {
    while (this.#held < count) {
      const byte = this.input[this.at++];
      if (byte === undefined) throw new BadZlib("the stream is cut short");
      this.#bits |= byte << this.#held;
      this.#held += 8;
    }
    const value = this.#bits & ((1 << count) - 1);
    this.#bits >>>= count;
    this.#held -= count;
    return value;
  }

  #symbol({ counts, symbols }: Code): number {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length < 16; length++) {
      code |= this.#take(1);
      const count = counts[length] ?? 0;
      if (code - count < first) return symbols[index + (code - first)] ?? 0;
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw new BadZlib("a code that does not exist");
  }

  #room(more: number): void {
    if (this.size + more <= this.out.length) return;
    const larger = new Uint8Array(Math.max(this.out.length * 2, this.size + more));
    larger.set(this.out.subarray(0, this.size));
    this.out = larger;
  }

  #block(lengths: Code, distances: Code): void {
    for (;;) {
      const symbol = this.#symbol(lengths);
      if (symbol < 256) {
        this.#room(1);
        this.out[this.size++] = symbol;
      } else if (symbol === 256) return;
      else {
        const kind = symbol - 257;
        const length = (LENGTH_BASE[kind] ?? 0) + this.#take(LENGTH_EXTRA[kind] ?? 0);
        const far = this.#symbol(distances);
        const distance = (DISTANCE_BASE[far] ?? 0) + this.#take(DISTANCE_EXTRA[far] ?? 0);
        if (distance === 0 || distance > this.size) throw new BadZlib("a distance that is too far");
        this.#room(length);
        for (let i = 0; i < length; i++, this.size++) this.out[this.size] = this.out[this.size - distance] ?? 0;
      }
    }
  }

  #stored(): void {
    // Bits up to the byte's end are no data.
    this.#bits = 0;
    this.#held = 0;
    const length = (this.input[this.at] ?? 0) | ((this.input[this.at + 1] ?? 0) << 8);
    this.at += 4;
    if (this.at + length > this.input.length) throw new BadZlib("the stream is cut short");
    this.#room(length);
    this.out.set(this.input.subarray(this.at, this.at + length), this.size);
    this.size += length;
    this.at += length;
  }

  #dynamic(): void {
    const lengthCount = this.#take(5) + 257;
    const distanceCount = this.#take(5) + 1;
    const codeCount = this.#take(4) + 4;
    const codeLengths = new Uint8Array(19);
    for (let i = 0; i < codeCount; i++) codeLengths[ORDER[i] ?? 0] = this.#take(3);
    const code = makeCode(codeLengths);
    const lengths = new Uint8Array(lengthCount + distanceCount);
    for (let i = 0; i < lengths.length; ) {
      const symbol = this.#symbol(code);
      if (symbol < 16) lengths[i++] = symbol;
      else {
        const value = symbol === 16 ? (lengths[i - 1] ?? 0) : 0;
        let repeat = symbol === 16 ? 3 + this.#take(2) : symbol === 17 ? 3 + this.#take(3) : 11 + this.#take(7);
        while (repeat-- > 0) lengths[i++] = value;
      }
    }
    this.#block(makeCode(lengths.subarray(0, lengthCount)), makeCode(lengths.subarray(lengthCount)));
  }

  run(): void {
    const header = ((this.input[this.at] ?? 0) << 8) | (this.input[this.at + 1] ?? 0);
    if (((header >> 8) & 15) !== 8 || header % 31 !== 0) throw new BadZlib("no zlib stream");
    this.at += 2;
    for (let last = false; !last; ) {
      last = this.#take(1) === 1;
      const kind = this.#take(2);
      if (kind === 0) this.#stored();
      else if (kind === 1) this.#block(FIXED_LENGTHS, FIXED_DISTANCES);
      else if (kind === 2) this.#dynamic();
      else throw new BadZlib("a block of no known kind");
    }
    // Whole bytes that were taken ahead are given back; the checksum follows.
    this.at -= this.#held >> 3;
    this.at += 4;
  }
}

/** The bytes of the stream that begins at `at`, and where the next thing begins. `expected`: its size, if known. Throws BadZlib. */
export function inflate(input: Uint8Array, at = 0, expected = 0): { data: Uint8Array; end: number } {
  const inflater = new Inflater(input, at, expected);
  inflater.run();
  return { data: inflater.out.subarray(0, inflater.size), end: inflater.at };
}
