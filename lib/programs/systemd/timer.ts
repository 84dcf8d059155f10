/** Timers (systemd.timer(5)), on the world's clock. */
import { nextElapse, parseCalendar } from "./calendar.ts";
import type { TimerRule } from "./settings.ts";
import { type ActiveState, type Begun, Unit } from "./unit.ts";

type TimerState = "dead" | "waiting" | "running" | "elapsed";

export class Timer extends Unit {
  #state: TimerState = "dead";
  /** On the kernel's clock; undefined: never. */
  next: number | undefined;
  lastTrigger: number | undefined;
  #cancel = () => {};

  get sub(): TimerState {
    return this.#state;
  }

  get active(): ActiveState {
    return this.#state === "dead" ? "inactive" : "active";
  }

  /** The unit that it starts. */
  get target(): string {
    return this.loaded.settings.timer.unit ?? this.id.replace(/\.timer$/, ".service");
  }

  start(): Begun {
    if (this.#state !== "dead") return "begun";
    this.#set("waiting");
    this.#plan(true);
    return "begun";
  }

  stop(): Begun {
    this.#cancel();
    this.next = undefined;
    this.#set("dead");
    return "begun";
  }

  override reloaded(): void {
    if (this.#state !== "dead") this.#plan(false);
  }

  /** The unit that it starts has come to rest. */
  targetRested(): void {
    if (this.#state !== "dead") this.#plan(false);
  }

  #plan(fresh: boolean): void {
    this.#cancel();
    const now = this.manager.now();
    const due = this.loaded.settings.timer.rules.flatMap((rule) => this.#due(rule, now, fresh) ?? []);
    this.next = due.length === 0 ? undefined : Math.min(...due);
    if (this.next === undefined) {
      this.#set(this.manager.isUnitActive(this.target) ? "running" : "elapsed");
      return;
    }
    this.#set("waiting");
    this.#cancel = this.manager.after(Math.max(0, this.next - now), () => this.#elapse());
  }

  /** When this rule is due next; those that count from a start are due once. */
  #due(rule: TimerRule, now: number, fresh: boolean): number | undefined {
    if (rule.kind === "OnCalendar") {
      const calendar = parseCalendar(rule.text);
      return calendar === undefined ? undefined : nextElapse(calendar, Math.max(now, this.lastTrigger ?? 0));
    }
    const unit = this.manager.known(this.target);
    const base =
      rule.kind === "OnActiveSec"
        ? this.times.activeEnter
        : rule.kind === "OnBootSec" || rule.kind === "OnStartupSec"
          ? this.manager.machine.bootedMs
          : rule.kind === "OnUnitActiveSec"
            ? unit?.times.activeEnter || unit?.times.inactiveExit
            : unit?.times.inactiveEnter;
    if (base === undefined || base === 0) return undefined;
    const due = base + rule.ms;
    const counts = rule.kind === "OnUnitActiveSec" || rule.kind === "OnUnitInactiveSec";
    if (due <= now && (counts ? (this.lastTrigger ?? 0) >= due : !fresh || rule.kind !== "OnActiveSec")) return undefined;
    return due;
  }

  #elapse(): void {
    this.lastTrigger = this.manager.now();
    this.next = undefined;
    this.#set("running");
    void this.manager.trigger(this.target, this).then(() => {
      if (this.#state === "running") this.#plan(false);
    });
  }

  #set(state: TimerState): void {
    if (state === this.#state) return;
    const before = this.active;
    this.#state = state;
    this.changed(before);
  }

  /** The state of a machine that this one is a copy of. */
  restore(other: Timer): void {
    this.#state = other.#state;
    this.next = other.next;
    this.lastTrigger = other.lastTrigger;
  }
}
