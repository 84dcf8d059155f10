/** From a configuration to a server that could run: read it, make folders, open logs and sockets (ngx_init_cycle). */
import { O, type Process } from "../../../kernel/types.ts";
import { codeOf } from "../../core/errors.ts";
import { findUser } from "../../core/users.ts";
import { complete } from "../config/complete.ts";
import type { Cycle } from "../config/cycle.ts";
import type { ErrorLog, LogLevel, Settings } from "../config/model.ts";
import { readable, readConfiguration, systemReason, toBytes } from "../config/parser.ts";
import { ConfigError } from "../config/tokens.ts";
import { LogFiles } from "./log-files.ts";
import { type Certificates, certificatesOf, type Opened, openSockets } from "./sockets.ts";

export interface Startup {
  readonly prefix: string;
  readonly confPath: string;
  readonly global: string | undefined;
  /** "stderr" or a path: of -e, or that of the build. */
  readonly errorLog: string;
  readonly isTest: boolean;
  readonly isQuiet: boolean;
}

export interface Ready {
  readonly cycle: Cycle;
  readonly logs: LogFiles;
  readonly sockets: readonly Opened[];
  readonly certificates: Certificates;
  readonly pidPath: string;
}

type Say = (level: LogLevel, text: string) => void;

const DEFAULT_PID = "/run/nginx.pid";
const TEMPORARY = { client_body_temp_path: "body", proxy_temp_path: "proxy", fastcgi: "fastcgi", scgi: "scgi", uwsgi: "uwsgi" } as const;

/** Reads the configuration. Throws ConfigError. */
export function readCycle(self: Process, startup: Startup, say: Say): Cycle {
  return readConfiguration(
    {
      files: self.files,
      prefix: startup.prefix,
      confPath: startup.confPath,
      hostname: self.machine.hostname.toLowerCase(),
      isRoot: self.credentials.uid === 0,
      resolve: (name) => self.machine.network.resolve(name),
      warn: (text) => say("warn", text),
      errorLog: startup.errorLog,
    },
    startup.global === undefined ? undefined : toBytes(startup.global),
  );
}

export const pidPathOf = (cycle: Cycle): string => cycle.fullName(cycle.settings.words.pid ?? DEFAULT_PID);

function mkdir(self: Process, path: string, uid: number | undefined): void {
  const { files } = self;
  const name = readable(path);
  try {
    files.mkdir(name, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw new ConfigError(`mkdir() "${path}" failed ${systemReason(error)}`);
  }
  if (uid === undefined) return;
  const stat = files.stat(name);
  if (stat.uid !== uid) files.chown(name, uid, -1);
}

/** The folders for bodies that are too long for memory. */
function makeFolders(self: Process, cycle: Cycle): void {
  const isRoot = self.credentials.uid === 0;
  const uid = isRoot ? findUser(self.files, cycle.main.user ?? "www-data")?.uid : undefined;
  const { lists } = cycle.http.settings;
  for (const [directive, name] of Object.entries(TEMPORARY)) mkdir(self, lists[directive]?.[0] ?? `/var/lib/nginx/${name}`, uid);
}

/** Every error log of the configuration: where none is set, that of the command line. */
function inheritLogs(cycle: Cycle): void {
  cycle.settings.errorLogs ??= [{ path: cycle.options.errorLog, level: "error" }];
  const outer = cycle.settings.errorLogs;
  const give = (settings: Settings) => {
    settings.errorLogs ??= outer;
  };
  give(cycle.http.settings);
  const visit = (location: Cycle["http"]): void => {
    give(location.settings);
    for (const each of location.locations) visit(each);
    for (const code of location.codes) if (code.kind === "if") visit(code.then);
    if (location.except) visit(location.except.config);
  };
  for (const server of cycle.servers) visit(server.root);
}

/** Paths of all logs without variables, in the order of the file. */
function logPaths(cycle: Cycle): string[] {
  const paths = new Set<string>();
  const errors = (logs: readonly ErrorLog[] | undefined) => {
    for (const { path } of logs ?? []) if (path !== "stderr") paths.add(path);
  };
  errors(cycle.settings.errorLogs);
  if (!cycle.hasHttp) return [...paths];
  const visit = (location: Cycle["http"]): void => {
    errors(location.own.errorLogs);
    const { accessLogs } = location.own;
    if (accessLogs !== "off") for (const { path } of accessLogs ?? []) if (path.constant !== undefined) paths.add(path.constant);
    for (const each of location.locations) visit(each);
    for (const code of location.codes) if (code.kind === "if") visit(code.then);
    if (location.except) visit(location.except.config);
  };
  visit(cycle.http);
  for (const server of cycle.servers) visit(server.root);
  if (cycle.http.own.accessLogs === undefined) paths.add(cycle.defaultAccessLog.constant ?? "");
  return [...paths];
}

function openLogs(self: Process, cycle: Cycle): LogFiles {
  const logs = new LogFiles(self.files, self.machine.kernel.clock, self.fds.get(2));
  for (const path of logPaths(cycle)) {
    try {
      logs.open(path);
    } catch (error) {
      logs.close();
      throw new ConfigError(`open() "${path}" failed ${systemReason(error)}`);
    }
  }
  return logs;
}

/** -t makes the pid file where it is not there (ngx_create_pidfile). */
function testPidFile(self: Process, path: string): void {
  try {
    self.files.open(readable(path), O.RDWR | O.CREAT, 0o644).release();
  } catch (error) {
    throw new ConfigError(`open() "${path}" failed ${systemReason(error)}`);
  }
}

/**
 * What runs next, or undefined when something is wrong, which is said: what the configuration is about by `say`, the rest in the new logs
 * (and to `console`, while the starter's terminal still listens).
 */
export async function openCycle(
  self: Process,
  startup: Startup,
  before: Ready | undefined,
  say: Say,
  console?: Say,
): Promise<Ready | undefined> {
  try {
    const cycle = readCycle(self, startup, say);
    const certificates = certificatesOf(self, cycle);
    if (startup.isTest && !startup.isQuiet) await self.error(`nginx: the configuration file ${readable(startup.confPath)} syntax is ok\n`);
    complete(cycle);
    inheritLogs(cycle);
    const pidPath = pidPathOf(cycle);
    if (startup.isTest) testPidFile(self, pidPath);
    makeFolders(self, cycle);
    const logs = openLogs(self, cycle);
    const late: Say = (level, text) => {
      logs.error(cycle.settings.errorLogs, level, text, self.pid);
      console?.(level, text);
    };
    const sockets = await openSockets(self, cycle, before?.sockets ?? [], startup.isTest, late);
    if (sockets === undefined) {
      logs.close();
      return undefined;
    }
    return { cycle, logs, sockets, certificates, pidPath };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    say(error.level, error.message);
    return undefined;
  }
}
