/** Directives of the main and events blocks (https://nginx.org/en/docs/ngx_core_module.html). */
import { findGroup, findUser } from "../../core/users.ts";
import { child, type DirectiveHandler, locationOf } from "./cycle.ts";
import { LOG_LEVELS, type LogLevel, type Settings } from "./model.ts";
import { ConfigError } from "./tokens.ts";
import { parseMilliseconds, parseNumber, parseSeconds, parseSize } from "./values.ts";

const isLevel = (text: string): text is LogLevel => LOG_LEVELS.some((level) => level === text) && text !== "stderr";

/** error_log: several may be set in one block. */
const errorLog: DirectiveHandler = ({ args }, block, cycle) => {
  const settings: Settings = block.location?.own ?? cycle.settings;
  const [path = "", level = "error", ...more] = args;
  if (path.startsWith("memory:"))
    throw new ConfigError('"error_log memory:" is real, but this world does not model it (see /reference/machine)');
  if (path.startsWith("syslog:"))
    throw new ConfigError('"error_log syslog:" is real, but this world does not model it (see /reference/machine)');
  for (const each of [level, ...more]) {
    if (!isLevel(each) && !/^debug_(core|alloc|mutex|event|http|mail|stream)$/.test(each))
      throw new ConfigError(`invalid log level "${each}"`);
  }
  if (more.length > 0) throw new ConfigError(`invalid log level "${more[0]}"`);
  settings.errorLogs = [
    ...(settings.errorLogs ?? []),
    { path: path === "stderr" ? path : cycle.fullName(path), level: isLevel(level) ? level : "debug" },
  ];
  return undefined;
};

export const mainDirectives: Readonly<Record<string, DirectiveHandler>> = {
  error_log: errorLog,
  user: ({ args }, block, cycle) => {
    if (block.seen.has("user")) return "is duplicate";
    if (!cycle.options.isRoot) {
      cycle.warn('the "user" directive makes sense only if the master process runs with super-user privileges, ignored');
      return undefined;
    }
    const [name = "", group = name] = args;
    if (findUser(cycle.options.files, name)?.name !== name) throw new ConfigError(`getpwnam("${name}") failed`);
    if (findGroup(cycle.options.files, group)?.name !== group) throw new ConfigError(`getgrnam("${group}") failed`);
    cycle.main.user = name;
    cycle.main.group = group;
    return undefined;
  },
  worker_processes: ({ args }, block, cycle) => {
    if (block.seen.has("worker_processes")) return "is duplicate";
    if (args[0] === "auto") {
      cycle.main.workers = undefined;
      return undefined;
    }
    const value = parseNumber(args[0] ?? "");
    if (value === undefined) return "invalid value";
    cycle.main.workers = value;
    return undefined;
  },
  worker_priority: ({ args }, block) => {
    if (block.seen.has("worker_priority")) return "is duplicate";
    return parseNumber((args[0] ?? "").replace(/^[-+]/, "")) === undefined ? "invalid number" : undefined;
  },
  worker_cpu_affinity: ({ args }, block) => {
    if (block.seen.has("worker_cpu_affinity")) return "is duplicate";
    for (const arg of args) {
      const wrong = /[^01]/.exec(arg)?.[0];
      if (wrong !== undefined && arg !== "auto") throw new ConfigError(`invalid character "${wrong}" in "worker_cpu_affinity"`);
    }
    return undefined;
  },
  worker_rlimit_core: ({ args }, block) => {
    if (block.seen.has("worker_rlimit_core")) return "is duplicate";
    return parseSize(args[0] ?? "", true) === undefined ? "invalid value" : undefined;
  },
  env: ({ args }, _block, cycle) => {
    cycle.main.environment.push(args[0] ?? "");
    return undefined;
  },
  events: (_directive, block, cycle) => {
    if (cycle.hasEvents) return "is duplicate";
    cycle.hasEvents = true;
    return child(block, "e");
  },
  worker_connections: ({ args }, block, cycle) => {
    if (block.seen.has("worker_connections")) return "is duplicate";
    const value = parseNumber(args[0] ?? "");
    if (value === undefined) throw new ConfigError(`invalid number "${args[0]}"`);
    cycle.main.workerConnections = value;
    return undefined;
  },
  use: ({ args }, block) => {
    if (block.seen.has("use")) return "is duplicate";
    if (!["epoll", "poll", "select"].includes(args[0] ?? "")) throw new ConfigError(`invalid event type "${args[0]}"`);
    return undefined;
  },
  http: (_directive, block, cycle) => {
    if (cycle.hasHttp) return "is duplicate";
    cycle.hasHttp = true;
    return child(block, "h", { location: cycle.http });
  },
  keepalive_timeout: ({ args }, block) => {
    const { own } = locationOf(block);
    if (own.keepalive !== undefined) return "is duplicate";
    const timeout = parseMilliseconds(args[0] ?? "");
    const header = args[1] === undefined ? 0 : parseSeconds(args[1]);
    if (timeout === undefined || header === undefined) return "invalid value";
    own.keepalive = { timeoutMs: timeout, headerSeconds: header };
    return undefined;
  },
};
