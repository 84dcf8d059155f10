/** The tape archive format: ustar with GNU's long names and pax headers (tar(5)). */
import { concat, decode, encode } from "../core/io.ts";

export interface TarEntry {
  readonly name: string;
  readonly kind: "file" | "directory" | "symlink" | "hardlink" | "fifo";
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly user: string;
  readonly group: string;
  readonly mtimeMs: number;
  readonly target: string;
  readonly data: Uint8Array;
}

/** The data is no tar archive. */
export class BadTar extends Error {}

const BLOCK = 512;
const TYPES: Readonly<Record<TarEntry["kind"], string>> = { file: "0", hardlink: "1", symlink: "2", directory: "5", fifo: "6" };

function header(fields: {
  name: string;
  mode: number;
  uid: number;
  gid: number;
  size: number;
  mtime: number;
  type: string;
  target: string;
  user: string;
  group: string;
}): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (text: string, at: number, size: number) => block.set(encode(text).subarray(0, size), at);
  const octal = (value: number, at: number, size: number) =>
    put(
      `${Math.max(0, Math.floor(value))
        .toString(8)
        .padStart(size - 1, "0")}\0`,
      at,
      size,
    );
  put(fields.name, 0, 100);
  octal(fields.mode, 100, 8);
  octal(fields.uid, 108, 8);
  octal(fields.gid, 116, 8);
  octal(fields.size, 124, 12);
  octal(fields.mtime, 136, 12);
  put("        ", 148, 8);
  put(fields.type, 156, 1);
  put(fields.target, 157, 100);
  put("ustar  \0", 257, 8);
  put(fields.user, 265, 32);
  put(fields.group, 297, 32);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(`${sum.toString(8).padStart(6, "0")}\0 `, 148, 8);
  return block;
}

function padded(data: Uint8Array): Uint8Array {
  const rest = data.length % BLOCK;
  return rest === 0 ? data : concat([data, new Uint8Array(BLOCK - rest)]);
}

/** The blocks of one entry. */
export function packEntry(entry: TarEntry): Uint8Array {
  const parts: Uint8Array[] = [];
  const long = (text: string, type: string) => {
    const data = concat([encode(text), new Uint8Array(1)]);
    parts.push(
      header({
        name: "././@LongLink",
        mode: 0o644,
        uid: 0,
        gid: 0,
        size: data.length,
        mtime: 0,
        type,
        target: "",
        user: "root",
        group: "root",
      }),
      padded(data),
    );
  };
  if (encode(entry.target).length > 100) long(entry.target, "K");
  if (encode(entry.name).length > 100) long(entry.name, "L");
  const size = entry.kind === "file" ? entry.data.length : 0;
  parts.push(header({ ...entry, size, mtime: entry.mtimeMs / 1000, type: TYPES[entry.kind] }));
  if (size > 0) parts.push(padded(entry.data));
  return concat(parts);
}

/** What ends an archive: two empty blocks, filled up to a record of twenty. */
export function packEnd(written: number): Uint8Array {
  const size = Math.ceil((written + 2 * BLOCK) / (20 * BLOCK)) * 20 * BLOCK;
  return new Uint8Array(size - written);
}

function text(block: Uint8Array, at: number, size: number): string {
  const bytes = block.subarray(at, at + size);
  const end = bytes.indexOf(0);
  return decode(end < 0 ? bytes : bytes.subarray(0, end));
}

function number(block: Uint8Array, at: number, size: number): number {
  if ((block[at] ?? 0) & 0x80) {
    let value = (block[at] ?? 0) & 0x7f;
    for (let i = at + 1; i < at + size; i++) value = value * 256 + (block[i] ?? 0);
    return value;
  }
  return Number.parseInt(text(block, at, size).trim() || "0", 8) || 0;
}

/** Reads all entries; throws BadTar. */
export function unpack(archive: Uint8Array): TarEntry[] {
  const entries: TarEntry[] = [];
  let longName: string | undefined;
  let longTarget: string | undefined;
  let pax = new Map<string, string>();
  for (let at = 0; at + BLOCK <= archive.length; ) {
    const block = archive.subarray(at, at + BLOCK);
    at += BLOCK;
    if (block.every((byte) => byte === 0)) {
      if (entries.length > 0 || at >= 2 * BLOCK) break;
      continue;
    }
    const sum = block.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0);
    if (sum !== number(block, 148, 8)) throw new BadTar("This does not look like a tar archive");
    const size = Number(pax.get("size") ?? number(block, 124, 12));
    const type = String.fromCharCode(block[156] ?? 0);
    const holds = type === "0" || type === "\0" || type === "7" || /[LKxg]/.test(type);
    if (holds && at + size > archive.length) throw new BadTar("Unexpected EOF in archive");
    const data = holds ? archive.slice(at, at + size) : new Uint8Array();
    if (holds) at += Math.ceil(size / BLOCK) * BLOCK;
    if (type === "L") longName = decode(data).replace(/\0.*$/s, "");
    else if (type === "K") longTarget = decode(data).replace(/\0.*$/s, "");
    else if (type === "x" || type === "g") {
      if (type === "x")
        pax = new Map([...decode(data).matchAll(/\d+ ([^=\n]+)=([^\n]*)\n/g)].map((found) => [found[1] ?? "", found[2] ?? ""]));
    } else {
      const ustar = text(block, 257, 6) === "ustar";
      const prefix = ustar && block[263] !== 0x20 ? text(block, 345, 155) : "";
      const name = pax.get("path") ?? longName ?? (prefix === "" ? text(block, 0, 100) : `${prefix}/${text(block, 0, 100)}`);
      const kind =
        type === "5" || name.endsWith("/")
          ? "directory"
          : type === "2"
            ? "symlink"
            : type === "1"
              ? "hardlink"
              : type === "6"
                ? "fifo"
                : "file";
      entries.push({
        name,
        kind,
        mode: number(block, 100, 8) & 0o7777,
        uid: number(block, 108, 8),
        gid: number(block, 116, 8),
        user: text(block, 265, 32),
        group: text(block, 297, 32),
        mtimeMs: (pax.has("mtime") ? Number(pax.get("mtime")) : number(block, 136, 12)) * 1000,
        target: pax.get("linkpath") ?? longTarget ?? text(block, 157, 100),
        data,
      });
      longName = undefined;
      longTarget = undefined;
      pax = new Map();
    }
  }
  if (entries.length === 0 && archive.length > 0 && archive.length < BLOCK) throw new BadTar("This does not look like a tar archive");
  return entries;
}
