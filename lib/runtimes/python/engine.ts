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
import { EMPTY, type PythonAssets, type PythonExec, type SnapshotManifest } from "./assets.ts";
import { installExecutables, LIBRARY, SITE_GROUP } from "./install.ts";
import { type FilePack, readPack } from "./packs.ts";

export interface PythonRuntime {
  readonly engine: Engine;
  /** Makes the packs known that a saved disk names its files by; `names` are those of `pack#index` keys. */
  importPacks(kernel: Kernel, names: ReadonlySet<string>): Promise<void>;
  /** Puts Python on a new machine: its executables at once, the library as soon as it is there. */
  installOn(machine: Machine): void;
}

/** The library comes with the interpreter, wheels when pip first runs. */
const PACKS = ["library", "wheels"] as const;
type PackName = (typeof PACKS)[number];

/** One for all worlds of a host: what is loaded is loaded once. */
export function pythonRuntime(): PythonRuntime {
  let library: FilePack | undefined;
  let wheels: FilePack | undefined;
  let manifest: SnapshotManifest | undefined;
  let host: Host | undefined;
  /** Machines made before the library was there. */
  const waiting = new Set<KernelMachine>();
  const compared = new WeakMap<WorldFiles, Map<number, number>>();

  const install = (machine: KernelMachine) => {
    if (!library || machine.files.exists(`${LIBRARY}/os.py`)) return;
    library.installOn(machine, SITE_GROUP);
  };

  const packs = new Map<string, Promise<FilePack>>();
  const loaded = (from: Host, name: PackName): Promise<FilePack> => {
    const known = packs.get(name) ?? readPack(from, name);
    packs.set(name, known);
    // A download that failed is tried again next time.
    known.catch(() => packs.delete(name));
    return known;
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
        loaded(from, "library"),
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
      if (wantsPackages(image.argv)) wheels = await loaded(host, "wheels");
      const pack = wheels;
      if (pack && !machine.files.exists(pack.directory)) pack.installOn(machine, { uid: 0, gid: 0 });
      const contents: Record<string, number> = library.contents(machine.kernel.worldFiles);
      if (pack) Object.assign(contents, pack.contents(machine.kernel.worldFiles));
      const seen = compared.get(machine.kernel.worldFiles) ?? new Map<number, number>();
      compared.set(machine.kernel.worldFiles, seen);
      adopt(machine, manifest, contents, seen);
      const exec: PythonExec = { contents };
      return exec;
    },
  };

  return {
    engine,
    async importPacks(kernel, names) {
      for (const name of PACKS) {
        if (![...names].some((each) => each.startsWith(`python-${name}-`))) continue;
        (await loaded(kernel.host, name)).contents(kernel.worldFiles);
      }
    },
    installOn(machine) {
      if (!(machine instanceof KernelMachine)) throw new Error("Python needs a machine of the kernel's own");
      installExecutables(machine.files);
      if (library) install(machine);
      else waiting.add(machine);
    },
  };
}

/** pip, as a script or as a module; `python -m venv` needs nothing but what is installed. */
function wantsPackages(argv: readonly string[]): boolean {
  return argv.some((argument) => /(^|\/)pip3?(\.\d+)?$/.test(argument));
}

/**
 * Files of packages that pip has unpacked are shared with the pack again, where they are what came in it: that costs no memory, and lets a
 * process see at a glance that a module is the one in the snapshot. `seen` keeps what was compared already (inode → stamp of its bytes).
 */
function adopt(machine: KernelMachine, manifest: SnapshotManifest, contents: Readonly<Record<string, number>>, seen: Map<number, number>) {
  const files: WorldFiles = machine.kernel.worldFiles;
  const missing = new Set<string>();
  for (const { name, file } of manifest.modules) {
    const content = file === undefined ? undefined : contents[file];
    const top = name.split(".")[0] ?? name;
    if (file === undefined || content === undefined || content === EMPTY || missing.has(top)) continue;
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
