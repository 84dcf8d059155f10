/** DER, the binary form of certificates and keys (ITU-T X.690): reading to a tree, writing from one. */

/** Tags (X.680, table 1); CONTEXT is added for [n], CONSTRUCTED for what holds other elements. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;
const CONTEXT = 0x80;
const CONSTRUCTED = 0x20;

/** One element of what was read. */
export interface Element {
  readonly tag: number;
  /** The contents, without tag and length. */
  readonly value: Uint8Array;
  /** The whole element. */
  readonly raw: Uint8Array;
  /** Elements inside, where it holds some. */
  readonly children: readonly Element[];
}

/** Bytes that are no DER, or not what was expected there. */
export class DerError extends Error {
  override readonly name = "DerError";
}

/** The first element of `bytes`; what follows it is left alone. */
export function readDer(bytes: Uint8Array): Element {
  return readAt(bytes, 0, 0).element;
}

const DEEPEST = 32;

function readAt(bytes: Uint8Array, start: number, depth: number): { element: Element; end: number } {
  if (depth > DEEPEST) throw new DerError("nested too deeply");
  const tag = bytes[start];
  let length = bytes[start + 1];
  if (tag === undefined || length === undefined) throw new DerError("not enough data");
  let at = start + 2;
  if (length >= 0x80) {
    const count = length - 0x80;
    if (count === 0 || count > 4) throw new DerError("bad object header");
    length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + (bytes[at++] ?? 0);
  }
  const end = at + length;
  if (end > bytes.length) throw new DerError("too long");
  const value = bytes.subarray(at, end);
  const children: Element[] = [];
  if ((tag & CONSTRUCTED) !== 0) {
    for (let next = at; next < end; ) {
      const child = readAt(bytes.subarray(0, end), next, depth + 1);
      children.push(child.element);
      next = child.end;
    }
  }
  return { element: { tag, value, raw: bytes.subarray(start, end), children }, end };
}

/** The child at `index`, which must be there and, where given, have that tag. */
export function childOf(element: Element, index: number, tag?: number): Element {
  const child = element.children[index];
  if (child === undefined || (tag !== undefined && child.tag !== tag)) throw new DerError("wrong tag");
  return child;
}

/** The tag of [n]; `holds`: it has elements inside. */
export function contextTag(n: number, holds = true): number {
  return CONTEXT | n | (holds ? CONSTRUCTED : 0);
}

/** An element of this tag. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const length: number[] = [];
  if (size < 0x80) length.push(size);
  else {
    for (let rest = size; rest > 0; rest = Math.floor(rest / 256)) length.unshift(rest % 256);
    length.unshift(0x80 + length.length);
  }
  const out = new Uint8Array(1 + length.length + size);
  out[0] = tag;
  out.set(length, 1);
  let at = 1 + length.length;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

export const sequence = (...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => der(TAG.sequence, ...parts);
export const octets = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => der(TAG.octetString, bytes);
export const bits = (bytes: Uint8Array, unused = 0): Uint8Array<ArrayBuffer> => der(TAG.bitString, Uint8Array.of(unused), bytes);
export const nothing = (): Uint8Array<ArrayBuffer> => der(TAG.null);
export const utf8 = (text: string): Uint8Array<ArrayBuffer> => der(TAG.utf8String, new TextEncoder().encode(text));
export const boolean = (value: boolean): Uint8Array<ArrayBuffer> => der(TAG.boolean, Uint8Array.of(value ? 0xff : 0));

/** A number that is not negative, given as its bytes, highest first. */
export function integer(bytes: Uint8Array | number): Uint8Array<ArrayBuffer> {
  let digits = typeof bytes === "number" ? numberBytes(bytes) : bytes;
  while (digits.length > 1 && digits[0] === 0) digits = digits.subarray(1);
  const sign = (digits[0] ?? 0) >= 0x80 ? Uint8Array.of(0) : new Uint8Array(0);
  return der(TAG.integer, sign, digits);
}

function numberBytes(value: number): Uint8Array {
  const out: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) out.unshift(rest % 256);
  return Uint8Array.from(out.length === 0 ? [0] : out);
}

/** The bytes of a number, without the zero that keeps it from being negative. */
export function integerBytes(element: Element): Uint8Array {
  let { value } = element;
  while (value.length > 1 && value[0] === 0) value = value.subarray(1);
  return value;
}

/** A bit string's bytes; unused bits are left out of account. */
export function bitBytes(element: Element): Uint8Array {
  return element.value.subarray(1);
}

export function oid(dotted: string): Uint8Array<ArrayBuffer> {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const out: number[] = [];
  for (const part of [first * 40 + second, ...rest]) {
    const septets = [part % 128];
    for (let left = Math.floor(part / 128); left > 0; left = Math.floor(left / 128)) septets.unshift((left % 128) + 128);
    out.push(...septets);
  }
  return der(TAG.oid, Uint8Array.from(out));
}

export function oidText(element: Element): string {
  const parts: number[] = [];
  let part = 0;
  for (const byte of element.value) {
    part = part * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    if (parts.length === 0) parts.push(Math.min(2, Math.floor(part / 40)), part - 40 * Math.min(2, Math.floor(part / 40)));
    else parts.push(part);
    part = 0;
  }
  return parts.join(".");
}

/** Text of any of the string types that names use. */
export function stringText(element: Element): string {
  if (element.tag === TAG.bmpString) return new TextDecoder("utf-16be").decode(element.value);
  return new TextDecoder(element.tag === TAG.utf8String ? "utf-8" : "latin1").decode(element.value);
}

/** UTCTime up to 2049, GeneralizedTime from then on (RFC 5280 4.1.2.5). */
export function time(ms: number): Uint8Array<ArrayBuffer> {
  const text = `${new Date(ms)
    .toISOString()
    .replace(/\.\d+Z$/, "")
    .replace(/[-T:]/g, "")}Z`;
  const late = new Date(ms).getUTCFullYear() >= 2050;
  return der(late ? TAG.generalizedTime : TAG.utcTime, new TextEncoder().encode(late ? text : text.slice(2)));
}

export function timeMs(element: Element): number {
  const text = new TextDecoder("latin1").decode(element.value);
  const parts = /^(\d{2}|\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!parts) throw new DerError("bad time");
  const [, year = "", ...rest] = parts;
  const [month = 0, day = 0, hour = 0, minute = 0, second = 0] = rest.map(Number);
  const full = year.length === 4 ? Number(year) : Number(year) + (Number(year) < 50 ? 2000 : 1900);
  return Date.UTC(full, month - 1, day, hour, minute, second);
}

export const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}
