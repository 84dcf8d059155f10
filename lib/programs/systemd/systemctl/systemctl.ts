/** systemctl(1). */
import type { Process } from "../../../kernel/types.ts";
import { Failure } from "../../core/errors.ts";
import type { Arguments } from "../../core/options.ts";
import { Service } from "../service.ts";
import type { Unit } from "../unit.ts";
import { mangle } from "../unit-name.ts";
import { formatRelative } from "../values.ts";
import { Context, isPattern } from "./context.ts";
import { cat, changeFiles, daemonReload, edit, getDefault, isEnabled, listUnitFiles, setDefault } from "./file-commands.ts";
import { isState, isSystemRunning, listDependencies, listJobs, listTimers, listUnits } from "./list-commands.ts";
import { takeDown } from "./power.ts";
import { show } from "./show.ts";
import { dot, showStatus, timestamp } from "./status.ts";
import { isolate, killUnits, resetFailed, startUnits } from "./unit-commands.ts";

const START_VERBS = new Set([
  "start",
  "stop",
  "restart",
  "reload",
  "try-restart",
  "condrestart",
  "reload-or-restart",
  "try-reload-or-restart",
]);
const FILE_VERBS = new Set(["enable", "disable", "reenable", "preset", "mask", "unmask", "link"]);
const NOT_MODELED = new Set([
  "freeze",
  "thaw",
  "clean",
  "set-property",
  "bind",
  "mount-image",
  "list-sockets",
  "list-paths",
  "list-automounts",
  "list-machines",
  "revert",
  "preset-all",
  "add-wants",
  "add-requires",
  "suspend",
  "hibernate",
  "hybrid-sleep",
  "suspend-then-hibernate",
  "kexec",
  "soft-reboot",
  "exit",
  "switch-root",
  "rescue",
  "emergency",
  "set-environment",
  "unset-environment",
  "import-environment",
  "service-log-level",
  "log-level",
  "log-target",
]);

export async function runSystemctl(self: Process, args: Arguments): Promise<number> {
  return run(self, withShorthand(args));
}

/** -P is --value and --property at once. */
function withShorthand(args: Arguments): Arguments {
  if (!args.has("P")) return args;
  const given = [...args.given, { key: "value", value: "" }, { key: "property", value: args.get("P") ?? "" }];
  return Object.assign(Object.create(Object.getPrototypeOf(args)), args, { given });
}

async function run(self: Process, args: Arguments): Promise<number> {
  const context = new Context(self, args);
  const [verb = "list-units"] = args.operands;
  if (START_VERBS.has(verb)) return startUnits(context, verb);
  if (FILE_VERBS.has(verb)) return changeFiles(context, verb);
  switch (verb) {
    case "status":
      return status(context);
    case "list-units":
      return listUnits(context);
    case "list-unit-files":
      return listUnitFiles(context);
    case "list-timers":
      return listTimers(context);
    case "list-dependencies":
      return listDependencies(context);
    case "list-jobs":
      return listJobs(context);
    case "is-active":
    case "is-failed":
      return isState(context, verb);
    case "is-enabled":
      return isEnabled(context);
    case "is-system-running":
      return isSystemRunning(context);
    case "show":
      return show(context);
    case "cat":
      return cat(context);
    case "edit":
      return edit(context);
    case "help":
      return help(context);
    case "kill":
      return killUnits(context);
    case "reset-failed":
      return resetFailed(context);
    case "isolate":
      return isolate(context);
    case "get-default":
      return getDefault(context);
    case "set-default":
      return setDefault(context);
    case "daemon-reload":
    case "daemon-reexec":
      return daemonReload(context);
    case "default":
      return startUnits(new Context(self, args), "start");
    case "show-environment":
      await self.print("LANG=C.UTF-8\nPATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n");
      return 0;
    case "cancel":
      return 0;
    case "reboot":
    case "poweroff":
    case "halt":
      return takeDown(self, verb);
  }
  if (NOT_MODELED.has(verb)) throw new Failure(`'${verb}' is real, but this machine does not model it; see /reference/machine`, 1);
  return context.fail(`Unknown command verb ${verb}.`);
}

async function status(context: Context): Promise<number> {
  const { self, manager, operands } = context;
  manager.collect();
  if (operands.length === 0) return overview(context);
  let code = 0;
  let first = true;
  for (const word of operands) {
    if (/^\d+$/.test(word) && self.machine.find(Number(word)) === undefined) {
      await self.error(`Failed to get unit for PID ${word}: PID ${word} does not belong to any loaded unit.\n`);
      code = 1;
      continue;
    }
    for (const unit of unitsFor(context, word)) {
      if (unit.loaded.state === "not-found" && unit.isInactive) {
        await self.error(`Unit ${unit.id} could not be found.\n`);
        code = 4;
        continue;
      }
      if (!first) await self.print("\n");
      first = false;
      await showStatus(context, unit);
      if (unit.isInactive) code = 3;
      else if (unit.active === "activating" || unit.active === "deactivating") code = 3;
    }
  }
  return code;
}

function unitsFor(context: Context, word: string): Unit[] {
  const { manager, self } = context;
  if (/^\d+$/.test(word)) {
    const cgroup = self.machine.find(Number(word))?.cgroup;
    return manager.units.filter((unit) => unit instanceof Service && unit.cgroup === cgroup);
  }
  const name = mangle(word);
  return isPattern(name) ? context.matching(name) : [manager.unit(name)];
}

async function overview(context: Context): Promise<number> {
  const { self, manager } = context;
  const { machine } = self;
  const failed = manager.units.filter((unit) => unit.active === "failed").length;
  const lines = [
    `${dot(context, failed > 0 ? "activating" : "active")} ${machine.hostname}`,
    `    State: ${context.paint(failed > 0 ? "0;1;31" : "0;1;32", failed > 0 ? "degraded" : "running")}`,
    `    Units: ${manager.units.length} loaded (incl. loaded aliases)`,
    `     Jobs: ${manager.jobs.length} queued`,
    `   Failed: ${failed} units`,
    `    Since: ${timestamp(self, machine.bootedMs)}; ${formatRelative(machine.bootedMs, manager.now())}`,
    "  systemd: 252.39-1~deb12u2",
    "   CGroup: /",
  ];
  const groups = new Map<string, { pid: number; text: string }[]>();
  for (const info of machine.processes()) {
    if (info.state === "zombie") continue;
    groups.set(info.cgroup, [...(groups.get(info.cgroup) ?? []), { pid: info.pid, text: info.argv.join(" ") }]);
  }
  for (const [group, members] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    lines.push(`           ├─${group.slice(1)}`);
    for (const [index, { pid, text }] of members.entries())
      lines.push(`           │ ${index === members.length - 1 ? "└─" : "├─"}${pid} ${text}`);
  }
  await self.print(`${lines.join("\n")}\n`);
  return 0;
}

async function help(context: Context): Promise<number> {
  const { self, manager, operands } = context;
  for (const name of context.names(operands)) {
    const { documentation } = manager.unit(name).loaded.settings;
    if (documentation.length === 0) await self.error(`Documentation for ${name} not known.\n`);
    else await self.print(`${documentation.join("\n")}\n`);
  }
  return 0;
}
