/** The list of files that the sender offers, in rsync's order: in each folder first what is no folder, then the folders (flist.c, f_name_cmp). */
import type { Process, Stat } from "../../kernel/types.ts";
import { codeOf, reason } from "../core/errors.ts";
import { sha256 } from "../core/hash.ts";
import { isExcluded } from "./patterns.ts";
import type { Settings } from "./settings.ts";

export interface ListEntry {
  /** Relative to the destination; "." for the folder that is copied itself. */
  readonly name: string;
  readonly kind: "file" | "directory" | "symlink";
  readonly mode: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly uid: number;
  readonly gid: number;
  readonly target?: string;
  readonly checksum?: string;
}

export interface FileList {
  readonly entries: readonly ListEntry[];
  /** The path to read each entry from. */
  readonly paths: readonly string[];
  /** Folders whose further contents `--delete` may remove. */
  readonly errors: readonly string[];
  /** "skipping directory src" and the like, for standard output. */
  readonly remarks: readonly string[];
  /** Whether one plain file was asked for, so that the destination may be its new name. */
  readonly isSingleFile: boolean;
}

class Lister {
  readonly entries: ListEntry[] = [];
  readonly paths: string[] = [];
  readonly errors: string[] = [];
  readonly remarks: string[] = [];

  constructor(
    private readonly self: Process,
    private readonly settings: Settings,
  ) {}

  async source(text: string, side: string): Promise<void> {
    const { self, settings } = this;
    const contents = text.endsWith("/") || text === "." || text.endsWith("/.");
    const bare = text.replace(/\/+$/, "") || "/";
    let stat: Stat;
    try {
      stat = contents || settings.copyLinks ? self.files.stat(text) : self.files.lstat(bare);
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      this.errors.push(
        `rsync: [${side}] link_stat "${self.files.absolute(bare)}" failed: ${reason(error)} (${codeOf(error) === "EACCES" ? 13 : 2})`,
      );
      return;
    }
    if (stat.kind === "directory") {
      if (!settings.recursive) {
        this.remarks.push(`skipping directory ${contents ? "." : bare.slice(bare.lastIndexOf("/") + 1)}`);
        return;
      }
      const name = contents ? "." : bare.slice(bare.lastIndexOf("/") + 1);
      await this.folder(bare, settings.relative ? bare.replace(/^\/+/, "") : name, stat);
      return;
    }
    await this.add(bare, settings.relative ? bare.replace(/^\/+/, "") : bare.slice(bare.lastIndexOf("/") + 1), stat);
  }

  private async folder(path: string, name: string, stat: Stat): Promise<void> {
    this.push(path, { ...common(name, stat), kind: "directory" });
    const prefix = name === "." ? "" : `${name}/`;
    let names: string[];
    try {
      names = this.self.files.readdir(path).map((entry) => entry.name);
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      this.errors.push(`rsync: [sender] opendir "${this.self.files.absolute(path)}" failed: ${reason(error)} (13)`);
      return;
    }
    const folders: { path: string; name: string; stat: Stat }[] = [];
    for (const each of names.sort((a, b) => (a < b ? -1 : 1))) {
      const below = `${path === "/" ? "" : path}/${each}`;
      const own = this.settings.copyLinks ? this.self.files.stat(below) : this.self.files.lstat(below);
      if (isExcluded(this.settings.filters, `${prefix}${each}`, own.kind === "directory")) continue;
      if (own.kind === "directory") folders.push({ path: below, name: `${prefix}${each}`, stat: own });
      else await this.add(below, `${prefix}${each}`, own);
    }
    for (const each of folders) await this.folder(each.path, each.name, each.stat);
    await this.self.tick();
  }

  private async add(path: string, name: string, stat: Stat): Promise<void> {
    if (stat.kind === "symlink" && this.settings.links) {
      this.push(path, { ...common(name, stat), kind: "symlink", target: this.self.files.readlink(path) });
    } else if (stat.kind === "file") {
      const checksum = this.settings.checksum ? sha256(this.self.files.readFile(path)) : undefined;
      this.push(path, { ...common(name, stat), kind: "file", checksum });
    } else this.remarks.push(`skipping non-regular file "${name}"`);
    await this.self.tick();
  }

  private push(path: string, entry: ListEntry): void {
    this.entries.push(entry);
    this.paths.push(path);
  }
}

function common(name: string, { mode, size, mtimeMs, uid, gid }: Stat) {
  return { name, mode: mode & 0o7777, size, mtimeMs, uid, gid };
}

/** `side` is "sender", or "Receiver" where messages name the other end so. */
export async function listFiles(self: Process, sources: readonly string[], settings: Settings, side = "sender"): Promise<FileList> {
  const lister = new Lister(self, settings);
  for (const each of sources) await lister.source(each, side);
  const { entries, paths, errors, remarks } = lister;
  const isSingleFile = sources.length === 1 && entries.length === 1 && entries[0]?.kind === "file";
  return { entries, paths, errors, remarks, isSingleFile };
}
