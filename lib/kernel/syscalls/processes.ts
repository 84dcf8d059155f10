/** Calls on processes, signals and time (abi.ts: SPAWN … PBKDF2). */
import { OP, type WorkerExec, type WorkerSpawn } from "../abi.ts";
import { KernelError } from "../errno.ts";
import { startImage } from "../exec.ts";
import { forkProcess } from "../fork.ts";
import { signalName, signalNumbers } from "../signals.ts";
import type { Credentials, SignalName, WaitResult } from "../types.ts";
import { findChange } from "../wait.ts";
import { type Answer, type Blocked, type Call, done, type Handler, int32, orWait, text } from "./call.ts";
import { derive } from "./pbkdf2.ts";

/** setuid(2), setgroups(2): who is not root may only stay who they are. Throws EPERM. */
function mustBeAllowed(own: Credentials, wanted: Credentials): void {
  const groups = new Set([own.gid, ...own.groups]);
  const stays = wanted.uid === own.uid && groups.has(wanted.gid) && wanted.groups.every((group) => groups.has(group));
  if (own.uid !== 0 && !stays) throw new KernelError("EPERM", "setuid");
}

function spawn({ process, data }: Call): Answer {
  const request = JSON.parse(text(data)) as WorkerSpawn;
  if (request.credentials !== undefined) mustBeAllowed(process.credentials, request.credentials);
  const fds = new Map(Object.entries(request.fds).map(([fd, handle]) => [Number(fd), process.fds.require(handle, "spawn")] as const));
  const child = process.spawn({
    argv: request.argv,
    path: request.path,
    env: request.env,
    cwd: request.cwd,
    credentials: request.credentials,
    fds,
    processGroup: request.processGroup,
    session: request.newSession ? {} : undefined,
  });
  return { result: child.pid };
}

/** The status word of wait(2): exit status in the second byte, signal in the first, 0x7f when stopped. */
export function waitStatus(result: WaitResult): number {
  switch (result.how) {
    case "exited":
      return result.status << 8;
    case "signaled":
      return signalNumbers[result.signal];
    case "stopped":
      return (signalNumbers[result.signal] << 8) | 0x7f;
    case "continued":
      return 0xffff;
  }
}

function wait({ process, args }: Call): Answer | Blocked {
  const [pid = -1, options = 0] = args;
  const attempt = () => {
    const found = findChange(process, pid, { untraced: (options & 2) !== 0 });
    if (found !== undefined) return { result: found.pid, data: int32(waitStatus(found)) };
    return (options & 1) !== 0 ? { result: 0, data: int32(0) } : undefined;
  };
  return orWait(attempt, (wake) => process.childChanged.add(wake));
}

function requireSignal(number: number | undefined): SignalName {
  const name = signalName(number ?? -1);
  if (name === undefined) throw new KernelError("EINVAL", "signal");
  return name;
}

/** What makes a signal go to the worker's own handler. */
const handledByWorker = () => {};

function sigaction({ process, args }: Call): Answer {
  const signal = requireSignal(args[0]);
  process.signals.set(signal, args[1] === 2 ? handledByWorker : args[1] === 1 ? "ignore" : "default");
  return done;
}

/** The worker's own descriptor numbers become the handles of the next program; what it does not name is closed. */
function renumber({ fds }: Call["process"], numbers: Readonly<Record<number, number>>): void {
  const kept = Object.entries(numbers).map(([fd, handle]) => ({ fd: Number(fd), file: fds.require(handle, "execve") }));
  for (const { file } of kept) file.retain();
  fds.closeAll();
  for (const { fd, file } of kept) {
    fds.set(fd, file);
    file.release();
  }
}

function exec({ process, data }: Call): "none" {
  const request = JSON.parse(text(data)) as WorkerExec;
  const image = process.machine.load(process.files, request);
  if (request.fds !== undefined) renumber(process, request.fds);
  process.signals.forgetHandlers();
  process.env = { ...request.env };
  startImage(process, image);
  return "none";
}

export const processCalls: readonly (readonly [number, Handler])[] = [
  [OP.SPAWN, spawn],
  [OP.WAIT, wait],
  [
    OP.KILL,
    ({ process, args }) => {
      process.machine.table.kill(process, args[0] ?? 0, args[1] === 0 ? 0 : requireSignal(args[1]));
      return done;
    },
  ],
  [OP.FORK, async ({ process }) => ({ result: (await forkProcess(process)).pid })],
  [OP.GETPPID, ({ process }) => ({ result: process.ppid })],
  [OP.SIGACTION, sigaction],
  [OP.TAKE_SIGNAL, ({ pending }) => ({ result: pending.take() })],
  [
    OP.SETPGID,
    ({ process, args }) => {
      process.machine.table.setGroup(process, args[0] ?? 0, args[1] ?? 0);
      return done;
    },
  ],
  [OP.GETPGID, ({ process, args }) => ({ result: lookUp(process, args[0]).pgid })],
  [OP.SETSID, ({ process }) => ({ result: process.machine.table.newSession(process) })],
  [OP.GETSID, ({ process, args }) => ({ result: lookUp(process, args[0]).sid })],
  [OP.ALARM, ({ process, args }) => ({ result: process.alarm(args[0] ?? 0) })],
  [
    OP.SETCREDENTIALS,
    ({ process, args, data }) => {
      const groups = JSON.parse(text(data)) as number[];
      process.setCredentials({ uid: args[0] ?? 0, gid: args[1] ?? 0, groups });
      return done;
    },
  ],
  [
    OP.UMASK,
    ({ process, args }) => {
      const before = process.umask;
      process.umask = (args[0] ?? 0) & 0o777;
      return { result: before };
    },
  ],
  [
    OP.CHDIR,
    ({ process, data }) => {
      process.files.chdir(text(data));
      return done;
    },
  ],
  [OP.EXEC, exec],
  [
    OP.EXIT,
    ({ process, args }) => {
      process.exit(args[0] ?? 0);
      return "none";
    },
  ],
  [
    OP.CLOCK,
    ({ process }) => {
      const { clock } = process.machine.kernel;
      return { result: 0, data: new Uint8Array(Float64Array.of(clock.now(), clock.monotonic()).buffer) };
    },
  ],
  [OP.PBKDF2, ({ args, data }) => derive(args, data)],
];

function lookUp(process: Call["process"], pid: number | undefined): Call["process"] {
  const found = pid === undefined || pid === 0 ? process : process.machine.find(pid);
  if (found === undefined) throw new KernelError("ESRCH", "getpgid");
  return found;
}
