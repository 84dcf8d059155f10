import { loginEnvironment } from "../../kernel/login.ts";
import type { Machine, ProcessInfo } from "../../kernel/types.ts";
import { UnitFiles } from "../../programs/systemd/install.ts";
import { managerOf } from "../../programs/systemd/manager.ts";
import { userName } from "../checks/user-name.ts";
import type { Fact } from "./facts.ts";

/** What runs on a machine: processes, listening ports, units, and settings that running servers were given. */
export function readRunning(machine: Machine, terminals: ReadonlySet<number>): Fact[] {
  const processes = machine.processes().filter((process) => process.state !== "zombie" && process.pid !== 1);
  const byPid = new Map(processes.map((process) => [process.pid, process]));
  const facts: Fact[] = [];
  const own = processes.filter((process) => !isOfUnit(process) && !terminals.has(process.pid) && !isLogin(process));
  const ids = new Set(own.map(({ pid }) => pid));
  // Workers and reloaders go with the process that started them.
  const leaders = own.filter(({ ppid }) => !ids.has(ppid));
  for (const [place, all] of grouped(leaders, (process) => `${userName(machine.files, process.uid)}: ${commandOf(process)}`)) {
    facts.push({ kind: "process", machine: machine.name, place, aspects: { count: String(all.length) } });
  }
  const listening = machine.network.listening();
  for (const [place, all] of grouped(listening, ({ address, port }) => `${address}:${port}`)) {
    const owner = byPid.get(all[0]?.pid ?? -1);
    facts.push({ kind: "port", machine: machine.name, place, aspects: { process: owner === undefined ? "" : programOf(owner) } });
  }
  // What a unit's server is given stands in the unit's file.
  const servers = listening.flatMap(({ pid }) => byPid.get(pid ?? -1) ?? []).filter((process) => !isOfUnit(process));
  const started = new Set(servers.map((server) => leaderOf(server, ids, byPid)));
  for (const server of started) facts.push(...settingsOf(machine, server));
  facts.push(...unitsOf(machine));
  return facts;
}

function grouped<T>(all: readonly T[], name: (each: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const each of all) groups.set(name(each), [...(groups.get(name(each)) ?? []), each]);
  return groups;
}

function isOfUnit(process: ProcessInfo): boolean {
  return process.cgroup.startsWith("/system.slice/");
}

/** Shells, and what lets people in: they come and go with terminals. */
function isLogin({ argv }: ProcessInfo): boolean {
  const [first = "", ...rest] = argv;
  const name = (first.split(" ")[0] ?? "").replace(/^.*\//, "");
  if (name.startsWith("-") || /^(ba)?sh$/.test(name)) return rest.length === 0 || rest[0] === "-l";
  return /^(ssh|sshd|sshd-session|sudo|su|login):?$/.test(name);
}

function commandOf(process: ProcessInfo): string {
  return process.argv.join(" ");
}

function programOf(process: ProcessInfo): string {
  return process.comm ?? (process.argv[0] ?? "").replace(/^.*\//, "");
}

/** Names that shells, logins and service managers set by themselves. */
const USUAL =
  /^(_|SHLVL|PWD|OLDPWD|COLUMNS|LINES|TERM|COLORTERM|MAIL|SSH_\w+|XDG_\w+|PS1|LS_COLORS|LESSOPEN|LESSCLOSE|INVOCATION_ID|JOURNAL_STREAM|SYSTEMD_\w+|LISTEN_\w+|NOTIFY_SOCKET|MAINPID|MEMORY_\w+|WERKZEUG_\w+|SERVER_SOFTWARE|RUN_MAIN|TZ|VIRTUAL_ENV_PROMPT|MOTD_SHOWN|DEBUGINFOD_URLS)$/;

function leaderOf(process: ProcessInfo, ids: ReadonlySet<number>, byPid: ReadonlyMap<number, ProcessInfo>): ProcessInfo {
  const parent = ids.has(process.ppid) ? byPid.get(process.ppid) : undefined;
  return parent === undefined ? process : leaderOf(parent, ids, byPid);
}

/** What a server was given beyond what a login gives, under the command that a person typed. */
function settingsOf(machine: Machine, server: ProcessInfo): Fact[] {
  const account = {
    name: userName(machine.files, server.uid),
    uid: server.uid,
    gid: server.gid,
    groups: [],
    home: "/",
    shell: "/bin/bash",
  };
  const usual = new Set(Object.keys(loginEnvironment(account)));
  const env = machine.find(server.pid)?.env ?? {};
  return Object.entries(env)
    .filter(([name]) => !USUAL.test(name) && !usual.has(name))
    .map(([name, value]): Fact => ({ kind: "setting", machine: machine.name, place: `${commandOf(server)} ${name}`, aspects: { value } }));
}

function unitsOf(machine: Machine): Fact[] {
  if (!machine.files.exists("/lib/systemd/system") && !machine.files.exists("/usr/lib/systemd/system")) return [];
  const files = new UnitFiles(machine.files);
  const loaded = new Map(managerOf(machine).units.map((unit) => [unit.id, unit]));
  const names = [...new Set([...files.all().map(({ name }) => name), ...loaded.keys()])].filter((name) =>
    /\.(service|socket|timer)$/.test(name),
  );
  return names.map((name): Fact => {
    const { active } = loaded.get(name) ?? { active: "inactive" };
    const enabled = stateOf(files, name);
    const aspects = { active: active === "active" || active === "failed" ? active : "inactive", enabled };
    return { kind: "unit", machine: machine.name, place: name, aspects };
  });
}

function stateOf(files: UnitFiles, id: string): string {
  try {
    return String(files.state(id) ?? "");
  } catch {
    return "bad";
  }
}
