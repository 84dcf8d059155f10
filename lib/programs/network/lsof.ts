/** lsof(8): who holds which socket. */
import type { OpenFile, Process } from "../../kernel/types.ts";
import { program } from "../core/program.ts";
import { userName } from "../core/users.ts";
import { commandName } from "../system/processes.ts";

interface Held {
  readonly pid: number;
  readonly command: string;
  readonly user: string;
  readonly fd: number;
  readonly local: { readonly address: string; readonly port: number };
  readonly remote: { readonly address: string; readonly port: number } | undefined;
}

type Address = { readonly address: string; readonly port: number };

function addressesOf(file: OpenFile): { local: Address; remote: Address | undefined } | undefined {
  if (file.kind !== "socket" || !("local" in file) || !isAddress(file.local)) return undefined;
  return { local: file.local, remote: "remote" in file && isAddress(file.remote) ? file.remote : undefined };
}

function isAddress(value: unknown): value is Address {
  return typeof value === "object" && value !== null && "address" in value && "port" in value;
}

/** Sockets of every process; of others' processes only root sees them. */
function sockets(self: Process): Held[] {
  return self.machine.processes().flatMap((info) => {
    if (self.credentials.uid !== 0 && info.uid !== self.credentials.uid) return [];
    const fds = self.machine.find(info.pid)?.fds.all() ?? new Map<number, OpenFile>();
    return [...fds].flatMap(([fd, file]) => {
      const found = addressesOf(file);
      return found === undefined
        ? []
        : [{ pid: info.pid, command: commandName(info), user: userName(self.machine.files, info.uid), fd, ...found }];
    });
  });
}

function serviceName(self: Process, port: number, numeric: boolean): string {
  if (numeric) return String(port);
  const text = self.machine.files.exists("/etc/services") ? self.machine.files.readText("/etc/services") : "";
  return new RegExp(`^(\\S+)\\s+${port}/tcp`, "m").exec(text)?.[1] ?? String(port);
}

/** The address after -i may stand apart. */
function joined(argv: readonly string[]): string[] {
  const isAddress = (word: string | undefined) => /^(tcp|TCP|:|@|4)/.test(word ?? "");
  return argv.flatMap((word, index) => {
    if (word === "-i" && isAddress(argv[index + 1])) return [`-i${argv[index + 1]}`];
    return argv[index - 1] === "-i" && isAddress(word) ? [] : [word];
  });
}

export const lsof = program({
  name: "lsof",
  summary: "list open files",
  section: "network",
  origin: "lsof 4.95.0",
  synopsis: ["-i[TCP][@host][:port] [-n] [-P] [-t] [-p pid] [-sTCP:LISTEN]"],
  options: [
    "-i[=ADDRESS]  sockets of the network, or only those of an address or port",
    "-n  no host names (there are none here in any case)",
    "-P  no port names",
    "-t  only the processes' ids",
    "-p PID  only of this process",
    "-u USER  only of this user",
    "-s[=PROTOCOL:STATE]  only sockets in this state",
    "-a  (accepted: all that is asked for must hold)",
  ],
  unmodeled: ["-c", "-d", "-g", "-F", "-l", "-L", "-N", "-o", "-r", "-R", "-U", "-V", "-w"],
  limits: "Only sockets of TCP are listed (-i): open files are not.",
  usageHint: () => "",
  rewrite: (argv) => joined(argv),
  run: async (self, args) => {
    if (!args.has("i")) {
      await self.error("lsof: only sockets of the network (-i) are modeled on this machine; see /reference/machine\n");
      return 1;
    }
    const wanted = /^(?:4|6)?(?:tcp)?(?:@([^:]*))?(?::(.+))?$/i.exec(args.get("i") ?? "");
    if (wanted === null) {
      await self.error(`lsof: unacceptable Internet address: -i ${args.get("i")}\n`);
      return 1;
    }
    const state = /^TCP:(.+)$/i.exec(args.get("s") ?? "")?.[1]?.toUpperCase();
    const listening = new Set(self.machine.network.listening().map(({ address, port }) => `${address}:${port}`));
    const isListening = (held: Held) => held.remote === undefined && listening.has(`${held.local.address}:${held.local.port}`);
    const ports = wanted[2]?.split(",");
    const named = (port: number) => ports === undefined || ports.includes(String(port)) || ports.includes(serviceName(self, port, false));
    const found = sockets(self)
      .filter((held) => isListening(held) || held.remote !== undefined)
      .filter((held) => named(held.local.port) || (held.remote !== undefined && named(held.remote.port)))
      .filter(
        (held) => wanted[1] === undefined || wanted[1] === "" || held.local.address === wanted[1] || held.remote?.address === wanted[1],
      )
      .filter((held) => args.get("p") === undefined || (args.get("p") ?? "").split(",").includes(String(held.pid)))
      .filter((held) => args.get("u") === undefined || args.get("u") === held.user)
      .filter(
        (held) => state === undefined || (state === "LISTEN" ? isListening(held) : state === "ESTABLISHED" && held.remote !== undefined),
      )
      .sort((a, b) => a.pid - b.pid || a.fd - b.fd);
    if (found.length === 0) return 1;
    if (args.has("t")) {
      await self.print([...new Set(found.map(({ pid }) => `${pid}\n`))].join(""));
      return 0;
    }
    const at = ({ address, port }: Address) => `${address === "0.0.0.0" ? "*" : address}:${serviceName(self, port, args.has("P"))}`;
    const rows = found.map((held) => [
      held.command.slice(0, 9),
      String(held.pid),
      held.user,
      `${held.fd}u`,
      "IPv4",
      String(20_000 + held.local.port),
      "0t0",
      "TCP",
      held.remote === undefined ? `${at(held.local)} (LISTEN)` : `${at(held.local)}->${at(held.remote)} (ESTABLISHED)`,
    ]);
    const header = ["COMMAND", "PID", "USER", "FD", "TYPE", "DEVICE", "SIZE/OFF", "NODE", "NAME"];
    const widths = header.map((title, index) => Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0)));
    // The command stands left, what is counted stands right, and descriptors have room for their mode.
    const cell = (text: string, index: number) => {
      if (index === 0) return text.padEnd(widths[0] ?? 0);
      if (index === header.length - 1) return text;
      return text.padStart((widths[index] ?? 0) + (index === 3 ? 2 : 0));
    };
    const line = (cells: readonly string[]) => cells.map(cell).join(" ");
    await self.print([header, ...rows].map((row) => `${line(row)}\n`).join(""));
    return 0;
  },
});
