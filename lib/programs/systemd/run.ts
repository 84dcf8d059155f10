/** systemd-run(1): units that have no file. */
import type { OpenFile, Process } from "../../kernel/types.ts";
import type { Arguments } from "../core/options.ts";
import type { LoadedUnit } from "./loader.ts";
import { addImplicit } from "./loader.ts";
import { type Manager, managerOf } from "./manager.ts";
import { readSettings } from "./read-settings.ts";
import { Service } from "./service.ts";
import type { Assignment } from "./unit-file.ts";
import { mangle, parseUnitName } from "./unit-name.ts";
import { formatSpan } from "./values.ts";

export async function runSystemdRun(self: Process, args: Arguments): Promise<number> {
  const [command] = args.operands;
  if (command === undefined) {
    await self.error("Command line to execute required.\n");
    return 1;
  }
  if (self.credentials.uid !== 0) {
    await self.error(
      `Failed to start transient ${timerRules(args).length > 0 ? "timer" : "service"} unit: Interactive authentication required.\n`,
    );
    return 1;
  }
  const manager = managerOf(self.machine);
  const path = command.includes("/") ? self.files.absolute(command) : find(self, command);
  if (path === undefined || !self.files.exists(path)) {
    await self.error(`Failed to find executable ${command}: No such file or directory\n`);
    return 1;
  }
  const given = args.get("unit");
  const base = given === undefined ? `run-r${manager.newId()}` : given.replace(/\.service$/, "");
  const name = mangle(`${base}.service`);
  if (manager.known(name) !== undefined && !manager.known(name)?.isInactive) {
    await self.error(`Failed to start transient service unit: Unit ${name} was already loaded or has a fragment file.\n`);
    return 1;
  }
  const service = transient(self, manager, name, "Service", serviceLines(self, args, path));
  if (typeof service === "string") {
    await self.error(`${service}\n`);
    return 1;
  }
  const rules = timerRules(args);
  if (rules.length > 0) {
    const timer = transient(self, manager, `${base}.timer`, "Timer", rules);
    if (typeof timer === "string") {
      await self.error(`${timer}\n`);
      return 1;
    }
    await manager.request(timer.id, "start").ended;
    if (!args.has("quiet")) await self.error(`Running timer as unit: ${timer.id}\nWill run service as unit: ${name}\n`);
    return 0;
  }
  const pipe = args.has("pipe");
  if (pipe && service instanceof Service) service.fds = ownDescriptors(self);
  const began = manager.monotonic();
  const result = await manager.request(name, "start").ended;
  if (!args.has("quiet")) await self.error(`Running as unit: ${name}\n`);
  if (result !== "done") {
    await self.error(`Job for ${name} failed.\nSee "systemctl status ${name}" and "journalctl -xeu ${name}" for details.\n`);
    return 1;
  }
  if (!args.has("wait", "pipe") || !(service instanceof Service)) return 0;
  while (!service.isInactive) await self.sleep(10);
  const end = service.mainRun?.end;
  if (args.has("wait") && !args.has("quiet")) {
    const how =
      end === undefined ? "" : end.how === "signaled" ? `code=killed/status=${end.signal.slice(3)}` : `code=exited/status=${end.status}`;
    await self.error(
      `Finished with result: ${service.result}\nMain processes terminated with: ${how}\nService runtime: ${formatSpan(Math.max(1, manager.monotonic() - began) * 1000, 1000)}\nCPU time consumed: ${formatSpan(service.endedCpuMs * 1000, 1000)}\n`,
    );
  }
  return end?.status ?? 0;
}

function ownDescriptors(self: Process): ReadonlyMap<number, OpenFile> {
  return new Map(
    [0, 1, 2].flatMap((fd) => {
      const file = self.fds.get(fd);
      return file === undefined ? [] : [[fd, file] as const];
    }),
  );
}

function find(self: Process, name: string): string | undefined {
  return (self.env.PATH ?? "/usr/bin:/bin")
    .split(":")
    .map((folder) => `${folder}/${name}`)
    .find((path) => self.files.exists(path) && self.files.access(path, 1));
}

const quoted = (word: string) => `"${word.replace(/["\\]/g, "\\$&").replaceAll("%", "%%").replaceAll("$", "$$$$")}"`;

function serviceLines(self: Process, args: Arguments, path: string): string[] {
  const option = (name: string, key: string) => (args.get(name) === undefined ? [] : [`${key}=${args.get(name)}`]);
  return [
    `ExecStart=${[path, ...args.operands.slice(1)].map(quoted).join(" ")}`,
    ...option("uid", "User"),
    ...option("gid", "Group"),
    ...option("service-type", "Type"),
    ...(args.has("same-dir") ? [`WorkingDirectory=${self.cwd}`] : option("working-directory", "WorkingDirectory")),
    ...args.all("setenv").map((text) => `Environment=${quoted(text.includes("=") ? text : `${text}=${self.env[text] ?? ""}`)}`),
    ...(args.has("remain-after-exit") ? ["RemainAfterExit=yes"] : []),
    ...args.all("property"),
    `Description=${args.get("description") ?? [path, ...args.operands.slice(1)].join(" ")}`,
  ];
}

function timerRules(args: Arguments): string[] {
  const rule = (name: string, key: string) => args.all(name).map((text) => `${key}=${text}`);
  return [
    ...rule("on-active", "OnActiveSec"),
    ...rule("on-boot", "OnBootSec"),
    ...rule("on-unit-active", "OnUnitActiveSec"),
    ...rule("on-calendar", "OnCalendar"),
  ];
}

/** A unit from these lines, or what is wrong with them. */
function transient(self: Process, manager: Manager, name: string, section: string, lines: readonly string[]) {
  const assignments: Assignment[] = lines.map((text, index) => {
    const key = text.slice(0, text.indexOf("="));
    const ofUnit = ["Description", "After", "Before", "Requires", "Wants", "PartOf", "StartLimitBurst", "StartLimitIntervalSec"].includes(
      key,
    );
    return {
      section: ofUnit ? "Unit" : section,
      key,
      value: text.slice(text.indexOf("=") + 1),
      path: `/run/systemd/transient/${name}`,
      line: index + 1,
    };
  });
  const { settings, remarks } = readSettings(self.machine, name, assignments);
  const [problem] = remarks;
  if (problem !== undefined) return `Unknown assignment: ${lines[problem.line - 1] ?? problem.text}`;
  const parsed = parseUnitName(name);
  if (parsed !== undefined) addImplicit(settings, parsed);
  const loaded: LoadedUnit = {
    id: name,
    state: "loaded",
    reason: "",
    fragment: `/run/systemd/transient/${name}`,
    dropIns: [],
    settings,
    stamp: "",
    remarks: [],
    complaints: [],
  };
  return manager.addTransient(loaded);
}
