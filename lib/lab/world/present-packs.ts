/**
 * Disks that were saved before a new build. A file that a disk only names, by the pack it came in, is the image's: it becomes what the
 * present pack has at that place, as if the machine had been upgraded, or goes when there is no such file any more. What a person, or a
 * program like pip, has written is saved with its bytes and stays as it was.
 */

import type { SavedInode, TreeManifest } from "../../kernel/files/capture.ts";

/** What the file with this path and key is called now; undefined when there is no such file any more. */
export type KeyNow = (path: string, key: string) => string | undefined;

export function withPresentPacks(manifest: TreeManifest, keyNow: KeyNow): TreeManifest {
  const inodes: SavedInode[] = [...manifest.inodes];
  const kept = new Set<number>([0]);
  /** Tells whether the inode is still there: files that are gone go, and directories that held nothing else. */
  const visit = (index: number, path: string): boolean => {
    const inode = inodes[index];
    if (inode?.pristine !== undefined) {
      const pristine = keyNow(path, inode.pristine);
      if (pristine === undefined) return false;
      inodes[index] = { ...inode, pristine };
    } else if (inode?.entries !== undefined) {
      const entries = inode.entries.filter((entry) => visit(entry.inode, `${path}/${entry.name}`));
      if (entries.length === 0 && inode.entries.length > 0) return false;
      inodes[index] = { ...inode, entries };
    }
    kept.add(index);
    return true;
  };
  visit(0, "");
  const numbers = new Map([...kept].sort((a, b) => a - b).map((before, now) => [before, now]));
  const renumbered = [...numbers.keys()].flatMap((before): SavedInode[] => {
    const inode = inodes[before];
    if (inode?.entries === undefined) return inode === undefined ? [] : [inode];
    return [{ ...inode, entries: inode.entries.map((entry) => ({ ...entry, inode: numbers.get(entry.inode) ?? 0 })) }];
  });
  return { ...manifest, inodes: renumbered };
}
