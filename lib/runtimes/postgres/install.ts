/** What comes with the server's engine to a machine that has its package: its files, and a cluster. */

import type { KernelMachine } from "../../kernel/machine.ts";
import type { Executable, Files } from "../../kernel/types.ts";
import type { FilePack } from "../python/packs.ts";
import { POSTGRES_USER } from "./account.ts";
import { BIN, CLUSTER, LIBRARY, SHARE } from "./places.ts";

const ROOT = { uid: 0, gid: 0 } as const;
/** The program behind the executable file, for the kernel's table. */
export const postgresExecutable: Executable = { kind: "worker", name: "postgres", engine: "postgres" };

/** Whether the package is on the machine. */
export function isInstalledOn(files: Files): boolean {
  return files.exists(`${BIN}/postgres`);
}

interface ServerPacks {
  readonly share: FilePack;
  readonly library: FilePack;
}

/** Time zones, dictionaries, libraries. */
export function installServerFiles(machine: KernelMachine, { share, library }: ServerPacks): void {
  if (!machine.files.exists(`${SHARE}/timezonesets/Default`)) share.installOn(machine, ROOT);
  if (!machine.files.exists(`${LIBRARY}/plpgsql.so`)) library.installOn(machine, ROOT);
}

/** The cluster 18/main as initdb leaves it; one that is there stays as it is. */
export function installCluster(machine: KernelMachine, cluster: FilePack): void {
  const { files } = machine;
  if (files.exists(CLUSTER)) return;
  cluster.installOn(machine, POSTGRES_USER);
  for (const directory of cluster.directories) files.mkdir(directory, { recursive: true });
  for (const path of ["/var/lib/postgresql/18", CLUSTER, ...cluster.directories]) {
    files.chown(path, POSTGRES_USER.uid, POSTGRES_USER.gid);
    files.chmod(path, path === "/var/lib/postgresql/18" ? 0o755 : 0o700);
  }
  for (const path of cluster.paths) files.chmod(path, 0o600);
}
