/** From assignments to settings; what can't be used is remarked on in systemd's words (load-fragment.c). */
import { signalName, signalNames } from "../../kernel/signals.ts";
import type { Machine, SignalName } from "../../kernel/types.ts";
import { parseCalendar } from "./calendar.ts";
import { parseCommands } from "./exec-command.ts";
import { EXIT_NAMES } from "./exit-status.ts";
import { KNOWN_KEYS } from "./known-keys.ts";
import {
  DEPENDENCIES,
  type DependencyKind,
  defaultSettings,
  EXEC_KINDS,
  type ExecKind,
  type KillMode,
  type RestartRule,
  type ServiceSettings,
  type ServiceType,
  type StatusSet,
  type TimerRule,
  type UnitSettings,
} from "./settings.ts";
import { expandSpecifiers, specifiersOf } from "./specifiers.ts";
import type { Assignment, Remark } from "./unit-file.ts";
import { parseUnitName } from "./unit-name.ts";
import { parseBoolean, parseSpan, splitWords } from "./values.ts";

export interface ReadSettings {
  readonly settings: UnitSettings;
  readonly remarks: readonly Remark[];
  /** A setting without which the unit must not run. */
  readonly fatal: boolean;
}

const SERVICE_TYPES: readonly ServiceType[] = ["simple", "exec", "forking", "oneshot", "notify", "dbus", "idle"];
const RESTARTS: readonly RestartRule[] = ["no", "on-success", "on-failure", "on-abnormal", "on-watchdog", "on-abort", "always"];
const KILL_MODES: readonly KillMode[] = ["control-group", "process", "mixed", "none"];
const OUTPUTS =
  /^(inherit|null|tty|journal|kmsg|journal\+console|kmsg\+console|socket|syslog|syslog\+console|fd(:.*)?|(file|append|truncate):.+)$/;
const OLD_NAMES: Readonly<Record<string, string>> = { BindTo: "BindsTo", StartLimitInterval: "StartLimitIntervalSec" };

/** Reads what concerns the manager here; keys that are known and have no effect on this machine are taken without a word. */
export function readSettings(machine: Machine, unit: string, assignments: readonly Assignment[]): ReadSettings {
  const reader = new Reader(machine, unit);
  for (const each of assignments) reader.take(each);
  return { settings: reader.settings, remarks: reader.remarks, fatal: reader.fatal };
}

export function signalOf(text: string): SignalName | undefined {
  if (/^\d+$/.test(text)) return signalName(Number(text));
  const name = text.startsWith("SIG") ? text : `SIG${text}`;
  return signalNames.find((each) => each === name);
}

class Reader {
  readonly settings = defaultSettings();
  readonly remarks: Remark[] = [];
  fatal = false;
  readonly #specifier: (letter: string) => string | undefined;

  constructor(machine: Machine, unit: string) {
    this.#specifier = specifiersOf(machine, unit);
  }

  take(each: Assignment): void {
    const { section, value } = each;
    const key = OLD_NAMES[each.key] ?? each.key;
    if (!KNOWN_KEYS.get(section)?.has(each.key)) {
      if (!each.key.startsWith("X-")) this.#remark(each, `Unknown key '${each.key}' in section [${section}], ignoring.`);
      return;
    }
    if (section === "Unit" || (section === "Service" && key.startsWith("StartLimit"))) this.#unit(each, key, value);
    else if (section === "Service") this.#service(each, key, value);
    else if (section === "Timer") this.#timer(each, key, value);
  }

  #remark({ path, line }: Assignment, text: string): void {
    this.remarks.push({ path, line, text });
  }

  #expand(text: string): string {
    return expandSpecifiers(text, this.#specifier);
  }

  #boolean(each: Assignment, before: boolean): boolean {
    const found = parseBoolean(each.value);
    if (found === undefined) this.#remark(each, `Failed to parse boolean value, ignoring: ${each.value}`);
    return found ?? before;
  }

  #span(each: Assignment, before: number): number {
    const found = parseSpan(each.value);
    if (found === undefined) this.#remark(each, `Failed to parse sec value, ignoring: ${each.value}`);
    return found ?? before;
  }

  /** A list that an empty assignment empties. */
  #list(each: Assignment, before: readonly string[]): string[] {
    if (each.value === "") return [];
    return [...before, ...(splitWords(this.#expand(each.value)) ?? [])];
  }

  #unit(each: Assignment, key: string, value: string): void {
    const { settings } = this;
    const kind = DEPENDENCIES.find((one) => one === key);
    if (kind !== undefined) {
      this.#dependency(each, kind, value);
      return;
    }
    if (key.startsWith("Condition") || key.startsWith("Assert")) {
      this.#condition(each, key, value);
      return;
    }
    switch (key) {
      case "Description":
        settings.description = value === "" ? undefined : this.#expand(value);
        break;
      case "Documentation":
        for (const word of value.split(/\s+/).filter((one) => one !== "")) {
          if (/^(man|info|file|https?):./.test(word)) settings.documentation.push(word);
          else this.#remark(each, `Invalid URL, ignoring: ${word}`);
        }
        if (value === "") settings.documentation = [];
        break;
      case "StartLimitIntervalSec":
        settings.startLimitIntervalMs = this.#span(each, settings.startLimitIntervalMs);
        break;
      case "StartLimitBurst":
        if (/^\d+$/.test(value)) settings.startLimitBurst = Number(value);
        else this.#remark(each, `Failed to parse unsigned value, ignoring: ${value}`);
        break;
      case "DefaultDependencies":
        settings.defaultDependencies = this.#boolean(each, settings.defaultDependencies);
        break;
      case "RefuseManualStart":
        settings.refuseManualStart = this.#boolean(each, settings.refuseManualStart);
        break;
      case "RefuseManualStop":
        settings.refuseManualStop = this.#boolean(each, settings.refuseManualStop);
        break;
      case "AllowIsolate":
        settings.allowIsolate = this.#boolean(each, settings.allowIsolate);
        break;
      case "IgnoreOnIsolate":
        settings.ignoreOnIsolate = this.#boolean(each, settings.ignoreOnIsolate);
        break;
    }
  }

  #dependency(each: Assignment, kind: DependencyKind, value: string): void {
    // systemd.unit(5): dependencies can't be taken back by an empty assignment.
    for (const word of value.split(/\s+/).filter((one) => one !== "")) {
      const name = this.#expand(word);
      if (parseUnitName(name) === undefined) this.#remark(each, `Failed to add dependency on ${word}, ignoring: Invalid argument`);
      else this.settings.dependencies[kind].push(name);
    }
  }

  #condition(each: Assignment, key: string, value: string): void {
    const { settings } = this;
    const assert = key.startsWith("Assert");
    if (value === "") {
      settings.conditions = settings.conditions.filter((one) => one.assert !== assert);
      return;
    }
    const match = /^(\|?)\s*(!?)\s*(.*)$/.exec(value);
    const rest = this.#expand(match?.[3] ?? "");
    if (/Path|File|Directory/.test(key) && !rest.startsWith("/")) {
      this.#remark(each, `${key}= path is not absolute, ignoring: ${rest}`);
      return;
    }
    settings.conditions.push({ key, value: rest, negate: match?.[2] === "!", trigger: match?.[1] === "|", assert });
  }

  #service(each: Assignment, key: string, value: string): void {
    const { service } = this.settings;
    const exec = EXEC_KINDS.find((one) => one === key);
    if (exec !== undefined) {
      this.#exec(each, exec, value);
      return;
    }
    switch (key) {
      case "Type": {
        const type = SERVICE_TYPES.find((one) => one === value);
        if (type === undefined) this.#remark(each, `Failed to parse service type, ignoring: ${value}`);
        else Object.assign(service, { type, hasType: true });
        break;
      }
      case "Restart": {
        const rule = RESTARTS.find((one) => one === value);
        if (rule === undefined) this.#remark(each, `Failed to parse service restart specifier, ignoring: ${value}`);
        else service.restart = rule;
        break;
      }
      case "KillMode": {
        const mode = KILL_MODES.find((one) => one === value);
        if (mode === undefined) this.#remark(each, `Failed to parse kill mode specification, ignoring: ${value}`);
        else service.killMode = mode;
        break;
      }
      case "RestartSec":
        service.restartMs = this.#span(each, service.restartMs);
        break;
      case "TimeoutSec":
      case "TimeoutStartSec":
      case "TimeoutStopSec": {
        const found = parseSpan(value);
        if (found === undefined) {
          this.#remark(
            each,
            key === "TimeoutStopSec"
              ? `Failed to parse time value, ignoring: ${value}`
              : `Failed to parse ${key}= parameter, ignoring: ${value}`,
          );
          break;
        }
        const ms = found === 0 ? Number.POSITIVE_INFINITY : found;
        if (key !== "TimeoutStopSec") Object.assign(service, { startTimeoutMs: ms, hasStartTimeout: true });
        if (key !== "TimeoutStartSec") service.stopTimeoutMs = ms;
        break;
      }
      case "RuntimeMaxSec":
        service.runtimeMaxMs = this.#span(each, service.runtimeMaxMs);
        break;
      case "RemainAfterExit":
        service.remainAfterExit = this.#boolean(each, service.remainAfterExit);
        break;
      case "SendSIGKILL":
        service.sendSigkill = this.#boolean(each, service.sendSigkill);
        break;
      case "SendSIGHUP":
        service.sendSighup = this.#boolean(each, service.sendSighup);
        break;
      case "DynamicUser":
        service.dynamicUser = this.#boolean(each, service.dynamicUser);
        break;
      case "PIDFile": {
        const path = this.#expand(value);
        service.pidFile = value === "" ? undefined : path.startsWith("/") ? path.replace(/^\/var\/run\//, "/run/") : `/run/${path}`;
        if (path.startsWith("/var/run/"))
          this.#remark(
            each,
            `PIDFile= references a path below legacy directory /var/run/, updating ${path} \u2192 ${service.pidFile}; please update the unit file accordingly.`,
          );
        break;
      }
      case "BusName":
        service.busName = value;
        break;
      case "NotifyAccess":
        service.notifyAccess = value;
        break;
      case "KillSignal":
      case "RestartKillSignal": {
        const signal = signalOf(value);
        if (signal === undefined) this.#remark(each, `Failed to parse signal name, ignoring: ${value}`);
        else if (key === "KillSignal") service.killSignal = signal;
        else service.restartKillSignal = signal;
        break;
      }
      case "SuccessExitStatus":
        this.#statuses(each, service.successStatus);
        break;
      case "RestartPreventExitStatus":
        this.#statuses(each, service.restartPrevent);
        break;
      case "RestartForceExitStatus":
        this.#statuses(each, service.restartForce);
        break;
      default:
        this.#execution(each, key, value, service);
    }
  }

  #exec(each: Assignment, kind: ExecKind, value: string): void {
    const { exec } = this.settings.service;
    if (value === "") {
      exec[kind] = [];
      return;
    }
    const found = parseCommands(value, this.#specifier);
    if (!("text" in found)) {
      exec[kind].push(...found);
      return;
    }
    this.#remark(each, found.text);
    if (found.fatal) this.fatal = true;
  }

  /** systemd.exec(5). */
  #execution(each: Assignment, key: string, value: string, service: ServiceSettings): void {
    switch (key) {
      case "User":
        service.user = value === "" ? undefined : this.#expand(value);
        break;
      case "Group":
        service.group = value === "" ? undefined : this.#expand(value);
        break;
      case "SupplementaryGroups":
        service.supplementaryGroups = this.#list(each, service.supplementaryGroups);
        break;
      case "WorkingDirectory": {
        const optional = value.startsWith("-");
        const path = this.#expand(optional ? value.slice(1) : value);
        if (value === "") service.workingDirectory = undefined;
        else if (path === "~" || path.startsWith("/")) service.workingDirectory = { path, optional };
        else {
          this.#remark(each, `WorkingDirectory= path is not absolute${optional ? ", ignoring" : ""}: ${path}`);
          if (!optional) this.fatal = true;
        }
        break;
      }
      case "Environment":
        this.#environment(each, value, service);
        break;
      case "EnvironmentFile": {
        if (value === "") {
          service.environmentFiles = [];
          break;
        }
        const optional = value.startsWith("-");
        const path = this.#expand(optional ? value.slice(1) : value);
        if (path.startsWith("/")) service.environmentFiles.push({ path, optional });
        else this.#remark(each, `EnvironmentFile= path is not absolute, ignoring: ${path}`);
        break;
      }
      case "PassEnvironment":
        service.passEnvironment = this.#list(each, service.passEnvironment);
        break;
      case "UnsetEnvironment":
        service.unsetEnvironment = this.#list(each, service.unsetEnvironment);
        break;
      case "UMask":
        service.umask = this.#mode(each, service.umask);
        break;
      case "RuntimeDirectory":
        service.runtimeDirectories = this.#directories(each, service.runtimeDirectories);
        break;
      case "StateDirectory":
        service.stateDirectories = this.#directories(each, service.stateDirectories);
        break;
      case "CacheDirectory":
        service.cacheDirectories = this.#directories(each, service.cacheDirectories);
        break;
      case "LogsDirectory":
        service.logsDirectories = this.#directories(each, service.logsDirectories);
        break;
      case "RuntimeDirectoryMode":
        service.runtimeDirectoryMode = this.#mode(each, service.runtimeDirectoryMode);
        break;
      case "StateDirectoryMode":
        service.stateDirectoryMode = this.#mode(each, service.stateDirectoryMode);
        break;
      case "CacheDirectoryMode":
        service.cacheDirectoryMode = this.#mode(each, service.cacheDirectoryMode);
        break;
      case "LogsDirectoryMode":
        service.logsDirectoryMode = this.#mode(each, service.logsDirectoryMode);
        break;
      case "RuntimeDirectoryPreserve":
        service.runtimeDirectoryPreserve = value === "restart" || this.#boolean(each, service.runtimeDirectoryPreserve);
        break;
      case "StandardOutput":
      case "StandardError": {
        const where = this.#expand(value);
        if (!OUTPUTS.test(where)) this.#remark(each, `Failed to parse output specifier, ignoring: ${value}`);
        else if (key === "StandardOutput") service.standardOutput = where;
        else service.standardError = where;
        break;
      }
      case "SyslogIdentifier":
        service.syslogIdentifier = value === "" ? undefined : this.#expand(value);
        break;
      case "SyslogLevel": {
        const level = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"].indexOf(value);
        if (level >= 0) service.syslogLevel = level;
        break;
      }
      case "LimitNOFILE":
        if (/^(\d+[KMGTkmgt]?|infinity)(:(\d+[KMGTkmgt]?|infinity))?$/.test(value)) service.openFiles = value;
        else this.#remark(each, `Failed to parse resource value, ignoring: ${value}`);
        break;
    }
  }

  #mode(each: Assignment, before: number): number {
    if (/^[0-7]{1,5}$/.test(each.value)) return Number.parseInt(each.value, 8);
    this.#remark(each, `Failed to parse mode value, ignoring: ${each.value}`);
    return before;
  }

  #directories(each: Assignment, before: readonly string[]): string[] {
    const words = this.#list(each, []);
    const good = words.filter((word) => {
      const fine = !word.startsWith("/") && !word.split("/").includes("..");
      if (!fine)
        this.#remark(each, `${each.key}= path is ${word.startsWith("/") ? "absolute" : "not normalized"}, ignoring assignment: ${word}`);
      return fine;
    });
    return each.value === "" ? [] : [...before, ...good];
  }

  #environment(each: Assignment, value: string, service: ServiceSettings): void {
    if (value === "") {
      service.environment.clear();
      return;
    }
    const words = splitWords(value);
    if (words === undefined) {
      this.#remark(each, `Invalid syntax, ignoring: ${value}`);
      return;
    }
    for (const word of words) {
      const text = this.#expand(word);
      const match = /^([A-Za-z_]\w*)=(.*)$/s.exec(text);
      if (match) service.environment.set(match[1] ?? "", match[2] ?? "");
      else this.#remark(each, `Invalid environment assignment, ignoring: ${text}`);
    }
  }

  #statuses(each: Assignment, set: StatusSet): void {
    if (each.value === "") {
      set.statuses.clear();
      set.signals.clear();
      return;
    }
    for (const word of each.value.split(/\s+/)) {
      const named = [...EXIT_NAMES].find(([, { name }]) => name === word)?.[0];
      const signal = signalOf(word);
      if (/^\d+$/.test(word) && Number(word) <= 255) set.statuses.add(Number(word));
      else if (named !== undefined) set.statuses.add(named);
      else if (!/^\d+$/.test(word) && signal !== undefined) set.signals.add(signal);
      else this.#remark(each, `Failed to parse value, ignoring: ${word}`);
    }
  }

  #timer(each: Assignment, key: string, value: string): void {
    const { timer } = this.settings;
    switch (key) {
      case "OnCalendar":
        if (value === "") timer.rules = timer.rules.filter((rule) => rule.kind !== "OnCalendar");
        else if (parseCalendar(value) === undefined) this.#remark(each, `Failed to parse calendar specification, ignoring: ${value}`);
        else timer.rules.push({ kind: "OnCalendar", text: value, ms: 0 });
        break;
      case "OnActiveSec":
      case "OnBootSec":
      case "OnStartupSec":
      case "OnUnitActiveSec":
      case "OnUnitInactiveSec": {
        const kind: TimerRule["kind"] = key;
        const ms = parseSpan(value);
        if (value === "") timer.rules = timer.rules.filter((rule) => rule.kind !== kind);
        else if (ms === undefined) this.#remark(each, `Failed to parse timer value, ignoring: ${value}`);
        else timer.rules.push({ kind, text: value, ms });
        break;
      }
      case "Unit":
        timer.unit = this.#expand(value);
        break;
      case "Persistent":
        timer.persistent = this.#boolean(each, timer.persistent);
        break;
    }
  }
}
