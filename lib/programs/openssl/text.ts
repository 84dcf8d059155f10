/** Certificates, requests and keys as text, in the layout of openssl's -text. */
import type { Certificate, Extension } from "../tls/certificate.ts";
import { altNamesOf, EXTENSION } from "../tls/certificate.ts";
import { bitBytes, childOf, contextTag, type Element, integerBytes, oidText, readDer, stringText, TAG } from "../tls/der.ts";
import { type CertificateRequest, EXTENDED_USES, KEY_USES } from "../tls/issue.ts";
import type { PrivateKey, PublicKey } from "../tls/keys.ts";
import { nameText } from "../tls/names.ts";

const pairs = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"));

/** "Nov 21 09:45:43 2026 GMT" */
export function dateText(ms: number): string {
  const [, day = "", month = "", year = "", time = ""] = /, (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(ms).toUTCString()) ?? [];
  return `${month} ${String(Number(day)).padStart(2)} ${time} ${year} GMT`;
}

/** Bytes by colons, so many in a line. */
export function colonLines(bytes: Uint8Array, perLine: number, indent: string): string {
  const all = pairs(bytes);
  const lines: string[] = [];
  for (let at = 0; at < all.length; at += perLine)
    lines.push(`${indent}${all.slice(at, at + perLine).join(":")}${at + perLine < all.length ? ":" : ""}`);
  return `${lines.join("\n")}\n`;
}

export function upperColons(bytes: Uint8Array): string {
  return pairs(bytes).join(":").toUpperCase();
}

const signed = (bytes: Uint8Array) => ((bytes[0] ?? 0) >= 0x80 ? Uint8Array.of(0, ...bytes) : bytes);

function serialLine(serial: Uint8Array): string {
  if (serial.length <= 8) {
    const number = pairs(serial).reduce((sum, pair) => sum * 256n + BigInt(Number.parseInt(pair, 16)), 0n);
    return `        Serial Number: ${number} (0x${number.toString(16)})\n`;
  }
  return `        Serial Number:\n            ${pairs(signed(serial)).join(":")}\n`;
}

/** The lines below "Subject Public Key Info". */
function publicKeyText({ type }: PublicKey, indent: string): string {
  if (type.kind === "rsa") {
    const exponent = type.exponent.reduce((sum, byte) => sum * 256 + byte, 0);
    return `${indent}Public Key Algorithm: rsaEncryption\n${indent}    Public-Key: (${type.bits} bit)\n${indent}    Modulus:\n${colonLines(signed(type.modulus), 15, `${indent}        `)}${indent}    Exponent: ${exponent} (0x${exponent.toString(16)})\n`;
  }
  return `${indent}Public Key Algorithm: id-ecPublicKey\n${indent}    Public-Key: (${type.curve.bits} bit)\n${indent}    pub:\n${colonLines(type.point, 15, `${indent}        `)}${indent}    ASN1 OID: ${type.curve.opensslName}\n${indent}    NIST CURVE: ${type.curve.name}\n`;
}

const EXTENSION_NAMES: Readonly<Record<string, string>> = {
  [EXTENSION.subjectKeyIdentifier]: "X509v3 Subject Key Identifier",
  [EXTENSION.keyUsage]: "X509v3 Key Usage",
  [EXTENSION.subjectAltName]: "X509v3 Subject Alternative Name",
  [EXTENSION.basicConstraints]: "X509v3 Basic Constraints",
  [EXTENSION.crlDistributionPoints]: "X509v3 CRL Distribution Points",
  [EXTENSION.certificatePolicies]: "X509v3 Certificate Policies",
  [EXTENSION.authorityKeyIdentifier]: "X509v3 Authority Key Identifier",
  [EXTENSION.extendedKeyUsage]: "X509v3 Extended Key Usage",
  [EXTENSION.authorityInfoAccess]: "Authority Information Access",
};

const ACCESS: Readonly<Record<string, string>> = { "1.3.6.1.5.5.7.48.1": "OCSP", "1.3.6.1.5.5.7.48.2": "CA Issuers" };

function altNameText(extension: Extension): string {
  const kinds = { dns: "DNS:", ip: "IP Address:", email: "email:", uri: "URI:" };
  return altNamesOf([extension])
    .map(({ kind, value }) => kinds[kind] + value)
    .join(", ");
}

function accessText(element: Element): string {
  return element.children
    .map((each) => {
      const place = childOf(each, 1);
      const method = oidText(childOf(each, 0, TAG.oid));
      return `${ACCESS[method] ?? method} - URI:${stringText(place)}`;
    })
    .join("\n");
}

function extensionValue(extension: Extension): string {
  const element = readDer(extension.value);
  switch (extension.oid) {
    case EXTENSION.subjectAltName:
      return altNameText(extension);
    case EXTENSION.basicConstraints: {
      const authority = element.children.some(({ tag, value }) => tag === TAG.boolean && value[0] !== 0);
      const length = element.children.find(({ tag }) => tag === TAG.integer);
      return `CA:${authority ? "TRUE" : "FALSE"}${length === undefined ? "" : `, pathlen:${integerBytes(length)[0] ?? 0}`}`;
    }
    case EXTENSION.keyUsage: {
      const bytes = bitBytes(element);
      const on = KEY_USES.filter((_use, bit) => ((bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0);
      return on.map(({ text }) => text).join(", ");
    }
    case EXTENSION.extendedKeyUsage:
      return element.children.map((each) => EXTENDED_USES.find(({ oid }) => oid === oidText(each))?.text ?? oidText(each)).join(", ");
    case EXTENSION.subjectKeyIdentifier:
      return upperColons(element.value);
    case EXTENSION.authorityKeyIdentifier: {
      const key = element.children.find(({ tag }) => tag === contextTag(0, false));
      return key === undefined ? "" : upperColons(key.value);
    }
    case EXTENSION.authorityInfoAccess:
      return accessText(element);
    case EXTENSION.certificatePolicies:
      return element.children.map((each) => `Policy: ${oidText(childOf(each, 0, TAG.oid))}`).join("\n");
    default:
      return upperColons(extension.value);
  }
}

/** One extension: its name, then its value below. */
export function extensionText(extension: Extension, indent: string): string {
  const name = EXTENSION_NAMES[extension.oid] ?? extension.oid;
  const value = extensionValue(extension).replaceAll("\n", `\n${indent}    `);
  return `${indent}${name}: ${extension.critical ? "critical" : ""}\n${indent}    ${value}\n`;
}

function signatureText(name: string, signature: Uint8Array): string {
  return `    Signature Algorithm: ${name}\n    Signature Value:\n${colonLines(signature, 18, "        ")}`;
}

export function certificateText(certificate: Certificate): string {
  const { version, extensions, algorithm } = certificate;
  return [
    `Certificate:\n    Data:\n        Version: ${version} (0x${(version - 1).toString(16)})\n`,
    serialLine(certificate.serial),
    `        Signature Algorithm: ${algorithm.name}\n`,
    `        Issuer: ${nameText(certificate.issuer)}\n`,
    `        Validity\n            Not Before: ${dateText(certificate.notBeforeMs)}\n            Not After : ${dateText(certificate.notAfterMs)}\n`,
    `        Subject: ${nameText(certificate.subject)}\n`,
    `        Subject Public Key Info:\n${publicKeyText(certificate.publicKey, "            ")}`,
    ...(extensions.length === 0 ? [] : ["        X509v3 extensions:\n", ...extensions.map((each) => extensionText(each, "            "))]),
    signatureText(algorithm.name, certificate.signature),
  ].join("");
}

export function requestText(request: CertificateRequest): string {
  const { extensions } = request;
  return [
    "Certificate Request:\n    Data:\n        Version: 1 (0x0)\n",
    `        Subject: ${nameText(request.subject)}\n`,
    `        Subject Public Key Info:\n${publicKeyText(request.publicKey, "            ")}`,
    extensions.length === 0
      ? "        Attributes:\n            (none)\n            Requested Extensions:\n"
      : `        Attributes:\n            Requested Extensions:\n${extensions.map((each) => extensionText(each, "                ")).join("")}`,
    signatureText(request.algorithm.name, request.signature),
  ].join("");
}

const RSA_PARTS = ["modulus", "publicExponent", "privateExponent", "prime1", "prime2", "exponent1", "exponent2", "coefficient"];

/** A private key as `openssl pkey -text` shows it. */
export function privateKeyText(key: PrivateKey): string {
  const { type } = key.publicKey;
  const parts = readDer(key.traditional);
  if (type.kind === "ec") {
    const secret = childOf(parts, 1, TAG.octetString).value;
    return `Private-Key: (${type.curve.bits} bit)\npriv:\n${colonLines(secret, 15, "    ")}pub:\n${colonLines(type.point, 15, "    ")}ASN1 OID: ${type.curve.opensslName}\nNIST CURVE: ${type.curve.name}\n`;
  }
  const lines = RSA_PARTS.map((name, index) => {
    const bytes = integerBytes(childOf(parts, index + 1, TAG.integer));
    if (name !== "publicExponent") return `${name}:\n${colonLines(signed(bytes), 15, "    ")}`;
    const number = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
    return `${name}: ${number} (0x${number.toString(16)})\n`;
  });
  return `Private-Key: (${type.bits} bit, 2 primes)\n${lines.join("")}`;
}
