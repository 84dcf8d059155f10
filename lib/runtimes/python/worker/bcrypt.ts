/**
 * bcrypt (Provos and Mazières, "A Future-Adaptable Password Scheme", 1999): the package of that name is compiled code, and written in
 * Python one password would take a minute.
 */

/** The subkeys and boxes of Blowfish, one after the other: 18 words, then four times 256. */
const SUBKEYS = 18;
const WORDS = SUBKEYS + 4 * 256;
/** "OrpheanBeholderScryDoubt" as six words. */
const TEXT = [0x4f727068, 0x65616e42, 0x65686f6c, 0x64657253, 0x63727944, 0x6f756274];
/** Of the 24 bytes, the last one is left out, as it was in the first implementation. */
const SIZE = 23;

/**
 * The 23 bytes of a hash. `password` with its terminating NUL (revision 2a and later), `salt` of 16 bytes, `cost` the binary logarithm of
 * the number of rounds.
 */
export function bcrypt(password: Uint8Array, salt: Uint8Array, cost: number): Uint8Array {
  const state = piWords().slice();
  const key = wordsOf(password, SUBKEYS);
  const saltWords = wordsOf(salt, 4);
  expand(state, key, saltWords);
  const nothing = new Int32Array(4);
  const saltKey = Int32Array.from({ length: SUBKEYS }, (_, index) => saltWords[index & 3] ?? 0);
  for (let round = 2 ** cost; round > 0; round--) {
    expand(state, key, nothing);
    expand(state, saltKey, nothing);
  }
  const text = Int32Array.from(TEXT);
  for (let at = 0; at < text.length; at += 2) for (let time = 0; time < 64; time++) encipher(state, text, at);
  const bytes = new DataView(new ArrayBuffer(24));
  text.forEach((word, index) => {
    bytes.setInt32(index * 4, word);
  });
  return new Uint8Array(bytes.buffer, 0, SIZE);
}

/** `count` words, big-endian, from bytes that are repeated. */
function wordsOf(bytes: Uint8Array, count: number): Int32Array {
  const words = new Int32Array(count);
  let at = 0;
  for (let index = 0; index < count; index++) {
    let word = 0;
    for (let byte = 0; byte < 4; byte++) word = (word << 8) | (bytes[at++ % bytes.length] ?? 0);
    words[index] = word;
  }
  return words;
}

/** ExpandKey of the paper. */
function expand(state: Int32Array, key: Int32Array, salt: Int32Array): void {
  for (let index = 0; index < SUBKEYS; index++) state[index] = (state[index] ?? 0) ^ (key[index] ?? 0);
  const block = new Int32Array(2);
  for (let index = 0; index < WORDS; index += 2) {
    block[0] = (block[0] ?? 0) ^ (salt[index & 2] ?? 0);
    block[1] = (block[1] ?? 0) ^ (salt[(index & 2) + 1] ?? 0);
    encipher(state, block, 0);
    state[index] = block[0] ?? 0;
    state[index + 1] = block[1] ?? 0;
  }
}

/** One block of Blowfish, in place. */
function encipher(state: Int32Array, block: Int32Array, at: number): void {
  let left = (block[at] ?? 0) ^ (state[0] ?? 0);
  let right = block[at + 1] ?? 0;
  for (let round = 1; round <= 16; round += 2) {
    right ^= mixed(state, left) ^ (state[round] ?? 0);
    left ^= mixed(state, right) ^ (state[round + 1] ?? 0);
  }
  block[at] = right ^ (state[17] ?? 0);
  block[at + 1] = left;
}

function mixed(state: Int32Array, x: number): number {
  const a = state[SUBKEYS + (x >>> 24)] ?? 0;
  const b = state[SUBKEYS + 256 + ((x >>> 16) & 255)] ?? 0;
  const c = state[SUBKEYS + 512 + ((x >>> 8) & 255)] ?? 0;
  const d = state[SUBKEYS + 768 + (x & 255)] ?? 0;
  return (((a + b) ^ c) + d) | 0;
}

let pi: Int32Array | undefined;

/** Blowfish begins with the fraction of pi: 16 arctan(1/5) - 4 arctan(1/239), by Machin. */
function piWords(): Int32Array {
  if (pi) return pi;
  const spare = 64;
  const one = 1n << BigInt(WORDS * 32 + spare);
  const arctan = (inverse: bigint) => {
    let power = one / inverse;
    let sum = power;
    for (let n = 3n, sign = -1n; power !== 0n; n += 2n, sign = -sign) {
      power /= inverse * inverse;
      sum += sign * (power / n);
    }
    return sum;
  };
  const digits = (((16n * arctan(5n) - 4n * arctan(239n)) % one) >> BigInt(spare)).toString(16).padStart(WORDS * 8, "0");
  pi = Int32Array.from({ length: WORDS }, (_, index) => Number.parseInt(digits.slice(index * 8, index * 8 + 8), 16) | 0);
  return pi;
}
