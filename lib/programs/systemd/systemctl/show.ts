/** systemctl show: properties, in systemd's names and order (those that mean something on this machine). */

import { signalNumbers } from "../../../kernel/signals.ts";
import type { Process } from "../../../kernel/types.ts";
import { presetOf } from "../install.ts";
import { requiresOf, wantsOf } from "../relations.ts";
import { type RunStatus, Service } from "../service.ts";
import type { ExecKind, ServiceSettings } from "../settings.ts";
import { EXEC_KINDS } from "../settings.ts";
import { Timer } from "../timer.ts";
import type { Unit } from "../unit.ts";
import { formatSpan } from "../values.ts";
import type { Context } from "./context.ts";
import { fileState, timestamp } from "./status.ts";
import { canReload } from "./unit-commands.ts";

const yes = (value: boolean) => (value ? "yes" : "no");
const span = (ms: number) => formatSpan(ms * 1000);
const octal = (mode: number) => mode.toString(8).padStart(4, "0");

export function propertiesOf(context: Context, unit: Unit): [string, string][] {
  return [
    ...(unit instanceof Service ? serviceProperties(context, unit) : []),
    ...(unit instanceof Timer ? timerProperties(context.self, unit) : []),
    ...unitProperties(context, unit),
  ];
}

function execText(kind: ExecKind, service: Service, self: Process): [string, string][] {
  return service.settings.exec[kind].map((command) => {
    const run = service.runs.find((each) => each.command === command);
    const at = (ms: number | undefined) => (ms === undefined || ms === 0 ? "[n/a]" : `[${timestamp(self, ms)}]`);
    const code = run?.end === undefined ? "(null)" : run.end.how === "signaled" ? "killed" : "exited";
    const status =
      run?.end === undefined
        ? "0/0"
        : run.end.how === "signaled"
          ? `${signalNumbers[run.end.signal]}/${run.end.signal.slice(3)}`
          : String(run.end.status);
    const text = `{ path=${command.path} ; argv[]=${command.argv.join(" ")} ; ignore_errors=${yes(command.ignoreFailure)} ; start_time=${at(run?.startedMs)} ; stop_time=${at(run?.endedMs)} ; pid=${run?.pid ?? 0} ; code=${code} ; status=${status} }`;
    return [kind, text];
  });
}

function serviceProperties({ self }: Context, unit: Service): [string, string][] {
  const { settings } = unit;
  const main: RunStatus | undefined = unit.mainRun;
  const usage = self.machine.usage();
  const pids = unit.processes;
  const memory = pids.reduce((sum, pid) => sum + usage.of(pid).residentBytes, 0);
  const cpu = pids.reduce((sum, pid) => sum + usage.of(pid).cpuMs, 0) + unit.endedCpuMs;
  const when = (ms: number) => (ms > 0 ? timestamp(self, ms) : "");
  return [
    ["Type", settings.type],
    ["Restart", settings.restart],
    ...(settings.pidFile === undefined ? [] : ([["PIDFile", settings.pidFile]] as [string, string][])),
    ["NotifyAccess", settings.notifyAccess ?? (settings.type === "notify" ? "main" : "none")],
    ["RestartUSec", span(settings.restartMs)],
    ["TimeoutStartUSec", span(settings.startTimeoutMs)],
    ["TimeoutStopUSec", span(settings.stopTimeoutMs)],
    ["RuntimeMaxUSec", span(settings.runtimeMaxMs)],
    ["RemainAfterExit", yes(settings.remainAfterExit)],
    ["MainPID", String(unit.mainPid)],
    ["ControlPID", String(unit.controlPid)],
    ["StatusText", unit.statusText],
    ["Result", unit.result],
    ["ReloadResult", unit.reloadResult],
    ["UID", "[not set]"],
    ["GID", "[not set]"],
    ["NRestarts", String(unit.restarts)],
    ["ExecMainStartTimestamp", when(main?.startedMs ?? 0)],
    ["ExecMainExitTimestamp", when(main?.endedMs ?? 0)],
    ["ExecMainPID", String(main?.pid ?? 0)],
    ["ExecMainCode", main?.end === undefined ? "0" : main.end.how === "signaled" ? "2" : "1"],
    [
      "ExecMainStatus",
      main?.end === undefined ? "0" : String(main.end.how === "signaled" ? signalNumbers[main.end.signal] : main.end.status),
    ],
    ...EXEC_KINDS.flatMap((kind) => execText(kind, unit, self)),
    ["Slice", "system.slice"],
    ["ControlGroup", pids.length > 0 ? unit.cgroup : ""],
    ["MemoryCurrent", pids.length > 0 ? String(memory) : "[not set]"],
    ["CPUUsageNSec", pids.length > 0 ? String(Math.round(cpu * 1e6)) : "[not set]"],
    ["TasksCurrent", pids.length > 0 ? String(pids.length) : "[not set]"],
    ...execution(settings),
  ];
}

function execution(settings: ServiceSettings): [string, string][] {
  const optional = (name: string, value: string | undefined): [string, string][] =>
    value === undefined || value === "" ? [] : [[name, value]];
  return [
    ...optional(
      "Environment",
      [...settings.environment].map(([name, value]) => (/\s/.test(value) ? `"${name}=${value}"` : `${name}=${value}`)).join(" "),
    ),
    ...settings.environmentFiles.map(({ path, optional: missing }): [string, string] => [
      "EnvironmentFiles",
      `${path} (ignore_errors=${yes(missing)})`,
    ]),
    ["UMask", octal(settings.umask)],
    ...optional("LimitNOFILE", settings.openFiles),
    ...optional(
      "WorkingDirectory",
      settings.workingDirectory && `${settings.workingDirectory.optional ? "!" : ""}${settings.workingDirectory.path}`,
    ),
    ["StandardOutput", settings.standardOutput.replace(/:.*/, "")],
    ["StandardError", settings.standardError.replace(/:.*/, "")],
    ...optional("SyslogIdentifier", settings.syslogIdentifier),
    ...optional("User", settings.user),
    ...optional("Group", settings.group),
    ...optional("SupplementaryGroups", settings.supplementaryGroups.join(" ")),
    ...optional("RuntimeDirectory", settings.runtimeDirectories.join(" ")),
    ["RuntimeDirectoryMode", octal(settings.runtimeDirectoryMode)],
    ...optional("StateDirectory", settings.stateDirectories.join(" ")),
    ...optional("LogsDirectory", settings.logsDirectories.join(" ")),
    ["KillMode", settings.killMode],
    ["KillSignal", String(signalNumbers[settings.killSignal])],
    ["SendSIGKILL", yes(settings.sendSigkill)],
  ];
}

function timerProperties(self: Process, unit: Timer): [string, string][] {
  return [
    ["Unit", unit.target],
    ...unit.loaded.settings.timer.rules.map((rule): [string, string] =>
      rule.kind === "OnCalendar"
        ? ["TimersCalendar", `{ OnCalendar=${rule.text} ; next_elapse=${unit.next === undefined ? "(null)" : timestamp(self, unit.next)} }`]
        : [
            "TimersMonotonic",
            `{ ${rule.kind.replace(/Sec$/, "USec")}=${span(rule.ms)} ; next_elapse=${unit.next === undefined ? "0" : span(unit.next - self.machine.bootedMs)} }`,
          ],
    ),
    ["NextElapseUSecRealtime", unit.next === undefined ? "" : timestamp(self, unit.next)],
    ["LastTriggerUSec", unit.lastTrigger === undefined ? "" : timestamp(self, unit.lastTrigger)],
    ["Persistent", yes(unit.loaded.settings.timer.persistent)],
  ];
}

function unitProperties(context: Context, unit: Unit): [string, string][] {
  const { self, manager } = context;
  const { files } = self.machine;
  const { dependencies } = unit.loaded.settings;
  const list = (name: string, values: readonly string[]): [string, string][] =>
    values.length === 0 ? [] : [[name, [...new Set(values)].join(" ")]];
  const when = (ms: number) => (ms > 0 ? timestamp(self, ms) : "");
  const others = manager.units;
  const reverse = (pick: (other: Unit) => readonly string[]) => others.filter((other) => pick(other).includes(unit.id)).map(({ id }) => id);
  const file = fileState(context, unit);
  return [
    ["Id", unit.id],
    ["Names", [unit.id, ...manager.aliasesOf(unit)].join(" ")],
    ...list("Requires", requiresOf(files, unit)),
    ...list("Wants", wantsOf(files, unit)),
    ...list("BindsTo", dependencies.BindsTo),
    ...list("PartOf", dependencies.PartOf),
    ...list(
      "RequiredBy",
      reverse((other) => requiresOf(files, other)),
    ),
    ...list(
      "WantedBy",
      reverse((other) => wantsOf(files, other)),
    ),
    ...list("Conflicts", dependencies.Conflicts),
    ...list("Before", dependencies.Before),
    ...list("After", dependencies.After),
    ...list("OnFailure", dependencies.OnFailure),
    ...list("Documentation", unit.loaded.settings.documentation),
    ["Description", unit.description],
    ["LoadState", unit.loaded.state],
    ["ActiveState", unit.active],
    ["SubState", unit.sub],
    ...(unit.loaded.fragment === undefined ? [] : ([["FragmentPath", unit.loaded.fragment]] as [string, string][])),
    ...list("DropInPaths", unit.loaded.dropIns),
    ["UnitFileState", file ?? ""],
    ["UnitFilePreset", file === undefined || presetOf(file) === "-" ? "" : presetOf(file)],
    ["StateChangeTimestamp", when(unit.times.stateChange)],
    ["InactiveExitTimestamp", when(unit.times.inactiveExit)],
    ["ActiveEnterTimestamp", when(unit.times.activeEnter)],
    ["ActiveExitTimestamp", when(unit.times.activeExit)],
    ["InactiveEnterTimestamp", when(unit.times.inactiveEnter)],
    ["CanStart", yes(unit.loaded.state === "loaded")],
    ["CanStop", yes(true)],
    ["CanReload", yes(canReload(unit))],
    ["CanIsolate", yes(unit.loaded.settings.allowIsolate)],
    ["NeedDaemonReload", yes(unit.needsReload)],
    ["ConditionResult", yes(unit.unmet === undefined)],
    ["StartLimitIntervalUSec", span(unit.loaded.settings.startLimitIntervalMs)],
    ["StartLimitBurst", String(unit.loaded.settings.startLimitBurst)],
    ["InvocationID", unit.invocation],
  ];
}

export async function show(context: Context): Promise<number> {
  const { self, args, manager, operands } = context;
  manager.collect();
  const wanted = args.all("property").flatMap((text) => text.split(","));
  const value = args.has("value");
  const units = operands.length === 0 ? [] : context.names(operands).map((name) => manager.unit(name));
  const blocks = operands.length === 0 ? [managerProperties(context)] : units.map((unit) => propertiesOf(context, unit));
  const texts = blocks.map((properties) => {
    const rows = wanted.length === 0 ? properties : properties.filter(([name]) => wanted.includes(name));
    const shown = rows.filter(([, text]) => args.has("all") || text !== "" || wanted.length > 0);
    return shown.map(([name, text]) => `${value ? "" : `${name}=`}${text}\n`).join("");
  });
  await self.print(texts.join("\n"));
  return 0;
}

function managerProperties({ manager }: Context): [string, string][] {
  return [
    ["Version", "252.39-1~deb12u2"],
    ["Architecture", "x86-64"],
    ["NNames", String(manager.units.length)],
    ["NFailedUnits", String(manager.units.filter((unit) => unit.active === "failed").length)],
    ["NJobs", String(manager.jobs.length)],
    ["SystemState", manager.units.some((unit) => unit.active === "failed") ? "degraded" : "running"],
    ["Environment", "LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
    [
      "UnitPath",
      "/etc/systemd/system.control /run/systemd/system.control /run/systemd/transient /etc/systemd/system /run/systemd/system /usr/local/lib/systemd/system /lib/systemd/system",
    ],
  ];
}
