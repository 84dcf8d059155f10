import type { Machine, ProcessInfo } from "../../kernel/types.ts";
import { programNames } from "../checks/program-names.ts";
import { userName } from "../checks/user-name.ts";
import type { WorldMachine, WorldPort, WorldService } from "./types.ts";

/** A machine as the world view shows it. */
export function machineView(machine: Machine): WorldMachine {
  const processes = machine.processes().filter(({ pid, state }) => pid !== 1 && state !== "zombie");
  const found = new Map<string, { leader: ProcessInfo; ports: WorldPort[]; sockets: string[] }>();
  const serviceOf = (pid: number | undefined) => {
    const leader = processes.find((process) => process.pid === pid);
    if (leader === undefined) return undefined;
    const name = serviceName(leader);
    const known = found.get(name) ?? { leader, ports: [], sockets: [] };
    found.set(name, known);
    return known;
  };
  for (const { address, port, pid } of machine.network.listening()) {
    serviceOf(pid)?.ports.push({ address, port, open: openness(machine, address, port) });
  }
  for (const { isListening, listenerPid, path } of machine.network.unixSockets()) {
    if (isListening && path.startsWith("/")) serviceOf(listenerPid)?.sockets.push(path);
  }
  const services = [...found].map(([name, { leader, ports, sockets }]): WorldService => {
    const pids = processes.filter((process) => serviceName(process) === name).map(({ pid }) => pid);
    return { name, user: userOf(machine, leader.uid), pids, ports, sockets };
  });
  const others = new Map<string, number>();
  for (const process of processes) {
    const name = serviceName(process);
    if (!found.has(name)) others.set(name, (others.get(name) ?? 0) + 1);
  }
  const programs = [...others].map(([name, count]) => ({ name, count })).sort((a, b) => a.name.localeCompare(b.name));
  return { name: machine.name, address: machine.network.address, services, programs };
}

/** A service of the lab has no list of users, and a learner may have deleted a machine's. */
function userOf({ files }: Machine, uid: number): string {
  try {
    return userName(files, uid);
  } catch {
    return uid === 0 ? "root" : String(uid);
  }
}

/** What a process is called in the picture: the script rather than its interpreter. */
export function serviceName(process: Pick<ProcessInfo, "argv">): string {
  return programNames(process).at(-1) ?? "";
}

function openness(machine: Machine, address: string, port: number): WorldPort["open"] {
  if (address.startsWith("127.")) return "machine";
  const { firewall } = machine.network;
  const packet = { direction: "in", protocol: "tcp", from: SOMEBODY, to: machine.network.address, port, unsent: true } as const;
  return (firewall?.verdict(packet) ?? "accept") === "accept" ? "everyone" : "closed";
}

/** An address for documentation (RFC 5737): nobody in particular. */
const SOMEBODY = "203.0.113.1";
