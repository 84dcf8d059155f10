/** Making processes: fork(2) and execve(2) in one step. */
import { startImage } from "./exec.ts";
import type { KernelMachine } from "./machine.ts";
import { ProgramBody } from "./program-body.ts";
import { KernelProcess } from "./program-process.ts";
import type { SpawnRequest, Tty } from "./types.ts";

/** What fork(2) copies; the image is found before the process exists, so that errors are the caller's. */
export function spawnProcess(machine: KernelMachine, parent: KernelProcess, request: SpawnRequest): KernelProcess {
  const credentials = request.credentials ?? parent.credentials;
  machine.table.mustHaveRoom(credentials.uid);
  const env = request.env ?? parent.env;
  const child = new KernelProcess({
    machine,
    pid: machine.kernel.newPid(machine),
    parent,
    argv: request.argv,
    env,
    cwd: request.cwd ?? parent.cwd,
    cwdIsInherited: request.cwd === undefined || request.cwd === parent.cwd,
    credentials,
    umask: parent.umask,
    cgroup: request.cgroup,
  });
  const image = request.run === undefined ? machine.load(child.files, { path: request.path, argv: request.argv, env }) : undefined;
  if (image?.executable.kind === "worker") machine.kernel.workers.mustHaveRoom(parent, image.executable.engine);
  const fds = request.fds ?? standardDescriptors(parent);
  for (const [fd, file] of fds) child.fds.set(fd, file);
  placeInGroup(machine, child, request);
  machine.table.add(child);
  // ps shows the program from the start.
  if (image !== undefined) {
    child.argv = image.argv;
    child.comm = image.comm;
  }
  machine.table.started(child);
  const { run } = request;
  if (image !== undefined) startImage(child, image);
  else if (run !== undefined) child.body = new ProgramBody(child, () => run);
  return child;
}

function standardDescriptors(parent: KernelProcess): ReadonlyMap<number, NonNullable<ReturnType<typeof parent.fds.get>>> {
  return new Map([...parent.fds.all()].filter(([fd]) => fd <= 2));
}

function placeInGroup(machine: KernelMachine, child: KernelProcess, request: SpawnRequest): void {
  if (request.session !== undefined) {
    child.sid = child.pid;
    child.pgid = child.pid;
    if (request.session.tty !== undefined) control(request.session.tty, child);
  } else if (request.processGroup === "new") child.pgid = child.pid;
  else if (request.processGroup !== undefined) child.pgid = request.processGroup;
  const terminal = machine.terminalOfSession(child.sid);
  if (request.foreground && terminal !== undefined) terminal.foregroundGroup = child.pgid;
}

/** TIOCSCTTY: the terminal belongs to the new session, whose leader is in the foreground. */
function control(tty: Tty, leader: KernelProcess): void {
  tty.sessionId = leader.sid;
  tty.foregroundGroup = leader.pgid;
}
