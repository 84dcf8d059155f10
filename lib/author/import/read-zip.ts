import { Buffer } from "node:buffer";
import { inflateRawSync } from "node:zlib";
import { type Entry, fromBuffer, type ZipFile } from "yauzl";
import { crc32 } from "../../programs/archive/zip-format.ts";
import { ImportRefused, LIMITS, shown } from "./limits.ts";
import type { SourceTree } from "./source-tree.ts";

const TYPE = { mask: 0o170000, folder: 0o040000, file: 0o100000, link: 0o120000 };

/** Unpacks a zip archive into memory. Throws ImportRefused for anything that a lesson does not hold. */
export async function readZip(bytes: Uint8Array, tree: SourceTree): Promise<void> {
  const zip = await open(bytes);
  await new Promise<void>((resolve, reject) => {
    const fail = (error: unknown): void => {
      zip.close();
      reject(error);
    };
    zip.on("error", (error: Error) => fail(new ImportRefused(`The zip archive is refused: ${error.message}. Nothing was imported.`)));
    zip.on("end", () => resolve());
    zip.on("entry", (entry: Entry) => {
      take(zip, entry, tree).then(() => zip.readEntry(), fail);
    });
    zip.readEntry();
  });
}

function open(bytes: Uint8Array): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    fromBuffer(
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
      { lazyEntries: true, validateEntrySizes: false },
      (error, zip) => {
        if (zip === undefined) reject(new ImportRefused(`This is no zip archive that can be read: ${error?.message ?? "unknown reason"}.`));
        else if (zip.entryCount > LIMITS.files * 2)
          reject(new ImportRefused(`The archive has ${zip.entryCount} entries. Nothing was imported.`));
        else resolve(zip);
      },
    );
  });
}

async function take(zip: ZipFile, entry: Entry, tree: SourceTree): Promise<void> {
  const name = entry.fileName;
  // Unix modes lie in the upper half, where the archive was made on Unix (APPNOTE 4.4.15).
  const mode = entry.externalFileAttributes >>> 16;
  const type = mode & TYPE.mask;
  if ((entry.generalPurposeBitFlag & 1) !== 0) tree.refuse(name, "encrypted");
  if (name.endsWith("/") || type === TYPE.folder) return;
  if (type !== 0 && type !== TYPE.file && type !== TYPE.link) tree.refuse(name, "a device, a pipe or a socket");
  const { uncompressedSize: size, compressedSize } = entry;
  if (size > LIMITS.fileBytes)
    throw new ImportRefused(`${shown(name)} is larger than ${LIMITS.fileBytes / 1024 / 1024} MB. Nothing was imported.`);
  if (size > LIMITS.ratioFrom && size / Math.max(1, compressedSize) > LIMITS.ratio) {
    throw new ImportRefused(
      `${shown(name)} grows ${Math.round(size / Math.max(1, compressedSize))} times when it is unpacked: a bomb. Nothing was imported.`,
    );
  }
  const bytes = await contents(zip, entry);
  if (type === TYPE.link) tree.link(name, new TextDecoder().decode(bytes));
  else tree.add(name, bytes, (mode & 0o111) !== 0);
}

/** The bytes of an entry. They are inflated here, to no more than the entry says, so that none can lie about its size. */
async function contents(zip: ZipFile, entry: Entry): Promise<Uint8Array> {
  const refuse = (why: string): ImportRefused => new ImportRefused(`${shown(entry.fileName)}: ${why}. Nothing was imported.`);
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) throw refuse("it is packed in a way that is not known here");
  const packed = await packedBytes(zip, entry).catch((error: unknown) => {
    throw refuse(error instanceof Error ? error.message : String(error));
  });
  let bytes: Uint8Array;
  try {
    bytes = entry.compressionMethod === 0 ? packed : inflateRawSync(packed, { maxOutputLength: Math.max(1, entry.uncompressedSize) });
  } catch {
    throw refuse("it is damaged, or larger than it says");
  }
  if (bytes.length !== entry.uncompressedSize) throw refuse("it is not as large as it says");
  if (crc32(bytes) !== entry.crc32) throw refuse("it is damaged: its checksum is another");
  return new Uint8Array(bytes);
}

function packedBytes(zip: ZipFile, entry: Entry): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const options = { decompress: entry.compressionMethod === 8 ? false : null, decrypt: null, start: null, end: null };
    zip.openReadStream(entry, options, (error, stream) => {
      if (stream === undefined) {
        reject(error ?? new Error("it can't be read"));
        return;
      }
      const parts: Uint8Array[] = [];
      stream.on("data", (part: Uint8Array) => parts.push(part));
      stream.on("error", reject);
      stream.on("end", () => resolve(new Uint8Array(Buffer.concat(parts))));
    });
  });
}
