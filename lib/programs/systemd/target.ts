/** Targets (systemd.target(5)): groups of units, and points on the way up. */
import { type ActiveState, type Begun, Unit } from "./unit.ts";

export class Target extends Unit {
  #isUp = false;

  get sub(): string {
    return this.#isUp ? "active" : "dead";
  }

  get active(): ActiveState {
    return this.#isUp ? "active" : "inactive";
  }

  start(): Begun {
    this.#set(true);
    return "begun";
  }

  stop(): Begun {
    this.#set(false);
    return "begun";
  }

  /** The state of a machine that this one is a copy of. */
  restore(isUp: boolean): void {
    this.#isUp = isUp;
  }

  #set(isUp: boolean): void {
    const before = this.active;
    this.#isUp = isUp;
    if (before !== this.active) this.changed(before);
  }
}

/** Kinds of unit that are real and not modeled: they are read, and can't be started. */
export class OtherUnit extends Unit {
  readonly sub = "dead";
  readonly active = "inactive";

  start(): Begun {
    return "failed";
  }

  stop(): Begun {
    return "begun";
  }
}
