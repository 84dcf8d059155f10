/** Path resolution, as in path_resolution(7); used by the kernel and by process workers. */

import type { Credentials } from "../types.ts";
import { allows, EXECUTE } from "./permissions.ts";
import { type FileMemory, INODE, S } from "./shared-memory.ts";

const ENOENT = 2;
const EACCES = 13;
const ENOTDIR = 20;
const ENAMETOOLONG = 36;
const ELOOP = 40;

/** Linux follows at most forty links in one resolution. */
const MAX_LINKS = 40;
const MAX_PATH = 4096;
const MAX_NAME = 255;

/** What a walk needs to know of the name space. */
export interface Lookup {
  /** Inode of a name in a directory, or 0. */
  find(directory: number, name: string): number;
  /** Target of a symbolic link. */
  target(ino: number): string;
}

/** What becomes of the last component: a link there is followed, or not; or (PARENT) it is not even looked up. */
export const FOLLOW = 1;
export const NO_FOLLOW = 0;
export const PARENT = 2;
export type LastComponent = typeof FOLLOW | typeof NO_FOLLOW | typeof PARENT;

/** One walk at a time; after it, `parent`, `name` and `slash` tell about the last component. */
export class PathWalker {
  /** Directory that holds (or would hold) the last component. */
  parent = 0;
  /** Last component; "." or ".." or "" when the path ends in none of its own. */
  name = "";
  /** The path ended in a slash: only a directory will do. */
  slash = false;

  constructor(
    private readonly memory: FileMemory,
    private readonly lookup: Lookup,
    private readonly root: number,
  ) {}

  /**
   * The inode at `path` (with PARENT: of the directory that holds its last component); 0 when only the last component does not exist; else
   * -errno. `start` is where relative paths begin.
   */
  walk(path: string, start: number, credentials: Credentials, last: LastComponent): number {
    if (path === "") return -ENOENT;
    if (path.length >= MAX_PATH) return -ENAMETOOLONG;
    const { memory } = this;
    let links = 0;
    let current = path.startsWith("/") ? this.root : start;
    let parts = path.split("/");
    let end = lastPart(parts);
    this.slash = parts[parts.length - 1] === "";
    this.parent = current;
    this.name = "";
    for (let index = 0; index <= end; index++) {
      const part = parts[index] ?? "";
      if (part === "") continue;
      if (!memory.isDirectory(current)) return memory.get(current, INODE.NLINK) === 0 ? -ENOENT : -ENOTDIR;
      if (!allows(memory, current, credentials, EXECUTE)) return -EACCES;
      this.parent = current;
      this.name = part;
      if (index === end && last === PARENT) return nameTooLong(part) ? -ENAMETOOLONG : current;
      if (part === ".") continue;
      if (part === "..") {
        current = current === this.root ? current : memory.get(current, INODE.PARENT);
        continue;
      }
      if (nameTooLong(part)) return -ENAMETOOLONG;
      const child = this.lookup.find(current, part);
      if (child === 0) return index === end ? 0 : -ENOENT;
      if (memory.kind(child) === S.SYMLINK && (last === FOLLOW || this.slash || index < end)) {
        if (++links > MAX_LINKS) return -ELOOP;
        const target = this.lookup.target(child);
        if (target === "") return -ENOENT;
        if (target.startsWith("/")) current = this.root;
        const rest = parts.slice(index + 1, end + 1);
        if (rest.length === 0 && target.endsWith("/")) this.slash = true;
        parts = target.split("/").concat(rest);
        end = lastPart(parts);
        index = -1;
        continue;
      }
      current = child;
    }
    if (this.slash && !memory.isDirectory(current)) return -ENOTDIR;
    return current;
  }
}

function lastPart(parts: readonly string[]): number {
  let last = parts.length - 1;
  while (last >= 0 && parts[last] === "") last--;
  return last;
}

const encoder = new TextEncoder();

/** Names have at most 255 bytes. */
export function nameTooLong(name: string): boolean {
  return name.length > MAX_NAME || (name.length * 3 > MAX_NAME && encoder.encode(name).length > MAX_NAME);
}

/** Absolute and without "." and "..", by the text only. */
export function normalizePath(path: string, cwd: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${cwd}/${path}`).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
