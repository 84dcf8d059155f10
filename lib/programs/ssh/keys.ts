/** Public and private keys of ssh: their files, fingerprints and signatures (RFC 4253 6.6, RFC 8709, OpenSSH's PROTOCOL.key). */
import { sha256 } from "../core/hash.ts";
import { ed25519PublicKey, ed25519Sign, ed25519Verify } from "./ed25519.ts";
import { fromBase64, fromBase64Url, toBase64, toBase64Url, WireReader, WireWriter } from "./wire.ts";

export interface PublicKey {
  readonly type: string;
  /** As it stands in base64 in files, and travels. */
  readonly blob: Uint8Array;
  readonly comment: string;
}

export type PrivateKey =
  | { readonly kind: "ed25519"; readonly public: PublicKey; readonly seed: Uint8Array }
  | { readonly kind: "rsa"; readonly public: PublicKey; readonly numbers: RsaNumbers };

/** Most significant byte first. */
export interface RsaNumbers {
  readonly n: Uint8Array;
  readonly e: Uint8Array;
  readonly d: Uint8Array;
  readonly p: Uint8Array;
  readonly q: Uint8Array;
  readonly dp: Uint8Array;
  readonly dq: Uint8Array;
  readonly qi: Uint8Array;
}

const ED25519 = "ssh-ed25519";
const RSA = "ssh-rsa";
const BEGIN = "-----BEGIN OPENSSH PRIVATE KEY-----";
const END = "-----END OPENSSH PRIVATE KEY-----";
const MAGIC = "openssh-key-v1\0";
const LINE = 70;

/** An ed25519 key from 32 random bytes. */
export function ed25519Key(seed: Uint8Array, comment: string): PrivateKey {
  const blob = new WireWriter().string(ED25519).string(ed25519PublicKey(seed)).bytes();
  return { kind: "ed25519", seed, public: { type: ED25519, blob, comment } };
}

const RSA_ALGORITHM = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-512" };

/** A new RSA key: WebCrypto's, since finding primes of that size takes a compiled program. */
export async function rsaKey(bits: number, comment: string): Promise<PrivateKey> {
  const algorithm = { ...RSA_ALGORITHM, modulusLength: bits, publicExponent: new Uint8Array([1, 0, 1]) };
  const pair = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const jwk = await crypto.subtle.exportKey("jwk", pair.privateKey);
  const part = (name: "n" | "e" | "d" | "p" | "q" | "dp" | "dq" | "qi") => fromBase64Url(jwk[name] ?? "");
  const numbers = { n: part("n"), e: part("e"), d: part("d"), p: part("p"), q: part("q"), dp: part("dp"), dq: part("dq"), qi: part("qi") };
  return { kind: "rsa", numbers, public: rsaPublic(numbers, comment) };
}

function rsaPublic({ n, e }: RsaNumbers, comment: string): PublicKey {
  return { type: RSA, blob: new WireWriter().string(RSA).mpint(e).mpint(n).bytes(), comment };
}

/** Reads a line of a .pub file, of known_hosts after the names, or of authorized_keys after the options. */
export function parsePublicKey(line: string): PublicKey | undefined {
  const found = /^\s*((?:ssh|ecdsa|sk)-[\w@.-]+)\s+([A-Za-z0-9+/=]+)(?:\s+(.*?))?\s*$/.exec(line);
  const blob = fromBase64(found?.[2] ?? "-");
  if (found === null || blob === undefined) return undefined;
  const [, type = "", , comment = ""] = found;
  try {
    return new WireReader(blob).text() === type ? { type, blob, comment } : undefined;
  } catch {
    return undefined;
  }
}

/** The line of a .pub file, without its end. */
export function publicLine({ type, blob, comment }: PublicKey): string {
  return `${type} ${toBase64(blob)}${comment === "" ? "" : ` ${comment}`}`;
}

export function sameKey(left: PublicKey, right: PublicKey): boolean {
  return left.type === right.type && toBase64(left.blob) === toBase64(right.blob);
}

function digest(blob: Uint8Array): Uint8Array {
  return Uint8Array.from(sha256(blob).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export function fingerprint({ blob }: PublicKey): string {
  return `SHA256:${toBase64(digest(blob)).replace(/=+$/, "")}`;
}

/** "ED25519", "RSA", as messages name it. */
export function typeName({ type }: PublicKey): string {
  return type === RSA ? "RSA" : type.startsWith("ecdsa") ? "ECDSA" : type.replace(/^ssh-/, "").toUpperCase();
}

export function bitsOf({ type, blob }: PublicKey): number {
  if (type !== RSA) return 256;
  const reader = new WireReader(blob);
  reader.string();
  reader.string();
  const n = reader.string();
  return (n[0] === 0 ? n.length - 1 : n.length) * 8;
}

const SYMBOLS = " .o+=*BOX@%&#/^SE";
const WIDTH = 17;
const HEIGHT = 9;

/** The picture of a fingerprint: a walk over a board, as OpenSSH's sshkey_fingerprint draws it. */
export function randomArt(key: PublicKey): string {
  const board = Array.from({ length: HEIGHT }, () => new Array<number>(WIDTH).fill(0));
  let x = WIDTH >> 1;
  let y = HEIGHT >> 1;
  const start = { x, y };
  for (const byte of digest(key.blob)) {
    for (let step = 0, bits = byte; step < 4; step++, bits >>= 2) {
      x = Math.min(Math.max(x + ((bits & 1) === 1 ? 1 : -1), 0), WIDTH - 1);
      y = Math.min(Math.max(y + ((bits & 2) === 2 ? 1 : -1), 0), HEIGHT - 1);
      const row = board[y] ?? [];
      row[x] = Math.min((row[x] ?? 0) + 1, SYMBOLS.length - 3);
    }
  }
  const startRow = board[start.y] ?? [];
  startRow[start.x] = SYMBOLS.length - 2;
  const endRow = board[y] ?? [];
  endRow[x] = SYMBOLS.length - 1;
  const border = (title: string) => {
    const left = (WIDTH - title.length) >> 1;
    return `+${"-".repeat(left)}${title}${"-".repeat(WIDTH - title.length - left)}+`;
  };
  const rows = board.map((row) => `|${row.map((count) => SYMBOLS[count]).join("")}|`);
  return [border(`[${typeName(key)} ${bitsOf(key)}]`), ...rows, border("[SHA256]")].join("\n");
}

/** The text of a private key file without a passphrase; `check` is a random number. */
export function privateKeyFile(key: PrivateKey, check: number): string {
  const secret = new WireWriter().number(check).number(check).string(key.public.type);
  if (key.kind === "ed25519") {
    const publicBytes = key.public.blob.slice(-32);
    secret.string(publicBytes).string(Uint8Array.from([...key.seed, ...publicBytes]));
  } else {
    const { n, e, d, qi, p, q } = key.numbers;
    secret.mpint(n).mpint(e).mpint(d).mpint(qi).mpint(p).mpint(q);
  }
  secret.string(key.public.comment);
  let body = secret.bytes();
  const padding = (8 - (body.length % 8)) % 8;
  body = Uint8Array.from([...body, ...Array.from({ length: padding }, (_, index) => index + 1)]);
  const file = new WireWriter()
    .raw(new TextEncoder().encode(MAGIC))
    .string("none")
    .string("none")
    .string("")
    .number(1)
    .string(key.public.blob)
    .string(body)
    .bytes();
  const lines = toBase64(file).match(new RegExp(`.{1,${LINE}}`, "g")) ?? [];
  return `${[BEGIN, ...lines, END].join("\n")}\n`;
}

/** Reads a private key file; "encrypted" when it has a passphrase, undefined when it is none. */
export function parsePrivateKey(text: string): PrivateKey | "encrypted" | undefined {
  const found = new RegExp(`${BEGIN}([\\sA-Za-z0-9+/=]+)${END}`).exec(text);
  const bytes = fromBase64((found?.[1] ?? "-").replace(/\s+/g, ""));
  if (bytes === undefined) return undefined;
  try {
    const reader = new WireReader(bytes);
    if (new TextDecoder().decode(reader.raw(MAGIC.length)) !== MAGIC) return undefined;
    const cipher = reader.text();
    reader.string();
    reader.string();
    reader.number();
    reader.string();
    return cipher === "none" ? parseSecret(new WireReader(reader.string())) : "encrypted";
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function parseSecret(secret: WireReader): PrivateKey | undefined {
  // The same number twice: with a wrong passphrase it would not be.
  const check = secret.number();
  if (secret.number() !== check) return undefined;
  const type = secret.text();
  if (type === ED25519) {
    secret.string();
    const seed = secret.string().slice(0, 32);
    return ed25519Key(seed, secret.text());
  }
  if (type !== RSA) return undefined;
  const [n, e, d, qi, p, q] = Array.from({ length: 6 }, () => secret.string());
  if (n === undefined || e === undefined || d === undefined || qi === undefined || p === undefined || q === undefined) return undefined;
  const numbers = { n, e, d, qi, p, q, dp: remainder(d, p), dq: remainder(d, q) };
  return { kind: "rsa", numbers, public: rsaPublic(numbers, secret.text()) };
}

const bigOf = (bytes: Uint8Array) => bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);

/** d mod (prime - 1): what the Chinese remainder theorem needs, and OpenSSH's file leaves out. */
function remainder(d: Uint8Array, prime: Uint8Array): Uint8Array {
  const text = (bigOf(d) % (bigOf(prime) - 1n)).toString(16);
  return Uint8Array.from(text.padStart(text.length + (text.length % 2), "0").match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function jwkOf(numbers: Partial<RsaNumbers>): JsonWebKey {
  const jwk: Record<string, string> = { kty: "RSA", alg: "RS512" };
  for (const [name, bytes] of Object.entries(numbers)) jwk[name] = toBase64Url(bytes[0] === 0 ? bytes.slice(1) : bytes);
  return jwk;
}

export async function sign(key: PrivateKey, message: Uint8Array): Promise<Uint8Array> {
  if (key.kind === "ed25519") return ed25519Sign(key.seed, message);
  const imported = await crypto.subtle.importKey("jwk", jwkOf(key.numbers), RSA_ALGORITHM, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign(RSA_ALGORITHM, imported, Uint8Array.from(message)));
}

/** Whether the owner of that key has signed. Types of keys that are not known here verify nothing. */
export async function verify(key: PublicKey, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  const reader = new WireReader(key.blob);
  reader.string();
  if (key.type === ED25519) return ed25519Verify(reader.string(), message, signature);
  if (key.type !== RSA) return false;
  const e = reader.string();
  const n = reader.string();
  const imported = await crypto.subtle.importKey("jwk", jwkOf({ n, e }), RSA_ALGORITHM, false, ["verify"]);
  return crypto.subtle.verify(RSA_ALGORITHM, imported, Uint8Array.from(signature), Uint8Array.from(message));
}
