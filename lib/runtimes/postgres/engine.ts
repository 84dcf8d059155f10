/**
 * The kernel's half of PostgreSQL: the memory that the processes of a server share, and the files that belong to the server. All of it is
 * fetched when a server is first started, or a machine that has it installed is looked at by a person who waits for it.
 */

import type { Kernel } from "../../kernel/kernel.ts";
import type { LoadedImage } from "../../kernel/loading.ts";
import { KernelMachine } from "../../kernel/machine.ts";
import type { Host, Machine, Process } from "../../kernel/types.ts";
import type { Engine } from "../../kernel/workers/engine.ts";
import type { KeyNow } from "../python/engine.ts";
import { type FilePack, readPack } from "../python/packs.ts";
import { CHILD_MARK, type PostgresAssets, type PostgresExec, type ServerMemory, WORD } from "./assets.ts";
import { installCluster, installServerFiles } from "./install.ts";
import { CLUSTER } from "./places.ts";

/** Room for what a server shares, and for a postmaster's memory when it forks; what is not touched costs nothing. */
const BYTES = { control: 256, shared: 48 << 20, image: 96 << 20 } as const;

export interface PostgresPacks {
  readonly cluster: FilePack;
  readonly share: FilePack;
  readonly library: FilePack;
}

export interface PostgresRuntime {
  readonly engine: Engine;
  /** Loads the server's files, so that machines have them from their first moment. */
  load(from: Host): Promise<void>;
  /** Puts the server's files and a cluster on a machine that has the package: at once when they are here, else when they come. */
  installOn(machine: Machine): void;
  /** As `PythonRuntime.importPacks`: what files of a cluster that were never written are called in the present build. */
  importPacks(kernel: Kernel, names: ReadonlySet<string>): Promise<KeyNow>;
}

/** One for all worlds of a host. */
export function postgresRuntime(): PostgresRuntime {
  let loading: Promise<PostgresPacks> | undefined;
  let packs: PostgresPacks | undefined;
  const waiting = new Set<KernelMachine>();
  const watched = new WeakMap<Kernel, Map<number, ServerMemory>>();

  const install = (machine: KernelMachine, loaded: PostgresPacks) => {
    installServerFiles(machine, loaded);
    installCluster(machine, loaded.cluster);
  };
  const load = (from: Host): Promise<PostgresPacks> => {
    loading ??= Promise.all([
      readPack(from, "cluster", "postgres"),
      readPack(from, "share", "postgres"),
      readPack(from, "lib", "postgres"),
    ]).then(([cluster, share, library]) => {
      packs = { cluster, share, library };
      for (const machine of waiting) install(machine, packs);
      waiting.clear();
      return packs;
    });
    // A download that failed is tried again next time.
    loading.catch(() => {
      loading = undefined;
    });
    return loading;
  };

  const engine: Engine = {
    spares: 0,
    async assets(from) {
      const [wasm] = await Promise.all([from.asset("postgres/server.wasm"), load(from)]);
      const assets: PostgresAssets = { module: await WebAssembly.compile(wasm as Uint8Array<ArrayBuffer>) };
      return assets;
    },
    async prepare(process: Process, image: LoadedImage): Promise<PostgresExec> {
      const { machine } = process;
      if (!(machine instanceof KernelMachine)) throw new Error("PostgreSQL needs a machine of the kernel's own");
      if (packs !== undefined) {
        installServerFiles(machine, packs);
        // A package that was installed since has no cluster yet.
        if (!machine.files.exists(parentOf(CLUSTER))) installCluster(machine, packs.cluster);
      }
      const servers = serversOf(machine.kernel);
      const parent = image.argv[1] === CHILD_MARK ? servers.get(process.ppid) : undefined;
      if (parent !== undefined) return { server: parent, isChild: true };
      const server: ServerMemory = {
        control: new SharedArrayBuffer(BYTES.control),
        shared: new SharedArrayBuffer(BYTES.shared),
        image: new SharedArrayBuffer(BYTES.image),
      };
      servers.set(process.pid, server);
      return { server, isChild: false };
    },
  };

  /** Servers by the pid of their postmaster; a process that dies in its turn gives it back, and a fork that came to nothing is over. */
  function serversOf(kernel: Kernel): Map<number, ServerMemory> {
    const before = watched.get(kernel);
    if (before !== undefined) return before;
    const servers = new Map<number, ServerMemory>();
    watched.set(kernel, servers);
    kernel.events.subscribe((event) => {
      if (event.kind !== "process-ended") return;
      for (const [postmaster, { control }] of servers) {
        const words = new Int32Array(control);
        if (Atomics.load(words, WORD.OWNER) === event.pid) {
          Atomics.store(words, WORD.CRASHED, 1);
          Atomics.store(words, WORD.PARKED, 0);
          release(words, WORD.OWNER, event.pid);
        }
        if (Atomics.load(words, WORD.CHILD) === event.pid) release(words, WORD.FORKING, 1);
        if (postmaster === event.pid) servers.delete(postmaster);
      }
    });
    return servers;
  }

  return {
    engine,
    async load(from) {
      await load(from);
    },
    installOn(machine) {
      if (!(machine instanceof KernelMachine)) throw new Error("PostgreSQL needs a machine of the kernel's own");
      if (packs === undefined) waiting.add(machine);
      else install(machine, packs);
    },
    async importPacks(kernel, names) {
      if (![...names].some((name) => name.startsWith("postgres-"))) return (_path, key) => key;
      const { cluster, share, library } = await load(kernel.host);
      const all = [cluster, share, library];
      for (const pack of all) pack.contents(kernel.worldFiles);
      // Clusters of one version of PostgreSQL have the same files with the same meaning after initdb, whatever the build.
      return (path, key) => {
        const family = familyOf(key.slice(0, key.lastIndexOf("#")));
        return all.find(({ name }) => familyOf(name) === family)?.keyAt(path);
      };
    },
  };
}

const parentOf = (path: string) => path.slice(0, path.lastIndexOf("/"));

function familyOf(name: string): string {
  return name.slice(0, name.lastIndexOf("-"));
}

function release(words: Int32Array, word: number, held: number): void {
  if (Atomics.compareExchange(words, word, held, 0) === held) Atomics.notify(words, word);
}
