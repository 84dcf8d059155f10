/** What Debian's packages postgresql, postgresql-18 and postgresql-common put on a machine, as far as the server needs it. */

import { executableBytes } from "../../kernel/executable.ts";
import type { KernelMachine } from "../../kernel/machine.ts";
import type { Executable, Files } from "../../kernel/types.ts";
import type { FilePack } from "../python/packs.ts";
import { BIN, CLUSTER, CONFIG, LIBRARY, SHARE } from "./places.ts";
import { hbaConf, identConf, postgresqlConf } from "./settings.ts";

/** Debian's system user of the server (postgresql-common). */
export const POSTGRES_USER = { name: "postgres", uid: 107, gid: 114, home: "/var/lib/postgresql" } as const;
const ROOT = { uid: 0, gid: 0 } as const;
/** The program behind the executable file, for the kernel's table. */
export const postgresExecutable: Executable = { kind: "worker", name: "postgres", engine: "postgres" };

/** Whether the package is on the machine. */
export function isInstalledOn(files: Files): boolean {
  return files.exists(`${BIN}/postgres`);
}

/** The server's program, and the settings of the cluster 18/main; what needs the packs comes with `installServerFiles`. */
export function installPackage(files: Files): void {
  for (const folder of [BIN, LIBRARY, SHARE, CONFIG, `${CONFIG}/conf.d`, "/var/log/postgresql", "/run/postgresql", "/var/lib/postgresql"])
    files.mkdir(folder, { recursive: true });
  addUser(files);
  put(files, `${BIN}/postgres`, executableBytes(postgresExecutable.name), 0o755);
  // Relative to the program, as it was configured.
  if (!files.exists("/usr/lib/postgresql/18/share")) {
    files.mkdir("/usr/lib/postgresql/18/share");
    files.symlink(SHARE, "/usr/lib/postgresql/18/share/postgresql");
    files.symlink(".", `${LIBRARY}/postgresql`);
  }
  const own = (path: string, mode: number) => {
    files.chown(path, POSTGRES_USER.uid, POSTGRES_USER.gid);
    files.chmod(path, mode);
  };
  own("/var/lib/postgresql", 0o755);
  own("/run/postgresql", 0o2775);
  files.chown("/var/log/postgresql", 0, POSTGRES_USER.gid);
  files.chmod("/var/log/postgresql", 0o1775);
  for (const folder of ["/etc/postgresql/18", CONFIG, `${CONFIG}/conf.d`]) own(folder, 0o755);
  const settings: readonly (readonly [string, string, number])[] = [
    ["postgresql.conf", postgresqlConf, 0o644],
    ["pg_hba.conf", hbaConf, 0o640],
    ["pg_ident.conf", identConf, 0o640],
    ["start.conf", "auto\n", 0o644],
    ["environment", "", 0o644],
    ["pg_ctl.conf", "pg_ctl_options = ''\n", 0o644],
  ];
  for (const [name, text, mode] of settings) {
    if (files.exists(`${CONFIG}/${name}`)) continue;
    files.writeFile(`${CONFIG}/${name}`, text);
    own(`${CONFIG}/${name}`, mode);
  }
}

/** The server's own account, as the package's script makes it. */
function addUser(files: Files): void {
  if (/^postgres:/m.test(files.readText("/etc/passwd"))) return;
  const append = (path: string, line: string) => files.writeFile(path, `${line}\n`, { append: true });
  const { name, uid, gid, home } = POSTGRES_USER;
  append("/etc/passwd", `${name}:x:${uid}:${gid}:PostgreSQL administrator,,,:${home}:/bin/bash`);
  append("/etc/group", `${name}:x:${gid}:`);
  append("/etc/shadow", `${name}:!:20000::::::`);
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

function put(files: Files, path: string, bytes: Uint8Array | string, mode: number): void {
  files.writeFile(path, bytes);
  files.chmod(path, mode);
}
