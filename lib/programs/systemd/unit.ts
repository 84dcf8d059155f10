/** A unit as the manager has it: what was read of it, and the state that it is in. */
import type { WaitResult } from "../../kernel/types.ts";
import type { Job } from "./job.ts";
import type { LoadedUnit } from "./loader.ts";
import type { Manager } from "./manager.ts";
import { parseUnitName, type UnitType } from "./unit-name.ts";

export type ActiveState = "active" | "reloading" | "inactive" | "failed" | "activating" | "deactivating";

export interface Timestamps {
  stateChange: number;
  inactiveExit: number;
  activeEnter: number;
  activeExit: number;
  inactiveEnter: number;
}

/** What came of starting or stopping: under way or done, to be tried again later, left out for a condition, or impossible. */
export type Begun = "begun" | "again" | "skipped" | "failed";

export abstract class Unit {
  readonly id: string;
  readonly type: UnitType;
  readonly manager: Manager;
  loaded: LoadedUnit;
  job: Job | undefined;
  /** On the kernel's clock; 0 for never. */
  readonly times: Timestamps = { stateChange: 0, inactiveExit: 0, activeEnter: 0, activeExit: 0, inactiveEnter: 0 };
  invocation = "";
  /** The last entry of the journal from before it began to start: what is shown with it comes later. */
  beganAfter = 0;
  conditionResult = true;
  /** Made by systemd-run: there is no file. */
  readonly transient: boolean;
  /** The condition that was not met, and when. */
  unmet: { readonly text: string; readonly atMs: number } | undefined;
  #starts: { beganMs: number; count: number } = { beganMs: Number.NEGATIVE_INFINITY, count: 0 };

  constructor(manager: Manager, loaded: LoadedUnit, transient = false) {
    this.manager = manager;
    this.loaded = loaded;
    this.id = loaded.id;
    this.type = parseUnitName(loaded.id)?.type ?? "service";
    this.transient = transient;
  }

  abstract readonly sub: string;
  abstract readonly active: ActiveState;
  /** Begins to start. */
  abstract start(): Begun;
  abstract stop(): Begun;
  /** Undefined: it can't be reloaded. */
  reload(): Begun | undefined {
    return undefined;
  }
  resetFailed(): void {
    this.#starts = { beganMs: Number.NEGATIVE_INFINITY, count: 0 };
  }
  /** A process has ended. */
  ended(_end: WaitResult): void {}
  /** The manager goes on with other settings. */
  reloaded(): void {}

  get description(): string {
    return this.loaded.settings.description ?? this.id;
  }

  /** "web.service - My site", or the name alone: how messages name it. */
  get title(): string {
    return this.description === this.id ? this.id : `${this.id} - ${this.description}`;
  }

  get isActive(): boolean {
    return this.active === "active" || this.active === "reloading";
  }

  get isInactive(): boolean {
    return this.active === "inactive" || this.active === "failed";
  }

  get cgroup(): string {
    const name = parseUnitName(this.id);
    const slice = name?.instance === undefined ? "" : `/system-${name.prefix.replaceAll("-", "\\x2d")}.slice`;
    return `/system.slice${slice}/${this.id}`;
  }

  log(text: string, priority = 6, extra: Readonly<Record<string, string>> = {}): void {
    this.manager.log(text, priority, { UNIT: this.id, ...(this.invocation === "" ? {} : { INVOCATION_ID: this.invocation }), ...extra });
  }

  /** To be called with the state from before, after each change. */
  protected changed(before: ActiveState): void {
    const now = this.manager.now();
    const { times, active } = this;
    times.stateChange = now;
    const inactive = (state: ActiveState) => state === "inactive" || state === "failed";
    const up = (state: ActiveState) => state === "active" || state === "reloading";
    if (inactive(before) && !inactive(active)) {
      times.inactiveExit = now;
      this.beganAfter = this.manager.lastEntry();
    }
    if (!inactive(before) && inactive(active)) times.inactiveEnter = now;
    if (!up(before) && up(active)) times.activeEnter = now;
    if (up(before) && !up(active)) times.activeExit = now;
    this.manager.unitChanged(this, before);
  }

  /** StartLimitBurst= starts within StartLimitIntervalSec= and no more. */
  protected mayStartNow(): boolean {
    const { startLimitIntervalMs, startLimitBurst } = this.loaded.settings;
    if (startLimitIntervalMs === 0 || startLimitBurst === 0) return true;
    const now = this.manager.monotonic();
    if (now - this.#starts.beganMs > startLimitIntervalMs) this.#starts = { beganMs: now, count: 0 };
    if (this.#starts.count >= startLimitBurst) return false;
    this.#starts.count++;
    return true;
  }

  /** Since its file was read, it has changed on the disk. */
  get needsReload(): boolean {
    return !this.transient && this.manager.stampNow(this.loaded) !== this.loaded.stamp;
  }
}
