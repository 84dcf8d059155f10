/** A process (credentials(7), signal(7), wait(2)): what both kinds of program run in. */
import type { Body } from "./body.ts";
import { DescriptorTable } from "./descriptors.ts";
import { Dispositions } from "./dispositions.ts";
import { KernelError } from "./errno.ts";
import type { KernelMachine } from "./machine.ts";
import { openProcFile } from "./proc-files.ts";
import { ProcessEnded } from "./process-end.ts";
import { ProcessFiles } from "./process-files.ts";
import { defaultAction, signalNumbers } from "./signals.ts";
import { ProcessSpecialFiles } from "./special-files.ts";
import type { Credentials, OpenFile, ProcessInfo, SignalName, Tty, WaitResult } from "./types.ts";
import { PROGRAM_BYTES, type ProcessUsage } from "./usage.ts";
import { Wakeups } from "./wakeups.ts";

export interface ProcessOptions {
  readonly machine: KernelMachine;
  readonly pid: number;
  readonly parent: ProcessCore | undefined;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** The directory is the parent's: no permission is needed to stay in it. */
  readonly cwdIsInherited?: boolean;
  readonly credentials: Credentials;
  readonly umask: number;
  /** Default: the parent's. */
  readonly cgroup?: string;
}

/** Life, death and signals. `KernelProcess` adds what a TypeScript program calls. */
export class ProcessCore {
  readonly machine: KernelMachine;
  readonly pid: number;
  parent: ProcessCore | undefined;
  pgid: number;
  sid: number;
  argv: readonly string[];
  comm: string | undefined;
  env: Record<string, string>;
  umask: number;
  cgroup: string;
  readonly fds = new DescriptorTable();
  readonly signals = new Dispositions();
  readonly files: ProcessFiles;
  startedMs: number;
  readonly children = new Set<ProcessCore>();
  /** A child has ended, stopped or gone on. */
  readonly childChanged = new Wakeups();
  /** It was stopped or continued. */
  readonly runStateChanged = new Wakeups();
  /** Ended, and what wait(2) will say. */
  end: WaitResult | undefined;
  /** Stopped or continued, and not yet reported by wait(2). */
  report: WaitResult | undefined;
  body: Body | undefined;
  isStopped = false;
  /** Processor time used so far; of a body that keeps its own account, by bodies before it. */
  cpuMs = 0;
  #credentials: Credentials;
  /** Arrived while stopped. */
  #pending: SignalName[] = [];
  #alarm: { readonly dueMs: number; readonly cancel: () => void } | undefined;
  readonly #ended = new AbortController();

  constructor(options: ProcessOptions) {
    const { machine, parent } = options;
    this.machine = machine;
    this.pid = options.pid;
    this.parent = parent;
    this.pgid = parent?.pgid ?? options.pid;
    this.sid = parent?.sid ?? options.pid;
    this.argv = options.argv;
    this.env = { ...options.env };
    this.umask = options.umask;
    this.cgroup = options.cgroup ?? parent?.cgroup ?? "/init.scope";
    this.#credentials = options.credentials;
    this.startedMs = machine.kernel.clock.now();
    if (parent !== undefined) this.signals.inherit(parent.signals);
    this.files = new ProcessFiles(
      machine.kernel.worldFiles,
      {
        root: machine.rootInode,
        credentials: options.credentials,
        cwd: options.cwd,
        cwdIsInherited: options.cwdIsInherited,
        umask: () => this.umask,
      },
      new ProcessSpecialFiles({
        fifos: machine.fifos,
        random: () => machine.kernel.random(),
        terminal: (number) => machine.terminal(number),
        procFile: (minor, flags) => openProcFile(machine, minor, flags),
        controllingTerminal: () => this.controllingTerminal,
        descriptor: (fd) => this.fds.get(fd),
      }),
    );
  }

  get ppid(): number {
    return this.parent?.pid ?? 0;
  }

  get uid(): number {
    return this.#credentials.uid;
  }

  get gid(): number {
    return this.#credentials.gid;
  }

  get credentials(): Credentials {
    return this.#credentials;
  }

  get cwd(): string {
    return this.files.cwd;
  }

  get controllingTerminal(): Tty | undefined {
    return this.machine.terminalOfSession(this.sid);
  }

  get tty(): string | undefined {
    return this.controllingTerminal?.name;
  }

  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  get state(): ProcessInfo["state"] {
    if (this.end !== undefined) return "zombie";
    if (this.isStopped) return "stopped";
    return this.body?.isWaiting ? "sleeping" : "running";
  }

  usage(): ProcessUsage {
    return { cpuMs: this.cpuMs + (this.body?.cpuMs ?? 0), residentBytes: this.pid === 1 ? 0 : (this.body?.residentBytes ?? PROGRAM_BYTES) };
  }

  info(): ProcessInfo {
    const { pid, ppid, pgid, sid, uid, gid, argv, comm, cwd, tty, state, startedMs, cgroup } = this;
    return { pid, ppid, pgid, sid, uid, gid, argv, comm, cwd, tty, state, startedMs, cgroup };
  }

  /** setuid(2) and friends: root may become anybody; others stay who they are. */
  setCredentials(credentials: Credentials): void {
    const before = this.#credentials;
    if (before.uid !== 0) {
      const known = new Set([before.gid, ...before.groups]);
      const allowed = credentials.uid === before.uid && known.has(credentials.gid) && credentials.groups.every((group) => known.has(group));
      if (!allowed) throw new KernelError("EPERM", "setuid");
    }
    this.#credentials = credentials;
    this.files.setCredentials(credentials);
  }

  moveToCgroup(cgroup: string): void {
    this.cgroup = cgroup;
  }

  /** A descriptor's file. Throws EBADF, and ProcessEnded when the process is over. */
  file(fd: number, call: string): OpenFile {
    this.mustLive();
    return this.fds.require(fd, call);
  }

  /** Throws when the process is over. */
  mustLive(): void {
    if (this.#ended.signal.aborted) throw this.#ended.signal.reason;
  }

  /** Sends it a signal, whoever may. */
  deliver(signal: SignalName): void {
    if (this.end !== undefined) return;
    if (signal === "SIGKILL") {
      if (this.pid !== 1) this.finish(this.#killedBy(signal));
      return;
    }
    if (signal === "SIGCONT") this.#continue();
    else if (this.isStopped && signal !== "SIGSTOP") {
      if (!this.#pending.includes(signal)) this.#pending.push(signal);
      return;
    }
    const action = this.signals.get(signal);
    if (action === "ignore") return;
    if (action !== "default") {
      this.body?.handle(signal, action);
      return;
    }
    // pid_namespaces(7): init gets only the signals that it handles.
    if (this.pid === 1) return;
    const what = defaultAction(signal);
    if (what === "terminate") this.finish(this.#killedBy(signal));
    // A group that nobody could continue is not stopped from the keyboard (POSIX 2.4.3).
    else if (what === "stop" && (signal === "SIGSTOP" || !this.machine.table.isOrphaned(this.pgid))) this.#stop(signal);
  }

  #killedBy(signal: SignalName): WaitResult {
    return { pid: this.pid, how: "signaled", signal, status: 128 + signalNumbers[signal] };
  }

  #stop(signal: SignalName): void {
    if (this.isStopped) return;
    this.isStopped = true;
    this.body?.pause();
    this.#tellParent({ pid: this.pid, how: "stopped", signal, status: 128 + signalNumbers[signal] });
    this.runStateChanged.wake();
  }

  #continue(): void {
    if (!this.isStopped) return;
    this.isStopped = false;
    this.body?.resume();
    this.#tellParent({ pid: this.pid, how: "continued", status: 128 + signalNumbers.SIGCONT });
    const pending = this.#pending.splice(0);
    for (const signal of pending) this.deliver(signal);
    this.runStateChanged.wake();
  }

  #tellParent(report: WaitResult): void {
    this.report = report;
    this.machine.counters.processes++;
    this.parent?.deliver("SIGCHLD");
    this.parent?.childChanged.wake();
  }

  /** alarm(2) in milliseconds; 0 cancels. Returns what was left of the former one. */
  alarm(milliseconds: number): number {
    const { clock } = this.machine.kernel;
    const left = this.#alarm === undefined ? 0 : Math.max(1, Math.round(this.#alarm.dueMs - clock.monotonic()));
    this.#alarm?.cancel();
    this.#alarm = undefined;
    if (milliseconds <= 0) return left;
    const cancel = clock.after(milliseconds, () => {
      this.#alarm = undefined;
      this.deliver("SIGALRM");
    });
    this.#alarm = { dueMs: clock.monotonic() + milliseconds, cancel };
    return left;
  }

  /** exit(2). The status is cut to a byte. */
  exit(status: number): void {
    this.finish({ pid: this.pid, how: "exited", status: status & 0xff });
  }

  /** The process is over: everything it held is given back, its parent is told. */
  finish(end: WaitResult): void {
    if (this.end !== undefined) return;
    this.end = end;
    this.report = undefined;
    this.#alarm?.cancel();
    this.#ended.abort(new ProcessEnded(this.pid, end));
    const { body } = this;
    this.cpuMs += body?.cpuMs ?? 0;
    this.body = undefined;
    body?.end();
    this.fds.closeAll();
    const { worldFiles } = this.machine.kernel;
    const forget = () => worldFiles.processEnded(this.pid);
    if (body === undefined) forget();
    else body.whenDead(forget);
    this.machine.table.ended(this);
  }
}
