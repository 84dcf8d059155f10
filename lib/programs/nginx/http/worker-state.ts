/** What one worker process holds: its configuration, logs, and what it knows of upstreams. */
import type { Clock, Process } from "../../../kernel/types.ts";
import type { Cycle } from "../config/cycle.ts";
import type { LogLevel } from "../config/model.ts";
import type { LogFiles } from "../server/log-files.ts";
import type { Shared } from "../server/shared.ts";
import type { HttpRequest } from "./request.ts";
import type { Endings } from "./stream.ts";
import type { UpstreamPeers } from "./upstream-peers.ts";

export interface Worker {
  readonly self: Process;
  readonly clock: Clock;
  readonly endings: Endings;
  readonly cycle: Cycle;
  readonly logs: LogFiles;
  readonly shared: Shared;
  readonly peers: UpstreamPeers;
  isExiting: boolean;
}

/** Writes to the error logs of the request's location. `action`: what was being done ("connecting to upstream"). */
export function logError(r: HttpRequest, level: LogLevel, message: string, action = ""): void {
  const { worker, client } = r;
  const host = r.field("host");
  const referer = r.field("referer");
  const parts = [
    `${message}${action === "" ? "" : ` while ${action}`}`,
    `client: ${r.client.address.startsWith("unix:") ? "unix:" : r.address}`,
    `server: ${r.server.name}`,
    ...(r.requestLine === "" ? [] : [`request: "${r.requestLine}"`]),
    ...(r.upstreamUrl === undefined ? [] : [`upstream: "${r.upstreamUrl}"`]),
    ...(host === undefined ? [] : [`host: "${host}"`]),
    ...(referer === undefined ? [] : [`referrer: "${referer}"`]),
  ];
  worker.logs.error(r.settings.errorLogs, level, parts.join(", "), worker.self.pid, client.number);
}
