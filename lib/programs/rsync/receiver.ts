/** The receiving end: compares what is offered with what is there, takes what differs, removes what is too much (rsync's generator and receiver). */
import type { Process, Stat } from "../../kernel/types.ts";
import { codeOf, reason } from "../core/errors.ts";
import { sha256 } from "../core/hash.ts";
import type { ListEntry } from "./file-list.ts";
import { isExcluded } from "./patterns.ts";
import type { Settings } from "./settings.ts";

/** One thing that has been or would be done, as the sending user is told. */
export interface Change {
  readonly name: string;
  /** As --itemize-changes shows it: ">f.st......". */
  readonly code: string;
  /** Index in the list; -1 for what was deleted. */
  readonly index: number;
}

/** The copy can't be made at all: rsync's number and message. */
export interface Refusal {
  readonly code: number;
  readonly message: string;
}

export interface Plan {
  /** "created directory dst" was done. */
  readonly created: boolean;
  readonly changes: readonly Change[];
  /** Files whose bytes are wanted, in order. */
  readonly wanted: readonly number[];
  readonly deleted: number;
}

const NUMBERS: Readonly<Record<string, number>> = {
  EPERM: 1,
  ENOENT: 2,
  EACCES: 13,
  EEXIST: 17,
  ENOTDIR: 20,
  EISDIR: 21,
  ENOSPC: 28,
  ENOTEMPTY: 39,
};

function described(error: unknown): string {
  const code = codeOf(error);
  if (code === undefined) throw error;
  return `${reason(error)} (${NUMBERS[code] ?? 5})`;
}

export class Receiver {
  readonly errors: string[] = [];
  /** Where each entry goes. */
  readonly #paths: string[] = [];
  #root = "";
  #entries: readonly ListEntry[] = [];

  constructor(
    private readonly self: Process,
    private readonly settings: Settings,
  ) {}

  /** Finds the place, makes the folder when it is missing, and says what is to be done. `isSingleFile`: the place may be the file's new name. */
  async plan(entries: readonly ListEntry[], destination: string, isSingleFile: boolean): Promise<Plan | Refusal> {
    const place = this.#place(entries, destination, isSingleFile);
    if ("message" in place) return place;
    this.#entries = entries;
    const deletions = this.settings.delete ? await this.#deletions(entries) : [];
    const changes: Change[] = [...deletions];
    const wanted: number[] = [];
    for (const [index, entry] of entries.entries()) {
      const path = place.file ?? (entry.name === "." ? this.#root : `${this.#root}/${entry.name}`);
      this.#paths.push(path);
      const code = place.created && entry.name === "." ? "cd+++++++++" : this.#difference(path, entry);
      if (code === undefined) continue;
      changes.push({ name: entry.name === "." ? "./" : entry.kind === "directory" ? `${entry.name}/` : entry.name, code, index });
      if (code.startsWith(">f") || code.startsWith("<f")) wanted.push(index);
      else if (!this.settings.dryRun && entry.name !== ".") this.#make(path, entry);
      await this.self.tick();
    }
    return { created: place.created, changes, wanted, deleted: deletions.length };
  }

  #place(entries: readonly ListEntry[], destination: string, isSingleFile: boolean): { file?: string; created: boolean } | Refusal {
    const { files } = this.self;
    const path = destination === "" ? "." : destination.replace(/(?<=.)\/+$/, "");
    let stat: Stat | undefined;
    try {
      stat = files.stat(path);
    } catch (error) {
      if (codeOf(error) !== "ENOENT")
        return { code: 3, message: `rsync: [Receiver] ERROR: cannot stat destination "${files.absolute(path)}": ${described(error)}` };
    }
    this.#root = path;
    if (stat?.kind === "directory") return { created: false };
    if (isSingleFile && !destination.endsWith("/")) return { file: path, created: false };
    if (stat !== undefined) {
      const several = entries.length > 1 ? "when copying more than 1 file" : "";
      return { code: 3, message: `ERROR: destination must be a directory ${several}`.trimEnd() };
    }
    if (this.settings.dryRun) return { created: true };
    try {
      files.mkdir(path, { recursive: this.settings.makePath });
      return { created: true };
    } catch (error) {
      return { code: 11, message: `rsync: [Receiver] mkdir "${files.absolute(path)}" failed: ${described(error)}` };
    }
  }

  /** What is in the folders that are sent, and was not sent. */
  async #deletions(entries: readonly ListEntry[]): Promise<Change[]> {
    const offered = new Set(entries.map((entry) => entry.name));
    const found: Change[] = [];
    for (const { name } of entries.filter((entry) => entry.kind === "directory")) {
      const folder = name === "." ? this.#root : `${this.#root}/${name}`;
      if (!this.self.files.exists(folder) || this.self.files.lstat(folder).kind !== "directory") continue;
      const prefix = name === "." ? "" : `${name}/`;
      const names = this.self.files.readdir(folder).map((entry) => entry.name);
      // rsync goes through a folder from its end.
      for (const each of names.sort((a, b) => (a < b ? 1 : -1))) {
        if (!offered.has(`${prefix}${each}`)) found.push(...(await this.#removal(`${folder}/${each}`, `${prefix}${each}`)));
      }
    }
    return found;
  }

  async #removal(path: string, name: string): Promise<Change[]> {
    const { files } = this.self;
    const isFolder = files.lstat(path).kind === "directory";
    if (!this.settings.deleteExcluded && isExcluded(this.settings.filters, name, isFolder)) return [];
    const below: Change[] = [];
    if (isFolder)
      for (const { name: each } of files.readdir(path)) below.push(...(await this.#removal(`${path}/${each}`, `${name}/${each}`)));
    await this.self.tick();
    if (!this.settings.dryRun) {
      try {
        if (isFolder) files.rmdir(path);
        else files.unlink(path);
      } catch (error) {
        if (codeOf(error) === "ENOTEMPTY") {
          return below;
        }
        this.errors.push(`rsync: [generator] delete_file: ${isFolder ? "rmdir" : "unlink"}(${name}) failed: ${described(error)}`);
        return below;
      }
    }
    return [...below, { name: isFolder ? `${name}/` : name, code: "*deleting  ", index: -1 }];
  }

  /** How an entry differs from what is there; undefined when it does not. */
  #difference(path: string, entry: ListEntry): string | undefined {
    const { files } = this.self;
    const { settings } = this;
    const letter = entry.kind === "directory" ? "d" : entry.kind === "symlink" ? "L" : "f";
    let there: Stat | undefined;
    try {
      there = files.lstat(path);
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
    }
    const kind = entry.kind === "directory" ? "directory" : entry.kind;
    if (there === undefined || there.kind !== kind) {
      if (settings.existing) return undefined;
      return `${letter === "f" ? ">" : "c"}${letter}+++++++++`;
    }
    if (settings.ignoreExisting && entry.kind !== "directory") return undefined;
    const sameTime = Math.floor(there.mtimeMs) === Math.floor(entry.mtimeMs);
    if (settings.update && entry.kind === "file" && there.mtimeMs > entry.mtimeMs) return undefined;
    const otherSize = entry.kind === "file" && there.size !== entry.size;
    const otherBytes =
      entry.kind === "file" &&
      (otherSize ||
        settings.ignoreTimes ||
        (settings.checksum ? sha256(files.readFile(path)) !== entry.checksum : !settings.sizeOnly && !sameTime));
    const otherTarget = entry.kind === "symlink" && files.readlink(path) !== entry.target;
    const otherMode = settings.perms && entry.kind !== "symlink" && (there.mode & 0o7777) !== entry.mode;
    const otherTime = entry.kind === "symlink" ? false : !sameTime && (settings.times || otherBytes);
    if (!otherBytes && !otherTarget && !otherMode && !(otherTime && settings.times)) return undefined;
    const time = otherTime ? (settings.times ? "t" : "T") : ".";
    const change = otherBytes ? ">" : otherTarget ? "c" : ".";
    return `${change}${letter}${otherTarget ? "c" : settings.checksum && otherBytes ? "c" : "."}${otherSize ? "s" : "."}${time}${otherMode ? "p" : "."}.....`;
  }

  #make(path: string, entry: ListEntry): void {
    const { files } = this.self;
    try {
      const there = exists(this.self, path) ? files.lstat(path) : undefined;
      if (entry.kind === "symlink") {
        if (there !== undefined) files.removeTree(path);
        files.symlink(entry.target ?? "", path);
        return;
      }
      if (there !== undefined && there.kind !== "directory") files.unlink(path);
      if (there?.kind !== "directory") files.mkdir(path, { mode: (this.settings.perms ? entry.mode : 0o777) | 0o700 });
    } catch (error) {
      const call = entry.kind === "symlink" ? "symlink" : "recv_generator: mkdir";
      this.errors.push(`rsync: [generator] ${call} "${files.absolute(path)}" failed: ${described(error)}`);
    }
  }

  /** Puts a file into its place, by way of a temporary one, so that nobody ever reads half of it. */
  take(index: number, bytes: Uint8Array): void {
    const entry = this.#entries[index];
    const path = this.#paths[index];
    if (entry === undefined || path === undefined) return;
    const { files } = this.self;
    const slash = path.lastIndexOf("/");
    const suffix = Math.floor(this.self.machine.kernel.random() * 36 ** 6)
      .toString(36)
      .padStart(6, "0");
    const temporary = `${slash < 0 ? "" : path.slice(0, slash + 1)}.${path.slice(slash + 1)}.${suffix}`;
    const kept = exists(this.self, path) ? files.stat(path).mode & 0o7777 : undefined;
    try {
      files.writeFile(temporary, bytes, { mode: 0o600, exclusive: true });
    } catch (error) {
      this.errors.push(`rsync: [receiver] mkstemp "${files.absolute(temporary)}" failed: ${described(error)}`);
      return;
    }
    try {
      // Without -p, a new file gets the usual mode, and an old one keeps its own (rsync(1), --perms).
      files.chmod(temporary, this.settings.perms ? entry.mode : (kept ?? entry.mode & 0o777 & ~this.self.umask));
      this.#own(temporary, entry);
      files.rename(temporary, path);
      if (this.settings.times) files.utimes(path, entry.mtimeMs, entry.mtimeMs);
    } catch (error) {
      this.errors.push(`rsync: [receiver] rename "${files.absolute(temporary)}" -> "${path}": ${described(error)}`);
      if (files.exists(temporary)) files.unlink(temporary);
    }
  }

  /** Owners are root's to give (rsync(1), --owner). */
  #own(path: string, entry: ListEntry): void {
    if (this.self.credentials.uid !== 0 || !(this.settings.owner || this.settings.group)) return;
    this.self.files.chown(path, this.settings.owner ? entry.uid : -1, this.settings.group ? entry.gid : -1);
  }

  /** Modes and times of folders come last: files that were put into them have changed them. */
  finish(): void {
    if (this.settings.dryRun) return;
    for (const [index, entry] of [...this.#entries.entries()].reverse()) {
      const path = this.#paths[index];
      if (entry.kind !== "directory" || path === undefined || !exists(this.self, path)) continue;
      try {
        if (this.settings.perms) this.self.files.chmod(path, entry.mode);
        this.#own(path, entry);
        if (this.settings.times) this.self.files.utimes(path, entry.mtimeMs, entry.mtimeMs);
      } catch (error) {
        this.errors.push(`rsync: [generator] failed to set times on "${this.self.files.absolute(path)}": ${described(error)}`);
      }
    }
  }
}

function exists(self: Process, path: string): boolean {
  try {
    self.files.lstat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return false;
  }
}
