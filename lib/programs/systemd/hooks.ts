/** What else has to happen when a machine starts, which whoever put the world together knows (its packet filter). */
import type { Machine } from "../../kernel/types.ts";

const hooks = new WeakMap<Machine, (machine: Machine) => void>();

/** Called at each later start of the machine, before its services. */
export function onBoot(machine: Machine, hook: (machine: Machine) => void): void {
  hooks.set(machine, hook);
}

export function bootHook(machine: Machine): (machine: Machine) => void {
  return hooks.get(machine) ?? (() => {});
}
