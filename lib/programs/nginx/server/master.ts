/** The master process: starts workers, hears signals, reloads (https://nginx.org/en/docs/control.html). */
import type { Process, SignalName } from "../../../kernel/types.ts";
import { codeOf } from "../../core/errors.ts";
import { SIGNALS } from "../../core/signals.ts";
import { findGroup, findUser, groups } from "../../core/users.ts";
import type { Cycle } from "../config/cycle.ts";
import type { LogLevel } from "../config/model.ts";
import { readable, systemReason } from "../config/parser.ts";
import { VERSION } from "../http/error-pages.ts";
import type { LogFiles } from "./log-files.ts";
import { Shared } from "./shared.ts";
import { openCycle, type Ready, type Startup } from "./startup.ts";
import { runWorker } from "./worker.ts";

const CHILD_ARGV = ["nginx: worker process"];

interface Generation {
  readonly ready: Ready;
  readonly workers: Set<number>;
}

class Master {
  readonly #shared = new Shared();
  #now: Generation;
  /** Workers of earlier configurations, that still serve. */
  readonly #old = new Set<number>();
  #isEnding: "term" | "quit" | undefined;
  readonly #queue: (() => Promise<void> | void)[] = [];
  #wake = () => {};

  constructor(
    private readonly self: Process,
    private readonly startup: Startup,
    ready: Ready,
  ) {
    this.#now = { ready, workers: new Set() };
  }

  #say(level: LogLevel, text: string): void {
    const { cycle, logs } = this.#now.ready;
    logs.error(cycle.settings.errorLogs, level, text, this.self.pid);
  }

  #later(work: () => Promise<void> | void): void {
    this.#queue.push(work);
    this.#wake();
  }

  #startWorkers(): void {
    const { cycle } = this.#now.ready;
    this.#say("notice", "start worker processes");
    const count = cycle.main.workers ?? this.self.machine.usage().processors;
    for (let index = 0; index < count; index++) this.#startWorker();
  }

  #startWorker(): void {
    const { self } = this;
    const { ready, workers } = this.#now;
    const { cycle, logs, sockets, certificates } = ready;
    const credentials = credentialsOf(self, cycle);
    const fds = new Map([...self.fds.all()].filter(([fd]) => fd <= 2));
    for (const [index, { socket }] of sockets.entries()) fds.set(6 + index, socket);
    const child = self.spawn({
      argv: CHILD_ARGV,
      credentials,
      fds,
      run: (worker) => runWorker(worker, { cycle, logs, shared: this.#shared, sockets, certificates }),
    });
    workers.add(child.pid);
    void this.#reap();
    this.#say("notice", `start worker process ${child.pid}`);
  }

  async run(): Promise<number> {
    const { self } = this;
    const { sockets } = this.#now.ready;
    this.#say("notice", 'using the "epoll" event method');
    this.#say("notice", `nginx/${VERSION}`);
    for (const { socket } of sockets) if (!("family" in socket)) socket.listenerPid = self.pid;
    this.#hear();
    this.#startWorkers();
    const ended = new Promise<never>((_resolve, reject) => {
      self.ended.addEventListener("abort", () => reject(self.ended.reason), { once: true });
    });
    for (;;) {
      const work = this.#queue.shift();
      if (work !== undefined) await work();
      else if (this.#isEnding !== undefined && this.#now.workers.size === 0 && this.#old.size === 0) break;
      else {
        const woken = new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        await Promise.race([woken, ended]);
      }
    }
    this.#removePidFile();
    this.#removeSockets();
    this.#say("notice", "exit");
    return 0;
  }

  #hear(): void {
    const { signals } = this.self;
    const on = (name: SignalName, action: string, work: () => Promise<void> | void) => {
      signals.set(name, () =>
        this.#later(() => {
          const number = SIGNALS.find((each) => each.name === name)?.number ?? 0;
          this.#say("notice", `signal ${number} (${name}) received${action}`);
          return work();
        }),
      );
    };
    on("SIGHUP", ", reconfiguring", () => this.#reload());
    on("SIGQUIT", ", shutting down", () => this.#end("quit"));
    on("SIGTERM", ", exiting", () => this.#end("term"));
    on("SIGINT", ", exiting", () => this.#end("term"));
    on("SIGUSR1", ", reopening logs", () => this.#reopen());
    on("SIGWINCH", "", () => this.#tellAll("SIGQUIT"));
    on("SIGUSR2", ", changing binary", () => {
      this.#say("alert", "changing the binary (SIGUSR2) is real, but this world does not model it (see /reference/machine)");
    });
    signals.set("SIGPIPE", "ignore");
    signals.set("SIGCHLD", () => this.#wake());
  }

  #isReaping = false;

  /** Waits for workers, as long as there are any; one that died is replaced. */
  async #reap(): Promise<void> {
    if (this.#isReaping) return;
    this.#isReaping = true;
    const { self } = this;
    for (;;) {
      let ended: Awaited<ReturnType<Process["wait"]>>;
      try {
        ended = await self.wait(-1);
      } catch {
        // ECHILD: nobody is left to wait for; or this process is over.
        this.#isReaping = false;
        return;
      }
      if (ended === undefined) continue;
      const { pid } = ended;
      const isCurrent = this.#now.workers.delete(pid);
      this.#old.delete(pid);
      this.#later(() => {
        this.#say("notice", `signal 17 (SIGCHLD) received from ${pid}`);
        if (ended.how === "signaled") {
          const number = SIGNALS.find((each) => each.name === ended.signal)?.number ?? 0;
          this.#say("alert", `worker process ${pid} exited on signal ${number}`);
        } else this.#say("notice", `worker process ${pid} exited with code ${ended.how === "exited" ? ended.status : 0}`);
        if (isCurrent && this.#isEnding === undefined) this.#startWorker();
      });
    }
  }

  #tellAll(signal: SignalName): void {
    for (const pid of [...this.#now.workers, ...this.#old]) this.#tell(pid, signal);
  }

  #tell(pid: number, signal: SignalName): void {
    try {
      this.self.kill(pid, signal);
    } catch (error) {
      if (codeOf(error) !== "ESRCH") throw error;
    }
  }

  #end(how: "term" | "quit"): void {
    if (this.#isEnding === "term") return;
    this.#isEnding = how;
    // A graceful end closes the port at once: nobody new gets in.
    for (const { socket } of this.#now.ready.sockets) this.#close(socket);
    this.#tellAll(how === "term" ? "SIGTERM" : "SIGQUIT");
    this.#wake();
  }

  #close(socket: Ready["sockets"][number]["socket"]): void {
    for (const [fd, file] of this.self.fds.all()) if (file === socket) this.self.fds.close(fd);
  }

  /** A new configuration where it is right; else the old one goes on. */
  async #reload(): Promise<void> {
    const { self } = this;
    this.#say("notice", "reconfiguring");
    const before = this.#now;
    const ready = await openCycle(self, this.startup, before.ready, (level, text) => this.#say(level, text));
    if (ready === undefined) return;
    for (const { socket } of ready.sockets) {
      if ([...self.fds.all().values()].includes(socket)) continue;
      listenOn(self, ready, socket);
      self.fds.add(socket, 6);
      socket.release();
    }
    this.#now = { ready, workers: new Set() };
    for (const pid of before.workers) this.#old.add(pid);
    if (before.ready.pidPath !== ready.pidPath) {
      this.#removePid(before.ready.pidPath);
      writePid(self, ready.pidPath, this.#say.bind(this));
    }
    this.#say("notice", 'using the "epoll" event method');
    this.#startWorkers();
    // New workers accept before the old ones stop.
    await self.sleep(100);
    for (const pid of this.#old) this.#tell(pid, "SIGQUIT");
    for (const { socket } of before.ready.sockets) if (!ready.sockets.some((each) => each.socket === socket)) this.#close(socket);
  }

  #reopen(): void {
    this.#say("notice", "reopening logs");
    const { logs, cycle } = this.#now.ready;
    logs.reopen((path, error) => this.#say("emerg", `open() "${path}" failed ${systemReason(error)}`));
    ownLogs(this.self, cycle, logs);
    this.#tellAll("SIGUSR1");
  }

  #removePid(path: string): void {
    try {
      this.self.files.unlink(readable(path));
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      this.#say("alert", `unlink() "${path}" failed ${systemReason(error)}`);
    }
  }

  #removePidFile(): void {
    this.#removePid(this.#now.ready.pidPath);
  }

  #removeSockets(): void {
    for (const { wanted } of this.#now.ready.sockets) {
      if (wanted.path !== undefined && this.self.files.exists(readable(wanted.path))) this.self.files.unlink(readable(wanted.path));
    }
  }
}

/** listen(2) with the backlog of the configuration. */
export function listenOn(self: Process, ready: Ready, socket: Ready["sockets"][number]["socket"], pid = self.pid): void {
  const backlog = ready.sockets.find((each) => each.socket === socket)?.wanted.backlog ?? 511;
  if ("family" in socket) socket.listen(self, backlog);
  else {
    socket.listenerPid = pid;
    socket.listen(backlog);
  }
}

function credentialsOf(self: Process, cycle: Cycle) {
  const { user, group } = cycle.main;
  if (self.credentials.uid !== 0) return self.credentials;
  const account = findUser(self.files, user ?? "www-data");
  if (account === undefined) return self.credentials;
  const gid = (group === undefined ? undefined : findGroup(self.files, group)?.gid) ?? account.gid;
  const more = groups(self.files).filter(({ members }) => members.includes(account.name));
  return { uid: account.uid, gid, groups: [gid, ...more.map((each) => each.gid)] };
}

/** Reopened logs belong to the user of the workers, who may have to open them themselves (ngx_reopen_files). */
export function ownLogs(self: Process, cycle: Cycle, logs: LogFiles): void {
  if (self.credentials.uid !== 0) return;
  const { uid } = credentialsOf(self, cycle);
  for (const path of logs.paths) {
    const name = readable(path);
    if (self.files.exists(name) && self.files.stat(name).uid !== uid) self.files.chown(name, uid, -1);
  }
}

export function writePid(self: Process, path: string, say: (level: LogLevel, text: string) => void): boolean {
  try {
    self.files.writeFile(readable(path), `${self.pid}\n`);
    return true;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    say("emerg", `open() "${path}" failed ${systemReason(error)}`);
    return false;
  }
}

export function runMaster(self: Process, startup: Startup, ready: Ready): Promise<number> {
  return new Master(self, startup, ready).run();
}
