/** Passwords in /etc/shadow (crypt(5)): the SHA-256 form, `$5$`, by Ulrich Drepper's description "Unix crypt using SHA-256 and SHA-512". */
import { sha256 } from "./hash.ts";
import { concat, encode } from "./io.ts";

const ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const USUAL_ROUNDS = 5000;
/** The fewest that the form allows: a password protects nothing outside of a lab, and must not hold it up. */
const FEW_ROUNDS = 1000;
const LONGEST_SALT = 16;
const DIGEST = 32;

function digest(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(sha256(concat(parts)).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** The digest again and again, until there are so many bytes. */
function repeated(bytes: Uint8Array, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => bytes[index % DIGEST] ?? 0);
}

function rounds(password: Uint8Array, salt: Uint8Array, count: number): Uint8Array {
  const inner = digest([password, salt, password]);
  const parts = [password, salt, repeated(inner, password.length)];
  for (let bits = password.length; bits > 0; bits >>= 1) parts.push((bits & 1) === 1 ? inner : password);
  let current = digest(parts);
  const p = repeated(digest(Array.from(password, () => password)), password.length);
  const s = repeated(digest(Array.from({ length: 16 + (current[0] ?? 0) }, () => salt)), salt.length);
  for (let round = 0; round < count; round++) {
    const odd = round % 2 === 1;
    const mixed = [odd ? p : current];
    if (round % 3 !== 0) mixed.push(s);
    if (round % 7 !== 0) mixed.push(p);
    mixed.push(odd ? current : p);
    current = digest(mixed);
  }
  return current;
}

function encoded(bytes: Uint8Array): string {
  let text = "";
  const group = (high: number, middle: number, low: number, length: number) => {
    let value = (high << 16) | (middle << 8) | low;
    for (let index = 0; index < length; index++, value >>= 6) text += ALPHABET[value & 63];
  };
  const at = (index: number) => bytes[index] ?? 0;
  for (const [a, b, c] of [
    [0, 10, 20],
    [21, 1, 11],
    [12, 22, 2],
    [3, 13, 23],
    [24, 4, 14],
    [15, 25, 5],
    [6, 16, 26],
    [27, 7, 17],
    [18, 28, 8],
    [9, 19, 29],
  ] as const)
    group(at(a), at(b), at(c), 4);
  group(0, at(31), at(30), 3);
  return text;
}

/** crypt(3): the password's hash by a setting such as `$5$salt` or by a whole hash. Undefined for other forms. */
export function crypt(password: string, setting: string): string | undefined {
  const found = /^\$5\$(?:rounds=(\d+)\$)?([^$]*)/.exec(setting);
  if (found === null) return undefined;
  const count = found[1] === undefined ? USUAL_ROUNDS : Math.min(Math.max(Number(found[1]), FEW_ROUNDS), 999_999_999);
  const salt = (found[2] ?? "").slice(0, LONGEST_SALT);
  const head = found[1] === undefined ? "$5$" : `$5$rounds=${count}$`;
  return `${head}${salt}$${encoded(rounds(encode(password), encode(salt), count))}`;
}

/** A hash for /etc/shadow; `random` gives numbers in [0, 1). */
export function hashPassword(password: string, random: () => number): string {
  const salt = Array.from({ length: LONGEST_SALT }, () => ALPHABET[Math.floor(random() * ALPHABET.length)]).join("");
  return crypt(password, `$5$rounds=${FEW_ROUNDS}$${salt}`) ?? "*";
}

/** Whether the password is the one of that field of /etc/shadow. `*` and `!` are nobody's. */
export function passwordMatches(password: string, field: string): boolean {
  return field.length > 1 && crypt(password, field) === field;
}
