/** Who depends on whom: of the files, and of `.wants` and `.requires` folders (systemd.unit(5)). */
import type { Files } from "../../kernel/types.ts";
import { findLinked } from "./loader.ts";
import { DEPENDENCIES } from "./settings.ts";
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

/** Every unit that this one names. */
export function referencesOf(files: Files, unit: Unit): string[] {
  const named = DEPENDENCIES.flatMap((kind) => unit.loaded.settings.dependencies[kind]);
  const timed = unit instanceof Timer ? [unit.target] : [];
  return [...new Set([...named, ...timed, ...wantsOf(files, unit), ...requiresOf(files, unit)])];
}
