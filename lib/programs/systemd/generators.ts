/** What runs before the manager reads its units: generators (systemd.generator(7)) and tmpfiles.d(5). */
import type { Files, Machine } from "../../kernel/types.ts";
import { findGroup, findUser } from "../core/users.ts";

const GENERATED = "/run/systemd/generator";

/** postgresql-generator of postgresql-common: each cluster that starts by itself belongs to postgresql.service. */
export function runGenerators({ files }: Machine): void {
  const folder = `${GENERATED}/postgresql.service.wants`;
  if (files.exists(folder)) files.removeTree(folder);
  const template = "/lib/systemd/system/postgresql@.service";
  if (!files.exists("/etc/postgresql") || !files.exists(template)) return;
  for (const { name: version } of files.readdir("/etc/postgresql")) {
    for (const { name: cluster } of files.readdir(`/etc/postgresql/${version}`)) {
      const settings = `/etc/postgresql/${version}/${cluster}`;
      const start = files.exists(`${settings}/start.conf`) ? files.readText(`${settings}/start.conf`) : "auto";
      if (!files.exists(`${settings}/postgresql.conf`) || !/^\s*auto\b/m.test(start.replace(/#.*/g, ""))) continue;
      files.mkdir(folder, { recursive: true });
      files.symlink(template, `${folder}/postgresql@${version}-${cluster}.service`);
    }
  }
}

/** Makes the folders that tmpfiles.d asks for (lines "d", "D" and "v"), in /usr/lib and /etc. */
export function createTemporaryFolders({ files }: Machine): void {
  const seen = new Set<string>();
  for (const folder of ["/etc/tmpfiles.d", "/usr/lib/tmpfiles.d"]) {
    if (!files.exists(folder)) continue;
    for (const { name } of [...files.readdir(folder)].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (!name.endsWith(".conf") || seen.has(name)) continue;
      seen.add(name);
      for (const line of files.readText(`${folder}/${name}`).split("\n")) create(files, line);
    }
  }
}

function create(files: Files, line: string): void {
  const [type = "", path = "", mode = "-", user = "-", group = "-"] = line.trim().split(/\s+/);
  if (!/^[dDv][!+=-]*$/.test(type) || !path.startsWith("/")) return;
  files.mkdir(path, { recursive: true });
  files.chown(path, findUser(files, user)?.uid ?? 0, findGroup(files, group)?.gid ?? 0);
  files.chmod(path, mode === "-" ? 0o755 : Number.parseInt(mode, 8));
}
