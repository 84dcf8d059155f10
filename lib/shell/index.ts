/** The shell, for those who install programs: `bash` and `sh` by the name in their executable file. */
import type { Executable } from "../kernel/types.ts";
import { bash } from "./main.ts";

export { bash } from "./main.ts";

/** Executables to add to a kernel's table. */
export function shellExecutables(): Map<string, Executable> {
  return new Map(["bash", "sh"].map((name) => [name, { kind: "typescript", name, load: () => bash }]));
}
