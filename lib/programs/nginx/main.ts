/** nginx(8): reads its configuration, and becomes a master process with workers. */
import { O, type OpenFile, type Process, type SignalName } from "../../kernel/types.ts";
import { codeOf } from "../core/errors.ts";
import type { LogLevel } from "./config/model.ts";
import { bytesOf, readable, systemReason } from "./config/parser.ts";
import { ConfigError } from "./config/tokens.ts";
import { VERSION } from "./http/error-pages.ts";
import { levelNumber, logTime } from "./server/log-files.ts";
import { listenOn, runMaster, writePid } from "./server/master.ts";
import { openCycle, pidPathOf, type Ready, readCycle, type Startup } from "./server/startup.ts";
import { BUILD, USAGE } from "./usage.ts";

const PREFIX = "/usr/share/nginx/";
const CONF = "/etc/nginx/nginx.conf";
const SIGNALS: Readonly<Record<string, SignalName>> = { stop: "SIGTERM", quit: "SIGQUIT", reload: "SIGHUP", reopen: "SIGUSR1" };

interface Options {
  help: boolean;
  version: boolean;
  build: boolean;
  test: boolean;
  dump: boolean;
  quiet: boolean;
  signal: string | undefined;
  prefix: string | undefined;
  errorLog: string | undefined;
  conf: string | undefined;
  global: string | undefined;
}

/** ngx_get_options: letters one by one, and the rest of a word as the argument of the last. A text says what is wrong. */
export function parseOptions(args: readonly string[]): Options | string {
  const found: Options = {
    help: false,
    version: false,
    build: false,
    test: false,
    dump: false,
    quiet: false,
    signal: undefined,
    prefix: undefined,
    errorLog: undefined,
    conf: undefined,
    global: undefined,
  };
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? "";
    if (!word.startsWith("-")) return `invalid option: "${word}"`;
    for (let index = 1; index < word.length; index++) {
      const letter = word[index] ?? "";
      if (letter === "?" || letter === "h") {
        found.version = true;
        found.help = true;
      } else if (letter === "v") found.version = true;
      else if (letter === "V") {
        found.version = true;
        found.build = true;
      } else if (letter === "t") found.test = true;
      else if (letter === "T") {
        found.test = true;
        found.dump = true;
      } else if (letter === "q") found.quiet = true;
      else if ("pecgs".includes(letter)) {
        const rest = word.slice(index + 1);
        const value = rest === "" ? args[++at] : rest;
        if (value === undefined) {
          const what = letter === "p" ? "directory name" : letter === "g" || letter === "s" ? "parameter" : "file name";
          return `option "-${letter}" requires ${what}`;
        }
        if (letter === "p") found.prefix = value;
        if (letter === "e") found.errorLog = value;
        if (letter === "c") found.conf = value;
        if (letter === "g") found.global = value;
        if (letter === "s") {
          if (!(value in SIGNALS)) return `invalid option: "-s ${value}"`;
          found.signal = value;
        }
        break;
      } else return `invalid option: "${letter}"`;
    }
  }
  return found;
}

/** What the process does. */
export async function main(self: Process): Promise<number> {
  const options = parseOptions(self.argv.slice(1));
  if (typeof options === "string") {
    await self.error(`nginx: ${options}\n`);
    return 1;
  }
  if (options.version) {
    await self.error(`nginx version: nginx/${VERSION}\n`);
    if (options.help) await self.error(USAGE);
    if (options.build) await self.error(BUILD);
    if (!options.test) return 0;
  }
  return start(self, options);
}

/** Messages of a process that has no logs yet: to standard error, as lines of a log; with -e to that file, and in short to standard error. */
function reporter(self: Process, errorLog: string, file: OpenFile | undefined) {
  return (level: LogLevel, text: string): void => {
    if (levelNumber(level) > levelNumber("notice")) return;
    const line = bytesOf(`${logTime(self.machine.kernel.clock.now())} [${level}] ${self.pid}#${self.pid}: ${text}\n`);
    if (errorLog === "stderr") self.fds.get(2)?.writeNow(line);
    else {
      file?.writeNow(line);
      if (levelNumber(level) <= levelNumber("warn")) self.fds.get(2)?.writeNow(bytesOf(`nginx: [${level}] ${text}\n`));
    }
  };
}

async function start(self: Process, options: Options): Promise<number> {
  const folder = options.prefix === undefined ? PREFIX : options.prefix.endsWith("/") ? options.prefix : `${options.prefix}/`;
  const prefix = folder.startsWith("/") ? folder : `${self.cwd.replace(/\/$/, "")}/${folder}`;
  const conf = options.conf ?? CONF;
  let errorLog = options.errorLog === undefined || options.errorLog === "stderr" ? "stderr" : options.errorLog;
  if (errorLog !== "stderr" && !errorLog.startsWith("/")) errorLog = `${prefix}${errorLog}`;
  let file: OpenFile | undefined;
  const configured = errorLog;
  if (errorLog !== "stderr") {
    try {
      file = self.files.open(errorLog, O.WRONLY | O.CREAT | O.APPEND, 0o644);
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      await self.error(`nginx: [alert] could not open error log file: open() "${errorLog}" failed ${systemReason(error)}\n`);
      errorLog = "stderr";
    }
  }
  const confPath = conf.startsWith("/") ? conf : `${prefix}${conf}`;
  const startup: Startup = { prefix, confPath, global: options.global, errorLog: configured, isTest: options.test, isQuiet: options.quiet };
  const say = reporter(self, errorLog, file);
  if (options.signal !== undefined && !options.test) return sendSignal(self, startup, options.signal, say);
  const onConsole = (level: LogLevel, text: string) => {
    if (levelNumber(level) <= levelNumber("warn")) self.fds.get(2)?.writeNow(bytesOf(`nginx: [${level}] ${text}\n`));
  };
  const ready = await openCycle(self, startup, undefined, say, onConsole);
  file?.release();
  const shown = readable(confPath);
  if (options.test) {
    if (ready === undefined) {
      await self.error(`nginx: configuration file ${shown} test failed\n`);
      return 1;
    }
    if (!options.quiet) await self.error(`nginx: configuration file ${shown} test is successful\n`);
    if (options.dump) for (const { name, text } of ready.cycle.dump) await self.print(bytesOf(`# configuration file ${name}:\n${text}\n`));
    for (const { socket } of ready.sockets) socket.release();
    ready.logs.close();
    return 0;
  }
  if (ready === undefined) return 1;
  return launch(self, { ...startup, isTest: false }, ready);
}

/** -s: the process of the pid file is told. */
async function sendSignal(self: Process, startup: Startup, name: string, say: (level: LogLevel, text: string) => void): Promise<number> {
  let path: string;
  try {
    path = pidPathOf(readCycle(self, startup, say));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    say("emerg", error.message);
    return 1;
  }
  say("notice", "signal process started");
  let text: string;
  try {
    text = self.files.readText(readable(path));
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    say("error", `open() "${path}" failed ${systemReason(error)}`);
    return 1;
  }
  const pid = Number(/^(\d+)\s*$/.exec(text)?.[1] ?? 0);
  if (!(pid > 0)) {
    say("error", `invalid PID number "${text.trim()}" in "${path}"`);
    return 1;
  }
  const signal = SIGNALS[name];
  try {
    if (signal !== undefined) self.kill(pid, signal);
    return 0;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    const number = { stop: 15, quit: 3, reload: 1, reopen: 10 }[name];
    say("alert", `kill(${pid}, ${number}) failed ${systemReason(error)}`);
    return 1;
  }
}

/** The master runs in a process of its own (`daemon on`), or in this one. */
async function launch(self: Process, startup: Startup, ready: Ready): Promise<number> {
  const { flags, errorLogs } = ready.cycle.settings;
  const title = `nginx: master process ${self.argv.join(" ")}`;
  const run = async (master: Process): Promise<number> => {
    const say = (level: LogLevel, text: string) => ready.logs.error(errorLogs, level, text, master.pid);
    if (!writePid(master, ready.pidPath, say)) return 1;
    return runMaster(master, startup, ready);
  };
  if (flags.daemon === false || flags.master_process === false) {
    self.setTitle(title);
    ready.sockets.forEach(({ socket }, index) => {
      listenOn(self, ready, socket);
      self.fds.set(6 + index, socket);
      socket.release();
    });
    return run(self);
  }
  const nothing = self.files.open("/dev/null", O.RDWR);
  const speaks = errorLogs?.some(({ path }) => path === "stderr");
  const fds = new Map<number, OpenFile>([
    [0, nothing],
    [1, nothing],
    [2, (speaks ? self.fds.get(2) : undefined) ?? nothing],
  ]);
  for (const [index, { socket }] of ready.sockets.entries()) fds.set(6 + index, socket);
  let written = (_ok: boolean) => {};
  const started = new Promise<boolean>((resolve) => {
    written = resolve;
  });
  const master = self.machine.spawn({
    argv: [title],
    env: self.env,
    cwd: self.cwd,
    credentials: self.credentials,
    fds,
    session: {},
    run: async (process) => {
      const say = (level: LogLevel, text: string) => {
        ready.logs.error(errorLogs, level, text, process.pid);
        if (level === "emerg") self.fds.get(2)?.writeNow(bytesOf(`nginx: [${level}] ${text}\n`));
      };
      const ok = writePid(process, ready.pidPath, say);
      if (ok) for (const { socket } of ready.sockets) if ("family" in socket) listenOn(process, ready, socket);
      written(ok);
      return ok ? runMaster(process, startup, ready) : 1;
    },
  });
  nothing.release();
  for (const { socket } of ready.sockets) {
    if (!("family" in socket)) listenOn(self, ready, socket, master.pid);
    socket.release();
  }
  return (await started) ? 0 : 1;
}
