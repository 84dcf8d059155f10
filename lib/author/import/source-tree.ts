import { ImportRefused, LIMITS, leadsOut, safePath, shown } from "./limits.ts";

export interface SourceFile {
  readonly bytes: Uint8Array;
  readonly executable: boolean;
}

/** What is imported: files by relative path, gathered one by one under the limits. */
export class SourceTree {
  readonly files = new Map<string, SourceFile>();
  /** Entries that were left out, each with the reason. */
  readonly skipped: { readonly path: string; readonly why: string }[] = [];
  private readonly names = new Set<string>();
  private bytes = 0;

  /** Takes in a file. Throws ImportRefused. */
  add(name: string, bytes: Uint8Array, executable: boolean): void {
    const path = safePath(name);
    if (path === "") throw new ImportRefused(`${shown(name)}: a file without a name. Nothing was imported.`);
    this.once(path);
    if (bytes.length > LIMITS.fileBytes) {
      throw new ImportRefused(`${shown(path)} is larger than ${LIMITS.fileBytes / 1024 / 1024} MB. Nothing was imported.`);
    }
    this.bytes += bytes.length;
    if (this.bytes > LIMITS.totalBytes) {
      throw new ImportRefused(`The files are larger than ${LIMITS.totalBytes / 1024 / 1024} MB together. Nothing was imported.`);
    }
    this.files.set(path, { bytes, executable });
  }

  /** A link: one that leads out is refused, another is left out. */
  link(name: string, target: string): void {
    const path = safePath(name);
    if (leadsOut(path, target)) {
      throw new ImportRefused(`${shown(path)} is a link that leads out, to ${shown(target)}. Nothing was imported.`);
    }
    this.skipped.push({ path, why: `a link to \`${target}\`; put the file itself there` });
  }

  /** What is neither a file, a folder nor a link. */
  refuse(name: string, what: string): never {
    throw new ImportRefused(`${shown(name)} is ${what}. Nothing was imported.`);
  }

  text(path: string): string | undefined {
    const file = this.files.get(path);
    if (file === undefined) return undefined;
    return new TextDecoder()
      .decode(file.bytes)
      .replace(/^\uFEFF/, "")
      .replaceAll("\r\n", "\n");
  }

  /** Paths below a folder ("" is the whole), relative to it. */
  below(folder: string): string[] {
    const start = folder === "" ? "" : `${folder}/`;
    return [...this.files.keys()].filter((path) => path.startsWith(start)).map((path) => path.slice(start.length));
  }

  private once(path: string): void {
    if (this.files.size >= LIMITS.files) throw new ImportRefused(`There are more than ${LIMITS.files} files. Nothing was imported.`);
    // macOS and Windows take names that differ only in case, or in how an accent is written, for the same.
    const key = path.normalize("NFC").toLowerCase();
    if (this.names.has(key)) throw new ImportRefused(`${shown(path)} is there twice, or differs only in case. Nothing was imported.`);
    this.names.add(key);
  }
}
