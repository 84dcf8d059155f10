/** Packs of files (`build/pack.ts`) as the kernel's file system takes them. */

import type { WorldFiles } from "../../kernel/files/world-files.ts";
import type { KernelMachine } from "../../kernel/machine.ts";
import type { Host } from "../../kernel/types.ts";
import { EMPTY } from "./assets.ts";

interface PackIndex {
  /** Identifies the contents for ever. */
  readonly name: string;
  /** Where the files are put. */
  readonly directory: string;
  readonly files: readonly PackedFile[];
  /** Directories below it, parents first, where empty ones matter. */
  readonly directories?: readonly string[];
}

/** One file. `path` is below the pack's directory; a file that is only part of another one (in a wheel) has the place where pip puts it. */
interface PackedFile {
  readonly path?: string;
  readonly installed?: string;
  readonly start: number;
  readonly size: number;
}

export interface FilePack {
  /** Identifies the contents for ever. */
  readonly name: string;
  readonly directory: string;
  /** The files that it puts on a machine, and directories, where empty ones matter. */
  readonly paths: readonly string[];
  readonly directories: readonly string[];
  /** Puts the files on a machine; with `onlyMissing`, those that it does not have. */
  installOn(machine: KernelMachine, owner: { readonly uid: number; readonly gid: number }, onlyMissing?: boolean): void;
  /** The key that a saved disk names the file at this path by. */
  keyAt(path: string): string | undefined;
  /** Where each file is, or will be once it is installed → its content id. */
  contents(files: WorldFiles): Readonly<Record<string, number>>;
}

/** `family` is the folder of assets that the pack lies in. */
export async function readPack(host: Host, name: string, family = "python"): Promise<FilePack> {
  const [bytes, text] = await Promise.all([host.asset(`${family}/${name}.bin`), host.asset(`${family}/${name}.json`)]);
  const index = JSON.parse(new TextDecoder().decode(text)) as PackIndex;
  const pack = {
    name: index.name,
    bytes,
    files: index.files.map(({ path, start, size }) => ({ offset: start, length: size, sharedOnly: path === undefined })),
  };
  const known = new WeakMap<WorldFiles, Readonly<Record<string, number>>>();
  let places: Map<string, number> | undefined;
  return {
    name: index.name,
    directory: index.directory,
    directories: (index.directories ?? []).map((path) => `${index.directory}/${path}`),
    paths: index.files.flatMap(({ path }) => (path === undefined ? [] : [`${index.directory}/${path}`])),
    keyAt(path) {
      places ??= new Map(index.files.map((each, file) => [each.installed ?? `${index.directory}/${each.path}`, file]));
      const file = places.get(path);
      return file === undefined ? undefined : `${index.name}#${file}`;
    },
    installOn(machine, owner, onlyMissing = false) {
      const { worldFiles } = machine.kernel;
      const first = worldFiles.importPack(pack);
      machine.files.mkdir(index.directory, { recursive: true });
      const entries = index.files.flatMap(({ path }, file) =>
        path === undefined || (onlyMissing && machine.files.exists(`${index.directory}/${path}`)) ? [] : [{ path, file }],
      );
      worldFiles.install(machine.files.inode(index.directory), first, entries, owner);
    },
    contents(files) {
      const before = known.get(files);
      if (before) return before;
      const first = files.importPack(pack);
      const found: Record<string, number> = {};
      index.files.forEach(({ path, installed, size }, file) => {
        found[installed ?? `${index.directory}/${path}`] = size === 0 ? EMPTY : first + file;
      });
      known.set(files, found);
      return found;
    },
  };
}
