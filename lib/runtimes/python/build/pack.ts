/** Packs the files of a machine with Python: one file of bytes, one list of names. Text that many files share compresses well together. */

import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { folders, machine } from "./folders.ts";

/** Site-packages of a fresh machine: nothing but pip, as in the image python:3.14. */
const FRESH = /^pip(-[^/]*\.dist-info)?\//;
const FRESH_WHEEL = /^pip-/;

export function packFiles(): void {
  const folder = join(folders.root, machine.library);
  const library = readTree(folder, (path) => isPacked(path));
  write("library", machine.library, folder, library);

  rmSync(join(folders.assets, "wheels"), { recursive: true, force: true });
  mkdirSync(join(folders.assets, "wheels"), { recursive: true });
  const wheels = JSON.parse(readFileSync(join(folders.wheels, "contents.json"), "utf8")) as Record<string, Wheel>;
  const index = Object.entries(wheels)
    .filter(([file]) => !FRESH_WHEEL.test(file))
    .map(([file, { name, version, needs, extras, members }]) => {
      write(`wheels/${name}`, machine.wheels, folders.wheels, [file], { [file]: members });
      return { name, version, needs, extras };
    });
  writeFileSync(join(folders.assets, "wheels.json"), JSON.stringify(index));
}

/** What repack.py tells of each wheel. */
interface Wheel {
  readonly name: string;
  readonly version: string;
  /** Names of the packages it needs. */
  readonly needs: readonly string[];
  /** And what each extra asks for besides. */
  readonly extras: Readonly<Record<string, readonly string[]>>;
  readonly members: WheelContents;
}

/** Bytecode of the library and of pip stays at home: most modules are in the snapshot, and the others are quickly compiled. */
function isPacked(path: string): boolean {
  if (path.endsWith(".exe")) return false;
  const inSite = path.startsWith("site-packages/");
  if (inSite && !FRESH.test(path.slice("site-packages/".length))) return false;
  return !path.endsWith(".pyc");
}

/** Place of each file in a wheel: [path below site-packages, start, size]. */
type WheelContents = readonly (readonly [string, number, number])[];

function write(
  name: string,
  directory: string,
  source: string,
  paths: readonly string[],
  inside: Readonly<Record<string, WheelContents>> = {},
): void {
  const parts: Buffer[] = [];
  const files: { path?: string; installed?: string; start: number; size: number }[] = [];
  let start = 0;
  for (const path of paths) {
    const bytes = readFileSync(join(source, path));
    files.push({ path, start, size: bytes.length });
    for (const [member, offset, size] of inside[path] ?? []) {
      files.push({ installed: `${machine.site}/${member}`, start: start + offset, size });
    }
    parts.push(bytes);
    start += bytes.length;
  }
  const bytes = Buffer.concat(parts);
  const identity = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  writeFileSync(join(folders.assets, `${name}.bin`), bytes);
  writeFileSync(
    join(folders.assets, `${name}.json`),
    JSON.stringify({ name: `python-${name.replace("/", "-")}-${identity}`, directory, files }),
  );
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
