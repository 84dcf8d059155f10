/** HMAC (RFC 2104) over a hash that gives hexadecimal digits and has blocks of 64 bytes. */
import { concat } from "../../../programs/core/io.ts";

const BLOCK = 64;

export const hexOf = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const bytesOf = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

export function hmac(hash: (data: Uint8Array) => string, key: Uint8Array, data: Uint8Array): Uint8Array {
  const padded = new Uint8Array(BLOCK);
  padded.set(key.length > BLOCK ? bytesOf(hash(key)) : key);
  const inner = hash(concat([padded.map((byte) => byte ^ 0x36), data]));
  return bytesOf(hash(concat([padded.map((byte) => byte ^ 0x5c), bytesOf(inner)])));
}
