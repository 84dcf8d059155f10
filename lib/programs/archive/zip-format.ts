/** Zip archives, after PKWARE's APPNOTE.TXT 6.3 and Info-ZIP's extra fields (extrafld.txt): reading, and writing what `zip` writes. */
import { concat } from "../core/io.ts";
import { deflateRaw, inflateRaw } from "./streams.ts";

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const STORED = 0;
const DEFLATED = 8;

export interface ZipEntry {
  readonly name: string;
  /** st_mode; 0 when the archive was not made on Unix. */
  readonly mode: number;
  readonly mtimeMs: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly crc: number;
  readonly method: number;
  /** As it lies in the archive. */
  readonly packed: Uint8Array;
  /** Looks like text: what zipinfo shows as "t". */
  readonly text: boolean;
}

/** No end of central directory was found, or what it points to is no directory. */
export class BadZip extends Error {}

const table = Uint32Array.from({ length: 256 }, (_value, index) => {
  let crc = index;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** CRC-32 of ISO 3309, as zip and gzip use it. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 255] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}

/** Packs the bytes, or stores them where packing does not help. */
export async function makeEntry(
  attributes: Pick<ZipEntry, "name" | "mode" | "mtimeMs" | "uid" | "gid">,
  bytes: Uint8Array,
  store: boolean,
): Promise<ZipEntry> {
  const deflated = store || bytes.length === 0 ? undefined : await deflateRaw(bytes);
  const packed = deflated && deflated.length < bytes.length ? deflated : bytes;
  return {
    ...attributes,
    size: bytes.length,
    crc: crc32(bytes),
    method: packed === bytes ? STORED : DEFLATED,
    packed,
    text: bytes.length > 0 && !bytes.some((byte) => byte < 7 || (byte > 13 && byte < 32 && byte !== 27)),
  };
}

/** The bytes of an entry. Throws BadZip when they are damaged or packed in a way that is not known. */
export async function contents(entry: ZipEntry): Promise<Uint8Array> {
  if (entry.method !== STORED && entry.method !== DEFLATED) throw new BadZip("unsupported compression method");
  let bytes: Uint8Array;
  try {
    bytes = entry.method === STORED ? entry.packed : await inflateRaw(entry.packed);
  } catch {
    throw new BadZip("invalid compressed data to inflate");
  }
  if (crc32(bytes) !== entry.crc) throw new BadZip(`bad CRC ${hex(crc32(bytes))}  (should be ${hex(entry.crc)})`);
  return bytes;
}

export function hex(value: number): string {
  return value.toString(16).padStart(8, "0");
}

class Writer {
  readonly #bytes: number[] = [];

  number(value: number, size: 1 | 2 | 4): this {
    for (let at = 0; at < size; at++) this.#bytes.push((value >>> (8 * at)) & 255);
    return this;
  }

  take(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

/** MS-DOS's time and date, in UTC: two seconds are the smallest step, 1980 is the first year. */
function dosTime(mtimeMs: number): { time: number; date: number } {
  const at = new Date(Math.max(mtimeMs, Date.UTC(1980, 0, 1)));
  // Info-ZIP rounds odd seconds up.
  const even = new Date(Math.ceil(at.getTime() / 2000) * 2000);
  return {
    time: (even.getUTCHours() << 11) | (even.getUTCMinutes() << 5) | (even.getUTCSeconds() >> 1),
    date: ((even.getUTCFullYear() - 1980) << 9) | ((even.getUTCMonth() + 1) << 5) | even.getUTCDate(),
  };
}

/** "UT" with the time to the second, "ux" with owner and group; in the central directory without the time of access. */
function extra(entry: ZipEntry, central: boolean): Uint8Array {
  const seconds = Math.floor(entry.mtimeMs / 1000);
  const out = new Writer()
    .number(0x5455, 2)
    .number(central ? 5 : 9, 2)
    .number(3, 1)
    .number(seconds, 4);
  if (!central) out.number(seconds, 4);
  return out.number(0x7875, 2).number(11, 2).number(1, 1).number(4, 1).number(entry.uid, 4).number(4, 1).number(entry.gid, 4).take();
}

/** A whole archive. */
export function writeZip(entries: readonly ZipEntry[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = new TextEncoder().encode(entry.name);
    const { time, date } = dosTime(entry.mtimeMs);
    const utf8 = /[^\x20-\x7e]/.test(entry.name) ? 0x800 : 0;
    const needed = entry.method === DEFLATED ? 20 : 10;
    const common = (out: Writer) =>
      out
        .number(needed, 2)
        .number(utf8, 2)
        .number(entry.method, 2)
        .number(time, 2)
        .number(date, 2)
        .number(entry.crc, 4)
        .number(entry.packed.length, 4)
        .number(entry.size, 4)
        .number(name.length, 2);
    const localExtra = extra(entry, false);
    const head = common(new Writer().number(LOCAL, 4)).number(localExtra.length, 2).take();
    parts.push(head, name, localExtra, entry.packed);
    const centralExtra = extra(entry, true);
    const isDirectory = entry.name.endsWith("/");
    const row = common(new Writer().number(CENTRAL, 4).number((3 << 8) | 30, 2))
      .number(centralExtra.length, 2)
      .number(0, 2)
      .number(0, 2)
      .number(entry.text ? 1 : 0, 2)
      .number(entry.mode * 65536 + (isDirectory ? 16 : 0), 4)
      .number(offset, 4)
      .take();
    directory.push(row, name, centralExtra);
    offset += head.length + name.length + localExtra.length + entry.packed.length;
  }
  const index = concat(directory);
  const end = new Writer().number(END, 4).number(0, 2).number(0, 2).number(entries.length, 2).number(entries.length, 2);
  return concat([...parts, index, end.number(index.length, 4).number(offset, 4).number(0, 2).take()]);
}

/** Reads the central directory, and each entry's packed bytes. Throws BadZip. */
export function readZip(bytes: Uint8Array): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== END) end--;
  if (end < 0) throw new BadZip("End-of-central-directory signature not found.");
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  const entries: ZipEntry[] = [];
  for (let index = 0; index < count; index++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== CENTRAL)
      throw new BadZip("expected central file header signature not found");
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const packedSize = view.getUint32(at + 20, true);
    const local = view.getUint32(at + 42, true);
    if (local + 30 > bytes.length) throw new BadZip("bad zipfile offset");
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    const fields = extraFields(view, at + 46 + nameLength, extraLength);
    const madeOnUnix = view.getUint8(at + 5) === 3;
    entries.push({
      name,
      mode: madeOnUnix ? view.getUint32(at + 38, true) >>> 16 : 0,
      mtimeMs: fields.mtimeMs ?? fromDos(view.getUint16(at + 12, true), view.getUint16(at + 14, true)),
      uid: fields.uid,
      gid: fields.gid,
      size: view.getUint32(at + 24, true),
      crc: view.getUint32(at + 16, true),
      method: view.getUint16(at + 10, true),
      packed: bytes.subarray(start, start + packedSize),
      text: (view.getUint16(at + 36, true) & 1) !== 0,
    });
    at += 46 + nameLength + extraLength + view.getUint16(at + 32, true);
  }
  return entries;
}

function fromDos(time: number, date: number): number {
  return Date.UTC(1980 + (date >> 9), ((date >> 5) & 15) - 1, date & 31, time >> 11, (time >> 5) & 63, (time & 31) * 2);
}

function extraFields(view: DataView, from: number, length: number): { mtimeMs?: number; uid: number; gid: number } {
  let mtimeMs: number | undefined;
  let uid = 0;
  let gid = 0;
  for (let at = from; at + 4 <= from + length; at += 4 + view.getUint16(at + 2, true)) {
    const id = view.getUint16(at, true);
    if (id === 0x5455 && view.getUint8(at + 4) & 1) mtimeMs = view.getUint32(at + 5, true) * 1000;
    if (id === 0x7875 && view.getUint8(at + 5) === 4) {
      uid = view.getUint32(at + 6, true);
      gid = view.getUint32(at + 11, true);
    }
  }
  return { mtimeMs, uid, gid };
}
