/** The jobs of a manager: what waits for what, and what has come of it (systemd.unit(5), job.c). */
import type { Job, JobResult, JobType } from "./job.ts";
import { announce, tellEnd } from "./job-messages.ts";
import type { Manager } from "./manager.ts";
import { planJobs } from "./plan.ts";
import { completedBy } from "./relations.ts";
import { Service } from "./service.ts";
import type { ActiveState, Unit } from "./unit.ts";
import { UnitProblem } from "./unit-problem.ts";

export class JobQueue {
  readonly #jobs = new Set<Job>();
  #isPumping = false;
  #isOver = false;

  constructor(private readonly manager: Manager) {}

  get all(): readonly Job[] {
    return [...this.#jobs];
  }

  /** The machine goes down: whoever waits for a job hears that it does not come. */
  end(): void {
    this.#isOver = true;
    for (const job of [...this.#jobs]) job.finish("canceled");
    this.#jobs.clear();
  }

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
    const { anchor, jobs } = planJobs(this.manager, name, type, options);
    const added = jobs.map((job) => this.install(job));
    return added[jobs.indexOf(anchor)] ?? anchor;
  }

  /** Takes a job in, or joins it with the one that the unit has. */
  install(job: Job): Job {
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
    const completed = completedBy(this.manager, job.unit);
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
    return new Set(names.map((name) => this.manager.idOf(name)));
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
        if (unit.active === "deactivating" && before !== "deactivating") announce(unit, "Stopping");
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
        else if (unit.active === "reloading") announce(unit, "Reloading");
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
        } else if (unit.active === "activating" && before !== "activating" && job.result === undefined) announce(unit, "Starting");
        return true;
      }
    }
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
    if (unit.isInactive && before !== active && !(before === "inactive" || before === "failed")) this.manager.wentDown(unit);
    this.schedule();
  }

  /** Goes on with what waits, in a moment. */
  schedule(): void {
    if (this.#isPumping) return;
    queueMicrotask(() => {
      if (!this.#isOver) this.#pump();
    });
  }

  #finish(job: Job, result: JobResult): void {
    const { unit, type } = job;
    this.#jobs.delete(job);
    if (unit.job === job) unit.job = undefined;
    tellEnd(unit, type, result);
    job.finish(result);
    if (result === "failed" || result === "dependency") {
      if (type === "start" || type === "verify-active") this.#failDependents(unit);
    }
    this.schedule();
  }

  #failDependents(unit: Unit): void {
    for (const other of [...this.#jobs]) {
      if (other.type !== "start" && other.type !== "verify-active") continue;
      const { Requires, BindsTo, Requisite } = other.unit.loaded.settings.dependencies;
      if ([...Requires, ...BindsTo, ...Requisite].some((name) => this.manager.known(name) === unit) && other.state === "waiting")
        this.#finish(other, "dependency");
    }
  }
}
