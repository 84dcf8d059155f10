/** X.509 certificates (RFC 5280): reading them. */
import { bitBytes, childOf, contextTag, type Element, hex, integerBytes, oidText, readDer, TAG, timeMs } from "./der.ts";
import { type HashName, type PublicKey, readPublicKey } from "./keys.ts";
import { type DistinguishedName, readName } from "./names.ts";
import { readPem, writePem } from "./pem.ts";

export interface SignatureAlgorithm {
  readonly oid: string;
  /** "sha256WithRSAEncryption". */
  readonly name: string;
  /** Undefined: none that can be checked here. */
  readonly hash: HashName | undefined;
}

const SIGNATURES: readonly SignatureAlgorithm[] = [
  { oid: "1.2.840.113549.1.1.5", name: "sha1WithRSAEncryption", hash: "SHA-1" },
  { oid: "1.2.840.113549.1.1.11", name: "sha256WithRSAEncryption", hash: "SHA-256" },
  { oid: "1.2.840.113549.1.1.12", name: "sha384WithRSAEncryption", hash: "SHA-384" },
  { oid: "1.2.840.113549.1.1.13", name: "sha512WithRSAEncryption", hash: "SHA-512" },
  { oid: "1.2.840.10045.4.3.2", name: "ecdsa-with-SHA256", hash: "SHA-256" },
  { oid: "1.2.840.10045.4.3.3", name: "ecdsa-with-SHA384", hash: "SHA-384" },
  { oid: "1.2.840.10045.4.3.4", name: "ecdsa-with-SHA512", hash: "SHA-512" },
];

export function signatureAlgorithm(kind: "rsa" | "ec", hash: HashName): SignatureAlgorithm {
  const prefix = kind === "rsa" ? "1.2.840.113549" : "1.2.840.10045";
  const found = SIGNATURES.find((each) => each.oid.startsWith(`${prefix}.`) && each.hash === hash);
  if (found === undefined) throw new Error(`no signature of ${kind} with ${hash}`);
  return found;
}

export function readAlgorithm(element: Element): SignatureAlgorithm {
  const dotted = oidText(childOf(element, 0, TAG.oid));
  return SIGNATURES.find((each) => each.oid === dotted) ?? { oid: dotted, name: dotted, hash: undefined };
}

export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  /** DER of the value. */
  readonly value: Uint8Array;
}

export const EXTENSION = {
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  crlDistributionPoints: "2.5.29.31",
  certificatePolicies: "2.5.29.32",
  authorityKeyIdentifier: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
  authorityInfoAccess: "1.3.6.1.5.5.7.1.1",
} as const;

export type AltName = { readonly kind: "dns" | "ip" | "email" | "uri"; readonly value: string };

export interface Certificate {
  /** DER of the whole. */
  readonly raw: Uint8Array;
  /** What is signed. */
  readonly tbs: Uint8Array;
  readonly version: number;
  readonly serial: Uint8Array;
  readonly algorithm: SignatureAlgorithm;
  readonly signature: Uint8Array;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly publicKey: PublicKey;
  readonly extensions: readonly Extension[];
  readonly altNames: readonly AltName[];
  /** May sign other certificates. */
  readonly isAuthority: boolean;
}

/** Throws DerError, and UnusableKey for keys that no program here can use. */
export function readCertificate(bytes: Uint8Array): Certificate {
  const whole = readDer(Uint8Array.from(bytes));
  const tbs = childOf(whole, 0, TAG.sequence);
  const versioned = tbs.children[0]?.tag === contextTag(0) ? 1 : 0;
  const version = versioned === 1 ? (childOf(childOf(tbs, 0), 0, TAG.integer).value[0] ?? 0) + 1 : 1;
  const at = (index: number, tag?: number) => childOf(tbs, versioned + index, tag);
  const validity = at(3, TAG.sequence);
  const list = tbs.children.find(({ tag }) => tag === contextTag(3));
  const extensions = list === undefined ? [] : readExtensions(childOf(list, 0, TAG.sequence));
  return {
    raw: whole.raw,
    tbs: tbs.raw,
    version,
    serial: integerBytes(at(0, TAG.integer)),
    algorithm: readAlgorithm(childOf(whole, 1, TAG.sequence)),
    signature: bitBytes(childOf(whole, 2, TAG.bitString)),
    issuer: readName(at(2, TAG.sequence)),
    subject: readName(at(4, TAG.sequence)),
    notBeforeMs: timeMs(childOf(validity, 0)),
    notAfterMs: timeMs(childOf(validity, 1)),
    publicKey: readPublicKey(at(5, TAG.sequence)),
    extensions,
    altNames: altNamesOf(extensions),
    isAuthority: isAuthority(extensions, version),
  };
}

export function readExtensions(list: Element): Extension[] {
  return list.children.map((each) => ({
    oid: oidText(childOf(each, 0, TAG.oid)),
    critical: each.children[1]?.tag === TAG.boolean && each.children[1].value[0] !== 0,
    value: childOf(each, each.children.length - 1, TAG.octetString).value,
  }));
}

export function altNamesOf(extensions: readonly Extension[]): AltName[] {
  const found = extensions.find((each) => each.oid === EXTENSION.subjectAltName);
  if (found === undefined) return [];
  return readDer(found.value).children.flatMap((each): AltName[] => {
    const text = new TextDecoder("latin1").decode(each.value);
    if (each.tag === contextTag(1, false)) return [{ kind: "email", value: text }];
    if (each.tag === contextTag(2, false)) return [{ kind: "dns", value: text }];
    if (each.tag === contextTag(6, false)) return [{ kind: "uri", value: text }];
    if (each.tag !== contextTag(7, false)) return [];
    return [{ kind: "ip", value: each.value.length === 4 ? [...each.value].join(".") : ipv6(each.value) }];
  });
}

function ipv6(bytes: Uint8Array): string {
  return Array.from({ length: bytes.length / 2 }, (_, i) =>
    ((bytes[2 * i] ?? 0) * 256 + (bytes[2 * i + 1] ?? 0)).toString(16).toUpperCase(),
  ).join(":");
}

function isAuthority(extensions: readonly Extension[], version: number): boolean {
  const found = extensions.find((each) => each.oid === EXTENSION.basicConstraints);
  // Certificates of version 1 know no constraints; openssl takes a self-signed one as an authority.
  if (found === undefined) return version === 1;
  const [first] = readDer(found.value).children;
  return first?.tag === TAG.boolean && first.value[0] !== 0;
}

/** The certificates of a PEM text, in order. Throws DerError, UnusableKey. */
export function certificatesOf(pem: string): Certificate[] {
  return readPem(pem)
    .filter(({ label }) => label === "CERTIFICATE" || label === "X509 CERTIFICATE" || label === "TRUSTED CERTIFICATE")
    .map(({ bytes }) => readCertificate(bytes));
}

export function certificatePem(certificate: Certificate): string {
  return writePem("CERTIFICATE", certificate.raw);
}

export function serialText(certificate: Pick<Certificate, "serial">): string {
  return hex(certificate.serial);
}
