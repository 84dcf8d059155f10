/**
 * Which modules of the snapshot this process may use: those whose file, found on its own sys.path, is byte for byte the one the snapshot
 * was made from, and that need only such modules.
 */

import { INODE } from "../../../kernel/files/shared-memory.ts";
import type { PythonExec, SnapshotManifest } from "../assets.ts";
import type { ProcessState } from "./process-state.ts";

/** Names of the modules to forget. */
export function unusableModules(state: ProcessState, manifest: SnapshotManifest): string[] {
  const { contents } = state.message.engine as PythonExec;
  const { files } = state;
  const { fileMemory } = files;
  const unusable = new Set<string>();
  for (const { name, file } of manifest.modules) {
    if (file === undefined) continue;
    const top = name.split(".")[0] ?? name;
    if (unusable.has(top)) continue;
    const ino = files.lookup(file, true);
    if (ino <= 0 || fileMemory.get(ino, INODE.CONTENT) !== contents[file]) unusable.add(top);
  }
  for (let before = -1; before !== unusable.size; ) {
    before = unusable.size;
    for (const [name, needs] of Object.entries(manifest.needs)) {
      if (needs.some((needed) => unusable.has(needed))) unusable.add(name);
    }
  }
  return manifest.modules.map(({ name }) => name).filter((name) => unusable.has(name.split(".")[0] ?? name));
}
