/** Who may do what to an inode: path_resolution(7), inode(7). */

import type { Credentials } from "../types.ts";
import { type FileMemory, INODE, S } from "./shared-memory.ts";

export const READ = 4;
export const WRITE = 2;
export const EXECUTE = 1;

export const ROOT_USER: Credentials = { uid: 0, gid: 0, groups: [] };

export function inGroup(credentials: Credentials, gid: number): boolean {
  return credentials.gid === gid || credentials.groups.includes(gid);
}

/** Whether these credentials have all the wanted permissions (a sum of READ, WRITE, EXECUTE) on the inode. */
export function allows(memory: FileMemory, ino: number, credentials: Credentials, want: number): boolean {
  const mode = memory.get(ino, INODE.MODE);
  if (credentials.uid === 0) {
    // CAP_DAC_OVERRIDE: everything, but a file that nobody may execute is not executable for root either.
    return (want & EXECUTE) === 0 || (mode & S.FORMAT) === S.DIRECTORY || (mode & 0o111) !== 0;
  }
  let bits = mode;
  if (memory.get(ino, INODE.UID) === credentials.uid) bits = mode >> 6;
  else if (inGroup(credentials, memory.get(ino, INODE.GID))) bits = mode >> 3;
  return (bits & want) === want;
}
