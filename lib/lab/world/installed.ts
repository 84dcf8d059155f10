import { ensureUser } from "../../images/add-user.ts";
import { fillMachine } from "../../images/images.ts";
import { authorizeKey, enableSshServer, ensureUserKey, setPassword } from "../../images/ssh.ts";
import { installBesidePython, installEverything } from "../../images/ubuntu.ts";
import { bootFirewall } from "../../images/ufw.ts";
import type { Host, Machine } from "../../kernel/types.ts";
import { executables } from "../../programs/executables.ts";
import { loadAllPrograms } from "../../programs/groups/groups.ts";
import { bootServices } from "../../programs/systemd/boot.ts";
import { onBoot } from "../../programs/systemd/hooks.ts";
import { managerOf } from "../../programs/systemd/manager.ts";
import { postgresRuntime } from "../../runtimes/postgres/engine.ts";
import { postgresExecutable } from "../../runtimes/postgres/install.ts";
import { pythonRuntime } from "../../runtimes/python/engine.ts";
import { pythonExecutable } from "../../runtimes/python/install.ts";
import { SHELL } from "../services/hosting/names.ts";
import type { LabDefinition, SshAccess } from "../types.ts";
import { accountOn } from "./account.ts";
import type { Installed } from "./create.ts";

/** Images that are another one with Python on it. */
const WITH_PYTHON: Readonly<Record<string, string>> = { python: "ubuntu", server: "ubuntu" };

/** Everything that machines of labs can run and hold. With `complete`, a machine begins with all its files, at the price of loading them first. */
export function installedOn(host: Host, { complete = false } = {}): Installed {
  const python = pythonRuntime();
  const postgres = postgresRuntime();
  return {
    executables: new Map([
      ...executables(),
      [SHELL, { kind: "typescript", name: SHELL, load: async () => (await import("../services/hosting/shell.ts")).hostingShell }],
      [pythonExecutable.name, pythonExecutable],
      [postgresExecutable.name, postgresExecutable],
    ]),
    engines: new Map([
      ["python", python.engine],
      ["postgres", postgres.engine],
    ]),
    fetchPrograms: loadAllPrograms,
    async fill(machine, image) {
      const base = WITH_PYTHON[image];
      await fillMachine(machine, base ?? image);
      if (base === undefined) return;
      installEverything(machine.files);
      if (complete) await python.loadLibrary(host);
      python.installOn(machine);
      installBesidePython(machine.files);
      if (image !== "server") return;
      if (complete) await postgres.load(host);
      postgres.installOn(machine);
    },
    prepare(machine, { user, ssh }, others, lab) {
      ensureUser(machine.files, user);
      if (ssh !== undefined) letIn(machine, user, ssh, others, lab);
    },
    boot(machine, units) {
      onBoot(machine, bootFirewall);
      bootFirewall(machine);
      return bootServices(machine, units);
    },
    shutDown: (machine) => managerOf(machine).shutDown(),
    async importPacks(kernel, names) {
      const [ofPython, ofPostgres] = [await python.importPacks(kernel, names), await postgres.importPacks(kernel, names)];
      return (path, key) => (key.startsWith("postgres-") ? ofPostgres(path, key) : ofPython(path, key));
    },
  };
}

/** An ssh server, and who may use it from the start: the users of other machines by their keys, whoever has the password. */
function letIn(machine: Machine, user: string, access: SshAccess, others: ReadonlyMap<string, Machine>, lab: LabDefinition): void {
  enableSshServer(machine, { passwords: access.password !== undefined });
  if (access.password !== undefined) setPassword(machine, user, access.password);
  for (const name of access.from) {
    const from = others.get(name);
    const theirs = lab.machines.find((each) => each.name === name)?.user;
    if (from === undefined || theirs === undefined) throw new Error(`The lab has no machine ${name}.`);
    // Its user may not have been made yet.
    ensureUser(from.files, theirs);
    authorizeKey(machine.files, accountOn(machine, user), ensureUserKey(from, accountOn(from, theirs)));
  }
}
