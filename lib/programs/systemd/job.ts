/** What the manager was asked to do with a unit, until it is done (systemd(1), "Concepts": jobs). */
import type { Unit } from "./unit.ts";

export type JobType = "start" | "verify-active" | "stop" | "reload" | "restart";
export type JobResult = "done" | "canceled" | "timeout" | "failed" | "dependency" | "skipped" | "invalid" | "unsupported";

let nextId = 1;

export class Job {
  readonly id = nextId++;
  readonly unit: Unit;
  type: JobType;
  state: "waiting" | "running" = "waiting";
  /** Undefined while it is under way. */
  result: JobResult | undefined;
  readonly ended: Promise<JobResult>;
  readonly #resolve: (result: JobResult) => void;

  constructor(unit: Unit, type: JobType) {
    this.unit = unit;
    this.type = type;
    let resolve = (_result: JobResult) => {};
    this.ended = new Promise((done) => {
      resolve = done;
    });
    this.#resolve = resolve;
  }

  finish(result: JobResult): void {
    this.result = result;
    this.#resolve(result);
  }
}
