/** What the settings of a unit mean to the manager, once they are read (systemd.unit(5), systemd.service(5), systemd.timer(5)). */
import type { SignalName } from "../../kernel/types.ts";

export const DEPENDENCIES = [
  "Requires",
  "Requisite",
  "Wants",
  "BindsTo",
  "PartOf",
  "Upholds",
  "Conflicts",
  "Before",
  "After",
  "OnFailure",
  "OnSuccess",
  "PropagatesReloadTo",
  "ReloadPropagatedFrom",
] as const;
export type DependencyKind = (typeof DEPENDENCIES)[number];

export interface Condition {
  /** "ConditionPathExists". */
  readonly key: string;
  readonly value: string;
  readonly negate: boolean;
  /** `|`: one of these is enough. */
  readonly trigger: boolean;
  readonly assert: boolean;
}

export interface ExecCommand {
  /** As the file has it, "-" and the like taken away. */
  readonly path: string;
  readonly argv: readonly string[];
  /** `-`: failing is no failure. */
  readonly ignoreFailure: boolean;
  /** `:`: no variables. */
  readonly literal: boolean;
  /** `+` or `!`: User= and the like don't hold. */
  readonly privileged: boolean;
}

export const EXEC_KINDS = [
  "ExecCondition",
  "ExecStartPre",
  "ExecStart",
  "ExecStartPost",
  "ExecReload",
  "ExecStop",
  "ExecStopPost",
] as const;
export type ExecKind = (typeof EXEC_KINDS)[number];

export type ServiceType = "simple" | "exec" | "forking" | "oneshot" | "notify" | "dbus" | "idle";
export type RestartRule = "no" | "on-success" | "on-failure" | "on-abnormal" | "on-watchdog" | "on-abort" | "always";
export type KillMode = "control-group" | "process" | "mixed" | "none";

export interface StatusSet {
  readonly statuses: Set<number>;
  readonly signals: Set<string>;
}

export interface ServiceSettings {
  type: ServiceType;
  /** Type= was given. */
  hasType: boolean;
  exec: Record<ExecKind, ExecCommand[]>;
  restart: RestartRule;
  restartMs: number;
  startTimeoutMs: number;
  /** TimeoutStartSec= was given: without it, oneshot services have no limit. */
  hasStartTimeout: boolean;
  stopTimeoutMs: number;
  runtimeMaxMs: number;
  remainAfterExit: boolean;
  pidFile: string | undefined;
  busName: string | undefined;
  notifyAccess: string | undefined;
  successStatus: StatusSet;
  restartPrevent: StatusSet;
  restartForce: StatusSet;
  killMode: KillMode;
  killSignal: SignalName;
  restartKillSignal: SignalName | undefined;
  sendSigkill: boolean;
  sendSighup: boolean;
  user: string | undefined;
  group: string | undefined;
  dynamicUser: boolean;
  supplementaryGroups: string[];
  workingDirectory: { readonly path: string; readonly optional: boolean } | undefined;
  environment: Map<string, string>;
  environmentFiles: { readonly path: string; readonly optional: boolean }[];
  passEnvironment: string[];
  unsetEnvironment: string[];
  umask: number;
  runtimeDirectories: string[];
  runtimeDirectoryMode: number;
  runtimeDirectoryPreserve: boolean;
  stateDirectories: string[];
  stateDirectoryMode: number;
  cacheDirectories: string[];
  cacheDirectoryMode: number;
  logsDirectories: string[];
  logsDirectoryMode: number;
  standardOutput: string;
  standardError: string;
  syslogIdentifier: string | undefined;
  syslogLevel: number;
  /** Of LimitNOFILE=, as it was written. */
  openFiles: string | undefined;
}

export interface TimerRule {
  readonly kind: "OnActiveSec" | "OnBootSec" | "OnStartupSec" | "OnUnitActiveSec" | "OnUnitInactiveSec" | "OnCalendar";
  readonly text: string;
  /** Of those that are spans. */
  readonly ms: number;
}

export interface TimerSettings {
  rules: TimerRule[];
  unit: string | undefined;
  persistent: boolean;
}

export interface UnitSettings {
  description: string | undefined;
  documentation: string[];
  dependencies: Record<DependencyKind, string[]>;
  conditions: Condition[];
  startLimitIntervalMs: number;
  startLimitBurst: number;
  defaultDependencies: boolean;
  refuseManualStart: boolean;
  refuseManualStop: boolean;
  allowIsolate: boolean;
  ignoreOnIsolate: boolean;
  service: ServiceSettings;
  timer: TimerSettings;
}

const statusSet = (): StatusSet => ({ statuses: new Set(), signals: new Set() });

export function defaultSettings(): UnitSettings {
  return {
    description: undefined,
    documentation: [],
    dependencies: {
      Requires: [],
      Requisite: [],
      Wants: [],
      BindsTo: [],
      PartOf: [],
      Upholds: [],
      Conflicts: [],
      Before: [],
      After: [],
      OnFailure: [],
      OnSuccess: [],
      PropagatesReloadTo: [],
      ReloadPropagatedFrom: [],
    },
    conditions: [],
    startLimitIntervalMs: 10_000,
    startLimitBurst: 5,
    defaultDependencies: true,
    refuseManualStart: false,
    refuseManualStop: false,
    allowIsolate: false,
    ignoreOnIsolate: false,
    service: {
      type: "simple",
      hasType: false,
      exec: { ExecCondition: [], ExecStartPre: [], ExecStart: [], ExecStartPost: [], ExecReload: [], ExecStop: [], ExecStopPost: [] },
      restart: "no",
      restartMs: 100,
      startTimeoutMs: 90_000,
      hasStartTimeout: false,
      stopTimeoutMs: 90_000,
      runtimeMaxMs: Number.POSITIVE_INFINITY,
      remainAfterExit: false,
      pidFile: undefined,
      busName: undefined,
      notifyAccess: undefined,
      successStatus: statusSet(),
      restartPrevent: statusSet(),
      restartForce: statusSet(),
      killMode: "control-group",
      killSignal: "SIGTERM",
      restartKillSignal: undefined,
      sendSigkill: true,
      sendSighup: false,
      user: undefined,
      group: undefined,
      dynamicUser: false,
      supplementaryGroups: [],
      workingDirectory: undefined,
      environment: new Map(),
      environmentFiles: [],
      passEnvironment: [],
      unsetEnvironment: [],
      umask: 0o022,
      runtimeDirectories: [],
      runtimeDirectoryMode: 0o755,
      runtimeDirectoryPreserve: false,
      stateDirectories: [],
      stateDirectoryMode: 0o755,
      cacheDirectories: [],
      cacheDirectoryMode: 0o755,
      logsDirectories: [],
      logsDirectoryMode: 0o755,
      standardOutput: "journal",
      standardError: "inherit",
      syslogIdentifier: undefined,
      syslogLevel: 6,
      openFiles: undefined,
    },
    timer: { rules: [], unit: undefined, persistent: false },
  };
}
