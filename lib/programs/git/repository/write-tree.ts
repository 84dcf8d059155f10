/** Trees from lists of files. */
import { MODE, serializeTree, type TreeEntry } from "../objects/object.ts";
import type { ObjectStore } from "../objects/store.ts";
import type { TreeFile } from "./repository.ts";

interface Folder {
  readonly files: TreeEntry[];
  readonly folders: Map<string, Folder>;
}

/** Writes the tree, and those below it, that hold these files. Returns its name. */
export function writeTree(store: ObjectStore, files: Iterable<readonly [string, TreeFile]>): string {
  const root: Folder = { files: [], folders: new Map() };
  for (const [path, { mode, oid }] of files) {
    const parts = path.split("/");
    const name = parts.pop() ?? "";
    let folder = root;
    for (const part of parts) {
      let below = folder.folders.get(part);
      if (!below) {
        below = { files: [], folders: new Map() };
        folder.folders.set(part, below);
      }
      folder = below;
    }
    folder.files.push({ mode, name, oid });
  }
  const write = (folder: Folder): string => {
    const entries = [...folder.files];
    for (const [name, below] of folder.folders) entries.push({ mode: MODE.tree, name, oid: write(below) });
    return store.write("tree", serializeTree(entries));
  };
  return write(root);
}
