/** Clusters as postgresql-common knows them (pg_lsclusters(1)): a folder of settings, a data directory, a log. */

import type { Files, Machine, Process } from "../../../kernel/types.ts";

export const CLUSTERS = "/etc/postgresql";

export interface Cluster {
  readonly version: string;
  readonly name: string;
  readonly config: string;
  readonly data: string;
  readonly port: string;
  readonly log: string;
  /** start.conf: auto, manual or disabled. */
  readonly start: string;
}

/** What postmaster.pid says (https://www.postgresql.org/docs/18/storage-file-layout.html). */
export interface Postmaster {
  readonly pid: number;
  readonly isReady: boolean;
}

/** A line of postgresql.conf: `name = value`, quoted or not; the last one counts. */
function setting(text: string, name: string): string | undefined {
  const found = [...text.matchAll(new RegExp(`^\\s*${name}\\s*=?\\s*(?:'((?:[^']|'')*)'|([^\\s#]+))`, "gm"))].at(-1);
  return found === undefined ? undefined : (found[1]?.replaceAll("''", "'") ?? found[2]);
}

export function clusterAt(files: Files, version: string, name: string): Cluster | undefined {
  const config = `${CLUSTERS}/${version}/${name}`;
  if (!files.exists(`${config}/postgresql.conf`)) return undefined;
  const read = (file: string) => (files.exists(`${config}/${file}`) ? files.readText(`${config}/${file}`) : "");
  const text = read("postgresql.conf");
  return {
    version,
    name,
    config,
    data: setting(text, "data_directory") ?? `/var/lib/postgresql/${version}/${name}`,
    port: setting(text, "port") ?? "5432",
    log: `/var/log/postgresql/postgresql-${version}-${name}.log`,
    start:
      read("start.conf")
        .split("\n")
        .map((line) => line.trim())
        .find((line) => line !== "" && !line.startsWith("#")) ?? "auto",
  };
}

export function allClusters(files: Files): readonly Cluster[] {
  const names = (path: string) => (files.exists(path) ? files.readdir(path).filter(({ kind }) => kind === "directory") : []);
  return names(CLUSTERS).flatMap((version) =>
    names(`${CLUSTERS}/${version.name}`).flatMap(({ name }) => clusterAt(files, version.name, name) ?? []),
  );
}

/** The server of a data directory, if one runs. A file that a dead one has left counts as none. */
export function postmasterOf(machine: Machine, data: string): Postmaster | undefined {
  const path = `${data}/postmaster.pid`;
  if (!machine.files.exists(path)) return undefined;
  const lines = machine.files.readText(path).split("\n");
  const pid = Number(lines[0]);
  const process = machine.processes().find((each) => each.pid === pid);
  if (process === undefined || process.state === "zombie") return undefined;
  return { pid, isReady: (lines[7] ?? "").trim() === "ready" };
}

/** Who owns the data directory. */
export function ownerOf(
  machine: Machine,
  { data, config }: Pick<Cluster, "data" | "config">,
): { readonly uid: number; readonly gid: number } {
  // The data of a package that was just installed come when its server is first started.
  const { uid, gid } = machine.files.stat(machine.files.exists(data) ? data : config);
  return { uid, gid };
}

export function userName(self: Process, uid: number): string {
  const lines = self.machine.files.readText("/etc/passwd").split("\n");
  return lines.map((line) => line.split(":")).find((fields) => fields[2] === String(uid))?.[0] ?? String(uid);
}
