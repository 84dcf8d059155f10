/** Keys of certificates: RSA and the elliptic curves of NIST, made and used through Web Crypto. */
import {
  bitBytes,
  bits,
  childOf,
  contextTag,
  DerError,
  der,
  type Element,
  integer,
  integerBytes,
  nothing,
  octets,
  oid,
  oidText,
  readDer,
  sameBytes,
  sequence,
  TAG,
} from "./der.ts";
import { readPem, writePem } from "./pem.ts";

const RSA = "1.2.840.113549.1.1.1";
const EC = "1.2.840.10045.2.1";

export interface Curve {
  readonly oid: string;
  /** Web Crypto's name. */
  readonly name: "P-256" | "P-384" | "P-521";
  /** OpenSSL's. */
  readonly opensslName: string;
  readonly bits: number;
}

export const CURVES: readonly Curve[] = [
  { oid: "1.2.840.10045.3.1.7", name: "P-256", opensslName: "prime256v1", bits: 256 },
  { oid: "1.3.132.0.34", name: "P-384", opensslName: "secp384r1", bits: 384 },
  { oid: "1.3.132.0.35", name: "P-521", opensslName: "secp521r1", bits: 521 },
];

export type KeyKind =
  | { readonly kind: "rsa"; readonly bits: number; readonly modulus: Uint8Array; readonly exponent: Uint8Array }
  | { readonly kind: "ec"; readonly curve: Curve; readonly point: Uint8Array };

export interface PublicKey {
  readonly type: KeyKind;
  /** SubjectPublicKeyInfo (RFC 5280 4.1). */
  readonly spki: Uint8Array<ArrayBuffer>;
}

export interface PrivateKey {
  readonly publicKey: PublicKey;
  /** PrivateKeyInfo (RFC 5958). */
  readonly pkcs8: Uint8Array<ArrayBuffer>;
  /** The older form: RSAPrivateKey (RFC 8017) or ECPrivateKey (RFC 5915). */
  readonly traditional: Uint8Array;
}

/** A key of a kind, or in a form, that is real and that no program here can use. */
export class UnusableKey extends Error {
  override readonly name = "UnusableKey";
}

const copy = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => Uint8Array.from(bytes);

export function readPublicKey(spki: Element): PublicKey {
  const algorithm = childOf(spki, 0, TAG.sequence);
  const name = oidText(childOf(algorithm, 0, TAG.oid));
  const key = bitBytes(childOf(spki, 1, TAG.bitString));
  if (name === RSA) return { type: rsaParts(readDer(key), 0), spki: copy(spki.raw) };
  if (name === EC) return { type: { kind: "ec", curve: curveOf(childOf(algorithm, 1, TAG.oid)), point: copy(key) }, spki: copy(spki.raw) };
  throw new UnusableKey("keys are RSA or of the curves P-256, P-384 and P-521 on this machine");
}

function rsaParts(sequenceOfKey: Element, from: number): KeyKind {
  const modulus = copy(integerBytes(childOf(sequenceOfKey, from, TAG.integer)));
  const exponent = copy(integerBytes(childOf(sequenceOfKey, from + 1, TAG.integer)));
  return { kind: "rsa", bits: modulus.length * 8 - Math.clz32(modulus[0] ?? 0) + 24, modulus, exponent };
}

function curveOf(element: Element): Curve {
  const dotted = oidText(element);
  const curve = CURVES.find((each) => each.oid === dotted);
  if (curve === undefined) throw new UnusableKey("curves are P-256, P-384 and P-521 on this machine");
  return curve;
}

function rsaSpki(modulus: Uint8Array, exponent: Uint8Array): Uint8Array<ArrayBuffer> {
  return sequence(sequence(oid(RSA), nothing()), bits(sequence(integer(modulus), integer(exponent))));
}

function ecSpki(curve: Curve, point: Uint8Array): Uint8Array<ArrayBuffer> {
  return sequence(sequence(oid(EC), oid(curve.oid)), bits(point));
}

function rsaPrivate(traditional: Uint8Array): PrivateKey {
  const type = rsaParts(readDer(traditional), 1);
  if (type.kind !== "rsa") throw new DerError("wrong tag");
  const spki = rsaSpki(type.modulus, type.exponent);
  const pkcs8 = sequence(integer(0), sequence(oid(RSA), nothing()), octets(traditional));
  return { publicKey: { type, spki }, pkcs8, traditional };
}

function ecPrivate(element: Element, given?: Curve): PrivateKey {
  const secret = childOf(element, 1, TAG.octetString);
  const named = element.children.find(({ tag }) => tag === contextTag(0));
  const curve = given ?? curveOf(childOf(named ?? element, 0, TAG.oid));
  const holder = element.children.find(({ tag }) => tag === contextTag(1));
  if (holder === undefined) throw new UnusableKey("a key of a curve must hold its public part on this machine");
  const point = copy(bitBytes(childOf(holder, 0, TAG.bitString)));
  const publicPart = der(contextTag(1), bits(point));
  const inner = sequence(integer(1), octets(secret.value), publicPart);
  const traditional = sequence(integer(1), octets(secret.value), der(contextTag(0), oid(curve.oid)), publicPart);
  const pkcs8 = sequence(integer(0), sequence(oid(EC), oid(curve.oid)), octets(inner));
  return { publicKey: { type: { kind: "ec", curve, point }, spki: ecSpki(curve, point) }, pkcs8, traditional };
}

export function readPrivateKey(label: string, bytes: Uint8Array): PrivateKey {
  const element = readDer(bytes);
  if (label === "RSA PRIVATE KEY") return rsaPrivate(copy(element.raw));
  if (label === "EC PRIVATE KEY") return ecPrivate(element);
  if (label === "ENCRYPTED PRIVATE KEY") throw new UnusableKey("keys with a passphrase are real, but this machine does not model them");
  const algorithm = childOf(element, 1, TAG.sequence);
  const name = oidText(childOf(algorithm, 0, TAG.oid));
  const inner = childOf(element, 2, TAG.octetString).value;
  if (name === RSA) return rsaPrivate(copy(inner));
  if (name === EC) return ecPrivate(readDer(inner), curveOf(childOf(algorithm, 1, TAG.oid)));
  throw new UnusableKey("keys are RSA or of the curves P-256, P-384 and P-521 on this machine");
}

/** The first private key of a PEM text; undefined when there is none. Throws DerError, UnusableKey. */
export function privateKeyOf(pem: string): PrivateKey | undefined {
  const block = readPem(pem).find(({ label }) => label.endsWith("PRIVATE KEY"));
  return block && readPrivateKey(block.label, block.bytes);
}

export function sameKey(left: PublicKey, right: PublicKey): boolean {
  return sameBytes(left.spki, right.spki);
}

/** "PRIVATE KEY", as openssl 3 writes it. */
export function privateKeyPem(key: PrivateKey): string {
  return writePem("PRIVATE KEY", key.pkcs8);
}

export type NewKey = { readonly kind: "rsa"; readonly bits: number } | { readonly kind: "ec"; readonly curve: Curve["name"] };

/** Web Crypto, which browsers give to secure origins only (https and localhost). */
function subtle(): SubtleCrypto {
  // The type does not know that it may be missing.
  const found: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  if (found === undefined) throw new UnusableKey("this page has no Web Crypto: open it over https or as localhost");
  return found;
}

export async function generateKey(wanted: NewKey): Promise<PrivateKey> {
  const algorithm =
    wanted.kind === "rsa"
      ? { name: "RSASSA-PKCS1-v1_5", modulusLength: wanted.bits, publicExponent: Uint8Array.of(1, 0, 1), hash: "SHA-256" }
      : { name: "ECDSA", namedCurve: wanted.curve };
  const pair = await subtle().generateKey(algorithm, true, ["sign", "verify"]);
  return readPrivateKey("PRIVATE KEY", new Uint8Array(await subtle().exportKey("pkcs8", pair.privateKey)));
}

export type HashName = "SHA-1" | "SHA-256" | "SHA-384" | "SHA-512";
/** "pss": RSASSA-PSS, which TLS 1.3 demands of RSA keys (RFC 8446 4.2.3). */
export type Padding = "pkcs1" | "pss";

const HASH_BYTES: Readonly<Record<HashName, number>> = { "SHA-1": 20, "SHA-256": 32, "SHA-384": 48, "SHA-512": 64 };

function algorithmOf(type: KeyKind, hash: HashName, padding: Padding) {
  if (type.kind === "ec") {
    return { key: { name: "ECDSA", namedCurve: type.curve.name }, use: { name: "ECDSA", hash } };
  }
  return padding === "pss"
    ? { key: { name: "RSA-PSS", hash }, use: { name: "RSA-PSS", saltLength: HASH_BYTES[hash] } }
    : { key: { name: "RSASSA-PKCS1-v1_5", hash }, use: { name: "RSASSA-PKCS1-v1_5" } };
}

/** A signature as certificates and TLS carry it: of curves, a DER sequence of two numbers. */
export async function sign(key: PrivateKey, hash: HashName, data: Uint8Array, padding: Padding = "pkcs1"): Promise<Uint8Array> {
  const { type } = key.publicKey;
  const algorithm = algorithmOf(type, hash, padding);
  const imported = await subtle().importKey("pkcs8", key.pkcs8, algorithm.key, false, ["sign"]);
  const signature = new Uint8Array(await subtle().sign(algorithm.use, imported, copy(data)));
  if (type.kind === "rsa") return signature;
  const half = signature.length / 2;
  return sequence(integer(signature.subarray(0, half)), integer(signature.subarray(half)));
}

export async function verify(
  key: PublicKey,
  hash: HashName,
  data: Uint8Array,
  signature: Uint8Array,
  padding: Padding = "pkcs1",
): Promise<boolean> {
  const algorithm = algorithmOf(key.type, hash, padding);
  try {
    const imported = await subtle().importKey("spki", key.spki, algorithm.key, false, ["verify"]);
    const plain = key.type.kind === "ec" ? rawSignature(key.type.curve, signature) : copy(signature);
    return await subtle().verify(algorithm.use, imported, plain, copy(data));
  } catch (error) {
    if (error instanceof UnusableKey) throw error;
    return false;
  }
}

/** The two numbers at their full length, one after the other, as Web Crypto wants them. */
function rawSignature(curve: Curve, signature: Uint8Array): Uint8Array<ArrayBuffer> {
  const size = Math.ceil(curve.bits / 8);
  const element = readDer(signature);
  const out = new Uint8Array(2 * size);
  for (const index of [0, 1]) {
    const number = integerBytes(childOf(element, index, TAG.integer));
    out.set(number, (index + 1) * size - number.length);
  }
  return out;
}
