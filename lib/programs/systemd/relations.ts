/** Who depends on whom: of the files, and of `.wants` and `.requires` folders (systemd.unit(5)). */
import type { Files } from "../../kernel/types.ts";
import { findLinked } from "./loader.ts";
import type { Manager } from "./manager.ts";
import { DEPENDENCIES } from "./settings.ts";
import { Target } from "./target.ts";
import { Timer } from "./timer.ts";
import type { Unit } from "./unit.ts";

export function wantsOf(files: Files, unit: Unit): string[] {
  return [
    ...new Set([
      ...unit.loaded.settings.dependencies.Wants,
      ...unit.loaded.settings.dependencies.Upholds,
      ...findLinked(files, unit.id, "wants"),
    ]),
  ];
}

export function requiresOf(files: Files, unit: Unit): string[] {
  const { Requires, BindsTo } = unit.loaded.settings.dependencies;
  return [...new Set([...Requires, ...BindsTo, ...findLinked(files, unit.id, "requires")])];
}

/**
 * Units that a target is After= without saying so: those that it wants or requires (systemd.target(5), "Default Dependencies"), unless one of
 * both has DefaultDependencies=no, or they come after it themselves.
 */
export function completedBy(manager: Manager, unit: Unit): ReadonlySet<Unit> {
  const completed = new Set<Unit>();
  if (!(unit instanceof Target) || !unit.loaded.settings.defaultDependencies) return completed;
  const { files } = manager.machine;
  for (const name of [...wantsOf(files, unit), ...requiresOf(files, unit)]) {
    const other = manager.known(name);
    if (other?.loaded.settings.defaultDependencies === true && !comesAfter(manager, other, unit)) completed.add(other);
  }
  return completed;
}

/** By After= of the one, or of others between them. */
function comesAfter(manager: Manager, unit: Unit, first: Unit, seen = new Set<Unit>()): boolean {
  if (seen.has(unit)) return false;
  seen.add(unit);
  return unit.loaded.settings.dependencies.After.some((name) => {
    const other = manager.known(name);
    return other !== undefined && (other === first || comesAfter(manager, other, first, seen));
  });
}

/** Every unit that this one names. */
export function referencesOf(files: Files, unit: Unit): string[] {
  const named = DEPENDENCIES.flatMap((kind) => unit.loaded.settings.dependencies[kind]);
  const timed = unit instanceof Timer ? [unit.target] : [];
  return [...new Set([...named, ...timed, ...wantsOf(files, unit), ...requiresOf(files, unit)])];
}
