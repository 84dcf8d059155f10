/** Objects as git stores them: blobs, trees, commits and tags (gitformat-pack(5), "git cat-file" and Pro Git, "Git Objects"). */
import { sha1 } from "../../core/hash.ts";
import { concat, decode, encode } from "../../core/io.ts";

export type ObjectType = "commit" | "tree" | "blob" | "tag";

export interface RawObject {
  readonly type: ObjectType;
  readonly data: Uint8Array;
}

export const MODE = { tree: 0o040000, file: 0o100644, executable: 0o100755, link: 0o120000, gitlink: 0o160000 } as const;

export interface TreeEntry {
  readonly mode: number;
  readonly name: string;
  readonly oid: string;
}

/** Who did something, and when: `Ann <ann@example.com> 1700000000 +0000`. */
export interface Person {
  readonly name: string;
  readonly email: string;
  /** Seconds since the epoch. */
  readonly time: number;
  /** East of UTC, as `+0130`. */
  readonly zone: string;
}

export interface Commit {
  readonly oid: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly committer: Person;
  readonly message: string;
}

export interface Tag {
  readonly object: string;
  readonly type: ObjectType;
  readonly name: string;
  readonly tagger: Person | undefined;
  readonly message: string;
}

export const ZERO = "0".repeat(40);
export const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
export const EMPTY_BLOB = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";

export function oidBytes(oid: string): Uint8Array {
  return Uint8Array.from({ length: 20 }, (_, i) => Number.parseInt(oid.slice(i * 2, i * 2 + 2), 16));
}

const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, "0"));

export function oidText(bytes: Uint8Array, at = 0): string {
  let out = "";
  for (let i = 0; i < 20; i++) out += HEX[bytes[at + i] ?? 0];
  return out;
}

/** The object with its header, as it is hashed and stored. */
export function framed(type: ObjectType, data: Uint8Array): Uint8Array {
  return concat([encode(`${type} ${data.length}\0`), data]);
}

export function hashObject(type: ObjectType, data: Uint8Array): string {
  return sha1(framed(type, data));
}

export function parseTree(data: Uint8Array): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < data.length; ) {
    const space = data.indexOf(0x20, at);
    const end = data.indexOf(0, space);
    if (space < 0 || end < 0) break;
    entries.push({
      mode: Number.parseInt(decode(data.subarray(at, space)), 8),
      name: decode(data.subarray(space + 1, end)),
      oid: oidText(data, end + 1),
    });
    at = end + 21;
  }
  return entries;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return (a[i] ?? 0) - (b[i] ?? 0);
  return a.length - b.length;
}

/** Names in the order of trees: bytes, folders as if they ended in a slash. */
export function serializeTree(entries: readonly TreeEntry[]): Uint8Array {
  const keyed = entries.map((entry) => ({ entry, key: encode(entry.mode === MODE.tree ? `${entry.name}/` : entry.name) }));
  keyed.sort((a, b) => compareBytes(a.key, b.key));
  return concat(keyed.flatMap(({ entry }) => [encode(`${entry.mode.toString(8)} ${entry.name}\0`), oidBytes(entry.oid)]));
}

export function parsePerson(text: string): Person {
  const found = /^(.*?) ?<([^>]*)> (-?\d+) ([-+]\d{4})$/.exec(text);
  if (!found) return { name: text, email: "", time: 0, zone: "+0000" };
  return { name: found[1] ?? "", email: found[2] ?? "", time: Number(found[3]), zone: found[4] ?? "+0000" };
}

export function personText({ name, email, time, zone }: Person): string {
  return `${name} <${email}> ${time} ${zone}`;
}

/** Lines before the blank one, continuation lines joined, and the message. */
function headed(data: Uint8Array): { headers: { key: string; value: string }[]; message: string } {
  const text = decode(data);
  const end = text.indexOf("\n\n");
  const headers: { key: string; value: string }[] = [];
  for (const line of (end < 0 ? text : text.slice(0, end)).split("\n")) {
    const last = headers.at(-1);
    if (line.startsWith(" ") && last) last.value += `\n${line.slice(1)}`;
    else {
      const space = line.indexOf(" ");
      headers.push({ key: line.slice(0, space), value: line.slice(space + 1) });
    }
  }
  return { headers, message: end < 0 ? "" : text.slice(end + 2) };
}

export function parseCommit(oid: string, data: Uint8Array): Commit {
  const { headers, message } = headed(data);
  const get = (key: string) => headers.find((header) => header.key === key)?.value ?? "";
  return {
    oid,
    tree: get("tree"),
    parents: headers.filter(({ key }) => key === "parent").map(({ value }) => value),
    author: parsePerson(get("author")),
    committer: parsePerson(get("committer")),
    message,
  };
}

export function serializeCommit(commit: Omit<Commit, "oid">): Uint8Array {
  const lines = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${personText(commit.author)}`,
    `committer ${personText(commit.committer)}`,
  ];
  return encode(`${lines.join("\n")}\n\n${commit.message}`);
}

export function parseTag(data: Uint8Array): Tag {
  const { headers, message } = headed(data);
  const get = (key: string) => headers.find((header) => header.key === key)?.value;
  const type = get("type");
  const tagger = get("tagger");
  return {
    object: get("object") ?? ZERO,
    type: isObjectType(type) ? type : "commit",
    name: get("tag") ?? "",
    tagger: tagger === undefined ? undefined : parsePerson(tagger),
    message,
  };
}

export function serializeTag(tag: Tag): Uint8Array {
  const tagger = tag.tagger ? `tagger ${personText(tag.tagger)}\n` : "";
  return encode(`object ${tag.object}\ntype ${tag.type}\ntag ${tag.name}\n${tagger}\n${tag.message}`);
}

export function isObjectType(text: string | undefined): text is ObjectType {
  return text === "commit" || text === "tree" || text === "blob" || text === "tag";
}
