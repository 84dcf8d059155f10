import { deflateRawSync } from "node:zlib";
import { crc32 } from "../../programs/archive/zip-format.ts";

/** One entry of a zip made for a test; `says`: the size that it claims, where it lies. */
export interface ZipEntry {
  readonly name: string;
  readonly text?: string;
  readonly bytes?: Uint8Array;
  readonly mode?: number;
  readonly says?: number;
}

/** A zip archive (APPNOTE 6.3.9: local headers 4.3.7, central directory 4.3.12, its end 4.3.16), as hostile as it is wanted. */
export function zipOf(entries: readonly ZipEntry[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let offset = 0;
  for (const { name, text = "", bytes = new TextEncoder().encode(text), mode = 0o100644, says = bytes.length } of entries) {
    const packed = new Uint8Array(deflateRawSync(bytes));
    const names = new TextEncoder().encode(name);
    const common = [u16(20), u16(0x800), u16(8), u32(0), u32(crc32(bytes)), u32(packed.length), u32(says), u16(names.length), u16(0)];
    const local = join([u32(0x04034b50), ...common, names, packed]);
    central.push(join([u32(0x02014b50), u16(0x0314), ...common, u16(0), u16(0), u16(0), u32((mode << 16) >>> 0), u32(offset), names]));
    parts.push(local);
    offset += local.length;
  }
  const directory = join(central);
  const end = [u32(0x06054b50), u16(0), u16(0), u16(entries.length), u16(entries.length), u32(directory.length), u32(offset), u16(0)];
  return join([...parts, directory, ...end]);
}

function u16(value: number): Uint8Array {
  return new Uint8Array([value & 255, (value >>> 8) & 255]);
}

function u32(value: number): Uint8Array {
  return new Uint8Array([value & 255, (value >>> 8) & 255, (value >>> 16) & 255, (value >>> 24) & 255]);
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
