import type { SavedInode, TreeManifest } from "../../kernel/files/capture.ts";
import type { Machine } from "../../kernel/types.ts";
import { type Fact, MOST_BYTES } from "./facts.ts";
import { isUnread } from "./noise.ts";

export interface FilesRead {
  readonly facts: readonly Fact[];
  /** Files that hold a database of SQLite's. */
  readonly sqlite: readonly string[];
  /** Folders that are git repositories: a working tree's `.git`, or a bare one. */
  readonly repositories: readonly string[];
}

const FORMAT = 0o170000;
/** stat(2); not an object, whose octal keys Biome rewrites to other numbers. */
const KINDS = new Map([
  [0o040000, "directory"],
  [0o100000, "file"],
  [0o120000, "symlink"],
  [0o010000, "fifo"],
  [0o140000, "socket"],
  [0o020000, "device"],
  [0o060000, "device"],
]);

/** Every file of a machine as root sees it. Files as the image brought them are told by where they come from, and not read. */
export function readFiles(machine: Machine, manifest: TreeManifest): FilesRead {
  const facts: Fact[] = [];
  const sqlite: string[] = [];
  const repositories: string[] = [];
  const owners = ownersOf(machine);
  const visit = (inode: SavedInode, path: string): void => {
    const entries = inode.entries ?? [];
    if (isRepository(entries.map(({ name }) => name))) repositories.push(path);
    for (const { name, inode: index } of entries) {
      const child = manifest.inodes[index];
      const at = `${path}/${name}`;
      if (child === undefined || isUnread(at)) continue;
      const { fact, isSqlite } = describeFile(machine, at, child, owners);
      facts.push(fact);
      if (isSqlite) sqlite.push(at);
      if (child.entries !== undefined) visit(child, at);
    }
  };
  const root = manifest.inodes[0];
  if (root !== undefined) visit(root, "");
  return { facts, sqlite, repositories };
}

function describeFile(
  machine: Machine,
  path: string,
  inode: SavedInode,
  owners: ReadonlyMap<number, string>,
): { fact: Fact; isSqlite: boolean } {
  const type = KINDS.get(inode.mode & FORMAT) ?? "other";
  const common = {
    type,
    mode: (inode.mode & 0o7777).toString(8).padStart(4, "0"),
    owner: owners.get(inode.uid) ?? String(inode.uid),
  };
  const base = { kind: "file" as const, machine: machine.name, place: path };
  if (inode.target !== undefined) return { fact: { ...base, aspects: { ...common, content: inode.target } }, isSqlite: false };
  if (inode.pristine !== undefined)
    return { fact: { ...base, aspects: { ...common, content: `image ${inode.pristine}` } }, isSqlite: false };
  if (inode.bytes === undefined) return { fact: { ...base, aspects: common }, isSqlite: false };
  const bytes = inode.bytes.length === 0 ? new Uint8Array(0) : machine.files.readFile(path);
  const isSqlite = startsWith(bytes, "SQLite format 3\0");
  const content = `${bytes.length} bytes, ${hash(bytes)}`;
  const aspects = isSqlite ? common : { ...common, content };
  return { fact: { ...base, aspects, ...(bytes.length <= MOST_BYTES && !isSqlite ? { bytes } : {}) }, isSqlite };
}

function ownersOf({ files }: Machine): ReadonlyMap<number, string> {
  if (!files.exists("/etc/passwd")) return new Map();
  const lines = files.readText("/etc/passwd").split("\n");
  return new Map(lines.map((line) => line.split(":")).map(([name = "", , uid]): [number, string] => [Number(uid), name]));
}

function isRepository(names: readonly string[]): boolean {
  return ["HEAD", "objects", "refs"].every((name) => names.includes(name));
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return [...text].every((character, at) => bytes[at] === character.charCodeAt(0));
}

/** FNV-1a, twice with different beginnings: to tell contents apart, not to withstand anybody. */
function hash(bytes: Uint8Array): string {
  let a = 0x811c9dc5;
  let b = 0x01000193;
  for (const byte of bytes) {
    a = Math.imul(a ^ byte, 0x01000193);
    b = Math.imul(b ^ byte, 0x85ebca6b) ^ (b >>> 13);
  }
  return (a >>> 0).toString(16).padStart(8, "0") + (b >>> 0).toString(16).padStart(8, "0");
}
