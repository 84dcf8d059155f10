/** One host. */
import type { MachineUsage } from "../usage.ts";
import type { Credentials, Files } from "./files.ts";
import type { KernelApi } from "./host.ts";
import type { NetworkStack } from "./network.ts";
import type { Process, ProcessInfo, SpawnRequest, WaitResult } from "./processes.ts";
import type { Tty } from "./terminals.ts";

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
