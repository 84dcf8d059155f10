/** Starts a command of a service as its settings want it (systemd.exec(5)), and tells how that failed by the exit statuses given there. */
import { findAccount } from "../../kernel/login.ts";
import { type Credentials, type Machine, O, type OpenFile, type Process, type Program } from "../../kernel/types.ts";
import { codeOf, reason } from "../core/errors.ts";
import { findGroup, findUser } from "../core/users.ts";
import { parseEnvironmentFile } from "./environment-file.ts";
import { expandVariables } from "./exec-command.ts";
import { EXIT_NAMES } from "./exit-status.ts";
import { journalOf } from "./journal/store.ts";
import { JournalStream } from "./journal/stream.ts";
import type { ExecCommand, ServiceSettings } from "./settings.ts";

const MANAGER_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The manager can't even begin: "Failed to load environment files: …". */
export class StartProblem extends Error {
  constructor(
    message: string,
    readonly why: string,
  ) {
    super(message);
  }
}

export interface ExecRequest {
  readonly machine: Machine;
  /** "web.service". */
  readonly unit: string;
  readonly cgroup: string;
  readonly invocation: string;
  readonly service: ServiceSettings;
  readonly command: ExecCommand;
  /** MAINPID, SERVICE_RESULT and the like. */
  readonly variables: Readonly<Record<string, string>>;
  /** Files that take the place of the journal (systemd-run --pipe). */
  readonly fds?: ReadonlyMap<number, OpenFile>;
  /** The command itself has begun to run. */
  readonly started?: () => void;
  /** A message of the manager's about the unit. */
  readonly log: (text: string, priority: number) => void;
}

/** Starts the process: a child of pid 1. Throws StartProblem. */
export function spawnCommand(request: ExecRequest): Process {
  const { machine, unit, service, command, cgroup } = request;
  const files = fileEnvironment(request);
  const nothing = machine.files.open("/dev/null", O.RDWR);
  const run: Program = (self) => begin(self, request, files);
  try {
    const given = request.fds ?? new Map();
    return machine.spawn({
      // As it will be in a moment: nobody is to see the steps in between.
      argv: command.argv,
      env: {},
      cwd: "/",
      credentials: { uid: 0, gid: 0, groups: [0] },
      fds: new Map([0, 1, 2].map((fd) => [fd, given.get(fd) ?? nothing])),
      session: {},
      cgroup,
      run,
    });
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    throw new StartProblem(`${unit}: Failed to fork: ${reason(error)}`, reason(error));
  } finally {
    nothing.release();
  }

  function fileEnvironment({ log }: ExecRequest): Map<string, string> {
    const all = new Map<string, string>();
    for (const { path, optional } of service.environmentFiles) {
      try {
        const found = parseEnvironmentFile(machine.files.readText(path), (line) =>
          log(`${unit}: Ignoring invalid environment assignment '${line}': ${path}`, 4),
        );
        for (const [name, value] of found) all.set(name, value);
      } catch (error) {
        if (codeOf(error) === undefined) throw error;
        if (!optional) throw new StartProblem(`${unit}: Failed to load environment files: ${reason(error)}`, reason(error));
      }
    }
    return all;
  }
}

/** What the new process does before it becomes the command; the result is its exit status when it can't. */
async function begin(self: Process, request: ExecRequest, fromFiles: ReadonlyMap<string, string>): Promise<number> {
  const { machine, service, command } = request;
  const fail = (status: number, why: string, text?: string) => {
    if (text !== undefined) childLog(self, request, text);
    childLog(self, request, `Failed at step ${EXIT_NAMES.get(status)?.name ?? String(status)} spawning ${command.path}: ${why}`);
    return status;
  };
  const who = identity(machine, service, command);
  if ("status" in who) return fail(who.status, "No such process", `Failed to determine ${who.what} credentials: No such process`);
  const output = openOutputs(self, request, who.credentials);
  if (typeof output !== "undefined") return fail(output.status, output.why, `Failed to set up standard ${output.what}: ${output.why}`);
  const folders = makeFolders(machine, service, who.credentials);
  if (folders.problem !== undefined) return fail(folders.problem.status, folders.problem.why);
  self.umask = service.umask;
  const env = environment(request, who, folders.variables, fromFiles);
  self.setCredentials(who.credentials);
  const wanted = service.workingDirectory;
  if (wanted !== undefined) {
    const path = wanted.path === "~" ? (who.home ?? "/root") : wanted.path;
    try {
      self.files.chdir(path);
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      if (!wanted.optional) return fail(200, reason(error), `Changing to the requested working directory failed: ${reason(error)}`);
    }
  }
  const argv = command.literal ? [...command.argv] : expandVariables(command.argv, env);
  for (const signal of ["SIGPIPE"] as const) self.signals.set(signal, "ignore");
  try {
    // Names without a slash are looked for where the manager looks.
    const path = command.path.startsWith("/") ? command.path : lookUp(self, command.path);
    if (path === undefined) throw new NotFound();
    if (self.files.exists(path) && self.files.stat(path).kind === "file" && self.files.access(path, 1)) request.started?.();
    await self.exec({ path, argv, env });
  } catch (error) {
    if (!(error instanceof NotFound) && codeOf(error) === undefined) throw error;
    const why = error instanceof NotFound ? "No such file or directory" : reason(error);
    const missing = codeOf(error) === "ENOENT" || error instanceof NotFound;
    return fail(203, why, `Failed to ${missing ? "locate" : "execute"} ${missing ? "executable " : ""}${command.path}: ${why}`);
  }
  return 203;
}

class NotFound extends Error {}

function lookUp(self: Process, name: string): string | undefined {
  return MANAGER_PATH.split(":")
    .map((folder) => `${folder}/${name}`)
    .find((path) => self.files.exists(path) && self.files.access(path, 1));
}

/** The child speaks under the name that it has before it becomes the command. */
function childLog(self: Process, { unit, machine, invocation, command }: ExecRequest, text: string): void {
  const name = `(${command.path.slice(command.path.lastIndexOf("/") + 1).slice(-8)})`;
  journalOf(machine).add({
    _TRANSPORT: "journal",
    PRIORITY: "3",
    SYSLOG_FACILITY: "3",
    SYSLOG_IDENTIFIER: name,
    _PID: String(self.pid),
    _UID: "0",
    _GID: "0",
    _COMM: name,
    _SYSTEMD_UNIT: unit,
    UNIT: unit,
    INVOCATION_ID: invocation,
    MESSAGE: `${unit}: ${text}`,
  });
}

interface Identity {
  readonly credentials: Credentials;
  readonly name: string | undefined;
  readonly home: string | undefined;
  readonly shell: string | undefined;
}

function identity(
  machine: Machine,
  service: ServiceSettings,
  command: ExecCommand,
): Identity | { readonly status: number; readonly what: string } {
  const root = { uid: 0, gid: 0, groups: [0] };
  const { files } = machine;
  const plain = { credentials: root, name: undefined, home: undefined, shell: undefined };
  if (command.privileged) return plain;
  const user = service.user === undefined ? undefined : findUser(files, service.user);
  if (service.user !== undefined && user === undefined) return { status: 217, what: "user" };
  const group = service.group === undefined ? undefined : findGroup(files, service.group);
  if (service.group !== undefined && group === undefined) return { status: 216, what: "group" };
  const others = service.supplementaryGroups.map((name) => findGroup(files, name));
  if (others.some((each) => each === undefined)) return { status: 216, what: "group" };
  const account = user === undefined ? undefined : findAccount(files, user.name);
  const gid = group?.gid ?? user?.gid ?? 0;
  // initgroups(3), with the group that is wanted in the place of the user's own.
  const groups = new Set([
    gid,
    ...(account?.groups ?? []).filter((each) => each !== account?.gid),
    ...others.flatMap((each) => (each === undefined ? [] : [each.gid])),
  ]);
  if (user === undefined && group === undefined && others.length === 0) return plain;
  return {
    credentials: { uid: user?.uid ?? 0, gid, groups: [...groups] },
    name: user?.name,
    home: user?.home,
    shell: user?.shell,
  };
}

/** Puts standard output and error where they belong; what stood in the way when that fails. */
function openOutputs(
  self: Process,
  request: ExecRequest,
  credentials: Credentials,
): { status: number; what: string; why: string } | undefined {
  const { machine, unit, service, command, invocation } = request;
  if (request.fds !== undefined) return undefined;
  const identifier = service.syslogIdentifier ?? command.path.slice(command.path.lastIndexOf("/") + 1);
  const open = (where: string): OpenFile | undefined => {
    const match = /^(file|append|truncate):(.*)$/.exec(where);
    if (match !== null) {
      const flags = O.WRONLY | O.CREAT | (match[1] === "append" ? O.APPEND : match[1] === "truncate" ? O.TRUNC : 0);
      return machine.filesAs({ uid: 0, gid: 0, groups: [0] }, "/").open(match[2] ?? "", flags, 0o666);
    }
    if (where === "null") return machine.files.open("/dev/null", O.RDWR);
    return new JournalStream(journalOf(machine), () => ({
      _PID: String(self.pid),
      _UID: String(credentials.uid),
      _GID: String(credentials.gid),
      _COMM: identifier.slice(0, 15),
      _SYSTEMD_UNIT: unit,
      _SYSTEMD_CGROUP: request.cgroup,
      _SYSTEMD_INVOCATION_ID: invocation,
      PRIORITY: String(service.syslogLevel),
      SYSLOG_FACILITY: "3",
      SYSLOG_IDENTIFIER: identifier,
    }));
  };
  const set = (fd: number, where: string) => {
    const file = open(where);
    if (file === undefined) return;
    self.fds.set(fd, file);
    file.release();
  };
  let what = "output";
  try {
    set(1, service.standardOutput);
    what = "error";
    if (service.standardError === "inherit") {
      const out = self.fds.get(1);
      if (out !== undefined) self.fds.set(2, out);
    } else set(2, service.standardError);
    return undefined;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return { status: what === "output" ? 209 : 222, what, why: reason(error) };
  }
}

/** RuntimeDirectory= and its like: made, and given to the service's user. By variable; or why not. */
function makeFolders(
  machine: Machine,
  service: ServiceSettings,
  { uid, gid }: Credentials,
): { readonly variables: Readonly<Record<string, string>>; readonly problem?: { readonly status: number; readonly why: string } } {
  const { files } = machine;
  const made: Record<string, string> = {};
  const kinds = [
    { variable: "RUNTIME_DIRECTORY", top: "/run", names: service.runtimeDirectories, mode: service.runtimeDirectoryMode, status: 233 },
    { variable: "STATE_DIRECTORY", top: "/var/lib", names: service.stateDirectories, mode: service.stateDirectoryMode, status: 238 },
    { variable: "CACHE_DIRECTORY", top: "/var/cache", names: service.cacheDirectories, mode: service.cacheDirectoryMode, status: 239 },
    { variable: "LOGS_DIRECTORY", top: "/var/log", names: service.logsDirectories, mode: service.logsDirectoryMode, status: 240 },
  ];
  for (const { variable, top, names, mode, status } of kinds) {
    for (const name of names) {
      const path = `${top}/${name}`;
      try {
        const fresh = !files.exists(path);
        files.mkdir(path, { recursive: true });
        if (fresh || files.stat(path).uid !== uid) files.chown(path, uid, gid);
        if (fresh) files.chmod(path, mode);
      } catch (error) {
        if (codeOf(error) === undefined) throw error;
        return { variables: made, problem: { status, why: reason(error) } };
      }
    }
    if (names.length > 0) made[variable] = names.map((name) => `${top}/${name}`).join(":");
  }
  return { variables: made };
}

/** systemd.exec(5), "Environment Variables Set or Propagated by the Service Manager", in their order of precedence. */
function environment(
  { service, invocation, variables, command }: ExecRequest,
  { name, home, shell }: Identity,
  folders: Readonly<Record<string, string>>,
  fromFiles: ReadonlyMap<string, string>,
): Record<string, string> {
  const env: Record<string, string> = {
    LANG: "C.UTF-8",
    PATH: MANAGER_PATH,
    ...(name === undefined || command.privileged
      ? {}
      : { HOME: home ?? "/", LOGNAME: name, USER: name, ...(shell === undefined || shell.endsWith("/nologin") ? {} : { SHELL: shell }) }),
    INVOCATION_ID: invocation,
    ...folders,
    ...variables,
    ...Object.fromEntries(service.environment),
    ...Object.fromEntries(fromFiles),
  };
  for (const each of service.unsetEnvironment) delete env[each];
  return env;
}
