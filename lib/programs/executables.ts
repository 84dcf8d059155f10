/** What the kernel can run on a machine: every program of the table. Shell and Python are added where they are known. */
import type { Executable } from "../kernel/types.ts";
import { programs } from "./table.ts";

/** By the name that stands in the executable file. */
export function executables(): Map<string, Executable> {
  const found = new Map<string, Executable>();
  for (const [name, entry] of programs) found.set(name, { kind: "typescript", name, load: () => entry.main });
  return found;
}
