/** Makes the snapshot: the memory of an interpreter that has imported what most processes need. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { folders, sources } from "./folders.ts";
import { rootMounts, startPython } from "./interpreter.ts";

/** What a worker must know of the snapshot. */
export interface SnapshotManifest {
  /** Addresses of the functions of python/process.py. */
  readonly start: number;
  readonly finish: number;
  /** Modules of the snapshot: name, and its file on a machine (absent for those built in). */
  readonly modules: readonly { readonly name: string; readonly file?: string }[];
  /** Top-level module → the top-level modules that it imported. */
  readonly needs: Readonly<Record<string, readonly string[]>>;
}

export async function makeSnapshot(wasm: Uint8Array<ArrayBuffer>): Promise<void> {
  const python = await startPython(wasm, { ...rootMounts, "/slipway/out": folders.assets });
  const source = (path: string) => JSON.stringify(readFileSync(join(sources, path), "utf8"));
  python.run(`exec(compile(${source("build/preload.py")}, "preload.py", "exec"), globals())`);
  python.run(`exec(compile(${source("build/freeze.py")}, "freeze.py", "exec"), dict(needs=needs, process_source=${source("python/process.py")}, adapt_source=${source("python/adapt.py")}))`);
  const { HEAPU8 } = python.module;
  let end = HEAPU8.length;
  while (end > 0 && HEAPU8[end - 1] === 0) end--;
  end = Math.ceil(end / 65536) * 65536;
  writeFileSync(join(folders.assets, "snapshot.bin"), HEAPU8.subarray(0, end));
}
