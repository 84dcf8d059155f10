/** The first session of a lab in a world that is new: its terminal, and what already runs where the lab continues another lesson. */
import { restartServer, shellOf } from "../saving/restore.ts";
import type { Timers } from "../session/rounds.ts";
import { LabSession } from "../session/session.ts";
import type { LabDefinition } from "../types.ts";
import type { World } from "../world/world.ts";
import type { StartWorld } from "./start-world.ts";

const SIZE = { columns: 80, rows: 24 };

/** Opens the lab's terminals. Servers of the world that it starts from are started again in terminals of their own, behind the first. */
export function beginSession(world: World & { readonly startedFrom?: StartWorld }, lab: LabDefinition, timers: Timers): LabSession {
  const session = new LabSession(world, lab, timers);
  session.openTerminal(SIZE);
  const { terminals = [], servers = [] } = world.startedFrom ?? {};
  const ids = new Map<string, string>();
  for (const saved of terminals) {
    const { id } = session.openTerminal({ ...SIZE, machine: saved.machine, shell: shellOf(saved, servers), automatic: true });
    ids.set(saved.id, id);
  }
  for (const server of servers) {
    const terminal = server.terminal === undefined ? undefined : ids.get(server.terminal);
    void restartServer(session, { ...server, terminal }, "at the end of the lesson before");
  }
  return session;
}
