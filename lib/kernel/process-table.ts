/** The processes of one machine: parents, groups, sessions, zombies (wait(2), setpgid(2), setsid(2)). */
import { KernelError } from "./errno.ts";
import type { KernelMachine } from "./machine.ts";
import type { ProcessCore } from "./process.ts";
import type { KernelProcess } from "./program-process.ts";
import type { SignalName } from "./types.ts";

/** RLIMIT_NPROC of a user, and what the whole machine bears. */
export const MOST_PROCESSES_OF_USER = 256;
export const MOST_PROCESSES = 1024;

export class ProcessTable {
  readonly #machine: KernelMachine;
  readonly #processes = new Map<number, KernelProcess>();

  constructor(machine: KernelMachine) {
    this.#machine = machine;
  }

  get(pid: number): KernelProcess | undefined {
    return this.#processes.get(pid);
  }

  all(): KernelProcess[] {
    return [...this.#processes.values()];
  }

  /** Processor time of the processes that are no more. */
  cpuMsOfEnded = 0;

  get size(): number {
    return this.#processes.size;
  }

  /** Throws EAGAIN when the user, or the machine, has as many processes as allowed (fork(2)). */
  mustHaveRoom(uid: number): void {
    if (this.#processes.size >= MOST_PROCESSES) throw new KernelError("EAGAIN", "fork");
    if (uid === 0 || this.#processes.size < MOST_PROCESSES_OF_USER) return;
    let count = 0;
    for (const process of this.#processes.values()) if (process.uid === uid) count++;
    if (count >= MOST_PROCESSES_OF_USER) throw new KernelError("EAGAIN", "fork");
  }

  add(process: KernelProcess): void {
    this.#processes.set(process.pid, process);
    process.parent?.children.add(process);
  }

  started(process: KernelProcess): void {
    this.#machine.sampleLoad();
    this.#machine.counters.processes++;
    this.#machine.record({ kind: "process-started", process: process.info() });
  }

  /** wait(2) has told the parent: the zombie goes. */
  reap(process: ProcessCore): void {
    process.parent?.children.delete(process);
    this.#processes.delete(process.pid);
    this.#machine.counters.processes++;
  }

  group(pgid: number): KernelProcess[] {
    return this.all().filter((process) => process.pgid === pgid);
  }

  signalGroup(pgid: number, signal: SignalName): void {
    for (const process of this.group(pgid)) process.deliver(signal);
  }

  /** POSIX 3.261: no member's parent is in another group of the same session. */
  isOrphaned(pgid: number): boolean {
    for (const process of this.#processes.values()) {
      if (process.pgid !== pgid || process.end !== undefined) continue;
      const { parent } = process;
      if (parent !== undefined && parent.end === undefined && parent.pgid !== pgid && parent.sid === process.sid) return false;
    }
    return true;
  }

  /** setpgid(2), made by `caller` on itself or a child. */
  setGroup(caller: ProcessCore, pid: number, pgid: number): void {
    const process = pid === 0 ? caller : this.#processes.get(pid);
    if (process === undefined || (process !== caller && process.parent !== caller)) throw new KernelError("ESRCH", "setpgid");
    const group = pgid === 0 ? process.pid : pgid;
    if (group < 0) throw new KernelError("EINVAL", "setpgid");
    if (process.sid === process.pid || process.sid !== caller.sid) throw new KernelError("EPERM", "setpgid");
    const joins = group !== process.pid;
    if (joins && !this.all().some((other) => other.pgid === group && other.sid === process.sid)) throw new KernelError("EPERM", "setpgid");
    process.pgid = group;
  }

  /** setsid(2). */
  newSession(process: ProcessCore): number {
    if (process.pgid === process.pid && process.sid !== process.pid && this.group(process.pid).length > 0) {
      throw new KernelError("EPERM", "setsid");
    }
    process.sid = process.pid;
    process.pgid = process.pid;
    return process.sid;
  }

  /** kill(2) by `sender`. Throws ESRCH, EPERM. */
  kill(sender: ProcessCore, pid: number, signal: SignalName | 0): void {
    const targets =
      pid > 0
        ? this.all().filter((process) => process.pid === pid)
        : pid === -1
          ? this.all().filter((process) => process.pid !== 1 && process !== sender)
          : this.group(pid === 0 ? sender.pgid : -pid);
    if (targets.length === 0) throw new KernelError("ESRCH", "kill");
    const allowed = targets.filter(
      (process) => sender.uid === 0 || sender.uid === process.uid || (signal === "SIGCONT" && sender.sid === process.sid),
    );
    if (allowed.length === 0) throw new KernelError("EPERM", "kill");
    if (signal !== 0) for (const process of allowed) process.deliver(signal);
  }

  /** What is left to do when a process is over: orphans, its terminal, its parent. */
  ended(process: ProcessCore): void {
    const machine = this.#machine;
    const { end } = process;
    if (end === undefined) return;
    this.cpuMsOfEnded += process.cpuMs;
    this.#machine.sampleLoad();
    this.#leaveOrphans(process);
    if (process.sid === process.pid) machine.sessionEnded(process.sid);
    machine.counters.processes++;
    machine.record({ kind: "process-ended", pid: process.pid, status: end.status });
    const { parent } = process;
    if (parent === undefined || parent.end !== undefined || parent.pid === 1 || parent.signals.get("SIGCHLD") === "ignore") {
      this.reap(process);
      parent?.childChanged.wake();
    } else {
      parent.deliver("SIGCHLD");
      parent.childChanged.wake();
    }
    machine.onEnded?.(end, process);
  }

  #leaveOrphans(process: ProcessCore): void {
    const init = this.#processes.get(1);
    const groups = new Set<number>();
    for (const child of [...process.children]) {
      process.children.delete(child);
      child.parent = init;
      init?.children.add(child);
      if (child.end !== undefined) this.reap(child);
      else if (child.pgid !== process.pgid) groups.add(child.pgid);
    }
    // Its own group only loses somebody who could continue it when its parent was in another group of the session.
    const { parent } = process;
    if (parent !== undefined && parent.pgid !== process.pgid && parent.sid === process.sid) groups.add(process.pgid);
    // A stopped job that nobody can continue any more is told so (POSIX, _exit(): "newly-orphaned process group").
    for (const pgid of groups) {
      if (!this.group(pgid).some((member) => member.isStopped) || !this.isOrphaned(pgid)) continue;
      this.signalGroup(pgid, "SIGHUP");
      this.signalGroup(pgid, "SIGCONT");
    }
  }
}
