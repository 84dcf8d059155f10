import type { ShellFunction } from "./functions.ts";
import { printFunction } from "./print.ts";

/** A function as `declare -f` and `type` show it. */
export function functionText(definition: ShellFunction): string {
  return printFunction(definition.name, definition.body);
}
