import type { Files, Machine } from "../../kernel/types.ts";
import type { MachineDefinition, TreeEntry } from "../types.ts";
import { accountOn } from "../world/account.ts";

/** The editor opens no larger files. */
const MOST_BYTES = 2 * 1024 * 1024;
const UMASK = 0o022;

/** A machine's files as the editor sees them: with the rights of the machine's user. */
export class EditorFiles {
  private readonly files: Files;

  constructor(machine: Machine, definition: MachineDefinition) {
    // Paths are absolute here: the machine's folder, which the learner may have removed, does not matter.
    this.files = machine.filesAs(accountOn(machine, definition.user), "/", () => UMASK);
  }

  list(path: string): TreeEntry[] {
    return readable(path, () =>
      this.files
        .readdir(path)
        .map((entry): TreeEntry => {
          const full = path === "/" ? `/${entry.name}` : `${path}/${entry.name}`;
          const kind = entry.kind === "file" || entry.kind === "directory" || entry.kind === "symlink" ? entry.kind : "other";
          const size = kind === "file" ? this.files.lstat(full).size : 0;
          return { name: entry.name, path: full, kind, size, writable: kind !== "other" && this.writable(full) };
        })
        .sort((a, b) => Number(b.kind === "directory") - Number(a.kind === "directory") || (a.name < b.name ? -1 : 1)),
    );
  }

  read(path: string): { text: string | undefined; size: number; modifiedMs: number } {
    return readable(path, () => {
      const stat = this.files.stat(path);
      if (stat.kind === "directory") throw new Error(`${path} is a folder.`);
      if (stat.kind !== "file" || stat.size > MOST_BYTES) return { text: undefined, size: stat.size, modifiedMs: stat.mtimeMs };
      return { text: decode(this.files.readFile(path)), size: stat.size, modifiedMs: stat.mtimeMs };
    });
  }

  /** Saves a file, and makes the folders above it. */
  write(path: string, text: string): void {
    readable(path, () => {
      this.makeParent(path);
      this.files.writeFile(path, text);
    });
  }

  /** An empty file or a folder of a new name. */
  create(path: string, kind: "file" | "directory"): void {
    readable(path, () => {
      this.makeParent(path);
      if (kind === "directory") this.files.mkdir(path);
      else this.files.writeFile(path, "", { exclusive: true });
    });
  }

  /** Nothing is overwritten. */
  rename(from: string, to: string): void {
    readable(from, () => {
      if (this.isThere(to)) throw new Error(`There is already something called ${to}.`);
      this.makeParent(to);
      this.files.rename(from, to);
    });
  }

  /** A folder goes with all that is in it, a symbolic link without what it leads to. */
  remove(path: string): void {
    readable(path, () => {
      this.files.lstat(path);
      this.files.removeTree(path);
    });
  }

  watch(path: string, changed: (paths: readonly string[]) => void): () => void {
    return this.files.watch(path, changed);
  }

  private makeParent(path: string): void {
    const folder = path.slice(0, path.lastIndexOf("/"));
    if (folder !== "" && !this.files.exists(folder)) this.files.mkdir(folder, { recursive: true });
  }

  /** Symbolic links that lead nowhere count too. */
  private isThere(path: string): boolean {
    try {
      this.files.lstat(path);
      return true;
    } catch {
      return false;
    }
  }

  private writable(path: string): boolean {
    try {
      return this.files.access(path, 2);
    } catch {
      return false;
    }
  }
}

/** Text when it is UTF-8 without zero bytes. */
function decode(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** What the kernel says about a file, in words for a person. */
function readable<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
    const texts: Record<string, string> = {
      ENOENT: `${path} does not exist (any more).`,
      EACCES: `You may not do that with ${path}: its owner and mode do not allow it.`,
      EPERM: `You may not do that with ${path}: its owner and mode do not allow it.`,
      ENOSPC: `There is no space left on the machine for ${path}.`,
      EEXIST: `There is already something called ${path}.`,
      EINVAL: `${path} can't be moved into itself.`,
      EISDIR: `${path} is a folder.`,
      ENOTDIR: `A part of ${path} is no folder.`,
    };
    const text = typeof code === "string" ? texts[code] : undefined;
    throw text === undefined ? error : new Error(text, { cause: error });
  }
}
