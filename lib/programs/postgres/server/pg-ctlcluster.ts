/** pg_ctlcluster(1) and pg_lsclusters(1) of Debian's postgresql-common 290. */

import type { Process } from "../../../kernel/types.ts";
import type { Arguments } from "../../core/options.ts";
import { allClusters, type Cluster, clusterAt, ownerOf, postmasterOf, userName } from "./cluster.ts";
import { DEFAULT_WAIT_MS, modeOf, startServer, stopServer } from "./control.ts";
import { splitWords } from "./words.ts";

const ALREADY = 2;

export async function runPgCtlCluster(self: Process, args: Arguments): Promise<number> {
  const fail = async (text: string) => {
    await self.error(`Error: ${text}\n`);
    return 1;
  };
  const mode = modeOf(args.get("mode") ?? "fast");
  if (mode === undefined) {
    await self.print("Invalid -m mode, valid are: smart fast immediate\n");
    return 1;
  }
  const words = args.operands.flatMap((word, index) => (index === 0 && /^[\d.]+-./.test(word) ? splitOnce(word) : [word]));
  const [version, name, action] = words;
  if (version === undefined || name === undefined || action === undefined)
    return fail(`Usage: ${self.argv[0]} <version> <cluster> <action> [-- <pg_ctl options>]`);
  if (!["start", "stop", "restart", "reload", "status", "promote"].includes(action))
    return fail(`Invalid action (start|stop|restart|reload|status|promote)`);
  const cluster = clusterAt(self.machine.files, version, name);
  if (cluster === undefined) return fail(`specified cluster '${version} ${name}' does not exist`);
  if (!self.machine.files.exists(cluster.data) && self.machine.files.exists(`/var/lib/postgresql/${version}`))
    return fail(`${cluster.data} is not accessible or does not exist`);
  if (action === "start" && cluster.start === "disabled") return fail("Cluster is disabled");
  const owner = ownerOf(self.machine, cluster);
  const isRoot = self.credentials.uid === 0;
  if (/^(start|stop|restart)$/.test(action) && !args.has("skip-systemctl-redirect") && isRoot) {
    const unit = `postgresql@${version}-${name}`;
    const isActive = (await call(self, ["systemctl", "is-active", "-q", unit])) === 0;
    if (action !== "stop" || isActive) return call(self, ["systemctl", action, unit]);
  }
  if (!isRoot && self.credentials.uid !== owner.uid)
    return fail(`You must run this program as the cluster owner (${userName(self, owner.uid)}) or root`);
  switch (action) {
    case "start":
      return start(self, cluster, splitWords(args.get("options") ?? ""));
    case "stop":
      return stop(self, cluster, mode, args.has("force"));
    case "restart": {
      const status = postmasterOf(self.machine, cluster.data) === undefined ? 0 : await stop(self, cluster, mode, args.has("force"));
      return status === 0 ? start(self, cluster, splitWords(args.get("options") ?? "")) : status;
    }
    case "reload": {
      const running = postmasterOf(self.machine, cluster.data);
      if (running === undefined) return missing(self, cluster);
      self.kill(running.pid, "SIGHUP");
      return 0;
    }
    case "status": {
      const running = postmasterOf(self.machine, cluster.data);
      await self.print(running === undefined ? "pg_ctl: no server running\n" : `pg_ctl: server is running (PID: ${running.pid})\n`);
      if (running !== undefined) await self.print(self.machine.files.readText(`${cluster.data}/postmaster.opts`));
      return running === undefined ? 3 : 0;
    }
    default:
      await self.error("pg_ctl: cannot promote server; server is not in standby mode\n");
      return 1;
  }
}

const splitOnce = (word: string): string[] => [word.slice(0, word.indexOf("-")), word.slice(word.indexOf("-") + 1)];

async function call(self: Process, argv: readonly string[]): Promise<number> {
  const child = self.spawn({ argv });
  return (await self.wait(child.pid))?.status ?? 1;
}

async function missing(self: Process, { data }: Cluster): Promise<number> {
  await self.error(`pg_ctl: PID file "${data}/postmaster.pid" does not exist\nIs server running?\n`);
  return 1;
}

async function start(self: Process, cluster: Cluster, words: readonly string[]): Promise<number> {
  const { machine } = self;
  const { files } = machine;
  if (postmasterOf(machine, cluster.data) !== undefined) {
    await self.print("Cluster is already running.\n");
    return ALREADY;
  }
  if (files.exists(`${cluster.data}/postmaster.pid`)) {
    files.unlink(`${cluster.data}/postmaster.pid`);
    await self.print("Removed stale pid file.\n");
  }
  const owner = ownerOf(machine, cluster);
  const credentials = { ...owner, groups: [owner.gid] };
  const folder = "/run/postgresql";
  if (!files.exists(folder)) files.mkdir(folder, { recursive: true });
  files.chown(folder, owner.uid, owner.gid);
  files.chmod(folder, 0o2775);
  if (!files.exists(cluster.log)) {
    files.writeFile(cluster.log, "");
    files.chown(cluster.log, owner.uid, files.stat("/var/log/postgresql").gid);
    files.chmod(cluster.log, 0o640);
  }
  const before = files.stat(cluster.log).size;
  const program = `/usr/lib/postgresql/${cluster.version}/bin/postgres`;
  const all = ["-c", `config_file=${cluster.config}/postgresql.conf`, ...words];
  const started = await startServer(self, {
    program,
    data: cluster.data,
    words: all,
    log: cluster.log,
    credentials,
    waitMs: DEFAULT_WAIT_MS,
  });
  if (started === "ready") return 0;
  const control = program.replace(/postgres$/, "pg_ctl");
  const options = `-D ${cluster.data} -l ${cluster.log} -s -o  ${all.join(" ")} `;
  await self.error(`Error: ${control} ${control} start ${options} exited with status 1: \n`);
  await self.error(new TextDecoder().decode(files.readFile(cluster.log).slice(before)));
  return 1;
}

async function stop(self: Process, cluster: Cluster, mode: "smart" | "fast" | "immediate", force: boolean): Promise<number> {
  const { machine } = self;
  const pidFile = `${cluster.data}/postmaster.pid`;
  if (postmasterOf(machine, cluster.data) === undefined) {
    if (machine.files.exists(pidFile)) {
      machine.files.unlink(pidFile);
      await self.print("Removed stale pid file.\n");
    }
    await self.print("Cluster is not running.\n");
    return ALREADY;
  }
  let ended = await stopServer(self, cluster.data, force ? "fast" : mode, DEFAULT_WAIT_MS);
  if (!ended && force) {
    await self.print("(does not shutdown gracefully, now stopping immediately)\n");
    ended = await stopServer(self, cluster.data, "immediate", DEFAULT_WAIT_MS);
  }
  if (!ended) {
    await self.error("pg_ctl: server does not shut down\n");
    return 1;
  }
  // The server does not remove it (external_pid_file).
  const external = `/run/postgresql/${cluster.version}-${cluster.name}.pid`;
  if (machine.files.exists(external)) machine.files.unlink(external);
  return 0;
}

const COLUMNS = ["Ver", "Cluster", "Port", "Status", "Owner", "Data directory", "Log file"];

export async function runPgLsClusters(self: Process, args: Arguments): Promise<number> {
  const rows = allClusters(self.machine.files).map((cluster) => {
    const { version, name, port, data, log } = cluster;
    const owner = self.machine.files.exists(data) ? userName(self, ownerOf(self.machine, cluster).uid) : "<unknown>";
    const status = postmasterOf(self.machine, data) === undefined ? "down" : "online";
    return [version, name, port, status, owner, data, log];
  });
  const all = args.has("no-header") ? rows : [COLUMNS, ...rows];
  const widths = COLUMNS.map((_, column) => Math.max(...[COLUMNS, ...rows].map((row) => row[column]?.length ?? 0)));
  for (const row of all) {
    const cells = row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)));
    await self.print(`${cells.join(" ")}\n`);
  }
  return 0;
}
