/**
 * What the parts of the kernel, and everything above it, agree on.
 *
 * The kernel runs in one worker (a Web Worker in the browser, a worker thread or child process in Node). Programs written in
 * TypeScript run inside it as async functions; programs that are WebAssembly (Python) run in workers of their own and make
 * system calls (`abi.ts`). Both kinds are processes, with the same descriptors, signals and parents.
 */

import type { DnsAnswer, DnsQuestion } from "./dns.ts";
import type { MachineUsage } from "./usage.ts";

/** User and groups of a process, as in credentials(7). */
export interface Credentials {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

export type FileKind = "file" | "directory" | "symlink" | "device" | "fifo" | "socket";

/** As stat(2). Times are milliseconds since the epoch, on the kernel's clock. */
export interface Stat {
  readonly ino: number;
  readonly kind: FileKind;
  /** File type and permission bits, as `st_mode`. */
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly atimeMs: number;
  /** Device number of a device file, else 0. */
  readonly rdev: number;
}

export interface DirectoryEntry {
  readonly name: string;
  readonly ino: number;
  readonly kind: FileKind;
}

/** Flags of open(2), with Linux's numbers. */
export const O = {
  RDONLY: 0,
  WRONLY: 1,
  RDWR: 2,
  CREAT: 0o100,
  EXCL: 0o200,
  TRUNC: 0o1000,
  APPEND: 0o2000,
  NONBLOCK: 0o4000,
  DIRECTORY: 0o200000,
  NOFOLLOW: 0o400000,
  CLOEXEC: 0o2000000,
} as const;

/**
 * The file system of one machine as one process sees it: paths are resolved against its working directory, and every call is
 * made with its credentials. All calls are synchronous and throw `KernelError` (`errno.ts`) with the failing call and path.
 */
export interface Files {
  readonly cwd: string;
  /** chdir(2): the directory must exist and be searchable. */
  chdir(path: string): void;
  /** Absolute and without `.` and `..`, by the text of the path only; nothing needs to exist. */
  absolute(path: string): string;
  /** Absolute, with every symbolic link followed; throws ENOENT when a part does not exist. */
  realpath(path: string): string;
  stat(path: string): Stat;
  lstat(path: string): Stat;
  exists(path: string): boolean;
  /** access(2). `mode` is a sum of 4 (read), 2 (write), 1 (execute); 0 asks whether the path exists. */
  access(path: string, mode: number): boolean;
  /** A private copy of the bytes. */
  readFile(path: string): Uint8Array;
  /** The bytes decoded as UTF-8, malformed sequences replaced. */
  readText(path: string): string;
  /** Creates or truncates. `mode` (default 0o666) is used for a new file only, less the umask. */
  writeFile(path: string, data: Uint8Array | string, options?: { mode?: number; append?: boolean; exclusive?: boolean }): void;
  /** Entries without `.` and `..`, in the order in which they were made. */
  readdir(path: string): DirectoryEntry[];
  mkdir(path: string, options?: { mode?: number; recursive?: boolean }): void;
  rmdir(path: string): void;
  unlink(path: string): void;
  /** rm -rf: permissions are respected; a missing path is no error. */
  removeTree(path: string): void;
  rename(from: string, to: string): void;
  link(existing: string, path: string): void;
  symlink(target: string, path: string): void;
  readlink(path: string): string;
  chmod(path: string, mode: number): void;
  /** -1 leaves an id as it is. */
  chown(path: string, uid: number, gid: number, options?: { followLinks?: boolean }): void;
  utimes(path: string, atimeMs: number, mtimeMs: number, options?: { followLinks?: boolean }): void;
  truncate(path: string, size: number): void;
  mkfifo(path: string, mode?: number): void;
  /** What bind(2) makes of a path: a file of the kind "socket", its permissions less the umask. Gives its inode. Throws EEXIST. */
  mksocket(path: string, mode?: number): number;
  /** A new open file description, with one reference held by the caller. */
  open(path: string, flags: number, mode?: number): OpenFile;
  statfs(): { blockSize: number; blocks: number; freeBlocks: number; files: number; freeFiles: number };
  /** Called after the tree below `path` has changed (names, contents, attributes); at most once a macrotask. */
  watch(path: string, changed: (paths: readonly string[]) => void): () => void;
}

export type OpenFileKind = "file" | "directory" | "pipe" | "tty" | "socket" | "device";

/** Readiness bits, with poll(2)'s numbers. */
export const POLL = { IN: 1, OUT: 4, ERR: 8, HUP: 16, NVAL: 32 } as const;

/** An open file description (open(2)): shared by all descriptors that were duplicated or inherited from it. */
export interface OpenFile {
  readonly kind: OpenFileKind;
  /** Status flags: the access mode, O.APPEND, O.NONBLOCK. */
  flags: number;
  /**
   * Up to `max` bytes, at least one; an empty array at the end. Waits unless O.NONBLOCK, which throws EAGAIN.
   * `signal` interrupts the wait: the promise rejects with the signal's reason.
   */
  read(max: number, signal?: AbortSignal): Promise<Uint8Array>;
  /** Writes everything before it resolves (unless O.NONBLOCK, which may write less). Throws EPIPE when nobody can read. Resolves to the count. */
  write(bytes: Uint8Array, signal?: AbortSignal): Promise<number>;
  /** Read at once if that needs no waiting, else undefined. The way to stay off the microtask queue in long loops. */
  readNow(max: number): Uint8Array | undefined;
  /** Write at once as much as fits; resolves nothing. Returns the number of bytes taken (0 when full). */
  writeNow(bytes: Uint8Array): number;
  stat(): Stat;
  /** lseek(2); throws ESPIPE where it makes no sense. Returns the new position. */
  seek(offset: number, whence: "set" | "current" | "end"): number;
  truncate(size: number): void;
  /** Readiness now, as a sum of POLL bits. */
  poll(): number;
  /** Called whenever readiness may have changed. Returns the unsubscriber. */
  onReady(callback: () => void): () => void;
  retain(): void;
  /** Drops one reference; the last one closes. */
  release(): void;
  /** The terminal behind it, if it is one. */
  readonly tty?: Tty;
}

export type SignalName =
  | "SIGHUP"
  | "SIGINT"
  | "SIGQUIT"
  | "SIGILL"
  | "SIGTRAP"
  | "SIGABRT"
  | "SIGBUS"
  | "SIGFPE"
  | "SIGKILL"
  | "SIGUSR1"
  | "SIGSEGV"
  | "SIGUSR2"
  | "SIGPIPE"
  | "SIGALRM"
  | "SIGTERM"
  | "SIGCHLD"
  | "SIGCONT"
  | "SIGSTOP"
  | "SIGTSTP"
  | "SIGTTIN"
  | "SIGTTOU"
  | "SIGWINCH";

/** How a process ended or was stopped; `status` is what the shell shows as `$?` (128 + signal when killed). */
export type WaitResult =
  | { readonly pid: number; readonly how: "exited"; readonly status: number }
  | { readonly pid: number; readonly how: "signaled"; readonly signal: SignalName; readonly status: number }
  | { readonly pid: number; readonly how: "stopped"; readonly signal: SignalName; readonly status: number }
  | { readonly pid: number; readonly how: "continued"; readonly status: number };

/** A program written in TypeScript. Resolves to the exit status (0 to 255). */
export type Program = (self: Process) => Promise<number>;

export interface SpawnRequest {
  /** argv[0] and the arguments. */
  readonly argv: readonly string[];
  /**
   * The executable's path (resolved against the child's cwd). Without it, `argv[0]` is looked up in the child's PATH as
   * execvp(3) does. Throws ENOENT, EACCES, ENOEXEC (neither a program of ours nor a `#!` script).
   */
  readonly path?: string;
  /** Run this function in the new process instead of an executable: what fork(2) is for a shell's subshell. */
  readonly run?: Program;
  /** Default: the parent's. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly credentials?: Credentials;
  /** The child's descriptors. Each is retained by the child. Default: the parent's 0, 1, 2. */
  readonly fds?: ReadonlyMap<number, OpenFile>;
  /** setpgid(2) in the child: "new" makes it a leader; a number joins that group. Default: the parent's group. */
  readonly processGroup?: "new" | number;
  /** setsid(2), with this terminal as its controlling one. */
  readonly session?: { readonly tty?: Tty };
  /** Make the child's group the terminal's foreground group before it runs. */
  readonly foreground?: boolean;
  /** Its control group (cgroups(7)); default: the parent's. */
  readonly cgroup?: string;
}

/** What a process looks like to others (ps, /proc, the world view). */
export interface ProcessInfo {
  readonly pid: number;
  readonly ppid: number;
  readonly pgid: number;
  readonly sid: number;
  readonly uid: number;
  readonly gid: number;
  readonly argv: readonly string[];
  /** Of a `#!` script: its own name, which is what the kernel calls the process (proc_pid_comm(5)). */
  readonly comm?: string;
  readonly cwd: string;
  readonly tty: string | undefined;
  readonly state: "running" | "sleeping" | "stopped" | "zombie";
  readonly startedMs: number;
  /** Its control group, as the last field of /proc/PID/cgroup: "/system.slice/ssh.service". */
  readonly cgroup: string;
}

/** A process as its TypeScript program sees it. */
export interface Process extends ProcessInfo {
  readonly machine: Machine;
  readonly credentials: Credentials;
  /** The environment; programs may change it. */
  env: Record<string, string>;
  umask: number;
  readonly files: Files;
  readonly fds: Descriptors;
  readonly signals: Signals;
  /** Bytes from a descriptor; empty at the end. Rejects with the signal that ends the process, and with KernelError. */
  read(fd: number, max?: number): Promise<Uint8Array>;
  /** Everything up to the end. */
  readAll(fd: number): Promise<Uint8Array>;
  /** Lines without their "\n", decoded as UTF-8, as they arrive. `lastLineComplete` tells whether the last one ended in "\n". */
  lines(fd: number): AsyncIterableIterator<string>;
  /** Writes everything. A closed pipe sends SIGPIPE, then throws EPIPE. */
  write(fd: number, data: Uint8Array | string): Promise<void>;
  /** write(1, …) and write(2, …). */
  print(data: Uint8Array | string): Promise<void>;
  error(text: string): Promise<void>;
  /** To be awaited in every loop that may run long: gives the kernel a turn when due, and throws when the process was killed. */
  tick(): Promise<void>;
  /** On the kernel's clock. Interrupted by signals that end the process. */
  sleep(milliseconds: number): Promise<void>;
  spawn(request: SpawnRequest): Process;
  /**
   * waitpid(2). `pid` > 0: that child; -1: any; 0: any of this group; < -1: of group -pid. `noHang`: undefined when nothing has
   * changed. Throws ECHILD.
   */
  wait(pid: number, options?: { noHang?: boolean; untraced?: boolean; continued?: boolean }): Promise<WaitResult | undefined>;
  /** kill(2): pid > 0, 0 (own group), -1 (all), < -1 (group). Signal 0 (undefined name) only asks. Throws ESRCH, EPERM. */
  kill(pid: number, signal: SignalName | 0): void;
  setProcessGroup(pid: number, pgid: number): void;
  /** setproctitle(3): what `ps` shows instead of the arguments. */
  setTitle(title: string): void;
  setCredentials(credentials: Credentials): void;
  /** Writes its pid into another control group's cgroup.procs (cgroups(7)): what it starts from now on is there too. */
  moveToCgroup(cgroup: string): void;
  /** execve(2) in place: the program of this process is replaced; never resolves. */
  exec(request: { path?: string; argv: readonly string[]; env?: Readonly<Record<string, string>> }): Promise<never>;
  /** Aborts when the process must end (a fatal signal). Its reason is the error to throw. */
  readonly ended: AbortSignal;
}

export interface Descriptors {
  get(fd: number): OpenFile | undefined;
  /** Takes a reference. Closes what was at `fd`. */
  set(fd: number, file: OpenFile): void;
  /** The lowest free descriptor, from `from` on. Takes a reference. */
  add(file: OpenFile, from?: number): number;
  close(fd: number): void;
  /** A snapshot of the table. */
  all(): ReadonlyMap<number, OpenFile>;
}

export interface Signals {
  /** sigaction(2). The handler runs between awaits of the process's own program. */
  set(signal: SignalName, action: "default" | "ignore" | (() => void)): void;
  get(signal: SignalName): "default" | "ignore" | (() => void);
}

/** Terminal settings: the part of termios(3) that programs use. */
export interface TermSettings {
  /** Line at a time, with erase and kill characters. */
  readonly canonical: boolean;
  readonly echo: boolean;
  /** Ctrl-C, Ctrl-Z and Ctrl-\ make signals. */
  readonly signals: boolean;
  /** "\n" is shown as "\r\n". */
  readonly outputProcessing: boolean;
  /** "\r" typed is read as "\n". */
  readonly crToNl: boolean;
}

/** A terminal with its line discipline (termios(3), tty_ioctl(4)). The master side belongs to the page or the host. */
export interface Tty {
  readonly name: string; // "pts/0"
  readonly machine: Machine;
  settings: TermSettings;
  columns: number;
  rows: number;
  /** Sends SIGWINCH to the foreground group. */
  resize(columns: number, rows: number): void;
  foregroundGroup: number;
  /** What a read would give now, in bytes. */
  readonly waitingBytes: number;
  /** Since the last key a program has asked for input, and there was none: it waits for whoever types. */
  readonly awaitsKeys: boolean;
  sessionId: number;
  /** Bytes from the keyboard. */
  input(bytes: Uint8Array): void;
  /** Bytes for the screen arrive here. The receiver calls `done` when it has shown them: at most 256 KiB are under way, then writers wait. */
  onOutput(receiver: (bytes: Uint8Array, done: () => void) => void): void;
  /** Resolves when everything written has been sent to the screen (tcdrain(3)), or there is none. */
  drained(): Promise<void>;
  /** The terminal is gone: SIGHUP to the session, then EIO. */
  hangUp(): void;
  /** A new description of the slave side. */
  open(flags: number): OpenFile;
}

/** One host. */
export interface Machine {
  readonly name: string;
  readonly hostname: string;
  readonly kernel: KernelApi;
  readonly network: NetworkStack;
  /** The machine's file system as root sees it, from "/". */
  readonly files: Files;
  /** The same as another user, from `cwd`. */
  filesAs(credentials: Credentials, cwd: string, umask?: () => number): Files;
  openTty(size?: { columns: number; rows: number }): Tty;
  /** A process that is a child of the machine's init (pid 1). Environment and cwd must be given. */
  spawn(request: SpawnRequest & { env: Readonly<Record<string, string>>; cwd: string; credentials: Credentials }): Process;
  /** A login shell of the user in /etc/passwd on this terminal, as login(1) starts it. */
  login(user: string, tty: Tty): Process;
  processes(): readonly ProcessInfo[];
  /** Processor time, load and memory, now (`usage.ts` says how they are measured). */
  usage(): MachineUsage;
  find(pid: number): Process | undefined;
  /**
   * A throw-away copy: same files (copy on write), users and clock; no processes. Without `network` nothing can be reached.
   * With it, sockets reach the original's ports and the rest of the world.
   */
  clone(options: { network: boolean }): Machine;
  /** The machine that this throw-away copy was made of. */
  readonly origin: Machine | undefined;
  /** For the service manager, which is pid 1: a process has ended, and how. */
  onEnded: ((end: WaitResult, process: { readonly cgroup: string; readonly cpuMs: number }) => void) | undefined;
  /** When it was started, on the kernel's clock. */
  readonly bootedMs: number;
  /** /proc/sys/kernel/random/boot_id: 32 hexadecimal digits, new at each start. */
  readonly bootId: string;
  /** reboot(2): every process but pid 1 is killed, which then starts anew; terminals and files stay as they are. */
  restart(): void;
  /** Kills every process and forgets the files. */
  destroy(): void;
  /** Counts up on every change of files, processes or ports: what checks compare to see whether the world moved. */
  readonly version: { readonly files: number; readonly processes: number; readonly ports: number };
}

/** The first packet of a connection, as a packet filter sees it. Answers to it pass (conntrack, ESTABLISHED). */
export interface Packet {
  readonly direction: "in" | "out";
  readonly protocol: "tcp" | "udp";
  readonly from: string;
  readonly to: string;
  readonly port: number;
  /** Nothing is sent: somebody only asks what would become of it, and rules that count do not count it. */
  readonly unsent?: boolean;
}

/** A packet filter (nft(8)): `drop` lets the sender wait in vain, `reject` answers that the connection is refused. */
export interface Firewall {
  verdict(packet: Packet): "accept" | "drop" | "reject";
}

/** What an echo request to an address meets (icmp(7)). */
export type Reach =
  | { readonly kind: "answers"; readonly roundTripMs: number }
  | { readonly kind: "no-neighbor" }
  | { readonly kind: "no-route" }
  | { readonly kind: "no-network" };

export interface ConnectOptions {
  /** What nobody will answer is known at once (ETIMEDOUT, EHOSTUNREACH): a check need not wait for what can't come. */
  readonly impatient?: boolean;
  /** Who asks, where that is no process: the browser, simulated users. The world's history says so. */
  readonly by?: string;
  /** What is said on this connection stays out of the history: a check asks. */
  readonly unheard?: boolean;
}

/** Sockets of one machine (socket(7), tcp(7)). Addresses are IPv4 dotted quads. */
export interface NetworkStack {
  /** The machine's own address on the lab's network. */
  readonly address: string;
  /** The rules that are in force; undefined: everything passes. Packets to oneself are never filtered. */
  firewall: Firewall | undefined;
  /** The name server of /etc/resolv.conf. */
  readonly nameserver: string;
  /** An A record, as the name server gives it: without /etc/hosts. */
  query(name: string, server?: string): string | undefined;
  /** What a name server says; undefined: none answers there. `peek`: it does not come to remember the answer, for who only checks. */
  ask(question: DnsQuestion, server?: string, peek?: boolean): DnsAnswer | undefined;
  /** A PTR record. */
  reverse(address: string): string | undefined;
  /** Whether a name server answers at this address. */
  answersQueries(server: string): boolean;
  reach(address: string): Reach;
  /** What the first packet of a connection would meet; nothing is sent. */
  trace(address: string, port: number): "listener" | "refused" | "unreachable" | "dropped";
  /** Every connection that stands, by this machine's end. */
  established(): readonly {
    readonly local: { readonly address: string; readonly port: number };
    readonly remote: { readonly address: string; readonly port: number };
  }[];
  /** Resolves as getaddrinfo(3) does: literals, /etc/hosts, then the world's DNS. Empty when unknown. `peek` as for `ask`. */
  resolve(name: string, peek?: boolean): readonly string[];
  socket(): StreamSocket;
  /** Every listening socket. */
  listening(): readonly { readonly address: string; readonly port: number; readonly pid: number | undefined }[];
  /** connect(2) from a process or, for the kernel's own client, from nobody. Rejects with ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH. */
  connect(address: string, port: number, signal?: AbortSignal, options?: ConnectOptions): Promise<StreamSocket>;
  /**
   * A new stream socket of the family AF_UNIX. A server: `const socket = network.unixSocket(); socket.bind(self, "/run/app.sock");
   * socket.listen(self, 64)`, then `accept`; it unlinks the file when it ends, and before it binds when one was left over.
   */
  unixSocket(): UnixSocket;
  /** connect(2) to the server at this path. Rejects with ENOENT, EACCES (no write permission on the file), ECONNREFUSED (nobody listens). */
  connectUnix(user: SocketUser, path: string, signal?: AbortSignal): Promise<UnixSocket>;
  /** socketpair(2): two connected sockets without a name, each with one reference held by the caller. */
  unixPair(user: SocketUser): readonly [UnixSocket, UnixSocket];
  /** Every open stream socket of the family AF_UNIX, in the order in which they were made. */
  unixSockets(): readonly UnixSocket[];
}

/** Who makes a call on an AF_UNIX socket: paths are resolved and permissions asked as theirs. A `Process` is one. */
export interface SocketUser {
  readonly pid: number;
  readonly credentials: Credentials;
  readonly files: Files;
}

/** SO_PEERCRED of unix(7): who connected, or who listens, as they were then. */
export interface PeerCredentials {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

/** A stream socket of the family AF_UNIX (unix(7)); `read` and `write` are those of every open file. */
export interface UnixSocket extends OpenFile {
  readonly kind: "socket";
  readonly family: "unix";
  /** The process that called listen(2). */
  readonly listenerPid: number | undefined;
  readonly isListening: boolean;
  readonly isConnected: boolean;
  /** Connections that wait to be accepted, and how many may. */
  readonly queue: { readonly waiting: number; readonly backlog: number };
  /** What it was bound to, as it was given; "" for one without a name. Abstract names begin with "\0". */
  readonly path: string;
  readonly peerPath: string;
  /** Undefined until it is connected. What `peer` authentication asks. */
  readonly peer: PeerCredentials | undefined;
  /** Makes the file with the user's umask. Throws EADDRINUSE when the path exists, whatever it is; ENOENT, EACCES; EINVAL beyond 107 bytes. */
  bind(user: SocketUser, path: string): void;
  listen(user: SocketUser, backlog: number): void;
  /** Undefined when none is waiting. */
  acceptNow(): UnixSocket | undefined;
  accept(signal?: AbortSignal): Promise<UnixSocket>;
  connect(user: SocketUser, path: string, signal?: AbortSignal): Promise<void>;
  shutdown(how: "read" | "write" | "both"): void;
}

export interface StreamSocket extends OpenFile {
  readonly kind: "socket";
  /** The process that called listen(2), for `ss` and the world view. */
  listenerPid: number | undefined;
  /** Throws EADDRINUSE, EACCES (below 1024 without root), EADDRNOTAVAIL. Port 0 takes a free one. */
  bind(address: string, port: number, credentials: Credentials): void;
  listen(backlog: number): void;
  /** Undefined when none is waiting. */
  acceptNow(): StreamSocket | undefined;
  accept(signal?: AbortSignal): Promise<StreamSocket>;
  connect(address: string, port: number, signal?: AbortSignal): Promise<void>;
  shutdown(how: "read" | "write" | "both"): void;
  readonly local: { address: string; port: number } | undefined;
  readonly remote: { address: string; port: number } | undefined;
}

/** What happened in the world, in order; checks of kind `never`/`always`, the world view and the request log read it. */
export type WorldEvent =
  | { readonly kind: "process-started"; readonly atMs: number; readonly machine: string; readonly process: ProcessInfo }
  | { readonly kind: "process-ended"; readonly atMs: number; readonly machine: string; readonly pid: number; readonly status: number }
  | {
      readonly kind: "listening";
      readonly atMs: number;
      readonly machine: string;
      readonly address: string;
      readonly port: number;
      readonly pid: number | undefined;
    }
  | { readonly kind: "closed-port"; readonly atMs: number; readonly machine: string; readonly address: string; readonly port: number }
  /** The rules of the machine's packet filter are others. */
  | { readonly kind: "firewall"; readonly atMs: number; readonly machine: string }
  /** A request that came to a port of the machine, and its answer. */
  | {
      readonly kind: "request";
      readonly atMs: number;
      readonly machine: string;
      /** 0 where it came to a socket in the file system. */
      readonly port: number;
      /** That socket. */
      readonly path?: string;
      /** The process that listens. */
      readonly pid: number | undefined;
      /** Where it came from: a machine's name, or the address of somebody outside. */
      readonly from: string;
      /** The process that asked, where it is known. */
      readonly fromPid: number | undefined;
      /** Who asked, where that is no process (`ConnectOptions`). */
      readonly by: string | undefined;
      readonly method: string;
      readonly host: string;
      readonly target: string;
      /** 0: no answer came. */
      readonly status: number;
      /** Until the answer began. */
      readonly ms: number;
    }
  /** A request of the browser, of a simulated user or of a check, as they saw it. */
  | {
      readonly kind: "http";
      readonly atMs: number;
      readonly machine: string;
      readonly by: string;
      readonly method: string;
      readonly url: string;
      readonly status: number;
      readonly ms: number;
      readonly grading: boolean;
    };

/** The kernel's clock (design.md §3): every time stamp and timer in the world comes from it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Monotonic milliseconds. */
  monotonic(): number;
  /** Calls back after that many milliseconds of the world's time. Returns the canceller. */
  after(milliseconds: number, callback: () => void): () => void;
  /** Makes the world's time jump forward: timers due are run in order. */
  advance(milliseconds: number): Promise<void>;
}

/** An installed TypeScript program, or an engine that runs in a worker. Found through the executable's contents (`executable.ts`). */
export type Executable =
  | { readonly kind: "typescript"; readonly name: string; readonly load: () => Program | Promise<Program> }
  | { readonly kind: "worker"; readonly name: string; readonly engine: string };

export interface KernelApi {
  readonly clock: Clock;
  readonly machines: ReadonlyMap<string, Machine>;
  readonly events: EventLog;
  /** Seeded (design.md §3). */
  random(): number;
  /** What a shell's marks on a terminal bear, so that no program can set one: no process may learn it. */
  readonly markKey: string;
  executable(name: string): Executable | undefined;
}

export interface EventLog {
  /** How many there have been. */
  readonly length: number;
  /** The latest, oldest first. */
  all(): readonly WorldEvent[];
  record(event: WorldEvent): void;
  subscribe(callback: (event: WorldEvent) => void): () => void;
}

/** What the place the kernel runs in (browser or Node) provides. */
export interface Host {
  /** Starts a worker for an engine, ready for `abi.ts`'s messages. */
  startWorker(engine: string): WorkerHandle;
  /** An asset by its name under the engine's directory ("python/snapshot.bin"); `progress` gets bytes so far and in all. */
  asset(name: string, progress?: (loaded: number, total: number) => void): Promise<Uint8Array>;
  /** Real milliseconds since the epoch, and monotonic ones. */
  now(): number;
  monotonic(): number;
  /** Processors of the host, as far as it tells. */
  readonly processors?: number;
  setTimeout(callback: () => void, milliseconds: number): () => void;
  /** Runs after other macrotasks have had their turn. */
  yield(): Promise<void>;
  log(level: "warn" | "error", text: string): void;
}

export interface WorkerHandle {
  post(message: unknown, transfer?: readonly Transferable[]): void;
  onMessage(callback: (message: unknown) => void): void;
  /** The worker died by itself (out of memory, a bug): `reason` for the log. */
  onError(callback: (reason: string) => void): void;
  /** What it gives resolves when the worker has been told to stop; at once where nothing is given. */
  terminate(): Promise<void> | undefined;
  /** Messages take a detour, so system calls are better announced through shared memory (`InitMessage.bell`). */
  readonly isFar?: boolean;
}
