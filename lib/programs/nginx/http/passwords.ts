/** Passwords of auth_basic_user_file: apr1, {SHA}, {SSHA}, {PLAIN}, and crypt(3)'s plain MD5 (ngx_crypt.c). */
import { md5, sha1 } from "../../core/hash.ts";

const LETTERS = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

const unhex = (text: string): number[] => (text.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
const bytesOf = (text: string): number[] => [...text].map((char) => char.charCodeAt(0) & 255);
const digest = (bytes: readonly number[]): number[] => unhex(md5(Uint8Array.from(bytes)));

/** MD5 as Apache ("$apr1$") and FreeBSD ("$1$") stretch it. */
export function md5Crypt(password: string, salt: string, magic: "$apr1$" | "$1$"): string {
  const key = bytesOf(password);
  const grain = bytesOf(salt.slice(0, 8));
  const alternate = digest([...key, ...grain, ...key]);
  const first: number[] = [...key, ...bytesOf(magic), ...grain];
  for (let left = key.length; left > 0; left -= 16) first.push(...alternate.slice(0, Math.min(16, left)));
  for (let bits = key.length; bits > 0; bits >>= 1) first.push(bits & 1 ? 0 : (key[0] ?? 0));
  let last = digest(first);
  for (let round = 0; round < 1000; round++) {
    const next: number[] = round % 2 === 1 ? [...key] : [...last];
    if (round % 3 !== 0) next.push(...grain);
    if (round % 7 !== 0) next.push(...key);
    next.push(...(round % 2 === 1 ? last : key));
    last = digest(next);
  }
  const at = (index: number) => last[index] ?? 0;
  const groups = [
    [0, 6, 12],
    [1, 7, 13],
    [2, 8, 14],
    [3, 9, 15],
    [4, 10, 5],
  ].map(([a = 0, b = 0, c = 0]) => ({ value: (at(a) << 16) | (at(b) << 8) | at(c), count: 4 }));
  let out = "";
  for (const { value, count } of [...groups, { value: at(11), count: 2 }]) {
    let rest = value;
    for (let index = 0; index < count; index++) {
      out += LETTERS[rest & 63];
      rest >>= 6;
    }
  }
  return `${magic}${salt.slice(0, 8)}$${out}`;
}

const base64 = (bytes: readonly number[]) => btoa(String.fromCharCode(...bytes));

/** Whether the password is the one that was stored; undefined for bcrypt and the other kinds of crypt(5), which are not modeled. */
export function passwordMatches(password: string, stored: string): boolean | undefined {
  if (/^\$(?!apr1\$|1\$)/.test(stored)) return undefined;
  const md = /^(\$apr1\$|\$1\$)([^$]*)\$/.exec(stored);
  if (md) return md5Crypt(password, md[2] ?? "", md[1] === "$1$" ? "$1$" : "$apr1$") === stored;
  if (stored.startsWith("{PLAIN}")) return stored.slice(7) === password;
  if (stored.startsWith("{SHA}")) return `{SHA}${base64(unhex(sha1(Uint8Array.from(bytesOf(password)))))}` === stored;
  if (stored.startsWith("{SSHA}")) {
    const raw = bytesOf(atob(stored.slice(6)));
    const salt = raw.slice(20);
    return base64([...unhex(sha1(Uint8Array.from([...bytesOf(password), ...salt]))), ...salt]) === stored.slice(6);
  }
  return false;
}
