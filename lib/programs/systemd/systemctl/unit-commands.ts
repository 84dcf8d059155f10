/** systemctl start, stop, restart and the like. */
import type { JobResult, JobType } from "../job.ts";
import { UnitProblem } from "../manager.ts";
import { signalOf } from "../read-settings.ts";
import { Service } from "../service.ts";
import type { Unit } from "../unit.ts";
import { mangle } from "../unit-name.ts";
import { type Context, isPattern } from "./context.ts";
import { changedOnDisk } from "./status.ts";

/** EXIT_NOTINSTALLED and the like: LSB's meanings of exit statuses, which systemctl uses too. */
const STATUS: Readonly<Record<UnitProblem["kind"], number>> = {
  "not-found": 5,
  "not-loaded": 5,
  masked: 1,
  "bad-setting": 1,
  refused: 4,
  "not-applicable": 3,
  "not-modeled": 3,
};

const AUTHENTICATE = "Interactive authentication required.";

export async function startUnits(context: Context, verb: string): Promise<number> {
  const { self, manager, operands, args } = context;
  if (operands.length === 0) return context.fail("Too few arguments.");
  const names = context.names(operands);
  if (names.length === 0 && operands.some((word) => isPattern(mangle(word))) && verb === "start") {
    await self.error(
      "Warning: systemctl start called with a glob pattern.\nHint: unit globs expand to loaded units, so start will usually have no effect.\n      Passing --all will also load units which are pulled in by other units.\n      See systemctl(1) for more details.\n",
    );
    return 0;
  }
  if (!context.isRoot) {
    for (const name of names)
      await self.error(`Failed to ${verb} ${name}: ${AUTHENTICATE}\nSee system logs and 'systemctl status ${name}' for details.\n`);
    return 1;
  }
  manager.collect();
  let status = 0;
  const waiting: { unit: Unit; ended: Promise<JobResult> }[] = [];
  for (const name of names) {
    try {
      const unit = manager.unit(name);
      const type = jobType(verb, unit);
      if (unit.needsReload) await self.error(changedOnDisk(context, unit));
      if (type === undefined) continue;
      mustApply(unit, type, verb);
      const job = manager.request(name, type, { ignoreDependencies: args.get("job-mode") === "ignore-dependencies" });
      waiting.push({ unit: job.unit, ended: job.ended });
    } catch (error) {
      if (!(error instanceof UnitProblem)) throw error;
      status = STATUS[error.kind];
      await self.error(`Failed to ${verb} ${name}: ${error.message}\n`);
      if (error.kind === "bad-setting" || error.kind === "refused")
        await self.error(`See ${manager.known(name) === undefined ? "user" : "system"} logs and 'systemctl status ${name}' for details.\n`);
    }
  }
  if (args.has("no-block")) return status;
  for (const { unit, ended } of waiting) {
    const result = await waitFor(context, ended);
    if (result === "done" || result === "skipped") continue;
    status = 1;
    if (!context.quiet) await self.error(jobMessage(unit, result));
  }
  return status;
}

/** The process can be killed while it waits. */
async function waitFor(context: Context, ended: Promise<JobResult>): Promise<JobResult> {
  const { self } = context;
  let stop = () => {};
  const gone = new Promise<never>((_, reject) => {
    const aborted = () => reject(self.ended.reason);
    self.ended.addEventListener("abort", aborted, { once: true });
    stop = () => self.ended.removeEventListener("abort", aborted);
  });
  try {
    return await Promise.race([ended, gone]);
  } finally {
    stop();
  }
}

/** Undefined where there is nothing to do. */
function jobType(verb: string, unit: Unit): JobType | undefined {
  switch (verb) {
    case "start":
      return "start";
    case "stop":
      return "stop";
    case "restart":
      return "restart";
    case "reload":
      return "reload";
    case "try-restart":
    case "condrestart":
      if (unit.loaded.state === "not-found") throw new UnitProblem("not-found", `Unit ${unit.id} not found.`);
      return unit.isInactive ? undefined : "restart";
    case "reload-or-restart":
      return unit.isActive && canReload(unit) ? "reload" : "restart";
    default:
      // try-reload-or-restart
      if (unit.loaded.state === "not-found") throw new UnitProblem("not-found", `Unit ${unit.id} not found.`);
      return unit.isInactive ? undefined : canReload(unit) ? "reload" : "restart";
  }
}

export function canReload(unit: Unit): boolean {
  return unit instanceof Service && unit.settings.exec.ExecReload.length > 0;
}

function mustApply(unit: Unit, type: JobType, verb: string): void {
  if (unit.loaded.state === "loaded" && type === "reload" && !canReload(unit))
    throw new UnitProblem("not-applicable", `Job type reload is not applicable for unit ${unit.id}.`);
  const { refuseManualStart, refuseManualStop } = unit.loaded.settings;
  const refused = (what: string) =>
    new UnitProblem(
      "refused",
      `Operation refused, unit ${unit.id} may be requested by dependency only (it is configured to refuse manual start/stop).${what}`,
    );
  if (refuseManualStart && (verb === "start" || verb === "restart")) throw refused("");
  if (refuseManualStop && (verb === "stop" || verb === "restart")) throw refused("");
}

/** check_wait_response() of bus-wait-for-jobs.c. */
export function jobMessage(unit: Unit, result: JobResult): string {
  const { id } = unit;
  const hint = `See "systemctl status ${id}" and "journalctl -xeu ${id}" for details.\n`;
  switch (result) {
    case "canceled":
      return `Job for ${id} canceled.\n`;
    case "timeout":
      return `Job for ${id} timed out.\n`;
    case "dependency":
      return `A dependency job for ${id} failed. See 'journalctl -xe' for details.\n`;
    case "invalid":
      return `${id} is not active, cannot reload.\n`;
    case "unsupported":
      return `Operation on or unit type of ${id} not supported on this system.\n`;
  }
  const why = unit instanceof Service ? REASONS[unit.result] : undefined;
  if (why === undefined) return `Job for ${id} failed.\n${hint}`;
  const again =
    unit instanceof Service && unit.result === "start-limit-hit"
      ? `To force a start use "systemctl reset-failed ${id}"\nfollowed by "systemctl start ${id}" again.\n`
      : "";
  return `Job for ${id} failed because ${why}.\n${hint}${again}`;
}

const REASONS: Readonly<Record<string, string>> = {
  resources: "of unavailable resources or another system error",
  protocol: "the service did not take the steps required by its unit configuration",
  timeout: "a timeout was exceeded",
  "exit-code": "the control process exited with error code",
  signal: "a fatal signal was delivered to the control process",
  "core-dump": "a fatal signal was delivered causing the control process to dump core",
  watchdog: "the service failed to send watchdog ping",
  "start-limit-hit": "start of the service was attempted too often",
};

export async function killUnits(context: Context): Promise<number> {
  const { self, manager, operands, args } = context;
  if (operands.length === 0) return context.fail("Too few arguments.");
  const text = args.get("signal") ?? "SIGTERM";
  const signal = signalOf(text);
  if (signal === undefined) return context.fail(`Failed to parse signal string "${text}".`);
  let status = 0;
  for (const name of context.names(operands)) {
    const unit = manager.known(name);
    if (
      unit === undefined ||
      (unit.isInactive && unit.loaded.state !== "loaded") ||
      !(unit instanceof Service) ||
      unit.processes.length === 0
    ) {
      await self.error(`Failed to kill unit ${name}: ${unit === undefined ? `Unit ${name} not loaded.` : "No such process"}\n`);
      status = 1;
      continue;
    }
    if (!context.isRoot) {
      await self.error(`Failed to kill unit ${name}: ${AUTHENTICATE}\n`);
      status = 1;
      continue;
    }
    const whom = args.get("kill-whom", "kill-who") ?? "all";
    const pids = whom === "main" ? [unit.mainPid].filter((pid) => pid > 0) : unit.processes;
    for (const pid of pids) {
      const what = pid === unit.mainPid ? "main" : pid === unit.controlPid ? "control" : "";
      unit.log(
        `${unit.id}: Sent signal ${signal} to ${what === "" ? "" : `${what} `}process ${pid} (${manager.commOf(pid)}) on client request.`,
      );
      manager.kill(pid, signal);
    }
  }
  return status;
}

export async function resetFailed(context: Context): Promise<number> {
  const { self, manager, operands } = context;
  if (operands.length === 0) {
    if (!context.isRoot) return context.fail(`Failed to execute operation: ${AUTHENTICATE}`);
    for (const unit of manager.units) unit.resetFailed();
    return 0;
  }
  let status = 0;
  for (const name of context.names(operands)) {
    const unit = manager.known(name);
    if (unit === undefined) {
      await self.error(`Failed to reset failed state of unit ${name}: Unit ${name} not loaded.\n`);
      status = 1;
    } else if (!context.isRoot) {
      await self.error(`Failed to reset failed state of unit ${name}: ${AUTHENTICATE}\n`);
      status = 1;
    } else unit.resetFailed();
  }
  return status;
}

export async function isolate(context: Context): Promise<number> {
  const { manager, operands } = context;
  if (operands.length === 0) return context.fail("Too few arguments.");
  const name = mangle(operands[0] ?? "", "target");
  if (!context.isRoot)
    return context.fail(`Failed to start ${name}: ${AUTHENTICATE}\nSee system logs and 'systemctl status ${name}' for details.`);
  const unit = manager.unit(name);
  if (unit.loaded.settings.refuseManualStart)
    return context.fail(
      `Failed to start ${name}: Operation refused, unit ${name} may be requested by dependency only (it is configured to refuse manual start/stop).\nSee system logs and 'systemctl status ${name}' for details.`,
      4,
    );
  if (!unit.loaded.settings.allowIsolate)
    return context.fail(
      `Failed to start ${name}: Operation refused, unit may not be isolated.\nSee system logs and 'systemctl status ${name}' for details.`,
      4,
    );
  if (/^(rescue|emergency)\.target$/.test(name))
    return context.fail(
      `Failed to start ${name}: it is real, but this machine has no console on which it could ask; see /reference/machine`,
    );
  const job = manager.request(name, "start");
  for (const other of manager.units) {
    const wanted =
      other.isInactive || other.loaded.settings.ignoreOnIsolate || other.job !== undefined || /\.(target|slice|scope)$/.test(other.id);
    if (!wanted && !manager.isNeededBy(unit, other)) manager.request(other.id, "stop");
  }
  return (await waitFor(context, job.ended)) === "done" ? 0 : 1;
}
