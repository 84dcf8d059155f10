/** What the working tree holds beside what the index says (git-status(1)). */
import type { Stat } from "../../../kernel/types.ts";
import { codeOf } from "../../core/errors.ts";
import { compareText } from "../../core/paths.ts";
import { workBytes } from "../diff/content.ts";
import { hashObject, MODE, ZERO } from "../objects/object.ts";
import type { Ignore } from "./ignore.ts";
import { type IndexEntry, modeOf, statEntry } from "./index-file.ts";
import type { Repository, TreeFile } from "./repository.ts";

/** lstat(2); undefined where there is nothing, also behind a symbolic link in the middle of the path. */
export function statOf(repository: Repository, path: string): Stat | undefined {
  try {
    for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1))
      if (repository.files.lstat(repository.workPath(path.slice(0, slash))).kind !== "directory") return undefined;
    return repository.files.lstat(repository.workPath(path));
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}

function looksSame(entry: IndexEntry, stat: Stat): boolean {
  return (
    entry.mtimeMs !== 0 &&
    entry.mtimeMs === Math.floor(stat.mtimeMs) &&
    entry.ctimeMs === Math.floor(stat.ctimeMs) &&
    entry.ino === stat.ino &&
    entry.size === stat.size
  );
}

/** The file as the working tree has it: undefined when it is gone (or a folder is in its place); the index's own name when it is unchanged. */
export function workFile(repository: Repository, entry: IndexEntry): TreeFile | undefined {
  const stat = statOf(repository, entry.path);
  if (entry.mode === MODE.gitlink) return stat?.kind === "directory" ? { mode: entry.mode, oid: entry.oid } : undefined;
  if (!stat || stat.kind === "directory") return undefined;
  const mode =
    repository.config.bool("core.fileMode") === false && stat.kind === "file" && entry.mode !== MODE.link ? entry.mode : modeOf(stat);
  if (entry.intentToAdd) return { mode, oid: ZERO };
  const young = entry.mtimeMs >= repository.index.writtenMs;
  if (mode === entry.mode && !young && looksSame(entry, stat)) return { mode, oid: entry.oid };
  if (stat.kind === "file" && entry.size !== 0 && entry.size !== stat.size && entry.mtimeMs !== 0) return { mode, oid: ZERO };
  const oid = hashObject("blob", workBytes(repository, entry.path));
  if (oid !== entry.oid) return { mode, oid: ZERO };
  if (mode === entry.mode) repository.index.set(statEntry(entry.path, mode, oid, stat));
  return { mode, oid: entry.oid };
}

/** Paths of stage 0, with what the index holds. */
export function indexFiles(repository: Repository): Map<string, TreeFile> {
  const found = new Map<string, TreeFile>();
  for (const { path, stage, mode, oid, intentToAdd } of repository.index.entries)
    if (stage === 0 && !intentToAdd) found.set(path, { mode, oid });
  return found;
}

export type UntrackedMode = "no" | "normal" | "all";

export interface UntrackedRequest {
  readonly mode: UntrackedMode;
  readonly ignore: Ignore;
  readonly wanted?: (path: string) => boolean;
  /** With mode "all": the ignored files one by one, instead of whole folders. */
  readonly eachIgnored?: boolean;
  /** Whether a folder is to be looked into. */
  readonly enter?: (folder: string) => boolean;
}

/** What is not tracked: files, and folders with a slash at their end; the ignored ones apart. */
export function untracked(repository: Repository, request: UntrackedRequest): { untracked: string[]; ignored: string[] } {
  const { files, index } = repository;
  const tracked = new Set<string>();
  const folders = new Set<string>();
  for (const { path } of index.entries) {
    tracked.add(path);
    for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1)) folders.add(path.slice(0, slash));
  }
  const found = { untracked: [] as string[], ignored: [] as string[] };
  const wanted = request.wanted ?? (() => true);

  /** Whether there is a file that is not ignored (to be shown) or an ignored one, anywhere below. */
  const holds = (folder: string): { plain: boolean; ignored: boolean } => {
    let ignored = false;
    for (const { name, kind } of read(folder)) {
      const path = `${folder}/${name}`;
      if (name === ".git") continue;
      if (request.ignore.isIgnored(path, kind === "directory")) {
        ignored = true;
        continue;
      }
      if (kind !== "directory") return { plain: true, ignored };
      if (isRepository(path)) return { plain: true, ignored };
      const below = holds(path);
      if (below.plain) return below;
      ignored ||= below.ignored;
    }
    return { plain: false, ignored };
  };
  const read = (folder: string) => {
    try {
      return files.readdir(repository.workPath(folder));
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      return [];
    }
  };
  const isRepository = (path: string) => files.exists(repository.workPath(`${path}/.git/HEAD`));
  const visit = (folder: string) => {
    for (const { name, kind } of read(folder)) {
      if (name === ".git" || (kind !== "file" && kind !== "symlink" && kind !== "directory")) continue;
      const path = folder === "" ? name : `${folder}/${name}`;
      if (kind !== "directory") {
        if (tracked.has(path) || !wanted(path)) continue;
        (request.ignore.isIgnored(path, false) ? found.ignored : found.untracked).push(path);
        continue;
      }
      if (tracked.has(path)) continue;
      if (folders.has(path)) {
        if (request.enter?.(path) ?? true) visit(path);
        continue;
      }
      if (request.ignore.isIgnored(path, true)) {
        if (request.mode === "all" && request.eachIgnored) collectFiles(path);
        else if (wanted(`${path}/`) || wanted(path)) found.ignored.push(`${path}/`);
        continue;
      }
      if (isRepository(path)) {
        if (wanted(path)) found.untracked.push(`${path}/`);
        continue;
      }
      if (request.mode === "all" || (request.wanted && !wanted(path))) {
        if (request.enter?.(path) ?? true) visit(path);
        continue;
      }
      const { plain, ignored } = holds(path);
      if (plain) {
        found.untracked.push(`${path}/`);
        collectIgnored(path);
      } else if (ignored) found.ignored.push(`${path}/`);
    }
  };
  /** Ignored files in an untracked folder; a folder in which everything is ignored stands for itself. */
  const collectIgnored = (folder: string) => {
    for (const { name, kind } of read(folder)) {
      const path = `${folder}/${name}`;
      if (name === ".git") continue;
      if (request.ignore.isIgnored(path, kind === "directory")) found.ignored.push(kind === "directory" ? `${path}/` : path);
      else if (kind === "directory") {
        const { plain, ignored } = holds(path);
        if (plain) collectIgnored(path);
        else if (ignored) found.ignored.push(`${path}/`);
      }
    }
  };
  const collectFiles = (folder: string) => {
    for (const { name, kind } of read(folder)) {
      if (kind === "directory") collectFiles(`${folder}/${name}`);
      else if (wanted(`${folder}/${name}`)) found.ignored.push(`${folder}/${name}`);
    }
  };
  if (repository.workTree !== undefined) visit("");
  found.untracked.sort(compareText);
  found.ignored.sort(compareText);
  return found;
}
