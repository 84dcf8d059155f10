/** Processes: how they are started, what they can do, how they end. */
import type { Credentials, Files, OpenFile } from "./files.ts";
import type { Machine } from "./machines.ts";
import type { Tty } from "./terminals.ts";

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
