/** ss(8), netstat(8), getent(1): sockets and names. */
import type { Process } from "../../kernel/types.ts";
import { program } from "../core/program.ts";
import { findGroup, findUser } from "../core/users.ts";
import { commandName } from "../system/processes.ts";

interface Listener {
  readonly address: string;
  readonly port: number;
  readonly process: { readonly pid: number; readonly name: string } | undefined;
}

/** Listening sockets by port; whose they are is shown to root and to the owner only. */
function listeners(self: Process): Listener[] {
  return [...self.machine.network.listening()]
    .sort((a, b) => a.port - b.port || (a.address < b.address ? -1 : 1))
    .map(({ address, port, pid }) => ({ address, port, process: ownerOf(self, pid) }));
}

/** The process behind a socket, as far as the caller may see it. */
function ownerOf(self: Process, pid: number | undefined): { readonly pid: number; readonly name: string } | undefined {
  const owner = pid === undefined ? undefined : self.machine.processes().find((info) => info.pid === pid);
  const visible = owner && (self.credentials.uid === 0 || owner.uid === self.credentials.uid);
  return visible ? { pid: owner.pid, name: commandName(owner) } : undefined;
}

/** Names of ports from /etc/services. */
function serviceName(self: Process, port: number): string {
  const text = self.machine.files.exists("/etc/services") ? self.machine.files.readText("/etc/services") : "";
  return new RegExp(`^(\\S+)\\s+${port}/tcp`, "m").exec(text)?.[1] ?? String(port);
}

const UNMEASURED = "Only TCP sockets, and with ss the stream sockets of Unix, are shown: UDP is not modeled.";

export const ss = program({
  name: "ss",
  summary: "another utility to investigate sockets",
  section: "network",
  origin: "iproute2 6.1.0",
  usageStatus: 255,
  synopsis: ["[ OPTIONS ] [ FILTER ]"],
  options: [
    "-a, --all  display all sockets",
    "-l, --listening  display only listening sockets",
    "-n, --numeric  don't resolve service names",
    "-p, --processes  show process using socket",
    "-t, --tcp  display only TCP sockets",
    "-u, --udp  display only UDP sockets",
    "-4, --ipv4  display only IP version 4 sockets",
    "-6, --ipv6  display only IP version 6 sockets",
    "-x, --unix  display only Unix domain sockets",
    "-H, --no-header  suppress header line",
    "-e, --extended  (accepted)",
    "-r, --resolve  (accepted)",
  ],
  unmodeled: [
    "-m",
    "--memory",
    "-o",
    "--options",
    "-i",
    "--info",
    "-s",
    "--summary",
    "-K",
    "--kill",
    "-w",
    "--raw",
    "-f",
    "--family",
    "-A",
    "--query",
    "-Z",
    "-N",
    "--net",
  ],
  limits: UNMEASURED,
  run: async (self, args) => {
    const tcp = args.has("tcp") || !args.has("udp", "unix");
    const listening = args.has("listening", "all");
    const rows = tcp && listening && !args.has("ipv6") ? listeners(self) : [];
    // A filter by source port is what people use.
    const filter = /^(?:sport|src)\s*=?\s*:(\w+)$/.exec(args.operands.join(" ").replace(/[()']/g, "").trim());
    const chosen = filter ? rows.filter((row) => String(row.port) === filter[1] || serviceName(self, row.port) === filter[1]) : rows;
    const port = (row: Listener) => (args.has("numeric") ? String(row.port) : serviceName(self, row.port));
    const netid = !args.has("tcp") && !args.has("udp");
    const local = Math.max(13, ...chosen.map((row) => row.address.length));
    const lines: string[] = [];
    if (!args.has("no-header"))
      lines.push(
        `${netid ? "Netid " : ""}${"State".padEnd(6)} Recv-Q Send-Q ${"Local Address".padStart(local)}:${"Port".padEnd(5)} ${"Peer Address".padStart(12)}:Port${args.has("processes") ? "Process" : ""}`,
      );
    if (tcp && !args.has("listening", "ipv6") && filter === null) {
      for (const connection of self.machine.network.established()) {
        const shown = (end: { address: string; port: number }) => ({
          ...end,
          port: args.has("numeric") ? String(end.port) : serviceName(self, end.port),
        });
        const [near, far] = [shown(connection.local), shown(connection.remote)];
        lines.push(
          `${netid ? "tcp   " : ""}${"ESTAB".padEnd(6)} ${"0".padEnd(6)} ${"0".padEnd(6)} ${near.address.padStart(local)}:${near.port.padEnd(5)} ${far.address.padStart(12)}:${far.port}`,
        );
      }
    }
    for (const row of chosen) {
      const owner = args.has("processes") && row.process ? `users:(("${row.process.name}",pid=${row.process.pid},fd=3))` : "";
      lines.push(
        `${netid ? "tcp   " : ""}${"LISTEN".padEnd(6)} ${"0".padEnd(6)} ${"128".padEnd(6)} ${row.address.padStart(local)}:${port(row).padEnd(5)} ${"0.0.0.0".padStart(12)}:*   ${owner}`.trimEnd(),
      );
    }
    const unix = args.has("unix") || !args.has("tcp", "udp", "ipv4", "ipv6");
    const streams = unix ? self.machine.network.unixSockets() : [];
    for (const [index, socket] of streams.entries()) {
      if (socket.isListening ? !listening : args.has("listening") || !socket.isConnected) continue;
      const owner = args.has("processes") && socket.isListening ? ownerOf(self, socket.listenerPid) : undefined;
      const { waiting, backlog } = socket.queue;
      const name = socket.path === "" ? "*" : socket.path.replace("\0", "@");
      const peer = socket.peerPath === "" ? "*" : socket.peerPath.replace("\0", "@");
      const state = socket.isListening ? "LISTEN" : "ESTAB";
      const users = owner ? `users:(("${owner.name}",pid=${owner.pid},fd=3))` : "";
      lines.push(
        `${netid ? "u_str " : ""}${state.padEnd(6)} ${String(waiting).padEnd(6)} ${String(backlog).padEnd(6)} ${name.padStart(local)} ${String(10_000 + index).padEnd(5)} ${peer.padStart(12)} ${socket.isListening ? "0" : "*"}    ${users}`.trimEnd(),
      );
    }
    if (lines.length > 0) await self.print(`${lines.join("\n")}\n`);
    return 0;
  },
});

export const netstat = program({
  name: "netstat",
  summary: "print network connections",
  section: "network",
  origin: "net-tools 2.10",
  synopsis: ["[-vWeenNcCF] [<Af>] -r", "[-vWnNcaeol] [<Socket> ...]"],
  options: [
    "-a, --all  display all sockets (default: connected)",
    "-l, --listening  display listening server sockets",
    "-n, --numeric  don't resolve names",
    "-p, --programs  display PID/Program name for sockets",
    "-t, --tcp  TCP sockets",
    "-u, --udp  UDP sockets",
    "-e, --extend  (accepted)",
    "-W, --wide  (accepted)",
    "-4, --inet  IPv4 only",
  ],
  unmodeled: [
    "-c",
    "--continuous",
    "-g",
    "--groups",
    "-i",
    "--interfaces",
    "-M",
    "--masquerade",
    "-o",
    "--timers",
    "-r",
    "--route",
    "-s",
    "--statistics",
    "-x",
    "--unix",
    "-6",
    "--inet6",
  ],
  limits: UNMEASURED,
  run: async (self, args) => {
    const shown = args.has("listening", "all") && (args.has("tcp") || !args.has("udp"));
    const rows = shown ? listeners(self) : [];
    if (args.has("programs") && self.credentials.uid !== 0)
      await self.error(
        "(Not all processes could be identified, non-owned process info\n will not be shown, you would have to be root to see it all.)\n",
      );
    await self.print(
      `Active Internet connections (${args.has("all") ? "servers and established" : args.has("listening") ? "only servers" : "w/o servers"})\n`,
    );
    await self.print(
      `Proto Recv-Q Send-Q Local Address           Foreign Address         State      ${args.has("programs") ? " PID/Program name    " : ""}\n`,
    );
    if (!args.has("listening") && (args.has("tcp") || !args.has("udp"))) {
      for (const { local, remote } of self.machine.network.established()) {
        const end = ({ address, port }: { address: string; port: number }) =>
          `${address}:${args.has("numeric") ? port : serviceName(self, port)}`.padEnd(23);
        await self.print(`tcp        0      0 ${end(local)} ${end(remote)} ESTABLISHED${args.has("programs") ? " -".padEnd(21) : ""}\n`);
      }
    }
    for (const row of rows) {
      const port = args.has("numeric") ? String(row.port) : serviceName(self, row.port);
      const owner = args.has("programs") ? ` ${row.process ? `${row.process.pid}/${row.process.name}` : "-"}`.padEnd(21) : "";
      await self.print(
        `tcp        0      0 ${`${row.address}:${port}`.padEnd(23)} ${"0.0.0.0:*".padEnd(23)} ${"LISTEN".padEnd(11)}${owner}\n`,
      );
    }
    return 0;
  },
});

export const getent = program({
  name: "getent",
  summary: "get entries from Name Service Switch libraries",
  section: "system",
  origin: "GNU libc 2.36",
  synopsis: ["[OPTION...] database [key ...]"],
  limits: "Databases: passwd, group, hosts, ahosts, services, protocols, shadow.",
  run: async (self, args) => {
    const [database, ...keys] = args.operands;
    if (database === undefined) {
      await self.error("getent: wrong number of arguments\nTry `getent --help' or `getent --usage' for more information.\n");
      return 1;
    }
    const { files } = self;
    const lines = (path: string) =>
      files.access(path, 4)
        ? files
            .readText(path)
            .split("\n")
            .filter((line) => line !== "" && !line.startsWith("#"))
        : [];
    const root = self.machine.files;
    let status = 0;
    if (database === "hosts" || database === "ahosts" || database === "ahostsv4") {
      if (keys.length === 0)
        for (const line of lines("/etc/hosts"))
          await self.print(`${line.split(/\s+/)[0]?.padEnd(15)} ${line.split(/\s+/).slice(1).join(" ")}\n`);
      for (const key of keys) {
        const found = self.machine.network.resolve(key);
        if (found.length === 0) status = 2;
        for (const address of found)
          await self.print(
            database === "hosts"
              ? `${address.padEnd(15)} ${key}\n`
              : `${address.padEnd(15)} STREAM ${key}\n${address.padEnd(15)} DGRAM  \n${address.padEnd(15)} RAW    \n`,
          );
      }
      return status;
    }
    const paths: Readonly<Record<string, string>> = {
      passwd: "/etc/passwd",
      group: "/etc/group",
      services: "/etc/services",
      protocols: "/etc/protocols",
      shadow: "/etc/shadow",
    };
    const path = paths[database];
    if (!path) {
      await self.error(`Unknown database: ${database}\nTry \`getent --help' or \`getent --usage' for more information.\n`);
      return 1;
    }
    if (keys.length === 0) for (const line of lines(path)) await self.print(`${line}\n`);
    for (const key of keys) {
      const known =
        database === "passwd" ? (findUser(root, key)?.name ?? key) : database === "group" ? (findGroup(root, key)?.name ?? key) : key;
      const line = lines(path).find((each) => {
        if (database === "services") {
          const [name, port = "", ...more] = each.split(/\s+/);
          return name === key || port.split("/")[0] === key || more.includes(key);
        }
        return each.split(/[:\s]/)[0] === known;
      });
      if (line === undefined) status = 2;
      else if (database === "services") {
        const [name = "", port = "", ...more] = line.split(/\s+/);
        await self.print(`${`${name} `.padEnd(22)}${port}${more.length > 0 ? ` ${more.join(" ")}` : ""}\n`);
      } else await self.print(`${line}\n`);
    }
    return status;
  },
});
