import { gunzipSync } from "node:zlib";
import { unpackTar } from "modern-tar";
import { ImportRefused, LIMITS, shown } from "./limits.ts";
import type { SourceTree } from "./source-tree.ts";

/** Unpacks a tar archive, gzipped or not, into memory. Throws ImportRefused for anything that a lesson does not hold. */
export async function readTar(bytes: Uint8Array, tree: SourceTree): Promise<void> {
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzip(bytes) : bytes;
  let entries: Awaited<ReturnType<typeof unpackTar>>;
  try {
    entries = await unpackTar(plain, { strict: true });
  } catch (error) {
    throw new ImportRefused(`This is no tar archive that can be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
  if (entries.length > LIMITS.files * 2) throw new ImportRefused(`The archive has ${entries.length} entries. Nothing was imported.`);
  for (const { header, data } of entries) {
    const { name, type } = header;
    if (type === "directory" || type === "pax-global-header") continue;
    if (type === "symlink") tree.link(name, header.linkname ?? "");
    // A hard link names another entry of the archive, from its top (POSIX pax, "linkname").
    else if (type === "link") tree.link(name, fromTop(name, header.linkname ?? ""));
    else if (type === undefined || type === "file") tree.add(name, data ?? new Uint8Array(0), ((header.mode ?? 0) & 0o111) !== 0);
    else tree.refuse(name, `of the kind \`${type}\`: a device or a pipe`);
  }
}

function gunzip(bytes: Uint8Array): Uint8Array {
  let plain: Uint8Array;
  try {
    // Headers take room too: half a kilobyte an entry, and as much to fill the last block.
    plain = gunzipSync(bytes, { maxOutputLength: LIMITS.totalBytes + LIMITS.files * 2 * 1024 });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ImportRefused(
      `The archive can't be unpacked, or is larger than ${LIMITS.totalBytes / 1024 / 1024} MB when it is: ${reason}.`,
    );
  }
  if (plain.length > LIMITS.ratioFrom && plain.length / bytes.length > LIMITS.ratio) {
    throw new ImportRefused(`${shown("the archive")} grows ${Math.round(plain.length / bytes.length)} times when it is unpacked: a bomb.`);
  }
  return plain;
}

function fromTop(name: string, target: string): string {
  return target.startsWith("/") ? target : `${"../".repeat(name.split("/").length - 1)}${target}`;
}
