/** One host: its tree of files, its processes, terminals and ports. */
import { KernelError } from "./errno.ts";
import { ROOT } from "./files/world-files.ts";
import type { HttpExchange } from "./http-tap.ts";
import type { Kernel } from "./kernel.ts";
import { type LoadedImage, loadImage } from "./loading.ts";
import { loginShell } from "./login.ts";
import { MachineNetwork } from "./machine-network.ts";
import { Fifos } from "./pipe.ts";
import { openProcFile } from "./proc-files.ts";
import { ProcessFiles } from "./process-files.ts";
import { ProcessTable } from "./process-table.ts";
import { KernelProcess } from "./program-process.ts";
import { spawnProcess } from "./spawn.ts";
import { ProcessSpecialFiles } from "./special-files.ts";
import type { TcpSocket } from "./tcp.ts";
import { Terminal } from "./tty.ts";
import { Share } from "./turns.ts";
import type { Credentials, Files, Machine, ProcessInfo, SpawnRequest, Tty, WorldEvent } from "./types.ts";
import type { UnixStream } from "./unix-socket.ts";
import { LoadAverage, MACHINE_BYTES, type MachineUsage } from "./usage.ts";

export interface MachineOptions {
  readonly name: string;
  readonly hostname: string;
  readonly address: string;
  readonly rootInode: number;
  /** Throw-away copies record nothing and are not on the network. */
  readonly original?: KernelMachine;
  readonly network: boolean;
}

type WithoutPlace<Event> = Event extends WorldEvent ? Omit<Event, "atMs" | "machine"> : never;

/** Where people's processes are (systemd.special(7), user.slice). */
const USER_SLICE = "/user.slice";

/** Not of the seed: nothing that is graded depends on it. */
const newBootId = () => crypto.randomUUID().replaceAll("-", "");

export class KernelMachine implements Machine {
  readonly name: string;
  readonly hostname: string;
  readonly kernel: Kernel;
  readonly rootInode: number;
  readonly files: ProcessFiles;
  readonly network: MachineNetwork;
  readonly fifos = new Fifos();
  readonly table = new ProcessTable(this);
  readonly share = new Share();
  readonly counters = { processes: 0, ports: 0 };
  readonly isCopy: boolean;
  readonly origin: KernelMachine | undefined;
  onEnded: Machine["onEnded"];
  bootId: string;
  readonly #special: ProcessSpecialFiles;
  readonly #terminals = new Map<number, Terminal>();
  readonly #init: KernelProcess;
  readonly #load = new LoadAverage();
  #isDestroyed = false;

  constructor(kernel: Kernel, options: MachineOptions) {
    this.kernel = kernel;
    this.name = options.name;
    this.hostname = options.hostname;
    this.rootInode = options.rootInode;
    this.isCopy = options.original !== undefined;
    this.origin = options.original;
    this.bootId = options.original?.bootId ?? newBootId();
    this.#special = new ProcessSpecialFiles({
      fifos: this.fifos,
      random: () => kernel.random(),
      terminal: (number) => this.#terminals.get(number),
      procFile: (minor, flags) => openProcFile(this, minor, flags),
    });
    this.files = this.filesAs(ROOT, "/");
    this.network = new MachineNetwork({
      address: options.address,
      world: options.network ? kernel.network : undefined,
      original: options.network ? options.original?.network : undefined,
      originalFiles: options.original?.files,
      hostname: options.hostname,
      hostsFile: () => (this.files.exists("/etc/hosts") ? this.files.readText("/etc/hosts") : undefined),
      resolverFile: () => (this.files.exists("/etc/resolv.conf") ? this.files.readText("/etc/resolv.conf") : undefined),
      onFirewall: () => this.record({ kind: "firewall" }),
      onExchange: (exchange, listener, client) => this.#recordRequest(exchange, listener, client),
      onLocalExchange: (exchange, listener, pid) => this.#recordLocalRequest(exchange, listener, pid),
      onPort: (kind, { address, port }, pid) => {
        this.counters.ports++;
        this.record(kind === "listening" ? { kind, address, port, pid } : { kind, address, port });
      },
    });
    this.#init = this.#startInit();
  }

  get bootedMs(): number {
    return this.#init.startedMs;
  }

  get version(): { readonly files: number; readonly processes: number; readonly ports: number } {
    return { files: this.kernel.worldFiles.version(this.rootInode), ...this.counters };
  }

  filesAs(credentials: Credentials, cwd: string, umask?: () => number): ProcessFiles {
    return new ProcessFiles(this.kernel.worldFiles, { root: this.rootInode, credentials, cwd, umask }, this.#special);
  }

  openTty(size = { columns: 80, rows: 24 }): Terminal {
    let number = 0;
    while (this.#terminals.has(number)) number++;
    const terminal = new Terminal(number, size, {
      machine: this,
      signalGroup: (pgid, signal) => this.table.signalGroup(pgid, signal),
      signalLeader: (sid, signal) => this.table.get(sid)?.deliver(signal),
      gone: () => this.#terminals.delete(number),
      turn: () => this.kernel.turns.yield(),
    });
    this.#terminals.set(number, terminal);
    return terminal;
  }

  terminal(number: number): Terminal | undefined {
    return this.#terminals.get(number);
  }

  terminalOfSession(sid: number): Terminal | undefined {
    for (const terminal of this.#terminals.values()) if (terminal.sessionId === sid) return terminal;
    return undefined;
  }

  /** The session's leader has ended: the foreground is told, the terminal is free (credentials(7), "Sessions"). */
  sessionEnded(sid: number): void {
    const terminal = this.terminalOfSession(sid);
    if (terminal === undefined) return;
    const foreground = terminal.foregroundGroup;
    terminal.sessionId = 0;
    terminal.foregroundGroup = 0;
    this.table.signalGroup(foreground, "SIGHUP");
  }

  load(files: Files, request: { path?: string; argv: readonly string[]; env: Readonly<Record<string, string>> }): LoadedImage {
    return loadImage({ ...request, files, rootFiles: this.files, executable: (name) => this.kernel.executable(name) });
  }

  spawn(request: SpawnRequest & { env: Readonly<Record<string, string>>; cwd: string; credentials: Credentials }): KernelProcess {
    if (this.#isDestroyed) throw new KernelError("ENODEV", "spawn");
    // As with `docker exec`: what is started from outside is in a session of its own.
    return spawnProcess(this, this.#init, { ...request, session: request.session ?? {}, cgroup: request.cgroup ?? USER_SLICE });
  }

  login(user: string, tty: Tty): KernelProcess {
    return loginShell(this, user, tty);
  }

  /** To be called when the number of runnable processes may be another. */
  sampleLoad(): readonly [number, number, number] {
    const running = this.table.all().filter((process) => process.state === "running").length;
    return this.#load.sample(this.kernel.clock.now(), running);
  }

  usage(): MachineUsage {
    const processes = this.table.all();
    const usages = processes.map((process) => process.usage());
    const sum = (key: "cpuMs" | "residentBytes") => usages.reduce((total, usage) => total + usage[key], 0);
    return {
      bootedMs: this.#init.startedMs,
      load: this.sampleLoad(),
      processors: this.kernel.host.processors ?? 1,
      totalBytes: MACHINE_BYTES,
      usedBytes: Math.min(MACHINE_BYTES, sum("residentBytes")),
      cachedBytes: Math.min(MACHINE_BYTES, this.kernel.worldFiles.store.extents.usedBy(this.rootInode)),
      cpuMs: sum("cpuMs") + this.table.cpuMsOfEnded,
      of: (pid) => this.table.get(pid)?.usage() ?? { cpuMs: 0, residentBytes: 0 },
    };
  }

  processes(): readonly ProcessInfo[] {
    return this.table.all().map((process) => process.info());
  }

  find(pid: number): KernelProcess | undefined {
    return this.table.get(pid);
  }

  clone(options: { network: boolean }): KernelMachine {
    const copy = new KernelMachine(this.kernel, {
      name: this.name,
      hostname: this.hostname,
      address: this.network.address,
      rootInode: this.kernel.worldFiles.cloneTree(this.rootInode),
      original: this,
      network: options.network,
    });
    this.kernel.remember(copy);
    return copy;
  }

  restart(): void {
    if (this.#isDestroyed) return;
    this.#killAll();
    this.#init.startedMs = this.kernel.clock.now();
    this.table.cpuMsOfEnded = 0;
    this.bootId = newBootId();
    this.counters.processes++;
  }

  #killAll(): void {
    this.onEnded = undefined;
    for (const process of this.table.all()) {
      if (process !== this.#init) process.deliver("SIGKILL");
    }
  }

  destroy(): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    this.#killAll();
    this.#init.exit(0);
    for (const terminal of this.#terminals.values()) terminal.hangUp();
    this.kernel.forget(this);
    this.kernel.worldFiles.destroyTree(this.rootInode);
  }

  /** Writes the world's history; what happens on a throw-away copy is not part of it. */
  record(event: WithoutPlace<WorldEvent>): void {
    if (this.isCopy) return;
    this.kernel.events.record({ ...event, atMs: this.kernel.clock.now(), machine: this.name });
  }

  #recordRequest(exchange: HttpExchange, listener: TcpSocket, client: TcpSocket): void {
    const address = client.local?.address ?? "";
    const isOwn = address.startsWith("127.") || address === this.network.address;
    const from = isOwn ? this : [...this.kernel.machines.values()].find((machine) => machine.network.address === address);
    this.record({
      ...exchange,
      kind: "request",
      port: listener.local?.port ?? 0,
      pid: listener.listenerPid,
      from: from?.name ?? address,
      fromPid: from?.table.all().find((process) => process.fds.holds(client))?.pid,
      by: client.by,
    });
  }

  #recordLocalRequest(exchange: HttpExchange, { path, listenerPid }: UnixStream, fromPid: number): void {
    this.record({ ...exchange, kind: "request", port: 0, path, pid: listenerPid, from: this.name, fromPid, by: undefined });
  }

  #startInit(): KernelProcess {
    const init = new KernelProcess({
      machine: this,
      pid: 1,
      parent: undefined,
      argv: ["/sbin/init"],
      env: {},
      cwd: "/",
      credentials: ROOT,
      umask: 0o022,
    });
    this.table.add(init);
    // It only exists: orphans are reaped by the table.
    init.body = { isWaiting: true, handle: () => {}, pause: () => {}, resume: () => {}, end: () => {}, whenDead: (work) => work() };
    return init;
  }
}
