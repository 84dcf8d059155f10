import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { ImportRefused, LIMITS, shown } from "./limits.ts";
import { readTar } from "./read-tar.ts";
import { readZip } from "./read-zip.ts";
import { SourceTree } from "./source-tree.ts";

/** Folders that no lesson is in. */
const ignored = new Set([".git", "node_modules", ".github", "__MACOSX"]);

/** Reads a folder, an archive (zip, tar, tar.gz) or a single file. Throws ImportRefused. */
export async function readSource(path: string): Promise<SourceTree> {
  const tree = new SourceTree();
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new ImportRefused(`There is no ${path}.`);
  if (stat.isDirectory()) {
    readFolder(path, "", tree);
    return tree;
  }
  if (!stat.isFile()) throw new ImportRefused(`${shown(path)} is neither a file nor a folder.`);
  if (stat.size > LIMITS.archiveBytes) throw new ImportRefused(`${shown(path)} is larger than ${LIMITS.archiveBytes / 1024 / 1024} MB.`);
  const bytes = new Uint8Array(readFileSync(path));
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) await readZip(bytes, tree);
  else if (/\.(tar|tgz|tar\.gz)$/i.test(path) || (bytes[0] === 0x1f && bytes[1] === 0x8b)) await readTar(bytes, tree);
  else tree.add(basename(path), bytes, false);
  return tree;
}

function readFolder(root: string, folder: string, tree: SourceTree): void {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (ignored.has(entry.name)) continue;
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    const full = join(root, path);
    if (entry.isDirectory()) {
      if (path.split("/").length > LIMITS.depth) throw new ImportRefused(`${shown(path)} lies deeper than ${LIMITS.depth} folders.`);
      readFolder(root, path, tree);
    } else if (entry.isSymbolicLink()) tree.link(path, readlinkSync(full));
    else if (entry.isFile()) {
      const { size, mode } = lstatSync(full);
      if (size > LIMITS.fileBytes) tree.skipped.push({ path, why: `it is larger than ${LIMITS.fileBytes / 1024 / 1024} MB` });
      else tree.add(path, new Uint8Array(readFileSync(full)), (mode & 0o111) !== 0);
    } else tree.refuse(path, "a device, a pipe or a socket");
  }
}
