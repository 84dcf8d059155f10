import { loginEnvironment } from "../../kernel/login.ts";
import { accountOn } from "../../lab/world/account.ts";
import { runCommand } from "../../lab/world/command.ts";
import type { LabWorld } from "../../lab/world/create.ts";
import type { ScriptResult } from "./protocol.ts";

/** As long as the recordings were given with real bash, in milliseconds. */
const PATIENCE_MS = 20_000;

/** Runs a script with `bash -c` as user learner, in an empty home: what fidelity cases were recorded with. */
export async function runScript(world: LabWorld, script: string): Promise<ScriptResult> {
  const machine = world.machine("machine");
  const account = accountOn(machine, "learner");
  for (const { name } of machine.files.readdir(account.home)) machine.files.removeTree(`${account.home}/${name}`);
  const { HOME = "", USER = "", LOGNAME = "", PATH = "", LANG = "", TERM = "" } = loginEnvironment(account);
  const ended = await runCommand(machine, {
    argv: ["/bin/bash", "-c", script],
    user: "learner",
    cwd: account.home,
    env: { HOME, USER, LOGNAME, PATH, LANG, TERM },
    timeoutMs: PATIENCE_MS,
    clock: world.kernel.clock,
  });
  if (ended === undefined) throw new Error(`it did not end within ${PATIENCE_MS / 1000} seconds`);
  return { stdout: ended.stdout, stderr: ended.stderr, exitCode: ended.status };
}
