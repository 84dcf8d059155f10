/** The service manager of a machine: what runs as its pid 1 (systemd(1)). */
import type { Machine, SignalName, WaitResult } from "../../kernel/types.ts";
import { runGenerators } from "./generators.ts";
import { Job, type JobResult, type JobType } from "./job.ts";
import { journalOf } from "./journal/store.ts";
import { type LoadedUnit, loadUnit, resolveName, stampOf } from "./loader.ts";
import { planJobs } from "./plan.ts";
import { completedBy, referencesOf, requiresOf, wantsOf } from "./relations.ts";
import { Service } from "./service.ts";
import { OtherUnit, Target } from "./target.ts";
import { Timer } from "./timer.ts";
import type { ActiveState, Unit } from "./unit.ts";
import { parseUnitName } from "./unit-name.ts";

/** What a request for a unit comes to before there is a job. */
export class UnitProblem extends Error {
  constructor(
    readonly kind: "not-found" | "not-loaded" | "masked" | "bad-setting" | "refused" | "not-applicable" | "not-modeled",
    message: string,
  ) {
    super(message);
  }
}

export const NOTIFY_SOCKET = "/run/systemd/notify";

export class Manager {
  readonly machine: Machine;
  readonly #units = new Map<string, Unit>();
  /** Other names of units that are loaded. */
  readonly #names = new Map<string, string>();
  readonly #jobs = new Set<Job>();
  readonly #timers = new Set<() => void>();
  #notices: AbortController | undefined;
  #isPumping = false;
  #isDown = false;
  /** The machine was destroyed or restarted: there is nothing left to start processes on. */
  readonly #isGone: () => boolean;

  constructor(machine: Machine) {
    this.machine = machine;
    const origin = machine.origin === undefined ? undefined : managers.get(machine.origin);
    if (origin !== undefined) this.#copy(origin);
    const hear: Machine["onEnded"] = (end, { cgroup, cpuMs }) =>
      queueMicrotask(() => {
        if (!this.#isGone()) this.#ended(end, cgroup, cpuMs);
      });
    machine.onEnded = hear;
    this.#isGone = () => machine.onEnded !== hear;
  }

  now(): number {
    return this.machine.kernel.clock.now();
  }

  monotonic(): number {
    return this.machine.kernel.clock.monotonic();
  }

  after(milliseconds: number, callback: () => void): () => void {
    const cancel = this.machine.kernel.clock.after(milliseconds, () => {
      this.#timers.delete(cancel);
      if (!this.#isDown && !this.#isGone()) callback();
    });
    this.#timers.add(cancel);
    return () => {
      this.#timers.delete(cancel);
      cancel();
    };
  }

  /** Time of the journal's last entry, in microseconds. */
  lastEntry(): number {
    return journalOf(this.machine).lastRealtime;
  }

  newId(): string {
    // Not of the seed: nothing that is graded depends on it.
    return crypto.randomUUID().replaceAll("-", "");
  }

  log(text: string, priority = 6, fields: Readonly<Record<string, string>> = {}): void {
    journalOf(this.machine).add({
      _TRANSPORT: "journal",
      PRIORITY: String(priority),
      SYSLOG_FACILITY: "3",
      SYSLOG_IDENTIFIER: "systemd",
      _PID: "1",
      _UID: "0",
      _GID: "0",
      _COMM: "systemd",
      _SYSTEMD_CGROUP: "/init.scope",
      _SYSTEMD_UNIT: "init.scope",
      ...fields,
      MESSAGE: text,
    });
  }

  // Processes

  processesIn(cgroup: string): readonly number[] {
    return this.machine
      .processes()
      .filter((info) => info.cgroup === cgroup && info.state !== "zombie")
      .map(({ pid }) => pid);
  }

  isAlive(pid: number): boolean {
    const found = this.machine.find(pid);
    return found !== undefined && found.state !== "zombie";
  }

  commOf(pid: number): string {
    const found = this.machine.find(pid);
    const name = found?.comm ?? (found?.argv[0] ?? "").replace(/^-/, "").replace(/:.*$/, "").replace(/^.*\//, "");
    return name.slice(0, 15);
  }

  kill(pid: number, signal: SignalName): void {
    const init = this.machine.find(1);
    if (init !== undefined && this.isAlive(pid)) init.kill(pid, signal);
  }

  /** Puts a process and all that it has started into a control group. */
  moveTree(pid: number, cgroup: string): void {
    this.machine.find(pid)?.moveToCgroup(cgroup);
    for (const info of this.machine.processes()) if (info.ppid === pid && info.pid !== pid) this.moveTree(info.pid, cgroup);
  }

  #ended(end: WaitResult, cgroup: string, cpuMs: number): void {
    if (this.#isDown) return;
    for (const unit of this.#units.values()) if (unit instanceof Service && unit.cgroup === cgroup) unit.endedCpuMs += cpuMs;
    for (const unit of [...this.#units.values()]) unit.ended(end);
  }

  /** Hears what services of Type=notify send (sd_notify(3)): each message comes on a connection of its own. */
  hearNotices(): void {
    if (this.#notices !== undefined) return;
    const init = this.machine.find(1);
    if (init === undefined) return;
    const { files, network } = this.machine;
    const socket = network.unixSocket();
    this.#notices = new AbortController();
    const { signal } = this.#notices;
    files.mkdir("/run/systemd", { recursive: true });
    if (files.exists(NOTIFY_SOCKET)) files.unlink(NOTIFY_SOCKET);
    socket.bind(init, NOTIFY_SOCKET);
    files.chmod(NOTIFY_SOCKET, 0o666);
    socket.listen(init, 128);
    const hear = async () => {
      for (;;) {
        const peer = await socket.accept(signal);
        const pid = peer.peer?.pid;
        const bytes = await peer.read(4096, signal);
        peer.release();
        if (pid !== undefined) this.notify(pid, new TextDecoder().decode(bytes));
      }
    };
    hear().catch(() => socket.release());
  }

  /** sd_notify(3), from that process. */
  notify(pid: number, message: string): void {
    const cgroup = this.machine.find(pid)?.cgroup;
    for (const unit of this.#units.values()) if (unit instanceof Service && unit.cgroup === cgroup) unit.notified(pid, message);
  }

  // Units

  stampNow({ fragment, dropIns }: LoadedUnit): string {
    return stampOf(this.machine.files, fragment, dropIns);
  }

  /** Units in memory, by name. */
  get units(): readonly Unit[] {
    return [...this.#units.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  get jobs(): readonly Job[] {
    return [...this.#jobs];
  }

  /** A unit that is in memory. */
  known(name: string): Unit | undefined {
    return this.#units.get(name) ?? this.#units.get(this.#names.get(name) ?? "");
  }

  isUnitActive(name: string): boolean {
    return this.known(name)?.isActive ?? false;
  }

  /** The unit of that name, read now if it is not in memory. */
  unit(name: string): Unit {
    const known = this.known(name);
    if (known !== undefined && (known.loaded.state !== "not-found" || resolveName(this.machine.files, name).file === undefined))
      return known;
    const loaded = loadUnit(this.machine, name);
    if (loaded.id !== name) this.#names.set(name, loaded.id);
    const same = this.#units.get(loaded.id);
    if (same !== undefined && same !== known) return same;
    const unit = this.#make(loaded);
    this.#units.set(loaded.id, unit);
    this.#report(loaded);
    return unit;
  }

  #make(loaded: LoadedUnit, transient = false): Unit {
    switch (parseUnitName(loaded.id)?.type) {
      case "service":
        return new Service(this, loaded, transient);
      case "target":
        return new Target(this, loaded, transient);
      case "timer":
        return new Timer(this, loaded, transient);
      default:
        return new OtherUnit(this, loaded, transient);
    }
  }

  /** A unit without a file, as systemd-run(1) makes it. */
  addTransient(loaded: LoadedUnit): Unit {
    const unit = this.#make(loaded, true);
    this.#units.set(loaded.id, unit);
    return unit;
  }

  #report({ remarks, complaints, id, fragment }: LoadedUnit): void {
    for (const { path, line, text } of remarks)
      this.log(`${path}:${line}: ${text}`, 4, { UNIT: id, CONFIG_FILE: path, CONFIG_LINE: String(line) });
    for (const text of complaints) this.log(text, fragment === undefined ? 4 : 3, { UNIT: id });
  }

  /** Names by which a unit is known besides its own. */
  aliasesOf(unit: Unit): string[] {
    return [...this.#names].filter(([, id]) => id === unit.id).map(([name]) => name);
  }

  /** Forgets what nobody needs: inactive units that no unit refers to (systemd.unit(5), CollectMode=). */
  collect(): void {
    const keep = new Set<string>();
    const visit = (unit: Unit) => {
      if (keep.has(unit.id)) return;
      keep.add(unit.id);
      for (const name of referencesOf(this.machine.files, unit)) {
        const other = this.known(name);
        if (other !== undefined) visit(other);
      }
    };
    for (const unit of this.#units.values()) if (unit.active !== "inactive" || unit.job !== undefined) visit(unit);
    for (const unit of [...this.#units.values()]) if (!keep.has(unit.id)) this.#forget(unit);
  }

  #forget(unit: Unit): void {
    this.#units.delete(unit.id);
    for (const [name, id] of [...this.#names]) if (id === unit.id) this.#names.delete(name);
  }

  /** Reads all unit files again. Running units go on with their processes. */
  reload(): void {
    this.log("Reloading.");
    runGenerators(this.machine);
    this.collect();
    this.#names.clear();
    for (const unit of [...this.#units.values()]) {
      if (unit.transient) continue;
      const loaded = loadUnit(this.machine, unit.id);
      unit.loaded = loaded;
      this.#report(loaded);
      unit.reloaded();
    }
    this.collect();
  }

  /** The unit is among what the other one pulls in, near or far. */
  isNeededBy(other: Unit, unit: Unit): boolean {
    const seen = new Set<string>();
    const visit = (each: Unit): boolean => {
      if (each === unit) return true;
      if (seen.has(each.id)) return false;
      seen.add(each.id);
      const { files } = this.machine;
      return [...wantsOf(files, each), ...requiresOf(files, each)].some((name) => {
        const next = this.known(name);
        return next !== undefined && visit(next);
      });
    };
    return visit(other);
  }

  // Jobs

  /** Asks for a unit to be started, stopped … Throws UnitProblem; the job's result comes when it is done. */
  request(name: string, type: JobType, options: { readonly ignoreDependencies?: boolean } = {}): Job {
    const job = this.#queue(name, type, options);
    this.#pump();
    return job;
  }

  /** Several at once: none begins before all are asked for, so that their order is kept. Those that can't be are left out. */
  requestAll(names: readonly string[], type: JobType): Job[] {
    const jobs = names.flatMap((name) => {
      try {
        return this.#queue(name, type, {});
      } catch (error) {
        if (!(error instanceof UnitProblem)) throw error;
        return [];
      }
    });
    this.#pump();
    return jobs;
  }

  #queue(name: string, type: JobType, options: { readonly ignoreDependencies?: boolean }): Job {
    const { anchor, jobs } = planJobs(this, name, type, options);
    const added = jobs.map((job) => this.#install(job));
    return added[jobs.indexOf(anchor)] ?? anchor;
  }

  /** Takes a job in, or joins it with the one that the unit has. */
  #install(job: Job): Job {
    const present = job.unit.job;
    if (present !== undefined) {
      if (present.type === job.type) return present;
      if (present.type === "restart" && job.type === "start") return present;
      if (job.type === "verify-active" || job.type === "reload") return present;
      present.unit.job = undefined;
      this.#jobs.delete(present);
      present.finish("canceled");
    }
    job.unit.job = job;
    this.#jobs.add(job);
    return job;
  }

  /** Runs what can be run, until nothing moves. */
  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      for (let moved = true; moved; ) {
        moved = false;
        for (const job of [...this.#jobs]) {
          if (job.state !== "waiting" || job.result !== undefined || this.#isBlocked(job)) continue;
          moved = this.#run(job) || moved;
        }
      }
    } finally {
      this.#isPumping = false;
    }
  }

  #isBlocked(job: Job): boolean {
    const isStop = (each: Job) => each.type === "stop" || each.type === "restart";
    const completed = completedBy(this, job.unit);
    for (const other of this.#jobs) {
      if (other === job) continue;
      const { After } = job.unit.loaded.settings.dependencies;
      const { Before } = other.unit.loaded.settings.dependencies;
      const jobAfter = this.#resolved(After).has(other.unit.id) || this.#resolved(Before).has(job.unit.id) || completed.has(other.unit);
      const otherAfter =
        this.#resolved(other.unit.loaded.settings.dependencies.After).has(job.unit.id) ||
        this.#resolved(job.unit.loaded.settings.dependencies.Before).has(other.unit.id);
      // systemd.unit(5), Before=, After=: down in the opposite order, and whatever goes down does so first.
      if (jobAfter && (!isStop(job) || (!isStop(other) && other.type !== "start"))) return true;
      if (jobAfter && isStop(job) && isStop(other)) continue;
      if (otherAfter && isStop(other)) return true;
    }
    return false;
  }

  #resolved(names: readonly string[]): Set<string> {
    return new Set(names.map((name) => this.#names.get(name) ?? name));
  }

  /** True when something may have changed for others. */
  #run(job: Job): boolean {
    const { unit } = job;
    const before = unit.active;
    switch (job.type) {
      case "verify-active":
        this.#finish(job, unit.isActive ? "done" : "failed");
        return true;
      case "stop":
      case "restart": {
        if (unit.isInactive) {
          if (job.type === "restart") {
            job.type = "start";
            return true;
          }
          this.#finish(job, "done");
          return true;
        }
        job.state = "running";
        unit.stop();
        if (unit.active === "deactivating" && before !== "deactivating") this.#announce(unit, "Stopping");
        return true;
      }
      case "reload": {
        if (!unit.isActive) {
          this.#finish(job, unit.isInactive ? "invalid" : "failed");
          return true;
        }
        job.state = "running";
        const begun = unit.reload();
        if (begun === undefined || begun === "failed") this.#finish(job, "failed");
        else if (unit.active === "reloading") this.#announce(unit, "Reloading");
        else this.#finish(job, "done");
        return true;
      }
      case "start": {
        if (unit.isActive) {
          this.#finish(job, "done");
          return true;
        }
        job.state = "running";
        const begun = unit.start();
        if (begun === "again") {
          job.state = "waiting";
          return false;
        }
        if (begun === "skipped") this.#finish(job, "done");
        else if (begun === "failed") {
          if (job.result === undefined) this.#finish(job, "failed");
        } else if (unit.active === "activating" && before !== "activating" && job.result === undefined) this.#announce(unit, "Starting");
        return true;
      }
    }
  }

  #announce(unit: Unit, verb: "Starting" | "Stopping" | "Reloading"): void {
    const ids = {
      Starting: "7d4958e842da4a758f6c1cdc7b36dcc5",
      Stopping: "de5b426a63be47a7b6ac3eaac82e2f6f",
      Reloading: "d34d037fff1847e6ae669a370e694725",
    };
    unit.log(`${verb} ${unit.title}...`, 6, { MESSAGE_ID: ids[verb] });
  }

  /** A unit is in another state: its job may be done, others may go on. */
  unitChanged(unit: Unit, before: ActiveState): void {
    const { job, active } = unit;
    if (job?.state === "running" && job.result === undefined) {
      if (job.type === "start") {
        if (unit.isActive) this.#finish(job, "done");
        else if (active === "failed") this.#finish(job, "failed");
        else if (active === "inactive") this.#finish(job, unit instanceof Service && unit.result === "exec-condition" ? "done" : "done");
      } else if ((job.type === "stop" || job.type === "restart") && unit.isInactive) {
        if (job.type === "stop") this.#finish(job, "done");
        else {
          unit.log(`Stopped ${unit.title}.`, 6, { MESSAGE_ID: "9d1aaa27d60140bd96365438aad20286" });
          job.type = "start";
          job.state = "waiting";
        }
      } else if (job.type === "reload" && active !== "reloading") {
        this.#finish(job, unit instanceof Service && unit.reloadResult !== "success" ? "failed" : "done");
      }
    }
    if (unit.isInactive && before !== active && !(before === "inactive" || before === "failed")) this.#wentDown(unit);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isPumping) return;
    queueMicrotask(() => {
      if (!this.#isDown) this.#pump();
    });
  }

  /** Units that are bound to it go down too; timers that wait for it count on. */
  #wentDown(unit: Unit): void {
    for (const other of this.units) {
      if (other instanceof Timer && other.target === unit.id) other.targetRested();
      const bound = other.loaded.settings.dependencies.BindsTo.some((name) => this.known(name) === unit);
      if (bound && other.isActive && other.job === undefined) this.request(other.id, "stop");
    }
  }

  #finish(job: Job, result: JobResult): void {
    const { unit, type } = job;
    this.#jobs.delete(job);
    if (unit.job === job) unit.job = undefined;
    this.#tell(unit, type, result);
    job.finish(result);
    if (result === "failed" || result === "dependency") {
      if (type === "start" || type === "verify-active") this.#failDependents(unit);
    }
    this.#schedule();
  }

  #failDependents(unit: Unit): void {
    for (const other of [...this.#jobs]) {
      if (other.type !== "start" && other.type !== "verify-active") continue;
      const { Requires, BindsTo, Requisite } = other.unit.loaded.settings.dependencies;
      if ([...Requires, ...BindsTo, ...Requisite].some((name) => this.known(name) === unit) && other.state === "waiting")
        this.#finish(other, "dependency");
    }
  }

  /** systemd.journal-fields(7) and job.c: the line that tells how a job has ended. */
  #tell(unit: Unit, type: JobType, result: JobResult): void {
    if (type === "verify-active") return;
    const { title } = unit;
    const up = { MESSAGE_ID: "39f53479d3a045ac8e11786248231fbf", JOB_TYPE: type, JOB_RESULT: result };
    const down = { ...up, MESSAGE_ID: type === "stop" ? "9d1aaa27d60140bd96365438aad20286" : "be02cf6855d2428ba40df7e9d022f03d" };
    if (type === "start" || type === "restart") {
      if (result === "done") {
        if (unit.unmet !== undefined && unit.isInactive) return;
        if (unit.type === "target") unit.log(`Reached target ${title}.`, 6, up);
        else if (unit instanceof Service && unit.settings.type === "oneshot") unit.log(`Finished ${title}.`, 6, up);
        else unit.log(`Started ${title}.`, 6, up);
      } else if (result === "failed") unit.log(`Failed to start ${title}.`, 3, down);
      else if (result === "dependency") unit.log(`Dependency failed for ${title}.`, 4, down);
      else if (result === "timeout") unit.log(`Timed out starting ${title}.`, 3, down);
    } else if (type === "stop" && result === "done")
      unit.log(unit.type === "target" ? `Stopped target ${title}.` : `Stopped ${title}.`, 6, down);
    else if (type === "reload" && result === "done") unit.log(`Reloaded ${title}.`, 6, up);
    else if (type === "reload" && result === "failed") unit.log(`Reload failed for ${title}.`, 4, down);
    if (type === "start" && result === "dependency") unit.log(`${unit.id}: Job ${unit.id}/start failed with result 'dependency'.`, 5);
  }

  // What units ask for

  /** The time of RestartSec= is over: a restart, of which the stop has nothing left to do. */
  autoRestart(service: Service, settle: () => void): void {
    const waiting = service.job;
    const job = waiting ?? new Job(service, "start");
    if (waiting === undefined) this.#install(job);
    settle();
    service.log(`Stopped ${service.title}.`, 6, { MESSAGE_ID: "9d1aaa27d60140bd96365438aad20286" });
    this.#schedule();
  }

  /** A timer's time has come. */
  async trigger(name: string, timer: Unit): Promise<void> {
    try {
      await this.request(name, "start").ended;
    } catch (error) {
      if (!(error instanceof UnitProblem)) throw error;
      timer.log(`${timer.id}: Failed to queue unit startup job: ${error.message}`, 4);
    }
  }

  /** OnFailure= and OnSuccess=. */
  triggerFollowers(unit: Unit, failed: boolean): void {
    const { OnFailure, OnSuccess } = unit.loaded.settings.dependencies;
    const names = failed ? OnFailure : OnSuccess;
    if (names.length > 0) unit.log(`${unit.id}: Triggering ${failed ? "OnFailure" : "OnSuccess"}= dependencies.`);
    for (const name of names) {
      try {
        this.request(name, "start");
      } catch (error) {
        if (!(error instanceof UnitProblem)) throw error;
        unit.log(`${unit.id}: Failed to enqueue ${failed ? "OnFailure" : "OnSuccess"}= job, ignoring: ${error.message}`, 4);
      }
    }
  }

  // The machine's life

  /** Nothing of this manager happens any more: the machine is going down. */
  shutDown(): void {
    this.#isDown = true;
    this.#notices?.abort();
    for (const cancel of [...this.#timers]) cancel();
    this.#timers.clear();
    for (const job of [...this.#jobs]) job.finish("canceled");
    this.#jobs.clear();
    managers.delete(this.machine);
  }

  /** For a throw-away copy: what the original knows of its units; their processes are not on the copy. */
  #copy(origin: Manager): void {
    for (const unit of origin.#units.values()) {
      const mine = this.#make(unit.loaded, unit.transient);
      Object.assign(mine.times, unit.times);
      mine.invocation = unit.invocation;
      mine.beganAfter = unit.beganAfter;
      if (mine instanceof Service && unit instanceof Service) mine.restore(unit);
      else if (mine instanceof Target) mine.restore(unit.isActive);
      else if (mine instanceof Timer && unit instanceof Timer) mine.restore(unit);
      this.#units.set(mine.id, mine);
    }
    for (const [name, id] of origin.#names) this.#names.set(name, id);
  }
}

const managers = new WeakMap<Machine, Manager>();

/** The manager of a machine; it begins when it is first asked for. */
export function managerOf(machine: Machine): Manager {
  let manager = managers.get(machine);
  if (manager === undefined) {
    manager = new Manager(machine);
    managers.set(machine, manager);
  }
  return manager;
}
