/** The index: what the next commit will hold (gitformat-index(5), versions 2 to 4 read, version 2 written). */
import type { Files, Stat } from "../../../kernel/types.ts";
import { sha1 } from "../../core/hash.ts";
import { concat, decode, encode } from "../../core/io.ts";
import { compareText } from "../../core/paths.ts";
import { Fatal } from "../errors.ts";
import { MODE, oidBytes, oidText } from "../objects/object.ts";

export interface IndexEntry {
  readonly path: string;
  /** 0; in a conflict 1 (base), 2 (ours), 3 (theirs). */
  readonly stage: number;
  readonly mode: number;
  readonly oid: string;
  /** Of the file when it was last found to be what the index says; 0 when unknown. */
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** git add -N. */
  readonly intentToAdd?: boolean;
}

export function bareEntry(path: string, mode: number, oid: string, stage = 0): IndexEntry {
  return { path, stage, mode, oid, mtimeMs: 0, ctimeMs: 0, ino: 0, uid: 0, gid: 0, size: 0 };
}

export function statEntry(path: string, mode: number, oid: string, stat: Stat): IndexEntry {
  const { mtimeMs, ctimeMs, ino, uid, gid, size } = stat;
  return { path, stage: 0, mode, oid, mtimeMs: Math.floor(mtimeMs), ctimeMs: Math.floor(ctimeMs), ino, uid, gid, size };
}

/** The mode that git stores for a file of this kind. */
export function modeOf(stat: Stat): number {
  if (stat.kind === "symlink") return MODE.link;
  return stat.mode & 0o100 ? MODE.executable : MODE.file;
}

export class Index {
  /** By path, NUL, stage. */
  readonly #entries = new Map<string, IndexEntry>();
  #sorted: IndexEntry[] | undefined;
  /** When the file was written: entries as young as that must be looked at anew ("racy git"). */
  writtenMs = 0;

  get entries(): readonly IndexEntry[] {
    this.#sorted ??= [...this.#entries.values()].sort((a, b) => compareText(a.path, b.path) || a.stage - b.stage);
    return this.#sorted;
  }

  get(path: string, stage = 0): IndexEntry | undefined {
    return this.#entries.get(`${path}\0${stage}`);
  }

  /** Known in any stage. */
  has(path: string): boolean {
    return [0, 1, 2, 3].some((stage) => this.get(path, stage) !== undefined);
  }

  isUnmerged(path: string): boolean {
    return [1, 2, 3].some((stage) => this.get(path, stage) !== undefined);
  }

  /** Paths in conflict, sorted. */
  get unmerged(): string[] {
    return [...new Set(this.entries.filter(({ stage }) => stage > 0).map(({ path }) => path))];
  }

  hasBelow(folder: string): boolean {
    return this.entries.some(({ path }) => path.startsWith(`${folder}/`));
  }

  /** An entry of stage 0 replaces those of a conflict; a file replaces what was below a folder of its name, and the other way round. */
  set(entry: IndexEntry): void {
    if (entry.stage === 0) {
      for (const stage of [1, 2, 3]) this.#entries.delete(`${entry.path}\0${stage}`);
      if (!this.#entries.has(`${entry.path}\0${0}`)) {
        for (const key of [...this.#entries.keys()]) if (key.startsWith(`${entry.path}/`)) this.#entries.delete(key);
        for (let slash = entry.path.indexOf("/"); slash >= 0; slash = entry.path.indexOf("/", slash + 1))
          this.#entries.delete(`${entry.path.slice(0, slash)}\0${0}`);
      }
    }
    this.#entries.set(`${entry.path}\0${entry.stage}`, entry);
    this.#sorted = undefined;
  }

  remove(path: string): void {
    for (const stage of [0, 1, 2, 3]) this.#entries.delete(`${path}\0${stage}`);
    this.#sorted = undefined;
  }

  clear(): void {
    this.#entries.clear();
    this.#sorted = undefined;
  }

  static read(files: Files, path: string): Index {
    const index = new Index();
    if (!files.exists(path)) return index;
    const bytes = files.readFile(path);
    if (bytes.length === 0) return index;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.length < 32 || view.getUint32(0) !== 0x44495243) throw new Fatal("index file corrupt");
    const version = view.getUint32(4);
    if (version < 2 || version > 4) throw new Fatal(`bad index version ${version}`);
    index.writtenMs = files.stat(path).mtimeMs;
    let at = 12;
    let last = "";
    for (let i = 0; i < view.getUint32(8); i++) {
      const start = at;
      const time = (offset: number) => view.getUint32(start + offset) * 1000 + Math.floor(view.getUint32(start + offset + 4) / 1e6);
      const flags = view.getUint16(start + 60);
      const extended = (flags & 0x4000) !== 0 ? view.getUint16(start + 62) : 0;
      at = start + ((flags & 0x4000) !== 0 ? 64 : 62);
      let entryPath: string;
      if (version === 4) {
        let strip = 0;
        for (;;) {
          const byte = bytes[at++] ?? 0;
          strip = strip * 128 + (byte & 127);
          if (byte < 128) break;
          strip++;
        }
        const end = bytes.indexOf(0, at);
        const before = encode(last);
        entryPath = decode(concat([before.subarray(0, before.length - strip), bytes.subarray(at, end)]));
        at = end + 1;
      } else {
        const end = bytes.indexOf(0, at);
        entryPath = decode(bytes.subarray(at, end));
        at = start + ((end - start + 8) & ~7);
      }
      last = entryPath;
      const entry: IndexEntry = {
        path: entryPath,
        stage: (flags >> 12) & 3,
        ctimeMs: time(0),
        mtimeMs: time(8),
        ino: view.getUint32(start + 20),
        mode: view.getUint32(start + 24),
        uid: view.getUint32(start + 28),
        gid: view.getUint32(start + 32),
        size: view.getUint32(start + 36),
        oid: oidText(bytes, start + 40),
        ...((extended & 0x2000) !== 0 ? { intentToAdd: true } : {}),
      };
      index.#entries.set(`${entry.path}\0${entry.stage}`, entry);
    }
    return index;
  }

  /** Writes it beside and moves it into place, as git's index.lock. Throws Fatal when another git is at it. */
  write(files: Files, path: string): void {
    const lock = `${path}.lock`;
    if (files.exists(lock))
      throw new Fatal(
        `Unable to create '${files.absolute(lock)}': File exists.\n\nAnother git process seems to be running in this repository, e.g.\nan editor opened by 'git commit'. Please make sure all processes\nare terminated then try again. If it still fails, a git process\nmay have crashed in this repository earlier:\nremove the file manually to continue.`,
      );
    files.writeFile(lock, this.bytes());
    files.rename(lock, path);
    this.writtenMs = files.stat(path).mtimeMs;
  }

  bytes(): Uint8Array {
    const { entries } = this;
    const extended = entries.some((entry) => entry.intentToAdd);
    const head = new Uint8Array(12);
    const view = new DataView(head.buffer);
    view.setUint32(0, 0x44495243);
    view.setUint32(4, extended ? 3 : 2);
    view.setUint32(8, entries.length);
    const body = concat([head, ...entries.map(entryBytes)]);
    return concat([body, oidBytes(sha1(body))]);
  }
}

function entryBytes(entry: IndexEntry): Uint8Array {
  const name = encode(entry.path);
  const fixed = entry.intentToAdd ? 64 : 62;
  const out = new Uint8Array((fixed + name.length + 8) & ~7);
  const view = new DataView(out.buffer);
  const time = (offset: number, ms: number) => {
    view.setUint32(offset, Math.floor(ms / 1000));
    view.setUint32(offset + 4, (ms % 1000) * 1e6);
  };
  time(0, entry.ctimeMs);
  time(8, entry.mtimeMs);
  view.setUint32(20, entry.ino);
  view.setUint32(24, entry.mode);
  view.setUint32(28, entry.uid);
  view.setUint32(32, entry.gid);
  view.setUint32(36, entry.size);
  out.set(oidBytes(entry.oid), 40);
  view.setUint16(60, (entry.stage << 12) | Math.min(name.length, 0xfff) | (entry.intentToAdd ? 0x4000 : 0));
  if (entry.intentToAdd) view.setUint16(62, 0x2000);
  out.set(name, fixed);
  return out;
}
