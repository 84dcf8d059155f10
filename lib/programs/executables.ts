/** What the kernel can run on a machine: every program of the table, and the shell. Python is added by whoever loads its engine. */
import type { Executable } from "../kernel/types.ts";
import { shellExecutables } from "../shell/index.ts";
import { loadProgram, programNames } from "./groups/groups.ts";

/** Completion, packages and help are of all programs: loaded when somebody first asks for one of them. */
const installation = {
  completers: { get: async (name: string) => (await import("./completion.ts")).optionCompleter(name) },
  packageOf: async (name: string) => (await import("./completion.ts")).packageOf(name),
  helpFor: async (name: string) => (await import("./examples/examples.ts")).helpFor(name),
};

/** By the name that stands in the executable file. */
export function executables(): Map<string, Executable> {
  const found = new Map(shellExecutables(installation));
  for (const name of programNames) found.set(name, { kind: "typescript", name, load: () => mainOf(name) });
  return found;
}

function mainOf(name: string) {
  const entry = loadProgram(name);
  return entry instanceof Promise ? entry.then(({ main }) => main) : entry.main;
}
