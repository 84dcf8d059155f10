/** Packs a tree of files: one file of bytes, one list of names (`lib/runtimes/python/packs.ts` reads both). Equal files are kept once. */

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export function packTree(assets: string, name: string, directory: string, source: string, wanted: (path: string) => boolean = () => true) {
  const parts: Buffer[] = [];
  const files: { path: string; start: number; size: number }[] = [];
  const directories: string[] = [];
  const places = new Map<string, number>();
  let length = 0;
  const visit = (path: string) => {
    for (const entry of readdirSync(join(source, path)).sort()) {
      const child = path === "" ? entry : `${path}/${entry}`;
      if (statSync(join(source, child)).isDirectory()) {
        directories.push(child);
        visit(child);
      } else if (wanted(child)) add(child);
    }
  };
  const add = (path: string) => {
    const bytes = readFileSync(join(source, path));
    const hash = createHash("sha256").update(bytes).digest("hex");
    const before = places.get(hash);
    files.push({ path, start: before ?? length, size: bytes.length });
    if (before !== undefined) return;
    places.set(hash, length);
    parts.push(bytes);
    length += bytes.length;
  };
  visit("");
  const bytes = Buffer.concat(parts);
  const identity = createHash("sha256").update(bytes).update(JSON.stringify(files)).digest("hex").slice(0, 16);
  writeFileSync(join(assets, `${name}.bin`), bytes);
  writeFileSync(join(assets, `${name}.json`), JSON.stringify({ name: `postgres-${name}-${identity}`, directory, files, directories }));
}
