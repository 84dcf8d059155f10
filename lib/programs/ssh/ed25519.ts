/**
 * Ed25519 (RFC 8032, 5.1), after the RFC's own Python (section 6). Synchronous, and the same in every browser and in Node 20, where
 * WebCrypto has it only in part. It protects nothing outside of a lab, so it need not run in constant time.
 */
import { sha512 } from "../core/hash.ts";

const P = 2n ** 255n - 19n;
/** The order of the base point. */
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

/** A point in extended coordinates: x = X/Z, y = Y/Z, x·y = T/Z. */
interface Point {
  readonly X: bigint;
  readonly Y: bigint;
  readonly Z: bigint;
  readonly T: bigint;
}

function mod(value: bigint, by = P): bigint {
  const rest = value % by;
  return rest < 0n ? rest + by : rest;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = mod(base), left = exponent; left > 0n; left >>= 1n, square = (square * square) % P) {
    if ((left & 1n) === 1n) result = (result * square) % P;
  }
  return result;
}

const inverse = (value: bigint) => power(value, P - 2n);

const D = mod(-121665n * inverse(121666n));
const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);

function add(left: Point, right: Point): Point {
  const a = mod((left.Y - left.X) * (right.Y - right.X));
  const b = mod((left.Y + left.X) * (right.Y + right.X));
  const c = mod(2n * left.T * right.T * D);
  const d = mod(2n * left.Z * right.Z);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return { X: mod(e * f), Y: mod(g * h), Z: mod(f * g), T: mod(e * h) };
}

function multiply(factor: bigint, point: Point): Point {
  let result: Point = { X: 0n, Y: 1n, Z: 1n, T: 0n };
  for (let left = factor, step = point; left > 0n; left >>= 1n, step = add(step, step)) {
    if ((left & 1n) === 1n) result = add(result, step);
  }
  return result;
}

function equal(left: Point, right: Point): boolean {
  return mod(left.X * right.Z - right.X * left.Z) === 0n && mod(left.Y * right.Z - right.Y * left.Z) === 0n;
}

/** The x that belongs to a y; undefined when the point is not on the curve. */
function recoverX(y: bigint, sign: bigint): bigint | undefined {
  if (y >= P) return undefined;
  const square = mod((y * y - 1n) * inverse(D * y * y + 1n));
  if (square === 0n) return sign === 1n ? undefined : 0n;
  let x = power(square, (P + 3n) / 8n);
  if (mod(x * x - square) !== 0n) x = mod(x * ROOT_OF_MINUS_ONE);
  if (mod(x * x - square) !== 0n) return undefined;
  return (x & 1n) === sign ? x : P - x;
}

const BASE_Y = mod(4n * inverse(5n));
const BASE_X = recoverX(BASE_Y, 0n) ?? 0n;
const BASE: Point = { X: BASE_X, Y: BASE_Y, Z: 1n, T: mod(BASE_X * BASE_Y) };

function toNumber(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let index = bytes.length - 1; index >= 0; index--) value = (value << 8n) | BigInt(bytes[index] ?? 0);
  return value;
}

function toBytes(value: bigint): Uint8Array {
  const bytes = new Uint8Array(32);
  for (let index = 0, rest = value; index < 32; index++, rest >>= 8n) bytes[index] = Number(rest & 0xffn);
  return bytes;
}

function compress({ X, Y, Z }: Point): Uint8Array {
  const inverted = inverse(Z);
  return toBytes(mod(Y * inverted) | ((mod(X * inverted) & 1n) << 255n));
}

function decompress(bytes: Uint8Array): Point | undefined {
  const value = toNumber(bytes);
  const y = value & ((1n << 255n) - 1n);
  const x = recoverX(y, value >> 255n);
  return x === undefined ? undefined : { X: x, Y: y, Z: 1n, T: mod(x * y) };
}

function hash(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return Uint8Array.from(sha512(whole).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function expand(seed: Uint8Array): { scalar: bigint; prefix: Uint8Array } {
  const digest = hash(seed);
  const scalar = (toNumber(digest.slice(0, 32)) & ((1n << 254n) - 8n)) | (1n << 254n);
  return { scalar, prefix: digest.slice(32) };
}

/** The public key, 32 bytes, that belongs to a secret of 32 bytes. */
export function ed25519PublicKey(seed: Uint8Array): Uint8Array {
  return compress(multiply(expand(seed).scalar, BASE));
}

/** A signature of 64 bytes. */
export function ed25519Sign(seed: Uint8Array, message: Uint8Array): Uint8Array {
  const { scalar, prefix } = expand(seed);
  const publicKey = compress(multiply(scalar, BASE));
  const r = mod(toNumber(hash(prefix, message)), ORDER);
  const point = compress(multiply(r, BASE));
  const challenge = mod(toNumber(hash(point, publicKey, message)), ORDER);
  const signature = new Uint8Array(64);
  signature.set(point);
  signature.set(toBytes(mod(r + challenge * scalar, ORDER)), 32);
  return signature;
}

export function ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const key = decompress(publicKey);
  const point = decompress(signature.slice(0, 32));
  const s = toNumber(signature.slice(32));
  if (key === undefined || point === undefined || s >= ORDER) return false;
  const challenge = mod(toNumber(hash(signature.slice(0, 32), publicKey, message)), ORDER);
  return equal(multiply(s, BASE), add(point, multiply(challenge, key)));
}
