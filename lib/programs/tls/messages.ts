/** The messages of TLS 1.3's handshake (RFC 8446 4), as they lie on the wire. */
import { concat, encode } from "../core/io.ts";
import { TlsFailure } from "./failure.ts";

export const MESSAGE = {
  clientHello: 1,
  serverHello: 2,
  encryptedExtensions: 8,
  certificate: 11,
  certificateVerify: 15,
  finished: 20,
} as const;

export type TlsVersion = "TLSv1" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3";
export const VERSIONS: readonly TlsVersion[] = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];
const versionNumber = (version: TlsVersion): number => 0x0301 + VERSIONS.indexOf(version);

/** Suites by the names OpenSSL shows; they are agreed on, and not used, since nothing is encrypted. */
export const SUITES: readonly { readonly name: string; readonly id: number; readonly version: TlsVersion; readonly key?: "rsa" | "ec" }[] =
  [
    { name: "TLS_AES_256_GCM_SHA384", id: 0x1302, version: "TLSv1.3" },
    { name: "TLS_CHACHA20_POLY1305_SHA256", id: 0x1303, version: "TLSv1.3" },
    { name: "TLS_AES_128_GCM_SHA256", id: 0x1301, version: "TLSv1.3" },
    { name: "ECDHE-ECDSA-AES256-GCM-SHA384", id: 0xc02c, version: "TLSv1.2", key: "ec" },
    { name: "ECDHE-RSA-AES256-GCM-SHA384", id: 0xc030, version: "TLSv1.2", key: "rsa" },
    { name: "ECDHE-ECDSA-CHACHA20-POLY1305", id: 0xcca9, version: "TLSv1.2", key: "ec" },
    { name: "ECDHE-RSA-CHACHA20-POLY1305", id: 0xcca8, version: "TLSv1.2", key: "rsa" },
    { name: "ECDHE-ECDSA-AES128-GCM-SHA256", id: 0xc02b, version: "TLSv1.2", key: "ec" },
    { name: "ECDHE-RSA-AES128-GCM-SHA256", id: 0xc02f, version: "TLSv1.2", key: "rsa" },
    { name: "ECDHE-ECDSA-AES256-SHA", id: 0xc00a, version: "TLSv1", key: "ec" },
    { name: "ECDHE-RSA-AES256-SHA", id: 0xc014, version: "TLSv1", key: "rsa" },
  ];

const EXTENSION = { serverName: 0, alpn: 16, supportedVersions: 43 } as const;

export interface ClientHello {
  readonly random: Uint8Array;
  readonly suites: readonly number[];
  /** Undefined: none was named. */
  readonly serverName: string | undefined;
  readonly alpn: readonly string[];
  readonly versions: readonly TlsVersion[];
}

export interface ServerHello {
  readonly random: Uint8Array;
  readonly suite: number;
  readonly version: TlsVersion;
}

const u8 = (value: number) => Uint8Array.of(value);
const u16 = (value: number) => Uint8Array.of(value >> 8, value & 0xff);
const u24 = (value: number) => Uint8Array.of(value >> 16, (value >> 8) & 0xff, value & 0xff);
const vector8 = (...parts: readonly Uint8Array[]) => {
  const all = concat(parts);
  return concat([u8(all.length), all]);
};
const vector16 = (...parts: readonly Uint8Array[]) => {
  const all = concat(parts);
  return concat([u16(all.length), all]);
};
const vector24 = (...parts: readonly Uint8Array[]) => {
  const all = concat(parts);
  return concat([u24(all.length), all]);
};
const extension = (type: number, ...parts: readonly Uint8Array[]) => concat([u16(type), vector16(...parts)]);

export function message(type: number, body: Uint8Array): Uint8Array {
  return concat([u8(type), vector24(body)]);
}

export function writeClientHello(hello: ClientHello): Uint8Array {
  const { serverName, alpn, versions } = hello;
  const extensions = [
    ...(serverName === undefined ? [] : [extension(EXTENSION.serverName, vector16(u8(0), vector16(encode(serverName))))]),
    ...(alpn.length === 0 ? [] : [extension(EXTENSION.alpn, vector16(...alpn.map((name) => vector8(encode(name)))))]),
    extension(EXTENSION.supportedVersions, vector8(...versions.map((version) => u16(versionNumber(version))))),
  ];
  const body = concat([
    u16(0x0303),
    hello.random,
    vector8(new Uint8Array(32)),
    vector16(...hello.suites.map(u16)),
    vector8(u8(0)),
    vector16(...extensions),
  ]);
  return message(MESSAGE.clientHello, body);
}

export function writeServerHello(hello: ServerHello): Uint8Array {
  const chosen = extension(EXTENSION.supportedVersions, u16(versionNumber(hello.version)));
  const body = concat([u16(0x0303), hello.random, vector8(new Uint8Array(32)), u16(hello.suite), u8(0), vector16(chosen)]);
  return message(MESSAGE.serverHello, body);
}

export function writeEncryptedExtensions(alpn: string | undefined): Uint8Array {
  const chosen = alpn === undefined ? [] : [extension(EXTENSION.alpn, vector16(vector8(encode(alpn))))];
  return message(MESSAGE.encryptedExtensions, vector16(...chosen));
}

export function writeCertificates(chain: readonly Uint8Array[]): Uint8Array {
  return message(MESSAGE.certificate, concat([vector8(), vector24(...chain.flatMap((each) => [vector24(each), vector16()]))]));
}

export function writeCertificateVerify(scheme: number, signature: Uint8Array): Uint8Array {
  return message(MESSAGE.certificateVerify, concat([u16(scheme), vector16(signature)]));
}

/** Reads along a message. Throws TlsFailure where it ends too soon. */
class Cursor {
  #at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get done(): boolean {
    return this.#at >= this.bytes.length;
  }

  take(count: number): Uint8Array {
    const found = this.bytes.subarray(this.#at, this.#at + count);
    if (found.length < count) throw new TlsFailure("garbage");
    this.#at += count;
    return found;
  }

  number(size: number): number {
    return this.take(size).reduce((sum, byte) => sum * 256 + byte, 0);
  }

  vector(size: number): Cursor {
    return new Cursor(this.take(this.number(size)));
  }

  get rest(): Uint8Array {
    return this.take(this.bytes.length - this.#at);
  }
}

function readExtensions(cursor: Cursor): Map<number, Cursor> {
  const found = new Map<number, Cursor>();
  while (!cursor.done) found.set(cursor.number(2), cursor.vector(2));
  return found;
}

const versionOf = (number: number): TlsVersion[] => VERSIONS.filter((version) => versionNumber(version) === number);
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

function numbers(cursor: Cursor, size: number): number[] {
  const all: number[] = [];
  while (!cursor.done) all.push(cursor.number(size));
  return all;
}

export function readClientHello(body: Uint8Array): ClientHello {
  const cursor = new Cursor(body);
  cursor.take(2);
  const random = cursor.take(32);
  cursor.vector(1);
  const suites = numbers(cursor.vector(2), 2);
  cursor.vector(1);
  const extensions = cursor.done ? new Map<number, Cursor>() : readExtensions(cursor.vector(2));
  const names = extensions.get(EXTENSION.serverName)?.vector(2);
  const protocols = extensions.get(EXTENSION.alpn)?.vector(2);
  const alpn: string[] = [];
  while (protocols !== undefined && !protocols.done) alpn.push(text(protocols.vector(1).rest));
  const versions = extensions.get(EXTENSION.supportedVersions)?.vector(1);
  return {
    random,
    suites,
    serverName: names && names.number(1) === 0 ? text(names.vector(2).rest) : undefined,
    alpn,
    versions: versions === undefined ? ["TLSv1.2"] : numbers(versions, 2).flatMap(versionOf),
  };
}

export function readServerHello(body: Uint8Array): ServerHello {
  const cursor = new Cursor(body);
  cursor.take(2);
  const random = cursor.take(32);
  cursor.vector(1);
  const suite = cursor.number(2);
  cursor.take(1);
  const [version] = versionOf(readExtensions(cursor.vector(2)).get(EXTENSION.supportedVersions)?.number(2) ?? 0);
  if (version === undefined) throw new TlsFailure("unsupported-protocol");
  return { random, suite, version };
}

export function readEncryptedExtensions(body: Uint8Array): string | undefined {
  const alpn = readExtensions(new Cursor(body).vector(2)).get(EXTENSION.alpn);
  return alpn && text(alpn.vector(2).vector(1).rest);
}

export function readCertificates(body: Uint8Array): Uint8Array[] {
  const cursor = new Cursor(body);
  cursor.vector(1);
  const list = cursor.vector(3);
  const all: Uint8Array[] = [];
  while (!list.done) {
    all.push(list.vector(3).rest);
    list.vector(2);
  }
  return all;
}

export function readCertificateVerify(body: Uint8Array): { scheme: number; signature: Uint8Array } {
  const cursor = new Cursor(body);
  return { scheme: cursor.number(2), signature: cursor.vector(2).rest };
}
