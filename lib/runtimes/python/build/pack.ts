/** Packs the files of a machine with Python: one file of bytes, one list of names. Text that many files share compresses well together. */

import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { folders, machine } from "./folders.ts";

/** One file of the pack. */
export interface PackedFile {
  readonly path: string;
  readonly start: number;
  readonly size: number;
}

/** Site-packages of a fresh machine: nothing but pip, as in the image python:3.14. */
const FRESH = /^pip(-[^/]*\.dist-info)?\//;

export function packFiles(): void {
  const library = readTree(join(folders.root, machine.library), (path) => !path.startsWith("site-packages/") || FRESH.test(path.slice(14)));
  write("library", machine.library, join(folders.root, machine.library), library);
  const wheels = readdirSync(folders.wheels).sort();
  write("wheels", machine.wheels, folders.wheels, wheels);
}

function write(name: string, target: string, source: string, paths: readonly string[]): void {
  const parts: Buffer[] = [];
  const files: PackedFile[] = [];
  let start = 0;
  for (const path of paths) {
    const bytes = readFileSync(join(source, path));
    files.push({ path: `${target}/${path}`, start, size: bytes.length });
    parts.push(bytes);
    start += bytes.length;
  }
  writeFileSync(join(folders.assets, `${name}.bin`), Buffer.concat(parts));
  writeFileSync(join(folders.assets, `${name}.json`), JSON.stringify(files));
}

/** Paths of the files below `folder`, sorted. Like file types stand together, which compresses better. */
function readTree(folder: string, wanted: (path: string) => boolean): string[] {
  const found: string[] = [];
  const visit = (path: string) => {
    for (const name of readdirSync(join(folder, path))) {
      const child = path === "" ? name : `${path}/${name}`;
      if (statSync(join(folder, child)).isDirectory()) visit(child);
      else if (wanted(child)) found.push(child);
    }
  };
  visit("");
  return found.sort((a, b) => extension(a).localeCompare(extension(b)) || (a < b ? -1 : 1));
}

function extension(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}
