/** Finds a unit's files and reads them (systemd.unit(5), "Unit File Load Path"). */
import type { Files, Machine } from "../../kernel/types.ts";
import { readSettings } from "./read-settings.ts";
import { defaultSettings, type UnitSettings } from "./settings.ts";
import { type Assignment, parseUnitFile, type Remark } from "./unit-file.ts";
import { parseUnitName, templateOf, type UnitName, type UnitType, withInstance } from "./unit-name.ts";

/** The first one wins. */
export const UNIT_PATHS = [
  "/etc/systemd/system.control",
  "/run/systemd/system.control",
  "/run/systemd/transient",
  "/etc/systemd/system",
  "/run/systemd/system",
  "/run/systemd/generator",
  "/usr/local/lib/systemd/system",
  "/lib/systemd/system",
] as const;

export type LoadState = "loaded" | "not-found" | "masked" | "bad-setting" | "error";

export interface LoadedUnit {
  /** The name of its file, where it was asked for by an alias. */
  readonly id: string;
  readonly state: LoadState;
  /** In words, for all but "loaded". */
  readonly reason: string;
  readonly fragment: string | undefined;
  readonly dropIns: readonly string[];
  readonly settings: UnitSettings;
  /** Of all its files: what tells whether one has changed since. */
  readonly stamp: string;
  readonly remarks: readonly Remark[];
  /** Remarks that concern no line: "noexec.service: Service has no ExecStart=…". */
  readonly complaints: readonly string[];
}

const SECTIONS: Partial<Record<UnitType, string>> = {
  service: "Service",
  socket: "Socket",
  timer: "Timer",
  mount: "Mount",
  automount: "Automount",
  swap: "Swap",
  path: "Path",
  slice: "Slice",
  scope: "Scope",
};

export const sectionOf = (type: UnitType): string | undefined => SECTIONS[type];

const kindOf = (files: Files, path: string) => (files.exists(path) || isLink(files, path) ? files.lstat(path).kind : undefined);

function isLink(files: Files, path: string): boolean {
  try {
    return files.lstat(path).kind === "symlink";
  } catch {
    return false;
  }
}

export interface FoundFile {
  readonly path: string;
  readonly masked: boolean;
  /** Where its link leads, when that has another name: the unit's real one. */
  readonly aliasOf: string | undefined;
}

/** The first file of that name in the unit path. */
export function findUnitFile(files: Files, name: string, paths: readonly string[] = UNIT_PATHS): FoundFile | undefined {
  for (const folder of paths) {
    const path = `${folder}/${name}`;
    const kind = kindOf(files, path);
    if (kind === undefined) continue;
    if (kind === "symlink") {
      const target = files.readlink(path);
      if (target === "/dev/null") return { path, masked: true, aliasOf: undefined };
      const base = target.slice(target.lastIndexOf("/") + 1);
      if (base !== name && parseUnitName(base) !== undefined) return { path, masked: false, aliasOf: base };
      if (!files.exists(path)) continue;
      return { path: resolved(files, path), masked: files.stat(path).size === 0, aliasOf: undefined };
    }
    if (kind !== "file") continue;
    return { path, masked: files.stat(path).size === 0, aliasOf: undefined };
  }
  return undefined;
}

/** Where a linked unit file really lies, in the folder's usual spelling. */
function resolved(files: Files, path: string): string {
  const real = files.realpath(path);
  return real.startsWith("/usr/lib/systemd/") ? real.slice("/usr".length) : real;
}

/** Files of `NAME.d` folders, in the order in which they are read; of two with one name that of the folder that comes first. */
export function findDropIns(files: Files, name: UnitName, paths: readonly string[] = UNIT_PATHS): string[] {
  const folders: string[] = [];
  const add = (base: string) => {
    for (const folder of paths) folders.push(`${folder}/${base}.d`);
  };
  add(name.full);
  const template = templateOf(name);
  if (template !== undefined) add(template);
  // "foo-.service.d" holds for all names that begin so.
  const dashes = name.prefix.split("-").slice(0, -1);
  for (let length = dashes.length; length > 0; length--) add(`${dashes.slice(0, length).join("-")}-.${name.type}`);
  add(name.type);
  const found = new Map<string, string | undefined>();
  for (const folder of folders) {
    if (!files.exists(folder) || files.stat(folder).kind !== "directory") continue;
    for (const { name: file } of files.readdir(folder)) {
      if (!file.endsWith(".conf") || found.has(file)) continue;
      const path = `${folder}/${file}`;
      const masked = isLink(files, path) && files.readlink(path) === "/dev/null";
      found.set(file, masked ? undefined : path);
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, path]) => (path === undefined ? [] : [path]));
}

/** Units that lie in `NAME.wants` or `NAME.requires` folders. */
export function findLinked(files: Files, name: string, kind: "wants" | "requires"): string[] {
  const found = new Set<string>();
  for (const folder of UNIT_PATHS) {
    const path = `${folder}/${name}.${kind}`;
    if (!files.exists(path) || files.stat(path).kind !== "directory") continue;
    for (const { name: unit } of files.readdir(path)) if (parseUnitName(unit) !== undefined) found.add(unit);
  }
  return [...found];
}

/** Follows aliases to the name that a unit has in truth, and its file. */
export function resolveName(
  files: Files,
  name: string,
  paths: readonly string[] = UNIT_PATHS,
): { id: string; file: FoundFile | undefined } {
  let id = name;
  for (let hops = 0; hops < 8; hops++) {
    const parsed = parseUnitName(id);
    if (parsed === undefined) return { id, file: undefined };
    let file = findUnitFile(files, id, paths);
    const template = templateOf(parsed);
    if (file === undefined && template !== undefined) {
      file = findUnitFile(files, template, paths);
      if (file?.aliasOf !== undefined && parsed.instance !== undefined) {
        id = withInstance(file.aliasOf, parsed.instance);
        continue;
      }
    }
    if (file?.aliasOf === undefined) return { id, file };
    // A link "foo@bar.service" to "foo@.service" is an instance, not another name.
    if (file.aliasOf === template) return { id, file: findUnitFile(files, template, paths) };
    id = file.aliasOf;
  }
  return { id, file: undefined };
}

function read(files: Files, path: string): string | undefined {
  try {
    return files.readText(path);
  } catch {
    return undefined;
  }
}

/** Reads a unit as it is on the disk now. */
export function loadUnit(machine: Machine, name: string, paths: readonly string[] = UNIT_PATHS): LoadedUnit {
  const { files } = machine;
  const { id, file } = resolveName(files, name, paths);
  const parsed = parseUnitName(id);
  const nothing = {
    id,
    fragment: file?.path,
    dropIns: [],
    settings: defaultSettings(),
    remarks: [],
    complaints: [],
    stamp: stampOf(files, file?.path, []),
  };
  if (parsed === undefined || file === undefined) return { ...nothing, state: "not-found", reason: `Unit ${name} not found.` };
  if (file.masked) return { ...nothing, state: "masked", reason: `Unit ${id} is masked.` };
  const dropIns = findDropIns(files, parsed, paths);
  const assignments: Assignment[] = [];
  const remarks: Remark[] = [];
  let broken = false;
  for (const path of [file.path, ...dropIns]) {
    const text = read(files, path);
    if (text === undefined) continue;
    const unit = parseUnitFile(text, path, sectionOf(parsed.type));
    assignments.push(...unit.assignments);
    remarks.push(...unit.remarks);
    broken ||= unit.broken && path === file.path;
  }
  const { settings, remarks: others, fatal } = readSettings(machine, id, assignments);
  const loaded = {
    id,
    fragment: file.path,
    dropIns,
    settings,
    stamp: stampOf(files, file.path, dropIns),
    remarks: [...remarks, ...others].sort((a, b) => (a.path === b.path ? a.line - b.line : 0)),
  };
  if (broken) {
    const reason = `Unit ${id} failed to load properly, please adjust/correct and reload service manager: Bad message`;
    return { ...loaded, state: "error", reason, complaints: [] };
  }
  const complaints = fatal ? [`${id}: Unit configuration has fatal error, unit will not be started.`] : verifySettings(parsed, settings);
  if (complaints.length > 0) return { ...loaded, state: "bad-setting", reason: `Unit ${id} has a bad unit file setting.`, complaints };
  addImplicit(settings, parsed);
  return { ...loaded, state: "loaded", reason: "", complaints: [] };
}

/** What changes when a file of the unit changes (NeedDaemonReload). */
export function stampOf(files: Files, fragment: string | undefined, dropIns: readonly string[]): string {
  return [fragment, ...dropIns]
    .map((path) => (path !== undefined && files.exists(path) ? `${path}:${files.stat(path).mtimeMs}` : "-"))
    .join("|");
}

/** service_verify() and timer_verify(): what each setting allows, and all together don't. */
function verifySettings({ type, full }: UnitName, { service, timer }: UnitSettings): string[] {
  const complain = (text: string) => [`${full}: ${text} Refusing.`];
  if (type === "timer") return timer.rules.length === 0 ? complain("Timer unit lacks value setting.") : [];
  if (type !== "service") return [];
  const starts = service.exec.ExecStart.length;
  if (starts === 0 && service.exec.ExecStop.length === 0) return complain("Service has no ExecStart=, ExecStop=, or SuccessAction=.");
  if (service.type !== "oneshot" && starts === 0 && service.hasType)
    return complain("Service has no ExecStart= setting, which is only allowed for Type=oneshot services.");
  if (!service.remainAfterExit && starts === 0)
    return complain("Service has no ExecStart= setting, which is only allowed for RemainAfterExit=yes services.");
  if (service.type !== "oneshot" && starts > 1)
    return complain("Service has more than one ExecStart= setting, which is only allowed for Type=oneshot services.");
  if (service.type === "oneshot" && (service.restart === "always" || service.restart === "on-success"))
    return complain("Service has Restart= set to either always or on-success, which isn't allowed for Type=oneshot services.");
  if (service.type === "dbus" && service.busName === undefined)
    return complain("Service is of type D-Bus but no D-Bus service name has been specified.");
  return [];
}

/** Dependencies that nobody has to write (systemd.service(5), systemd.target(5), systemd.timer(5): "Implicit" and "Default Dependencies"). */
export function addImplicit(settings: UnitSettings, { type, full }: UnitName): void {
  const { dependencies, service, timer, defaultDependencies } = settings;
  if (type === "service" && defaultDependencies) {
    dependencies.Requires.push("sysinit.target");
    dependencies.After.push("basic.target", "sysinit.target");
    dependencies.Conflicts.push("shutdown.target");
    dependencies.Before.push("shutdown.target");
  }
  if (type === "service" && service.type === "oneshot" && !service.hasStartTimeout) service.startTimeoutMs = Number.POSITIVE_INFINITY;
  if (type === "target" && defaultDependencies && full !== "shutdown.target") {
    dependencies.Conflicts.push("shutdown.target");
    dependencies.Before.push("shutdown.target");
  }
  if (type === "timer") {
    timer.unit ??= full.replace(/\.timer$/, ".service");
    if (defaultDependencies) {
      dependencies.Requires.push("sysinit.target");
      dependencies.After.push("sysinit.target");
      dependencies.Before.push("timers.target");
    }
    dependencies.Before.push(timer.unit);
  }
}
