import { DEVICE } from "../../kernel/devices.ts";
import type { Machine, Process, ProcessInfo } from "../../kernel/types.ts";
import { activeUnits } from "../../programs/systemd/boot.ts";
import { shellState } from "../../shell/kept-state.ts";
import type { LabSession } from "../session/session.ts";
import type { Terminal } from "../session/terminal.ts";
import type { LabWorld } from "../world/create.ts";
import type { OutputDescriptor, SavedLab, SavedServer, SavedTerminal } from "./saved-lab.ts";

/** Of a terminal's screen, so much is saved. */
const SCREEN_BYTES = 24 * 1024;

export interface Capture {
  readonly saved: SavedLab;
  /** Bytes of files that the storage does not have yet, by key. */
  readonly bytes: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

/** The lab at one instant: all disks together, and what else is needed to come back. */
export function captureLab(session: LabSession, world: LabWorld, isSaved: (key: string) => boolean, nowMs: number): Capture {
  const captured = world.captureFiles(isSaved);
  const bytes = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const machine of captured) for (const [key, content] of machine.bytes) bytes.set(key, content);
  const { lastPid } = world.kernel;
  const saved: SavedLab = {
    format: 1,
    lesson: session.lab.lesson,
    version: session.lab.version,
    lab: session.lab,
    savedAtMs: nowMs,
    machines: captured.map(({ name, manifest }) => ({ name, files: manifest, units: activeUnits(world.machine(name)), lastPid })),
    ...captureRunning(session),
    memory: session.remember(),
    services: world.servicesState,
  };
  return { saved, bytes };
}

/** What of running things can come back: terminals with their shells, and programs that listen. */
export function captureRunning(
  session: LabSession,
  { screens = true } = {},
): { readonly terminals: readonly SavedTerminal[]; readonly servers: readonly SavedServer[] } {
  const servers = findServers(session);
  return { servers, terminals: [...session.terminals.values()].map((terminal) => captureTerminal(terminal, servers, screens)) };
}

function captureTerminal(terminal: Terminal, servers: readonly SavedServer[], withScreen: boolean): SavedTerminal {
  const { id, machine, tty } = terminal;
  const shell = terminal.pid === undefined ? undefined : machine.find(terminal.pid);
  const front = machine.processes().find((process) => process.pid === tty.foregroundGroup && process.pid !== terminal.pid);
  const state = shell === undefined ? "" : shellState(shell);
  const isServer = servers.some((server) => server.terminal === id && !server.background);
  return {
    id,
    machine: machine.name,
    cwd: shell?.cwd ?? "/",
    env: { ...shell?.env },
    ...(state === "" ? {} : { state }),
    screen: withScreen ? terminal.screen().slice(-SCREEN_BYTES) : new Uint8Array(0),
    columns: tty.columns,
    rows: tty.rows,
    ...(front === undefined || isServer ? {} : { stopped: front.argv.join(" ") }),
  };
}

/** Commands that have listened, by machine and pid: a server that is just reloading has no port for a moment, and is a server still. */
const knownServers = new WeakMap<Machine, Set<number>>();

/** Every program that listens, by the command that a person started. */
function findServers(session: LabSession): SavedServer[] {
  return session.lab.machines.flatMap(({ name }) => {
    const machine = session.world.machine(name);
    const processes = new Map(machine.processes().map((process) => [process.pid, process]));
    const terminals = [...session.terminals.values()].filter((terminal) => terminal.machine === machine);
    const known = knownServers.get(machine) ?? new Set<number>();
    knownServers.set(machine, known);
    for (const { pid } of machine.network.listening()) {
      const listener = pid === undefined ? undefined : processes.get(pid);
      if (listener !== undefined && !startsByItself(listener)) known.add(commandOf(listener, processes).pid);
    }
    return [...known].flatMap((pid) => {
      const command = processes.get(pid);
      if (command !== undefined && command.state !== "zombie") return [describe(command, machine, terminals)];
      known.delete(pid);
      return [];
    });
  });
}

/** The process that the shell has started: development servers and process managers listen in a child. */
function commandOf(listener: ProcessInfo, processes: ReadonlyMap<number, ProcessInfo>): ProcessInfo {
  let command = listener;
  for (;;) {
    const parent = processes.get(command.ppid);
    if (parent === undefined || parent.pid === 1 || isShell(parent)) return command;
    command = parent;
  }
}

/** What a service of the machine listens with, its systemd starts again. */
function startsByItself(process: ProcessInfo): boolean {
  return process.cgroup.startsWith("/system.slice/");
}

function isShell(process: ProcessInfo): boolean {
  return /^-?(bash|sh)$/.test((process.argv[0] ?? "").replace(/^.*\//, ""));
}

/** The files, or /dev/null, that a process says things into. */
function outputsOf({ fds }: Process, { files }: Machine): NonNullable<SavedServer["outputs"]> {
  const outputs: Partial<Record<OutputDescriptor, string>> = {};
  for (const fd of [1, 2] as const) {
    const file = fds.get(fd);
    const path = file === undefined ? undefined : file.stat().rdev === DEVICE.null ? "/dev/null" : files.whereIs(file);
    if (path !== undefined) outputs[fd] = path;
  }
  return outputs;
}

function describe(command: ProcessInfo, machine: Machine, terminals: readonly Terminal[]): SavedServer {
  // What another user runs there (behind `sudo -u`) can't be typed into the terminal's own shell.
  const isOfShell = ({ pid }: Terminal): boolean => pid === undefined || machine.find(pid)?.uid === command.uid;
  const terminal = terminals.find((each) => each.tty.sessionId === command.sid && isOfShell(each));
  const process = machine.find(command.pid);
  return {
    terminal: terminal?.id,
    machine: machine.name,
    argv: command.argv,
    cwd: command.cwd,
    env: { ...process?.env },
    background: terminal === undefined || terminal.tty.foregroundGroup !== command.pgid,
    ...(process === undefined ? {} : { credentials: process.credentials, outputs: outputsOf(process, machine) }),
  };
}
