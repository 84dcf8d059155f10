/** MD5 (RFC 1321), SHA-1 and SHA-2 (FIPS 180-4): synchronous, since WebCrypto has no MD5 and needs a secure context. */

function padMessage(data: Uint8Array, block: number, bigEndian: boolean): DataView {
  const lengthBytes = block / 8;
  const size = Math.ceil((data.length + 1 + lengthBytes) / block) * block;
  const out = new Uint8Array(size);
  out.set(data);
  out[data.length] = 0x80;
  const view = new DataView(out.buffer);
  const bits = BigInt(data.length) * 8n;
  view.setBigUint64(size - 8, bits, !bigEndian);
  return view;
}

function hex(words: ArrayLike<number>, bigEndian: boolean): string {
  let out = "";
  for (let i = 0; i < words.length; i++) {
    const word = (words[i] ?? 0) >>> 0;
    const text = word.toString(16).padStart(8, "0");
    out += bigEndian ? text : (text.match(/../g) ?? []).reverse().join("");
  }
  return out;
}

const MD5_SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
const MD5_TABLE = Array.from({ length: 64 }, (_value, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32) | 0);

export function md5(data: Uint8Array): string {
  const view = padMessage(data, 64, false);
  const state = new Int32Array([0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476]);
  for (let at = 0; at < view.byteLength; at += 64) {
    let [a = 0, b = 0, c = 0, d = 0] = state;
    for (let i = 0; i < 64; i++) {
      const round = i >> 4;
      let f: number;
      let g: number;
      if (round === 0) {
        f = (b & c) | (~b & d);
        g = i;
      } else if (round === 1) {
        f = (d & b) | (~d & c);
        g = (5 * i + 1) & 15;
      } else if (round === 2) {
        f = b ^ c ^ d;
        g = (3 * i + 5) & 15;
      } else {
        f = c ^ (b | ~d);
        g = (7 * i) & 15;
      }
      const sum = (a + f + (MD5_TABLE[i] ?? 0) + view.getInt32(at + g * 4, true)) | 0;
      const shift = MD5_SHIFTS[round * 4 + (i & 3)] ?? 0;
      a = d;
      d = c;
      c = b;
      b = (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0;
    }
    state[0] = (state[0] ?? 0) + a;
    state[1] = (state[1] ?? 0) + b;
    state[2] = (state[2] ?? 0) + c;
    state[3] = (state[3] ?? 0) + d;
  }
  return hex(state, false);
}

export function sha1(data: Uint8Array): string {
  const view = padMessage(data, 64, true);
  const state = new Int32Array([0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476, 0xc3d2e1f0 | 0]);
  const w = new Int32Array(80);
  const rotate = (value: number, by: number) => (value << by) | (value >>> (32 - by));
  for (let at = 0; at < view.byteLength; at += 64) {
    for (let i = 0; i < 80; i++)
      w[i] = i < 16 ? view.getInt32(at + i * 4) : rotate((w[i - 3] ?? 0) ^ (w[i - 8] ?? 0) ^ (w[i - 14] ?? 0) ^ (w[i - 16] ?? 0), 1);
    let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
    for (let i = 0; i < 80; i++) {
      const f = i < 20 ? (b & c) | (~b & d) : i < 40 || i >= 60 ? b ^ c ^ d : (b & c) | (b & d) | (c & d);
      const k = i < 20 ? 0x5a827999 : i < 40 ? 0x6ed9eba1 : i < 60 ? 0x8f1bbcdc : 0xca62c1d6;
      const sum = (rotate(a, 5) + f + e + k + (w[i] ?? 0)) | 0;
      e = d;
      d = c;
      c = rotate(b, 30);
      b = a;
      a = sum;
    }
    for (const [i, value] of [a, b, c, d, e].entries()) state[i] = (state[i] ?? 0) + value;
  }
  return hex(state, true);
}

/** The first `count` primes. */
function primes(count: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) if (found.every((prime) => n % prime !== 0)) found.push(n);
  return found;
}

/** The first 64 bits of the fractional part of the square (2) or cube (3) root of n. */
function rootBits(n: number, degree: 2n | 3n): bigint {
  const scaled = BigInt(n) << (64n * degree);
  let low = 0n;
  let high = 1n << 70n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** degree <= scaled) low = middle;
    else high = middle;
  }
  return low & 0xffffffffffffffffn;
}

const PRIMES = primes(80);
let tables: { cube: readonly bigint[]; square: readonly bigint[]; square16: readonly bigint[] } | undefined;

/** The constants are computed, as FIPS 180-4 defines them, the first time they are needed. */
function constants() {
  tables ??= {
    cube: PRIMES.map((prime) => rootBits(prime, 3n)),
    square: PRIMES.slice(0, 8).map((prime) => rootBits(prime, 2n)),
    square16: PRIMES.slice(8, 16).map((prime) => rootBits(prime, 2n)),
  };
  return tables;
}

function sha2small(data: Uint8Array, start: readonly number[], size: number): string {
  const view = padMessage(data, 64, true);
  const k = constants().cube.map((bits) => Number(bits >> 32n) | 0);
  const state = Int32Array.from(start, (value) => value | 0);
  const w = new Int32Array(64);
  const rotate = (value: number, by: number) => (value >>> by) | (value << (32 - by));
  for (let at = 0; at < view.byteLength; at += 64) {
    for (let i = 0; i < 64; i++) {
      if (i < 16) w[i] = view.getInt32(at + i * 4);
      else {
        const x = w[i - 15] ?? 0;
        const y = w[i - 2] ?? 0;
        w[i] =
          ((w[i - 16] ?? 0) + (rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3)) + (w[i - 7] ?? 0) + (rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10))) |
          0;
      }
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
    for (let i = 0; i < 64; i++) {
      const t1 = (h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + (k[i] ?? 0) + (w[i] ?? 0)) | 0;
      const t2 = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    for (const [i, value] of [a, b, c, d, e, f, g, h].entries()) state[i] = (state[i] ?? 0) + value;
  }
  return hex(state, true).slice(0, size / 4);
}

function sha2large(data: Uint8Array, start: readonly bigint[], size: number): string {
  const view = padMessage(data, 128, true);
  const k = constants().cube;
  const state = BigUint64Array.from(start);
  const w = new BigUint64Array(80);
  const mask = 0xffffffffffffffffn;
  const rotate = (value: bigint, by: bigint) => ((value >> by) | (value << (64n - by))) & mask;
  for (let at = 0; at < view.byteLength; at += 128) {
    for (let i = 0; i < 80; i++) {
      if (i < 16) w[i] = view.getBigUint64(at + i * 8);
      else {
        const x = w[i - 15] ?? 0n;
        const y = w[i - 2] ?? 0n;
        w[i] =
          (w[i - 16] ?? 0n) +
          (rotate(x, 1n) ^ rotate(x, 8n) ^ (x >> 7n)) +
          (w[i - 7] ?? 0n) +
          (rotate(y, 19n) ^ rotate(y, 61n) ^ (y >> 6n));
      }
    }
    let [a = 0n, b = 0n, c = 0n, d = 0n, e = 0n, f = 0n, g = 0n, h = 0n] = state;
    for (let i = 0; i < 80; i++) {
      const t1 =
        (h + (rotate(e, 14n) ^ rotate(e, 18n) ^ rotate(e, 41n)) + ((e & f) ^ (~e & mask & g)) + (k[i] ?? 0n) + (w[i] ?? 0n)) & mask;
      const t2 = ((rotate(a, 28n) ^ rotate(a, 34n) ^ rotate(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c))) & mask;
      h = g;
      g = f;
      f = e;
      e = (d + t1) & mask;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) & mask;
    }
    for (const [i, value] of [a, b, c, d, e, f, g, h].entries()) state[i] = (state[i] ?? 0n) + value;
  }
  return [...state]
    .map((word) => word.toString(16).padStart(16, "0"))
    .join("")
    .slice(0, size / 4);
}

export function sha256(data: Uint8Array): string {
  return sha2small(
    data,
    constants().square.map((bits) => Number(bits >> 32n)),
    256,
  );
}

/** FIPS 180-4, 5.3.2: the second 32 bits of the roots of the ninth to sixteenth primes. */
export function sha224(data: Uint8Array): string {
  return sha2small(
    data,
    constants().square16.map((bits) => Number(bits & 0xffffffffn)),
    224,
  );
}

export function sha512(data: Uint8Array): string {
  return sha2large(data, constants().square, 512);
}

export function sha384(data: Uint8Array): string {
  return sha2large(data, constants().square16, 384);
}
