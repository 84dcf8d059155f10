/** Jobs (bash(1), JOB CONTROL): pipelines that the shell has started, and what has become of their processes. */
import type { Process, SignalName, TermSettings, WaitResult } from "../../kernel/types.ts";

/** One child of the shell; follows its changes from the start. */
export class JobProcess {
  state: "running" | "stopped" | "done" = "running";
  /** The last change. */
  result: WaitResult | undefined;
  private listeners: (() => void)[] = [];

  constructor(
    readonly pid: number,
    parent: Process,
  ) {
    void this.follow(parent);
  }

  private async follow(parent: Process): Promise<void> {
    while (this.state !== "done") {
      let result: WaitResult | undefined;
      try {
        result = await parent.wait(this.pid, { untraced: true, continued: true });
      } catch {
        // The shell itself is ending, or somebody else has waited for the child.
        result = undefined;
      }
      this.result = result ?? { pid: this.pid, how: "exited", status: 127 };
      this.state = this.result.how === "stopped" ? "stopped" : this.result.how === "continued" ? "running" : "done";
      for (const listener of this.listeners.splice(0)) listener();
    }
  }

  /** Resolves at the next change of state. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.listeners.push(resolve));
  }

  get status(): number {
    return this.result?.status ?? 0;
  }
}

export class Job {
  /** 0 until it is in the table. */
  id = 0;
  /** In the foreground, it has not been announced. */
  background = false;
  /** What the user has been told last, so that nothing is told twice. */
  told: "running" | "stopped" | "done" = "running";
  /** `disown -h`: gets no SIGHUP. */
  keepOnHangUp = false;
  /** The terminal's settings when it was stopped. */
  settings: TermSettings | undefined;

  constructor(
    readonly command: string,
    readonly processes: readonly JobProcess[],
    /** Undefined without job control: the processes are in the shell's own group. */
    readonly group: number | undefined,
    readonly cwd: string,
  ) {}

  get state(): "running" | "stopped" | "done" {
    if (this.processes.every((process) => process.state === "done")) return "done";
    if (this.processes.some((process) => process.state === "stopped") && !this.processes.some((process) => process.state === "running"))
      return "stopped";
    return "running";
  }

  get last(): JobProcess {
    return this.processes[this.processes.length - 1]!;
  }

  get status(): number {
    return this.last.status;
  }
}

export class JobTable {
  readonly jobs: Job[] = [];
  /** In a subshell: the jobs of its parent, which `jobs` lists until there are own ones. */
  inherited: readonly Job[] = [];
  /** Most recent last: `%+` and `%-` are its last two. */
  private order: Job[] = [];
  /** Children of jobs that are gone, for `wait PID`. */
  readonly finished = new Map<number, number>();

  add(job: Job): void {
    job.id = this.jobs.reduce((highest, other) => Math.max(highest, other.id), 0) + 1;
    this.jobs.push(job);
    this.order.push(job);
  }

  /** Makes it the current job. */
  touch(job: Job): void {
    this.order = this.order.filter((other) => other !== job);
    this.order.push(job);
  }

  remove(job: Job): void {
    const at = this.jobs.indexOf(job);
    if (at >= 0) this.jobs.splice(at, 1);
    this.order = this.order.filter((other) => other !== job);
    for (const process of job.processes) {
      this.finished.set(process.pid, process.status);
      if (this.finished.size > 1000) this.finished.delete(this.finished.keys().next().value!);
    }
  }

  /** Stopped jobs come first, then the most recent. */
  private ranked(): Job[] {
    const order = this.order.length === 0 ? this.inherited : this.order;
    const stopped = order.filter((job) => job.state === "stopped");
    const others = order.filter((job) => job.state !== "stopped");
    return [...others, ...stopped];
  }

  get current(): Job | undefined {
    return this.ranked().at(-1);
  }

  get previous(): Job | undefined {
    return this.ranked().at(-2) ?? this.current;
  }

  mark(job: Job): string {
    if (job === this.current) return "+";
    return job === this.ranked().at(-2) ? "-" : " ";
  }

  /** `%n`, `%+`, `%-`, `%text`, `%?text`. "ambiguous" when several jobs match. */
  find(spec: string): Job | "ambiguous" | undefined {
    const text = spec.startsWith("%") ? spec.slice(1) : spec;
    if (text === "" || text === "+" || text === "%") return this.current;
    if (text === "-") return this.previous;
    if (/^\d+$/.test(text)) return this.jobs.find((job) => job.id === Number(text));
    const matches = this.jobs.filter((job) => (text.startsWith("?") ? job.command.includes(text.slice(1)) : job.command.startsWith(text)));
    return matches.length > 1 ? "ambiguous" : matches[0];
  }

  /** The child with that pid, and its job. */
  process(pid: number): { job: Job; process: JobProcess } | undefined {
    for (const job of this.jobs) {
      const process = job.processes.find((other) => other.pid === pid);
      if (process !== undefined) return { job, process };
    }
    return undefined;
  }
}

/** strsignal(3) as bash prints it. */
const SIGNAL_TEXTS: Partial<Record<SignalName, string>> = {
  SIGHUP: "Hangup",
  SIGINT: "Interrupt",
  SIGQUIT: "Quit",
  SIGILL: "Illegal instruction",
  SIGTRAP: "Trace/breakpoint trap",
  SIGABRT: "Aborted",
  SIGBUS: "Bus error",
  SIGFPE: "Floating point exception",
  SIGKILL: "Killed",
  SIGUSR1: "User defined signal 1",
  SIGSEGV: "Segmentation fault",
  SIGUSR2: "User defined signal 2",
  SIGPIPE: "Broken pipe",
  SIGALRM: "Alarm clock",
  SIGTERM: "Terminated",
};

export function signalText(signal: SignalName): string {
  return SIGNAL_TEXTS[signal] ?? signal.slice(3);
}

/** "Running", "Stopped", "Done", "Exit 2", "Terminated". */
export function stateText(job: Job): string {
  if (job.state === "running") return "Running";
  if (job.state === "stopped") {
    const signal = job.processes.find((process) => process.state === "stopped")?.result;
    return signal?.how === "stopped" && signal.signal !== "SIGTSTP" && signal.signal !== "SIGSTOP"
      ? `Stopped(${signal.signal})`
      : "Stopped";
  }
  const { result } = job.last;
  if (result?.how === "signaled") return signalText(result.signal);
  return job.status === 0 ? "Done" : `Exit ${job.status}`;
}

/** One line of `jobs`, and of the notices before a prompt. */
export function jobLine(table: JobTable, job: Job, options: { pids?: boolean } = {}): string {
  const pid = options.pids ? `${job.group ?? job.processes[0]?.pid} ` : "";
  const state = stateText(job);
  const suffix = job.state === "running" ? " &" : "";
  return `[${job.id}]${table.mark(job)}  ${pid}${state.padEnd(24)}${job.command}${suffix}\n`;
}
