/** Hashed passwords as crypt(5) has them: SHA-512 ("$6$"), after Ulrich Drepper's "Unix crypt using SHA-256 and SHA-512". */

import { sha512 } from "../core/hash.ts";
import { concat, encode } from "../core/io.ts";

const ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** The fewest that the method allows (its default is 5000): a password on a machine in a tab protects nothing, and nobody should wait. */
const ROUNDS = 1000;

function digest(...parts: readonly Uint8Array[]): Uint8Array {
  const hex = sha512(concat(parts));
  return Uint8Array.from({ length: 64 }, (_value, at) => Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16));
}

/** The first `length` bytes of a digest repeated. */
function stretch(bytes: Uint8Array, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_value, at) => bytes[at % bytes.length] ?? 0);
}

function base64(sum: Uint8Array): string {
  let out = "";
  const three = (a: number, b: number, c: number, digits: number) => {
    let word = (a << 16) | (b << 8) | c;
    for (let at = 0; at < digits; at++) {
      out += ALPHABET[word & 63] ?? "";
      word >>= 6;
    }
  };
  const order = [0, 21, 42];
  for (let step = 0; step < 21; step++) {
    const [a = 0, b = 0, c = 0] = order;
    three(sum[a] ?? 0, sum[b] ?? 0, sum[c] ?? 0, 4);
    order.splice(0, 3, b + 1, c + 1, a + 1);
  }
  three(0, 0, sum[63] ?? 0, 2);
  return out;
}

function sha512Crypt(password: string, salt: string, rounds: number): string {
  const key = encode(password);
  const grains = encode(salt.slice(0, 16));
  const alternate = digest(key, grains, key);
  const parts = [key, grains, stretch(alternate, key.length)];
  for (let bits = key.length; bits > 0; bits >>= 1) parts.push(bits & 1 ? alternate : key);
  let sum = digest(...parts);
  const keys = stretch(digest(...Array.from({ length: key.length }, () => key)), key.length);
  const salts = stretch(digest(...Array.from({ length: 16 + (sum[0] ?? 0) }, () => grains)), grains.length);
  for (let round = 0; round < rounds; round++) {
    const next: Uint8Array[] = [round & 1 ? keys : sum];
    if (round % 3 !== 0) next.push(salts);
    if (round % 7 !== 0) next.push(keys);
    next.push(round & 1 ? sum : keys);
    sum = digest(...next);
  }
  return base64(sum);
}

/** Hashes a password with a new salt; `random` gives numbers in [0, 1). */
export function hashPassword(password: string, random: () => number): string {
  const salt = Array.from({ length: 16 }, () => ALPHABET[Math.floor(random() * 64)] ?? ".").join("");
  return `$6$rounds=${ROUNDS}$${salt}$${sha512Crypt(password, salt, ROUNDS)}`;
}

/** Whether the password is the one that was hashed. Hashes of other methods, and locked ones, fit nothing. */
export function checkPassword(password: string, hash: string): boolean {
  const found = /^\$6\$(?:rounds=(\d+)\$)?([^$]*)\$(.+)$/.exec(hash);
  if (!found) return hash === "" && password === "";
  const [, rounds = "5000", salt = "", sum = ""] = found;
  return sha512Crypt(password, salt, Math.max(1000, Math.min(100_000, Number(rounds)))) === sum;
}
