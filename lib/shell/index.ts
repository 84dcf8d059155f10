/** The shell, for those who install programs: `bash` and `sh` by the name in their executable file. */
import type { Executable } from "../kernel/types.ts";
import { bashProgram, type ShellInstallation } from "./main.ts";

export { bash, bashProgram, type ShellInstallation } from "./main.ts";
export type { Candidate } from "./readline/candidates.ts";
export type { Completer, CompletionRequest } from "./readline/complete.ts";

/** Executables to add to a kernel's table. */
export function shellExecutables(installation: ShellInstallation = {}): Map<string, Executable> {
  const program = bashProgram(installation);
  return new Map(["bash", "sh"].map((name) => [name, { kind: "typescript", name, load: () => program }]));
}
