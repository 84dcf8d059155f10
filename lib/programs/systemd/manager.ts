/** The service manager of a machine: what runs as its pid 1 (systemd(1)). */
import type { Machine, SignalName, WaitResult } from "../../kernel/types.ts";
import { runGenerators } from "./generators.ts";
import { Job, type JobType } from "./job.ts";
import { JobQueue } from "./job-queue.ts";
import { journalOf } from "./journal/store.ts";
import { type LoadedUnit, loadUnit, resolveName, stampOf } from "./loader.ts";
import { referencesOf, requiresOf, wantsOf } from "./relations.ts";
import { Service } from "./service.ts";
import { OtherUnit, Target } from "./target.ts";
import { Timer } from "./timer.ts";
import type { ActiveState, Unit } from "./unit.ts";
import { parseUnitName } from "./unit-name.ts";
import { UnitProblem } from "./unit-problem.ts";

export { UnitProblem };

export const NOTIFY_SOCKET = "/run/systemd/notify";

export class Manager {
  readonly machine: Machine;
  readonly #units = new Map<string, Unit>();
  /** Other names of units that are loaded. */
  readonly #names = new Map<string, string>();
  readonly #jobs = new JobQueue(this);
  readonly #timers = new Set<() => void>();
  #notices: AbortController | undefined;
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
    return this.#jobs.all;
  }

  /** A unit that is in memory. */
  known(name: string): Unit | undefined {
    return this.#units.get(name) ?? this.#units.get(this.#names.get(name) ?? "");
  }

  /** The own name of a unit that is in memory; any other stays as it is. */
  idOf(name: string): string {
    return this.#names.get(name) ?? name;
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
    return this.#jobs.request(name, type, options);
  }

  /** Several at once: none begins before all are asked for, so that their order is kept. Those that can't be are left out. */
  requestAll(names: readonly string[], type: JobType): Job[] {
    return this.#jobs.requestAll(names, type);
  }

  unitChanged(unit: Unit, before: ActiveState): void {
    this.#jobs.unitChanged(unit, before);
  }

  /** Units that are bound to it go down too; timers that wait for it count on. */
  wentDown(unit: Unit): void {
    for (const other of this.units) {
      if (other instanceof Timer && other.target === unit.id) other.targetRested();
      const bound = other.loaded.settings.dependencies.BindsTo.some((name) => this.known(name) === unit);
      if (bound && other.isActive && other.job === undefined) this.request(other.id, "stop");
    }
  }

  // What units ask for

  /** The time of RestartSec= is over: a restart, of which the stop has nothing left to do. */
  autoRestart(service: Service, settle: () => void): void {
    const waiting = service.job;
    const job = waiting ?? new Job(service, "start");
    if (waiting === undefined) this.#jobs.install(job);
    settle();
    service.log(`Stopped ${service.title}.`, 6, { MESSAGE_ID: "9d1aaa27d60140bd96365438aad20286" });
    this.#jobs.schedule();
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
    this.#jobs.end();
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
