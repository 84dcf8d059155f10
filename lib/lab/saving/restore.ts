import { type Machine, O, type OpenFile, type ProcessInfo } from "../../kernel/types.ts";
import type { Timers } from "../session/rounds.ts";
import { LabSession } from "../session/session.ts";
import type { LabDefinition } from "../types.ts";
import { accountOn } from "../world/account.ts";
import type { ShellStart } from "../world/login-shell.ts";
import type { World } from "../world/world.ts";
import type { SavedLab, SavedServer, SavedTerminal } from "./saved-lab.ts";

/** Attributes off, cursor shown, out of the alternate screen (1049 would put the cursor where it once was): whatever a full-screen program has left. */
export const TIDY = "\x1b[0m\x1b[?1047l\x1b[?25h\x1b[?1l\x1b[?2004l\r\n";

/** A session in a world whose disks have come back: terminals as they were, servers started again. */
export function restoreSession(saved: SavedLab, lab: LabDefinition, world: World, timers: Timers): LabSession {
  const session = new LabSession(world, lab, timers, saved.memory);
  for (const terminal of saved.terminals) restoreTerminal(session, terminal, saved.servers);
  if (saved.terminals.length === 0) session.openTerminal({ columns: 80, rows: 24, automatic: true });
  for (const server of saved.servers) void restartServer(session, server);
  return session;
}

function restoreTerminal(session: LabSession, saved: SavedTerminal, servers: readonly SavedServer[]): void {
  const { id, machine, columns, rows } = saved;
  const shell = shellOf(saved, servers);
  const notes = saved.stopped === undefined ? [] : [`\`${saved.stopped}\` was running when you left; it was stopped.`];
  const before = new Uint8Array([...saved.screen, ...new TextEncoder().encode(TIDY + notes.map(note).join(""))]);
  session.openTerminal({ id, machine, columns, rows, shell, before, automatic: true });
}

/** How the shell of a terminal begins that comes back: where it was, with what it had exported and what else it knew. */
export function shellOf({ id, cwd, env: own, state }: SavedTerminal, servers: readonly SavedServer[]): Partial<ShellStart> {
  const foreground = servers.find((server) => server.terminal === id && !server.background);
  const env = foreground?.env ?? own;
  return { cwd, ...(state === undefined ? {} : { state }), ...(Object.keys(env).length > 0 ? { env: withoutShellState(env) } : {}) };
}

/** Types the server's command again, so that it is again what the shell runs in front (or behind). `when` it ran, in words. */
export async function restartServer(session: LabSession, server: SavedServer, when = "when you left"): Promise<void> {
  const machine = session.world.machine(server.machine);
  if (server.terminal === undefined && server.background) {
    restartDaemon(session, machine, server, when);
    return;
  }
  const id = server.terminal ?? [...session.terminals.values()].find((each) => each.machine.name === server.machine)?.id;
  const terminal = id === undefined ? undefined : session.terminals.get(id);
  if (terminal === undefined) return;
  const command = server.argv.map(quoted).join(" ") + redirections(server);
  terminal.show(note(`\`${server.argv.join(" ")}\` was running ${when}. It is started again.`));
  const elsewhere = server.cwd !== terminal.shellCwd;
  const line = elsewhere ? `(cd ${quoted(server.cwd)} && ${command})` : command;
  await session.runCommand(server.background ? `${line} &` : line, terminal.id, { automatic: true });
}

/** What it says goes into the files that it went into, behind what stands there. */
function redirections({ outputs = {} }: SavedServer): string {
  const { 1: out, 2: error } = outputs;
  const into = (fd: string, path: string | undefined): string => (path === undefined ? "" : ` ${fd}>> ${quoted(path)}`);
  return into("", out) + (out !== undefined && error === out ? " 2>&1" : into("2", error));
}

/**
 * What ran without a terminal (nohup, setsid, --daemon, over ssh) runs without one again, as the same user, with its output in the files
 * that it went into. What runs already, because a service of the machine has started it, is left alone.
 */
function restartDaemon(session: LabSession, machine: Machine, server: SavedServer, when: string): void {
  const account = accountOn(machine, session.world.definition(machine.name).user);
  if (machine.processes().some((other) => isSame(other, server))) return;
  const opened: OpenFile[] = [];
  const open = (path: string, flags: number): OpenFile => {
    const file = machine.files.open(path, flags);
    opened.push(file);
    return file;
  };
  try {
    const output = (path = "/dev/null"): OpenFile => open(path, O.WRONLY | O.CREAT | O.APPEND);
    machine.spawn({
      argv: server.argv,
      env: server.env,
      cwd: machine.files.exists(server.cwd) ? server.cwd : account.home,
      credentials: server.credentials ?? account,
      fds: new Map([
        [0, open("/dev/null", O.RDONLY)],
        [1, output(server.outputs?.[1])],
        [2, output(server.outputs?.[2])],
      ]),
    });
    session.notice(`\`${server.argv.join(" ")}\` was running on ${machine.name} ${when}. It is started again.`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    session.notice(`\`${server.argv.join(" ")}\` was running on ${machine.name} ${when}, and can't be started again: ${reason}`, "warning");
  } finally {
    for (const file of opened) file.release();
  }
}

function isSame({ argv, cwd, state }: ProcessInfo, server: SavedServer): boolean {
  return state !== "zombie" && cwd === server.cwd && argv.join("\0") === server.argv.join("\0");
}

export function note(text: string): string {
  return `\x1b[2m[${text}]\x1b[0m\r\n`;
}

/** A word as a shell reads it back. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** What a shell sets for itself. */
function withoutShellState(env: Readonly<Record<string, string>>): Record<string, string> {
  const own = new Set(["_", "SHLVL", "PWD", "OLDPWD", "COLUMNS", "LINES"]);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !own.has(name)));
}
