/**
 * Which modules of the snapshot this process may use: those whose file, found on its own sys.path, is byte for byte the one the snapshot
 * was made from, and that need only such modules. What can't be used is imported from the disk, or is not found there.
 */

import { KernelError } from "../../../kernel/errno.ts";
import { type FileMemory, INODE } from "../../../kernel/files/shared-memory.ts";
import type { PythonExec, SnapshotManifest } from "../assets.ts";
import { EMPTY } from "../assets.ts";
import type { ProcessState } from "./process-state.ts";

/** Names of the modules to forget. `path` is sys.path with the place of the script in front. */
export function unusableModules(state: ProcessState, manifest: SnapshotManifest, path: readonly string[]): string[] {
  const { contents } = state.message.engine as PythonExec;
  const { files } = state;
  const { fileMemory } = files;
  const unusable = new Set<string>();
  const isUsable = shadows(state, path);
  const checked = new Set<string>();
  for (const [index, { name, file }] of manifest.modules.entries()) {
    if (file === undefined) continue;
    const top = topOf(name);
    if (unusable.has(top)) continue;
    if (!checked.has(top)) {
      checked.add(top);
      if (!isUsable(top, file)) {
        unusable.add(top);
        continue;
      }
    }
    const ino = files.lookup(file, true);
    if (ino <= 0 || !isPristine(fileMemory, ino, contents[index])) unusable.add(top);
  }
  for (let before = -1; before !== unusable.size; ) {
    before = unusable.size;
    for (const [name, needs] of Object.entries(manifest.needs)) {
      if (needs.some((needed) => unusable.has(needed))) unusable.add(name);
    }
  }
  return manifest.modules.map(({ name }) => name).filter((name) => unusable.has(topOf(name)));
}

function isPristine(memory: FileMemory, ino: number, content: number | undefined): boolean {
  return content === EMPTY ? memory.get(ino, INODE.SIZE) === 0 : memory.get(ino, INODE.CONTENT) === content;
}

function topOf(name: string): string {
  return name.split(".")[0] ?? name;
}

/** Tells of a top-level module, and the file that any module of it has in the snapshot, whether import would find it there first. */
function shadows({ files }: ProcessState, path: readonly string[]): (top: string, file: string) => boolean {
  const listings = new Map<string, ReadonlySet<string>>();
  const namesIn = (folder: string): ReadonlySet<string> => {
    const known = listings.get(folder);
    if (known) return known;
    let names: ReadonlySet<string> = new Set();
    try {
      names = new Set(files.readdir(folder).map((entry) => entry.name));
    } catch (error) {
      if (!(error instanceof KernelError)) throw error;
    }
    listings.set(folder, names);
    return names;
  };
  return (top, file) => {
    const home = homeOf(top, file);
    for (const entry of path) {
      const folder = entry === "" ? files.cwd : entry;
      if (folder === home) return true;
      const names = namesIn(folder);
      if (names.has(`${top}.py`) || names.has(`${top}.pyc`)) return false;
      if (names.has(top) && files.exists(`${folder}/${top}/__init__.py`)) return false;
    }
    return false;
  };
}

/** The directory on sys.path in which a top-level module lies: …/lib for …/lib/json/__init__.py and for …/lib/random.py. */
function homeOf(top: string, file: string): string {
  const at = file.lastIndexOf(`/${top}/`);
  return at >= 0 ? file.slice(0, at) : file.slice(0, file.lastIndexOf("/"));
}
