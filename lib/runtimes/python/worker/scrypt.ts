/** scrypt (RFC 7914): Python without OpenSSL has none, and written in Python it would take minutes. */

/** PBKDF2-HMAC-SHA256 with one iteration. */
export type Pbkdf2 = (password: Uint8Array, salt: Uint8Array, length: number) => Uint8Array;

export interface ScryptCost {
  /** A power of 2. */
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

/** RFC 7914, section 6. */
export function scrypt(password: Uint8Array, salt: Uint8Array, { n, r, p }: ScryptCost, length: number, pbkdf2: Pbkdf2): Uint8Array {
  const blocks = pbkdf2(password, salt, p * 128 * r).slice();
  const view = new DataView(blocks.buffer);
  const words = 32 * r;
  const block = new Uint32Array(words);
  const memory = new Uint32Array(words * n);
  for (let index = 0; index < p; index++) {
    const start = index * words * 4;
    for (let word = 0; word < words; word++) block[word] = view.getUint32(start + word * 4, true);
    mix(block, n, r, memory);
    for (let word = 0; word < words; word++) view.setUint32(start + word * 4, block[word] ?? 0, true);
  }
  return pbkdf2(password, blocks, length);
}

/** scryptROMix, section 5. */
function mix(block: Uint32Array, n: number, r: number, memory: Uint32Array): void {
  const words = block.length;
  const mixed = new Uint32Array(words);
  for (let step = 0; step < n; step++) {
    memory.set(block, step * words);
    mixBlocks(block, mixed, r);
  }
  for (let step = 0; step < n; step++) {
    const place = ((block[words - 16] ?? 0) & (n - 1)) * words;
    for (let word = 0; word < words; word++) block[word] = (block[word] ?? 0) ^ (memory[place + word] ?? 0);
    mixBlocks(block, mixed, r);
  }
}

/** scryptBlockMix, section 4. */
function mixBlocks(block: Uint32Array, mixed: Uint32Array, r: number): void {
  const state = new Uint32Array(block.subarray((2 * r - 1) * 16));
  for (let index = 0; index < 2 * r; index++) {
    for (let word = 0; word < 16; word++) state[word] = (state[word] ?? 0) ^ (block[index * 16 + word] ?? 0);
    salsa(state);
    mixed.set(state, ((index & 1) * r + (index >> 1)) * 16);
  }
  block.set(mixed);
}

/** One row or column at a time: the places of a quarter round. */
const QUARTERS = Uint8Array.from(
  [
    [0, 4, 8, 12],
    [5, 9, 13, 1],
    [10, 14, 2, 6],
    [15, 3, 7, 11],
    [0, 1, 2, 3],
    [5, 6, 7, 4],
    [10, 11, 8, 9],
    [15, 12, 13, 14],
  ].flat(),
);
const working = new Int32Array(16);

/** Salsa20/8, section 3. */
function salsa(state: Uint32Array): void {
  const x = working;
  x.set(state);
  for (let round = 0; round < 8; round += 2) {
    for (let at = 0; at < 32; at += 4) {
      const a = QUARTERS[at] ?? 0;
      const b = QUARTERS[at + 1] ?? 0;
      const c = QUARTERS[at + 2] ?? 0;
      const d = QUARTERS[at + 3] ?? 0;
      x[b] = (x[b] ?? 0) ^ rotated((x[a] ?? 0) + (x[d] ?? 0), 7);
      x[c] = (x[c] ?? 0) ^ rotated((x[b] ?? 0) + (x[a] ?? 0), 9);
      x[d] = (x[d] ?? 0) ^ rotated((x[c] ?? 0) + (x[b] ?? 0), 13);
      x[a] = (x[a] ?? 0) ^ rotated((x[d] ?? 0) + (x[c] ?? 0), 18);
    }
  }
  for (let word = 0; word < 16; word++) state[word] = (state[word] ?? 0) + (x[word] ?? 0);
}

function rotated(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
