import { ensureUser } from "../../images/add-user.ts";
import { fillMachine } from "../../images/images.ts";
import type { Host } from "../../kernel/types.ts";
import { executables } from "../../programs/executables.ts";
import { pythonRuntime } from "../../runtimes/python/engine.ts";
import { pythonExecutable } from "../../runtimes/python/install.ts";
import { shellExecutables } from "../../shell/index.ts";
import type { Installed } from "./create.ts";

/** Images that are another one with Python on it. */
const WITH_PYTHON: Readonly<Record<string, string>> = { python: "ubuntu", server: "ubuntu" };

/** Everything that machines of labs can run and hold. */
export function installedOn(_host: Host): Installed {
  const python = pythonRuntime();
  return {
    executables: new Map([...executables(), ...shellExecutables(), [pythonExecutable.name, pythonExecutable]]),
    engines: new Map([["python", python.engine]]),
    async fill(machine, image) {
      const base = WITH_PYTHON[image];
      await fillMachine(machine, base ?? image);
      if (base !== undefined) python.installOn(machine);
    },
    prepare(machine, { user }) {
      ensureUser(machine.files, user);
    },
    importPacks: (kernel, names) => python.importPacks(kernel, names),
  };
}
