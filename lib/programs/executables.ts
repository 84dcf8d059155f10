/** What the kernel can run on a machine: every program of the table, and the shell. Python is added by whoever loads its engine. */
import type { Executable } from "../kernel/types.ts";
import { shellExecutables } from "../shell/index.ts";
import { optionCompleters, packageOf } from "./completion.ts";
import { helpFor } from "./examples/examples.ts";
import { programs } from "./table.ts";

/** By the name that stands in the executable file. */
export function executables(): Map<string, Executable> {
  const found = new Map(shellExecutables({ completers: optionCompleters(), packageOf, helpFor }));
  for (const [name, entry] of programs) found.set(name, { kind: "typescript", name, load: () => entry.main });
  return found;
}
