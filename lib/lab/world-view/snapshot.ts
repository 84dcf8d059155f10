import type { Machine, ProcessInfo } from "../../kernel/types.ts";
import { programNames } from "../checks/program-names.ts";
import { userName } from "../checks/user-name.ts";
import type { WorldMachine, WorldPort, WorldService } from "./types.ts";

/** A machine as the world view shows it. */
export function machineView(machine: Machine): WorldMachine {
  const processes = machine.processes().filter(({ pid, state }) => pid !== 1 && state !== "zombie");
  const ports = new Map<string, { leader: ProcessInfo; ports: WorldPort[] }>();
  for (const { address, port, pid } of machine.network.listening()) {
    const leader = processes.find((process) => process.pid === pid);
    const name = leader === undefined ? "" : serviceName(leader);
    if (leader === undefined || name === "") continue;
    const known = ports.get(name) ?? { leader, ports: [] };
    known.ports.push({ address, port, open: openness(machine, address, port) });
    ports.set(name, known);
  }
  const services = [...ports].map(([name, service]): WorldService => {
    const pids = processes.filter((process) => serviceName(process) === name).map(({ pid }) => pid);
    return { name, user: userName(machine.files, service.leader.uid), pids, ports: service.ports };
  });
  const others = new Map<string, number>();
  for (const process of processes) {
    const name = serviceName(process);
    if (!ports.has(name)) others.set(name, (others.get(name) ?? 0) + 1);
  }
  const programs = [...others].map(([name, count]) => ({ name, count })).sort((a, b) => a.name.localeCompare(b.name));
  return { name: machine.name, address: machine.network.address, services, programs };
}

/** What a process is called in the picture: the script rather than its interpreter. */
export function serviceName(process: Pick<ProcessInfo, "argv">): string {
  return programNames(process).at(-1) ?? "";
}

function openness(machine: Machine, address: string, port: number): WorldPort["open"] {
  if (address.startsWith("127.")) return "machine";
  const { firewall } = machine.network;
  const packet = { direction: "in", protocol: "tcp", from: SOMEBODY, to: machine.network.address, port } as const;
  return (firewall?.verdict(packet) ?? "accept") === "accept" ? "everyone" : "closed";
}

/** An address for documentation (RFC 5737): nobody in particular. */
const SOMEBODY = "203.0.113.1";
