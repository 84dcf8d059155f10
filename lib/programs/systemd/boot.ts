/** Starting a machine, switching it off, and starting it again (bootup(7), shutdown(8)). */
import { RELEASE } from "../../kernel/proc-files.ts";
import type { Machine } from "../../kernel/types.ts";
import { createTemporaryFolders, runGenerators } from "./generators.ts";
import { journalOf } from "./journal/store.ts";
import { managerOf, UnitProblem } from "./manager.ts";
import { Service } from "./service.ts";
import { formatSpan } from "./values.ts";

export type Power = "on" | "going down" | "off";
export type Way = "reboot" | "poweroff" | "halt";

const powers = new WeakMap<Machine, { state: Power; listeners: Set<() => void> }>();

function powerOf(machine: Machine) {
  let power = powers.get(machine);
  if (power === undefined) {
    power = { state: "on", listeners: new Set() };
    powers.set(machine, power);
  }
  return power;
}

export const powerState = (machine: Machine): Power => powerOf(machine).state;

/** Resolves once the machine is up (again); a machine that is off is switched on. */
export async function onceUp(machine: Machine): Promise<void> {
  const power = powerOf(machine);
  if (power.state === "off") switchOn(machine);
  while (power.state !== "on") await new Promise<void>((resolve) => power.listeners.add(resolve));
}

function setPower(machine: Machine, state: Power): void {
  const power = powerOf(machine);
  power.state = state;
  const listeners = [...power.listeners];
  power.listeners.clear();
  for (const listener of listeners) listener();
}

/** How long a machine is away while it starts again, in ms of the world's time. */
const AWAY_MS = 2000;
/** What is still running by then is killed (DefaultTimeoutStopSec=). */
const PATIENCE_MS = 90_000;

/**
 * Starts what is enabled; with `units`, those and nothing else: what ran when the machine was saved. Resolves once what is enabled has
 * started; of `units`, once the ssh server has, by which others come in. Databases take their time.
 */
export async function bootServices(machine: Machine, units?: readonly string[]): Promise<void> {
  runGenerators(machine);
  const manager = managerOf(machine);
  const kernel = (message: string) =>
    journalOf(machine).add({ _TRANSPORT: "kernel", PRIORITY: "5", SYSLOG_FACILITY: "0", SYSLOG_IDENTIFIER: "kernel", MESSAGE: message });
  kernel(`Linux version ${RELEASE.release} (Slipway, modeled) ${RELEASE.version}`);
  const began = machine.kernel.clock.monotonic();
  if (units !== undefined) {
    const jobs = manager.requestAll(["basic.target", ...units], "start");
    await jobs.find(({ unit }) => unit.id === "ssh.service")?.ended;
    return;
  }
  try {
    const job = manager.request("default.target", "start");
    if ((await job.ended) === "done")
      manager.log(`Startup finished in ${formatSpan(Math.max(1, machine.kernel.clock.monotonic() - began) * 1000, 1000)}.`);
  } catch (error) {
    if (!(error instanceof UnitProblem)) throw error;
    manager.log(`Failed to start default target: ${error.message}`, 3);
  }
}

/**
 * Units that are up or about to be: what `bootServices` is to start again when the machine comes back from a saved lab. Undefined for a
 * machine that is not up: it comes back as after a start.
 */
export function activeUnits(machine: Machine): string[] | undefined {
  if (powerState(machine) !== "on") return undefined;
  const { units, jobs } = managerOf(machine);
  const starting = new Set(jobs.filter(({ type }) => type === "start" || type === "restart").map(({ unit }) => unit));
  return units
    .filter((unit) => !unit.transient && ((unit.active !== "inactive" && unit.active !== "failed") || starting.has(unit)))
    .map(({ id }) => id);
}

/** Begins to take the machine down; returns at once. */
export function shutDown(machine: Machine, way: Way, started: (machine: Machine) => void = () => {}): void {
  if (powerState(machine) !== "on") return;
  setPower(machine, "going down");
  void goDown(machine, way, started);
}

async function goDown(machine: Machine, way: Way, started: (machine: Machine) => void): Promise<void> {
  const { clock } = machine.kernel;
  const manager = managerOf(machine);
  const pause = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve));
  // Whoever asked gets its answer first.
  await pause(20);
  const running = manager.units.filter((unit) => unit instanceof Service && !unit.isInactive).map(({ id }) => id);
  const jobs = manager.requestAll(running, "stop");
  await Promise.race([Promise.all(jobs.map((job) => job.ended)), pause(PATIENCE_MS)]);
  manager.log(
    way === "reboot"
      ? "Reached target reboot.target - System Reboot."
      : way === "halt"
        ? "Reached target halt.target - System Halt."
        : "Reached target poweroff.target - System Power Off.",
  );
  manager.log("Shutting down.");
  manager.shutDown();
  journalOf(machine).add({
    _TRANSPORT: "journal",
    PRIORITY: "6",
    SYSLOG_FACILITY: "3",
    SYSLOG_IDENTIFIER: "systemd-journald",
    _PID: "1",
    MESSAGE: "Journal stopped",
  });
  journalOf(machine).flush();
  setPower(machine, way === "reboot" ? "going down" : "off");
  machine.restart();
  if (way !== "reboot") return;
  await pause(AWAY_MS);
  begin(machine, started);
}

/** What the power button does. */
export function switchOn(machine: Machine): void {
  begin(machine, () => {});
}

function begin(machine: Machine, started: (machine: Machine) => void): void {
  // Whoever asked about its units while it was down has made a manager that hears nothing of the machine that begins now.
  managerOf(machine).shutDown();
  machine.restart();
  emptyVolatile(machine);
  started(machine);
  void bootServices(machine);
  setPower(machine, "on");
}

/** /run is a new tmpfs at each start; /tmp is emptied (tmpfiles.d(5): D /tmp). What daemons expect to be there is made again. */
function emptyVolatile(machine: Machine): void {
  const { files } = machine;
  for (const folder of ["/run", "/tmp"]) {
    if (!files.exists(folder)) continue;
    for (const { name } of files.readdir(folder)) files.removeTree(`${folder}/${name}`);
  }
  createTemporaryFolders(machine);
}
