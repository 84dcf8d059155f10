/** Packs: reading, making and indexing them (gitformat-pack(5)). */
import { sha1 } from "../../core/hash.ts";
import { concat, encode } from "../../core/io.ts";
import { deflate } from "./deflate.ts";
import { inflate } from "./inflate.ts";
import { hashObject, type ObjectType, oidBytes, oidText, type RawObject } from "./object.ts";

const TYPES: readonly (ObjectType | undefined)[] = [undefined, "commit", "tree", "blob", "tag"];
const OFFSET_DELTA = 6;
const REF_DELTA = 7;

/** The pack is broken. */
export class BadPack extends Error {}

function applyDelta(base: Uint8Array, delta: Uint8Array): Uint8Array {
  let at = 0;
  const size = () => {
    let value = 0;
    let shift = 0;
    for (;;) {
      const byte = delta[at++] ?? 0;
      value |= (byte & 127) << shift;
      shift += 7;
      if (byte < 128) return value;
    }
  };
  if (size() !== base.length) throw new BadPack("a delta for another base");
  const out = new Uint8Array(size());
  let to = 0;
  while (at < delta.length) {
    const code = delta[at++] ?? 0;
    if (code & 128) {
      let offset = 0;
      let count = 0;
      for (let i = 0; i < 4; i++) if (code & (1 << i)) offset |= (delta[at++] ?? 0) << (8 * i);
      for (let i = 0; i < 3; i++) if (code & (16 << i)) count |= (delta[at++] ?? 0) << (8 * i);
      if (count === 0) count = 0x10000;
      out.set(base.subarray(offset, offset + count), to);
      to += count;
    } else {
      out.set(delta.subarray(at, at + code), to);
      at += code;
      to += code;
    }
  }
  return out;
}

interface EntryHead {
  readonly kind: number;
  readonly size: number;
  /** Offset of the base in this pack, or its name. */
  readonly base: number | string | undefined;
  /** Where the compressed bytes begin. */
  readonly at: number;
}

function entryHead(pack: Uint8Array, start: number): EntryHead {
  let at = start;
  let byte = pack[at++] ?? 0;
  const kind = (byte >> 4) & 7;
  let size = byte & 15;
  for (let shift = 4; byte & 128; shift += 7) {
    byte = pack[at++] ?? 0;
    size += (byte & 127) * 2 ** shift;
  }
  if (kind === REF_DELTA) return { kind, size, base: oidText(pack, at), at: at + 20 };
  if (kind !== OFFSET_DELTA) return { kind, size, base: undefined, at };
  byte = pack[at++] ?? 0;
  let back = byte & 127;
  while (byte & 128) {
    byte = pack[at++] ?? 0;
    back = (back + 1) * 128 + (byte & 127);
  }
  return { kind, size, base: start - back, at };
}

/** A pack with its index of version 2. */
export class Pack {
  readonly #view: DataView;
  readonly count: number;
  #bytes: Uint8Array | undefined;
  readonly #cache = new Map<number, RawObject>();

  constructor(
    private readonly index: Uint8Array,
    private readonly load: () => Uint8Array,
  ) {
    this.#view = new DataView(index.buffer, index.byteOffset, index.byteLength);
    if (this.#view.getUint32(0) !== 0xff744f63 || this.#view.getUint32(4) !== 2) throw new BadPack("the index is not of version 2");
    this.count = this.#view.getUint32(8 + 255 * 4);
  }

  get bytes(): Uint8Array {
    this.#bytes ??= this.load();
    return this.#bytes;
  }

  oid(position: number): string {
    return oidText(this.index, 8 + 1024 + position * 20);
  }

  /** Position of the first name that is not less than `prefix`. */
  lowerBound(prefix: string): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.oid(middle) < prefix) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Where the object lies; undefined when it does not. */
  offset(oid: string): number | undefined {
    const position = this.lowerBound(oid);
    if (position >= this.count || this.oid(position) !== oid) return undefined;
    const table = 8 + 1024 + this.count * 24;
    const short = this.#view.getUint32(table + position * 4);
    if (short < 0x80000000) return short;
    return Number(this.#view.getBigUint64(table + this.count * 4 + (short - 0x80000000) * 8));
  }

  read(offset: number, other: (oid: string) => RawObject): RawObject {
    const known = this.#cache.get(offset);
    if (known) return known;
    const head = entryHead(this.bytes, offset);
    const { data } = inflate(this.bytes, head.at, head.size);
    const type = TYPES[head.kind];
    let object: RawObject;
    if (type) object = { type, data };
    else {
      const base = typeof head.base === "number" ? this.read(head.base, other) : this.#named(head.base ?? "", other);
      object = { type: base.type, data: applyDelta(base.data, data) };
    }
    if (this.#cache.size > 2000) this.#cache.clear();
    if (object.data.length < 65536) this.#cache.set(offset, object);
    return object;
  }

  #named(oid: string, other: (oid: string) => RawObject): RawObject {
    const offset = this.offset(oid);
    return offset === undefined ? other(oid) : this.read(offset, other);
  }
}

function entryHeader(kind: number, size: number): Uint8Array {
  const out: number[] = [];
  let byte = (kind << 4) | (size & 15);
  let rest = Math.floor(size / 16);
  while (rest > 0) {
    out.push(byte | 128);
    byte = rest & 127;
    rest = Math.floor(rest / 128);
  }
  out.push(byte);
  return Uint8Array.from(out);
}

/** A pack of these objects, none of them as a delta. */
export function makePack(objects: Iterable<RawObject>): Uint8Array {
  const parts: Uint8Array[] = [];
  let count = 0;
  for (const { type, data } of objects) {
    parts.push(entryHeader(TYPES.indexOf(type), data.length), deflate(data));
    count++;
  }
  const head = new Uint8Array(12);
  head.set(encode("PACK"));
  const view = new DataView(head.buffer);
  view.setUint32(4, 2);
  view.setUint32(8, count);
  const body = concat([head, ...parts]);
  return concat([body, oidBytes(sha1(body))]);
}

export interface UnpackedObject extends RawObject {
  readonly oid: string;
  readonly offset: number;
}

/** Everything in a pack that has no index yet; `other` finds the bases of a thin pack. Throws BadPack. */
export function unpack(pack: Uint8Array, other: (oid: string) => RawObject | undefined): UnpackedObject[] {
  const view = new DataView(pack.buffer, pack.byteOffset, pack.byteLength);
  if (pack.length < 32 || view.getUint32(0) !== 0x5041434b) throw new BadPack("bad pack header");
  if (oidText(pack, pack.length - 20) !== sha1(pack.subarray(0, pack.length - 20))) throw new BadPack("pack is corrupted (SHA1 mismatch)");
  const count = view.getUint32(8);
  const byOffset = new Map<number, UnpackedObject>();
  const byOid = new Map<string, UnpackedObject>();
  let waiting: { offset: number; base: number | string; delta: Uint8Array }[] = [];
  const keep = (offset: number, type: ObjectType, data: Uint8Array) => {
    const object = { type, data, oid: hashObject(type, data), offset };
    byOffset.set(offset, object);
    byOid.set(object.oid, object);
  };
  let at = 12;
  for (let i = 0; i < count; i++) {
    const head = entryHead(pack, at);
    const { data, end } = inflate(pack, head.at, head.size);
    if (data.length !== head.size) throw new BadPack("an object of another size than the pack says");
    const type = TYPES[head.kind];
    if (type) keep(at, type, data.slice());
    else waiting.push({ offset: at, base: head.base ?? "", delta: data.slice() });
    at = end;
  }
  while (waiting.length > 0) {
    const still = waiting.filter(({ offset, base, delta }) => {
      const found = typeof base === "number" ? byOffset.get(base) : (byOid.get(base) ?? other(base));
      if (!found) return true;
      keep(offset, found.type, applyDelta(found.data, delta));
      return false;
    });
    if (still.length === waiting.length) throw new BadPack(`pack has ${still.length} unresolved delta${still.length === 1 ? "" : "s"}`);
    waiting = still;
  }
  return [...byOffset.values()].sort((a, b) => a.offset - b.offset);
}

let crcTable: Int32Array | undefined;

function crc32(bytes: Uint8Array): number {
  crcTable ??= Int32Array.from({ length: 256 }, (_, n) => {
    let c = n;
    for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    return c;
  });
  let crc = -1;
  for (const byte of bytes) crc = (crcTable[(crc ^ byte) & 255] ?? 0) ^ (crc >>> 8);
  return (crc ^ -1) >>> 0;
}

/** The index (version 2) of a pack whose objects are these. */
export function makeIndex(pack: Uint8Array, objects: readonly UnpackedObject[]): Uint8Array {
  const ends = new Map<number, number>();
  for (const [i, { offset }] of objects.entries()) ends.set(offset, objects[i + 1]?.offset ?? pack.length - 20);
  const sorted = [...objects].sort((a, b) => (a.oid < b.oid ? -1 : 1));
  const out = new Uint8Array(8 + 1024 + sorted.length * 28 + 40);
  const view = new DataView(out.buffer);
  view.setUint32(0, 0xff744f63);
  view.setUint32(4, 2);
  const names = 8 + 1024;
  for (const [i, { oid, offset }] of sorted.entries()) {
    for (let first = Number.parseInt(oid.slice(0, 2), 16); first < 256; first++) view.setUint32(8 + first * 4, i + 1);
    out.set(oidBytes(oid), names + i * 20);
    view.setUint32(names + sorted.length * 20 + i * 4, crc32(pack.subarray(offset, ends.get(offset))));
    view.setUint32(names + sorted.length * 24 + i * 4, offset);
  }
  const tail = names + sorted.length * 28;
  out.set(pack.subarray(pack.length - 20), tail);
  out.set(oidBytes(sha1(out.subarray(0, tail + 20))), tail + 20);
  return out;
}
