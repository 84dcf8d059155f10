/** Which jobs a request needs: what is pulled in, what has to go, what goes with it (systemd.unit(5)). */
import { Job, type JobType } from "./job.ts";
import { type Manager, UnitProblem } from "./manager.ts";
import { requiresOf, wantsOf } from "./relations.ts";
import { OtherUnit } from "./target.ts";
import type { Unit } from "./unit.ts";
import { parseUnitName } from "./unit-name.ts";

export interface Plan {
  readonly anchor: Job;
  readonly jobs: readonly Job[];
}

/** Throws UnitProblem when the unit can't be had, or one that it requires. */
export function planJobs(manager: Manager, name: string, type: JobType, options: { readonly ignoreDependencies?: boolean }): Plan {
  const jobs = new Map<string, Job>();
  const { files } = manager.machine;
  const add = (unit: Unit, what: JobType): Job => {
    const present = jobs.get(unit.id);
    if (present !== undefined) return present;
    const job = new Job(unit, what);
    jobs.set(unit.id, job);
    return job;
  };
  const all = () => manager.units;

  const start = (unit: Unit, what: "start" | "restart"): Job => {
    mustStart(unit);
    const present = jobs.get(unit.id);
    if (present !== undefined) return present;
    const job = add(unit, what);
    if (options.ignoreDependencies) return job;
    for (const each of unit.loaded.settings.dependencies.Requisite) {
      const other = manager.unit(each);
      if (!other.isActive) add(other, "verify-active");
    }
    for (const each of requiresOf(files, unit)) {
      const other = manager.unit(each);
      // What every service requires is there from the start, whether there is a file for it or not.
      if (other.isActive || (other.loaded.state === "not-found" && /^(sysinit|basic)\.target$/.test(each))) continue;
      start(other, "start");
    }
    for (const each of wantsOf(files, unit)) {
      const other = manager.unit(each);
      if (other.isActive || other.loaded.state !== "loaded" || other instanceof OtherUnit) continue;
      try {
        start(other, "start");
      } catch (error) {
        // It is only wanted.
        if (!(error instanceof UnitProblem)) throw error;
      }
    }
    const conflicts = new Set(unit.loaded.settings.dependencies.Conflicts);
    for (const other of all()) {
      const names = other.loaded.settings.dependencies.Conflicts;
      const against = conflicts.has(other.id) || names.includes(unit.id);
      if (against && other !== unit && !other.isInactive) stop(other);
    }
    return job;
  };

  const stop = (unit: Unit): Job => {
    const job = add(unit, "stop");
    if (options.ignoreDependencies) return job;
    followers(unit, (other) => stop(other));
    return job;
  };

  /** Units that go down with this one: those that require it, and its parts. */
  const followers = (unit: Unit, act: (other: Unit) => void) => {
    for (const other of all()) {
      if (other.isInactive || other === unit || jobs.has(other.id)) continue;
      const { Requires, BindsTo, Requisite, PartOf } = other.loaded.settings.dependencies;
      if ([...Requires, ...BindsTo, ...Requisite, ...PartOf].some((each) => manager.known(each) === unit)) act(other);
    }
  };

  const unit = manager.unit(name);
  let anchor: Job;
  switch (type) {
    case "start":
      anchor = start(unit, "start");
      break;
    case "restart": {
      anchor = start(unit, unit.isInactive ? "start" : "restart");
      if (!unit.isInactive && !options.ignoreDependencies) {
        const again = (other: Unit) => {
          add(other, "restart");
          followers(other, again);
        };
        followers(unit, again);
      }
      break;
    }
    case "stop":
      if (unit.loaded.state === "not-found" && unit.isInactive) throw new UnitProblem("not-loaded", `Unit ${name} not loaded.`);
      anchor = stop(unit);
      break;
    case "reload":
      mustStart(unit);
      anchor = add(unit, "reload");
      for (const other of all()) {
        const propagates =
          unit.loaded.settings.dependencies.PropagatesReloadTo.includes(other.id) ||
          other.loaded.settings.dependencies.ReloadPropagatedFrom.includes(unit.id);
        if (propagates && other.isActive) add(other, "reload");
      }
      break;
    case "verify-active":
      anchor = add(unit, "verify-active");
      break;
  }
  return { anchor, jobs: [...jobs.values()] };
}

function mustStart(unit: Unit): void {
  const { state, reason } = unit.loaded;
  const name = parseUnitName(unit.id);
  if (name?.instance === "") throw new UnitProblem("bad-setting", `Unit name ${unit.id} is missing the instance name.`);
  switch (state) {
    case "not-found":
      throw new UnitProblem("not-found", `Unit ${unit.id} not found.`);
    case "masked":
      throw new UnitProblem("masked", `Unit ${unit.id} is masked.`);
    case "bad-setting":
    case "error":
      throw new UnitProblem("bad-setting", reason);
  }
  if (unit instanceof OtherUnit)
    throw new UnitProblem("not-modeled", `${unit.type} units are real, but this machine does not model them; see /reference/machine`);
}
