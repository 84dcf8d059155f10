/** Making certificates (RFC 5280) and requests for them (RFC 2986). */
import { sha1 } from "../core/hash.ts";
import {
  type AltName,
  altNamesOf,
  type Certificate,
  EXTENSION,
  type Extension,
  readAlgorithm,
  readCertificate,
  readExtensions,
  type SignatureAlgorithm,
  signatureAlgorithm,
} from "./certificate.ts";
import {
  bitBytes,
  bits,
  boolean,
  childOf,
  contextTag,
  der,
  integer,
  nothing,
  octets,
  oid,
  oidText,
  readDer,
  sequence,
  TAG,
  time,
} from "./der.ts";
import { type HashName, type PrivateKey, type PublicKey, readPublicKey, sign, verify } from "./keys.ts";
import { type DistinguishedName, readName } from "./names.ts";
import { readPem } from "./pem.ts";

export interface CertificateTemplate {
  readonly serial: Uint8Array;
  readonly subject: DistinguishedName;
  readonly issuer: DistinguishedName;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly publicKey: PublicKey;
  readonly extensions: readonly Extension[];
}

const bytesOfHex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** 20 random bytes, positive (RFC 5280 4.1.2.2). */
export function randomSerial(): Uint8Array {
  const bytes = crypto.getRandomValues(new Uint8Array(20));
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes;
}

function algorithmDer(algorithm: SignatureAlgorithm): Uint8Array {
  return algorithm.oid.startsWith("1.2.840.113549") ? sequence(oid(algorithm.oid), nothing()) : sequence(oid(algorithm.oid));
}

function extensionsDer(extensions: readonly Extension[]): Uint8Array {
  return sequence(...extensions.map((each) => sequence(oid(each.oid), ...(each.critical ? [boolean(true)] : []), octets(each.value))));
}

/** Signs a certificate with the issuer's key. */
export async function issueCertificate(
  template: CertificateTemplate,
  issuerKey: PrivateKey,
  hash: HashName = "SHA-256",
): Promise<Certificate> {
  const algorithm = algorithmDer(signatureAlgorithm(issuerKey.publicKey.type.kind, hash));
  const tbs = sequence(
    der(contextTag(0), integer(2)),
    integer(template.serial),
    algorithm,
    template.issuer.raw,
    sequence(time(template.notBeforeMs), time(template.notAfterMs)),
    template.subject.raw,
    template.publicKey.spki,
    ...(template.extensions.length === 0 ? [] : [der(contextTag(3), extensionsDer(template.extensions))]),
  );
  return readCertificate(sequence(tbs, algorithm, bits(await sign(issuerKey, hash, tbs))));
}

/** SHA-1 of the key itself (RFC 5280 4.2.1.2, method 1). */
export function keyIdentifier(key: PublicKey): Uint8Array {
  return bytesOfHex(sha1(bitBytes(childOf(readDer(key.spki), 1))));
}

export const extension = {
  basicConstraints: (authority: boolean, pathLength?: number): Extension => ({
    oid: EXTENSION.basicConstraints,
    critical: true,
    value: sequence(...(authority ? [boolean(true)] : []), ...(pathLength === undefined ? [] : [integer(pathLength)])),
  }),
  subjectKeyIdentifier: (key: PublicKey): Extension => ({
    oid: EXTENSION.subjectKeyIdentifier,
    critical: false,
    value: octets(keyIdentifier(key)),
  }),
  authorityKeyIdentifier: (key: PublicKey): Extension => ({
    oid: EXTENSION.authorityKeyIdentifier,
    critical: false,
    value: sequence(der(contextTag(0, false), keyIdentifier(key))),
  }),
  altNames: (names: readonly AltName[]): Extension => ({
    oid: EXTENSION.subjectAltName,
    critical: false,
    value: sequence(...names.map(altNameDer)),
  }),
  /** Names of RFC 5280 4.2.1.3's bits, as openssl's settings spell them. */
  keyUsage: (uses: readonly string[], critical = true): Extension => ({ oid: EXTENSION.keyUsage, critical, value: usageBits(uses) }),
  extendedKeyUsage: (uses: readonly string[], critical = false): Extension => ({
    oid: EXTENSION.extendedKeyUsage,
    critical,
    value: sequence(...uses.map((use) => oid(EXTENDED_USES.find(({ name }) => name === use)?.oid ?? use))),
  }),
};

export const KEY_USES = [
  { name: "digitalSignature", text: "Digital Signature" },
  { name: "nonRepudiation", text: "Non Repudiation" },
  { name: "keyEncipherment", text: "Key Encipherment" },
  { name: "dataEncipherment", text: "Data Encipherment" },
  { name: "keyAgreement", text: "Key Agreement" },
  { name: "keyCertSign", text: "Certificate Sign" },
  { name: "cRLSign", text: "CRL Sign" },
  { name: "encipherOnly", text: "Encipher Only" },
  { name: "decipherOnly", text: "Decipher Only" },
] as const;

export const EXTENDED_USES = [
  { name: "serverAuth", oid: "1.3.6.1.5.5.7.3.1", text: "TLS Web Server Authentication" },
  { name: "clientAuth", oid: "1.3.6.1.5.5.7.3.2", text: "TLS Web Client Authentication" },
  { name: "codeSigning", oid: "1.3.6.1.5.5.7.3.3", text: "Code Signing" },
  { name: "emailProtection", oid: "1.3.6.1.5.5.7.3.4", text: "E-mail Protection" },
  { name: "timeStamping", oid: "1.3.6.1.5.5.7.3.8", text: "Time Stamping" },
  { name: "OCSPSigning", oid: "1.3.6.1.5.5.7.3.9", text: "OCSP Signing" },
] as const;

function usageBits(uses: readonly string[]): Uint8Array {
  const set = KEY_USES.flatMap(({ name }, bit) => (uses.includes(name) ? [bit] : []));
  const highest = Math.max(0, ...set);
  const bytes = new Uint8Array(Math.floor(highest / 8) + 1);
  for (const bit of set) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return bits(bytes, 7 - (highest & 7));
}

function altNameDer({ kind, value }: AltName): Uint8Array {
  const bytes = new TextEncoder().encode(value);
  if (kind === "ip") return der(contextTag(7, false), Uint8Array.from(value.split("."), Number));
  return der(contextTag({ email: 1, dns: 2, uri: 6 }[kind], false), bytes);
}

export interface CertificateRequest {
  readonly raw: Uint8Array;
  /** What is signed. */
  readonly info: Uint8Array;
  readonly subject: DistinguishedName;
  readonly publicKey: PublicKey;
  readonly extensions: readonly Extension[];
  readonly altNames: readonly AltName[];
  readonly algorithm: SignatureAlgorithm;
  readonly signature: Uint8Array;
}

/** extensionRequest (RFC 2985 5.4.2). */
const EXTENSION_REQUEST = "1.2.840.113549.1.9.14";

export async function makeRequest(
  subject: DistinguishedName,
  key: PrivateKey,
  extensions: readonly Extension[],
  hash: HashName = "SHA-256",
): Promise<CertificateRequest> {
  const asked = extensions.length === 0 ? [] : [sequence(oid(EXTENSION_REQUEST), der(TAG.set, extensionsDer(extensions)))];
  const info = sequence(integer(0), subject.raw, key.publicKey.spki, der(contextTag(0), ...asked));
  const algorithm = algorithmDer(signatureAlgorithm(key.publicKey.type.kind, hash));
  return readRequest(sequence(info, algorithm, bits(await sign(key, hash, info))));
}

/** Throws DerError, UnusableKey. */
export function readRequest(bytes: Uint8Array): CertificateRequest {
  const whole = readDer(Uint8Array.from(bytes));
  const info = childOf(whole, 0, TAG.sequence);
  const asked = info.children
    .find(({ tag }) => tag === contextTag(0))
    ?.children.find((each) => oidText(childOf(each, 0, TAG.oid)) === EXTENSION_REQUEST);
  const extensions = asked === undefined ? [] : readExtensions(childOf(childOf(asked, 1, TAG.set), 0, TAG.sequence));
  return {
    raw: whole.raw,
    info: info.raw,
    subject: readName(childOf(info, 1, TAG.sequence)),
    publicKey: readPublicKey(childOf(info, 2, TAG.sequence)),
    extensions,
    altNames: altNamesOf(extensions),
    algorithm: readAlgorithm(childOf(whole, 1, TAG.sequence)),
    signature: bitBytes(childOf(whole, 2, TAG.bitString)),
  };
}

/** The first request of a PEM text. */
export function requestOf(pem: string): CertificateRequest | undefined {
  const block = readPem(pem).find(({ label }) => label === "CERTIFICATE REQUEST" || label === "NEW CERTIFICATE REQUEST");
  return block && readRequest(block.bytes);
}

/** Whether who asks has the key. */
export async function isGenuine(request: CertificateRequest): Promise<boolean> {
  const { hash } = request.algorithm;
  return hash !== undefined && verify(request.publicKey, hash, request.info, request.signature);
}
