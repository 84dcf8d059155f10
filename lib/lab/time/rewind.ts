/** Putting the world back to a checkpoint: same engines, same terminals; disks, services, shells and servers as they were. */
import { note, restartServer, shellOf, TIDY } from "../saving/restore.ts";
import type { Timers } from "../session/rounds.ts";
import { LabSession, type SessionMemory } from "../session/session.ts";
import type { Terminal } from "../session/terminal.ts";
import { LabWorld } from "../world/create.ts";
import type { Checkpoint } from "./checkpoint.ts";

export interface Rewound {
  readonly session: LabSession;
  /** What could not be brought back, or was stopped: sentences for the learner. */
  readonly said: readonly string[];
}

export interface RewindOptions {
  readonly timers: Timers;
  /** What is shown in the terminal that it is about ("Undone: rm -rf shop"). */
  readonly title: string;
  readonly terminal: string | undefined;
  /** What the new session is to remember: of the checkpoint, and of what the learner knows since. */
  readonly memory: SessionMemory;
}

/** Ends the session; resolves with the one that goes on in the world as it was. Servers that listened are starting again then. */
export async function rewind(session: LabSession, checkpoint: Checkpoint, options: RewindOptions): Promise<Rewound> {
  const { world, lab } = session;
  if (!(world instanceof LabWorld)) throw new Error("This world can't go back in time.");
  const said: string[] = [];
  const terminals = [...session.terminals.values()];
  const stopped = new Map(terminals.map((terminal) => [terminal, programIn(terminal)]));
  const notices = session.state.get().notices;
  session.dispose("terminals");
  await world.rewind(checkpoint.disks, checkpoint.services, checkpoint.aheadMs);
  const next = new LabSession(world, lab, options.timers, options.memory);
  for (const { text, level } of notices) next.notice(text, level);
  const about = terminals.find(({ id }) => id === options.terminal) ?? terminals[0];
  for (const terminal of terminals) {
    const then = checkpoint.terminals.find(({ id }) => id === terminal.id);
    const notes = terminal === about ? [options.title] : [];
    const running = stopped.get(terminal);
    if (running !== undefined && !checkpoint.servers.some((server) => server.terminal === terminal.id))
      notes.push(`\`${running}\` was running; it was stopped.`);
    if (then?.stopped !== undefined)
      notes.push(`\`${then.stopped}\` was running then; it can't be brought back. Start it again if you need it.`);
    said.push(...notes.slice(terminal === about ? 1 : 0));
    terminal.show(TIDY + notes.map(note).join(""));
    next.adoptTerminal(terminal, then === undefined ? {} : shellOf(then, checkpoint.servers));
  }
  for (const saved of checkpoint.terminals) {
    const isGone = !next.terminals.has(saved.id) && checkpoint.servers.some((server) => server.terminal === saved.id);
    const { id, machine, columns, rows } = saved;
    if (isGone) next.openTerminal({ id, machine, columns, rows, shell: shellOf(saved, checkpoint.servers) });
  }
  for (const server of checkpoint.servers) void restartServer(next, server, "then");
  return { session: next, said };
}

/** What runs in front of a terminal, besides its shell. */
function programIn({ machine, tty, pid }: Terminal): string | undefined {
  return machine
    .processes()
    .find((process) => process.pid === tty.foregroundGroup && process.pid !== pid)
    ?.argv.join(" ");
}
