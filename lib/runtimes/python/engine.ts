/**
 * The kernel's half of Python: what its workers are given, and the files that a machine with Python holds. The library comes with the
 * interpreter and is put on every machine with Python when it is there; packages to install come when pip first runs.
 */

import type { WorldFiles } from "../../kernel/files/world-files.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { LoadedImage } from "../../kernel/loading.ts";
import { KernelMachine } from "../../kernel/machine.ts";
import type { Host, Machine, Process } from "../../kernel/types.ts";
import type { Engine } from "../../kernel/workers/engine.ts";
import { EMPTY, type PythonAssets, type PythonExec, type SnapshotManifest, UNKNOWN } from "./assets.ts";
import { installExecutables, LIBRARY, SITE_GROUP } from "./install.ts";
import { type FilePack, readPack } from "./packs.ts";
import { Wheels } from "./wheels.ts";

export interface PythonRuntime {
  readonly engine: Engine;
  /**
   * Makes the packs known that a saved disk names its files by; `names` are those of `pack#index` keys. Packs that a later build has made
   * anew have another name: the answer tells what a saved file is called now.
   */
  importPacks(kernel: Kernel, names: ReadonlySet<string>): Promise<KeyNow>;
  /** Loads the library, so that machines have it from their first moment. Where it is downloaded, a prompt need not wait for it. */
  loadLibrary(from: Host): Promise<void>;
  /** Puts Python on a new machine: its executables at once, the library as soon as it is there. */
  installOn(machine: Machine): void;
}

/** What the file with this path and key is called now; undefined when there is no such file any more. */
export type KeyNow = (path: string, key: string) => string | undefined;

/** One for all worlds of a host: what is loaded is loaded once. */
export function pythonRuntime(): PythonRuntime {
  let library: FilePack | undefined;
  const wheels = new Wheels();
  let manifest: SnapshotManifest | undefined;
  let host: Host | undefined;
  /** Machines made before the library was there. */
  const waiting = new Set<KernelMachine>();
  /** Machines that have the library. */
  const complete = new WeakSet<KernelMachine>();
  /** Worlds whose disks were saved with the library of another build: that one may have lacked files. */
  const rebuilt = new WeakSet<Kernel>();
  const compared = new WeakMap<WorldFiles, Map<number, number>>();

  const install = (machine: KernelMachine) => {
    if (!library || complete.has(machine)) return;
    complete.add(machine);
    if (!machine.files.exists(`${LIBRARY}/os.py`)) library.installOn(machine, SITE_GROUP);
    else if (rebuilt.has(machine.kernel)) library.installOn(machine, SITE_GROUP, true);
  };

  let libraryPack: Promise<FilePack> | undefined;
  const loadLibrary = (from: Host): Promise<FilePack> => {
    libraryPack ??= readPack(from, "library");
    // A download that failed is tried again next time.
    libraryPack.catch(() => {
      libraryPack = undefined;
    });
    return libraryPack;
  };

  const engine: Engine = {
    spares: 1,
    async assets(from) {
      host = from;
      const text = async (name: string) => JSON.parse(new TextDecoder().decode(await from.asset(`python/${name}`))) as unknown;
      const [wasm, memory, loadedManifest, pack] = await Promise.all([
        from.asset("python/interpreter.wasm"),
        from.asset("python/snapshot.bin"),
        text("manifest.json"),
        loadLibrary(from),
      ]);
      manifest = loadedManifest as SnapshotManifest;
      library = pack;
      for (const machine of waiting) install(machine);
      waiting.clear();
      const module = await WebAssembly.compile(wasm as Uint8Array<ArrayBuffer>);
      const snapshot = new SharedArrayBuffer(memory.length);
      new Uint8Array(snapshot).set(memory);
      const assets: PythonAssets = { module, snapshot, manifest };
      return assets;
    },
    async prepare(process: Process, image: LoadedImage) {
      const { machine } = process;
      if (!(machine instanceof KernelMachine) || !library || !manifest || !host) throw new Error("Python is not loaded");
      install(machine);
      if (isPip(image.argv)) await wheels.provide(host, machine, image.argv, process.cwd);
      const { worldFiles } = machine.kernel;
      const known = [library, ...wheels.loaded.values()].map((pack) => pack.contents(worldFiles));
      const contents = Int32Array.from(manifest.modules, ({ file }) =>
        file === undefined ? UNKNOWN : (known.find((pack) => pack[file] !== undefined)?.[file] ?? UNKNOWN),
      );
      const seen = compared.get(worldFiles) ?? new Map<number, number>();
      compared.set(worldFiles, seen);
      adopt(machine, manifest, contents, seen);
      const exec: PythonExec = { contents };
      return exec;
    },
  };

  return {
    engine,
    async importPacks(kernel, names) {
      const { host: from, worldFiles } = kernel;
      const needed = await wheels.loadNamed(from, names);
      if ([...names].some((name) => name.startsWith("python-library-"))) {
        const pack = await loadLibrary(from);
        needed.push(pack);
        if ([...names].some((name) => name.startsWith("python-library-") && name !== pack.name)) rebuilt.add(kernel);
      }
      for (const pack of needed) pack.contents(worldFiles);
      const current = new Set(needed.map(({ name }) => name));
      return (path, key) => {
        const name = key.slice(0, key.lastIndexOf("#"));
        if (current.has(name) || !name.startsWith("python-")) return key;
        const family = name.slice(0, name.lastIndexOf("-") + 1);
        return needed.find((pack) => pack.name.slice(0, pack.name.lastIndexOf("-") + 1) === family)?.keyAt(path);
      };
    },
    async loadLibrary(from) {
      library = await loadLibrary(from);
    },
    installOn(machine) {
      if (!(machine instanceof KernelMachine)) throw new Error("Python needs a machine of the kernel's own");
      installExecutables(machine.files);
      if (library) install(machine);
      else waiting.add(machine);
    },
  };
}

/** pip, as a script or as a module. */
function isPip(argv: readonly string[]): boolean {
  return argv.some((argument) => /(^|\/)pip3?(\.\d+)?$/.test(argument));
}

/**
 * Files of packages that pip has unpacked are shared with the pack again, where they are what came in it: that costs no memory, and lets a
 * process see at a glance that a module is the one in the snapshot. `seen` keeps what was compared already (inode → stamp of its bytes).
 */
function adopt(machine: KernelMachine, manifest: SnapshotManifest, contents: Int32Array, seen: Map<number, number>) {
  const files: WorldFiles = machine.kernel.worldFiles;
  const missing = new Set<string>();
  for (const [index, { name, file }] of manifest.modules.entries()) {
    const content = contents[index] ?? UNKNOWN;
    const top = name.split(".")[0] ?? name;
    if (file === undefined || content === UNKNOWN || content === EMPTY || missing.has(top)) continue;
    if (!machine.files.exists(file)) {
      missing.add(top);
      continue;
    }
    const ino = machine.files.inode(file);
    if (files.contentOf(ino) === content) continue;
    const stamp = files.dataStamp(ino);
    if (seen.get(ino) === stamp) continue;
    if (!files.adopt(ino, content)) seen.set(ino, stamp);
  }
}
