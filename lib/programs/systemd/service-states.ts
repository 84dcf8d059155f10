/** The states of a service, and how it can end (systemd.service(5); service.c). */
import type { ActiveState } from "./unit.ts";

export type ServiceState =
  | "dead"
  | "condition"
  | "start-pre"
  | "start"
  | "start-post"
  | "running"
  | "exited"
  | "reload"
  | "stop"
  | "stop-sigterm"
  | "stop-sigkill"
  | "stop-post"
  | "final-sigterm"
  | "final-sigkill"
  | "failed"
  | "auto-restart";

export type ServiceResult =
  | "success"
  | "resources"
  | "protocol"
  | "timeout"
  | "exit-code"
  | "signal"
  | "core-dump"
  | "start-limit-hit"
  | "exec-condition";

/** What a state is to others. */
export const ACTIVE: Readonly<Record<ServiceState, ActiveState>> = {
  dead: "inactive",
  condition: "activating",
  "start-pre": "activating",
  start: "activating",
  "start-post": "activating",
  running: "active",
  exited: "active",
  reload: "reloading",
  stop: "deactivating",
  "stop-sigterm": "deactivating",
  "stop-sigkill": "deactivating",
  "stop-post": "deactivating",
  "final-sigterm": "deactivating",
  "final-sigkill": "deactivating",
  failed: "failed",
  "auto-restart": "activating",
};
