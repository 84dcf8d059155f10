/** `jobs`, `fg`, `bg`, `wait`, `disown`, `kill`, `suspend` (bash(1), JOB CONTROL). */
import { KernelError } from "../../kernel/errno.ts";
import { waitForeground } from "../exec/pipeline.ts";
import { type Job, type JobProcess, jobLine, signalText } from "../jobs/table.ts";
import { type Run, wait as waitFor } from "../run.ts";
import type { Shell } from "../shell.ts";
import { SIGNAL_NUMBERS, signalByName, signalNumber } from "../traps.ts";
import { signalList } from "./trap.ts";
import { readFlags } from "./usage.ts";

/** The job a word names; undefined after a message. */
function* findJob(shell: Shell, builtin: string, spec: string | undefined): Run<Job | undefined> {
  const job =
    spec === undefined
      ? shell.jobs.current
      : /^\d+$/.test(spec)
        ? (shell.jobs.process(Number(spec))?.job ?? shell.jobs.find(spec))
        : shell.jobs.find(spec);
  if (job === "ambiguous") yield* shell.report(`${builtin}: ${spec}: ambiguous job spec`);
  else if (job === undefined) yield* shell.report(`${builtin}: ${spec ?? "current"}: no such job`);
  return job === "ambiguous" ? undefined : job;
}

export function* jobs(shell: Shell, args: readonly string[]): Run<number> {
  const read = yield* readFlags(shell, "jobs", args, "lnprsx", "jobs [-lnprs] [jobspec ...] or jobs -x command [args]");
  if (read === undefined) return 2;
  const { flags, rest } = read;
  let status = 0;
  let list = shell.jobs.jobs.length === 0 ? [...shell.jobs.inherited] : [...shell.jobs.jobs];
  if (rest.length > 0) {
    list = [];
    for (const spec of rest) {
      const job = yield* findJob(shell, "jobs", spec);
      if (job === undefined) status = 1;
      else list.push(job);
    }
  }
  for (const job of list) {
    if (flags.has("r") && job.state !== "running") continue;
    if (flags.has("s") && job.state !== "stopped") continue;
    if (flags.has("p")) yield* shell.write(1, `${job.group ?? job.processes[0]!.pid}\n`);
    else yield* shell.write(1, jobLine(shell.jobs, job, { pids: flags.has("l") }));
    if (shell.jobs.jobs.includes(job)) job.told = job.state;
  }
  for (const job of list) if (job.state === "done") shell.jobs.remove(job);
  return status;
}

function* needsJobControl(shell: Shell, builtin: string): Run<boolean> {
  if (shell.options.has("monitor")) return false;
  yield* shell.report(`${builtin}: no job control`);
  return true;
}

function continueJob(shell: Shell, job: Job): void {
  for (const process of job.processes) if (process.state === "stopped") process.state = "running";
  job.told = "running";
  try {
    shell.kill(job.group === undefined ? job.last.pid : -job.group, "SIGCONT");
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
  }
}

export function* fg(shell: Shell, args: readonly string[]): Run<number> {
  if (yield* needsJobControl(shell, "fg")) return 1;
  const job = yield* findJob(shell, "fg", args[0]);
  if (job === undefined) return 1;
  if (job.state === "done") {
    yield* shell.report("fg: job has terminated");
    return 1;
  }
  yield* shell.write(1, `${job.command}\n`);
  const tty = shell.self.fds.get(0)?.tty;
  if (tty !== undefined && job.group !== undefined) {
    tty.foregroundGroup = job.group;
    if (job.settings !== undefined) tty.settings = job.settings;
  }
  job.background = false;
  continueJob(shell, job);
  const statuses = yield* waitForeground(shell, job);
  return statuses[statuses.length - 1] ?? 0;
}

export function* bg(shell: Shell, args: readonly string[]): Run<number> {
  if (yield* needsJobControl(shell, "bg")) return 1;
  let status = 0;
  for (const spec of args.length === 0 ? [undefined] : args) {
    const job = yield* findJob(shell, "bg", spec);
    if (job === undefined) {
      status = 1;
    } else if (job.state === "running") {
      yield* shell.report(`bg: job ${job.id} already in background`);
    } else if (job.state === "done") {
      yield* shell.report("bg: job has terminated");
      status = 1;
    } else {
      yield* shell.write(1, `[${job.id}]${shell.jobs.mark(job)} ${job.command} &\n`);
      job.background = true;
      continueJob(shell, job);
    }
  }
  return status;
}

/** Resolves when the process has ended, or a signal with a trap came first. */
function* untilDone(shell: Shell, processes: readonly JobProcess[], any = false): Run<"done" | "signal"> {
  for (;;) {
    const running = processes.filter((process) => process.state !== "done");
    if (running.length === 0 || (any && running.length < processes.length)) return "done";
    if (shell.traps.hasPending || shell.interrupted) return "signal";
    const signal = shell.traps.nextSignal();
    yield* waitFor(Promise.race([signal.promise, ...running.map((process) => process.changed())]));
    signal.cancel();
    shell.mustLive();
  }
}

function signalStatus(shell: Shell): number {
  const signal = shell.traps.lastPending;
  return 128 + (signal === undefined ? 2 : signalNumber(signal));
}

export function* wait(shell: Shell, args: readonly string[]): Run<number> {
  const read = yield* readFlags(shell, "wait", args, "fnp:", "wait [-fn] [-p var] [id ...]");
  if (read === undefined) return 2;
  const { flags, rest } = read;
  const waited = flags.get("p");
  if (flags.has("n")) {
    const list = rest.length === 0 ? shell.jobs.jobs : rest.map((spec) => yieldless(shell, spec));
    const candidates = list.filter((job): job is Job => job !== undefined);
    for (const [at, job] of list.entries()) {
      if (job === undefined)
        yield* shell.report(
          `wait: ${/^\d+$/.test(rest[at]!) ? `pid ${rest[at]} is not a child of this shell` : `\`${rest[at]}': not a pid or valid job spec`}`,
        );
    }
    if (candidates.length === 0) return 127;
    if (
      (yield* untilDone(
        shell,
        candidates.map((job) => job.last),
        true,
      )) === "signal"
    )
      return signalStatus(shell);
    const done = candidates.find((job) => job.state === "done") ?? candidates[0]!;
    if (waited !== undefined) shell.variables.set(waited, String(done.last.pid));
    shell.jobs.remove(done);
    return done.status;
  }
  if (rest.length === 0) {
    const all = [...shell.jobs.jobs].filter((job) => job.state !== "stopped");
    if (
      (yield* untilDone(
        shell,
        all.flatMap((job) => job.processes),
      )) === "signal"
    )
      return signalStatus(shell);
    if (shell.kind !== "interactive") for (const job of all) shell.jobs.remove(job);
    return 0;
  }
  let status = 0;
  for (const spec of rest) {
    if (/^\d+$/.test(spec)) {
      const found = shell.jobs.process(Number(spec));
      if (found === undefined) {
        const finished = shell.jobs.finished.get(Number(spec));
        if (finished === undefined) yield* shell.report(`wait: pid ${spec} is not a child of this shell`);
        status = finished ?? 127;
        continue;
      }
      if ((yield* untilDone(shell, [found.process])) === "signal") return signalStatus(shell);
      status = found.process.status;
      yield* tellDeath(shell, found.job, found.process);
      if (found.job.state === "done" && shell.kind !== "interactive") shell.jobs.remove(found.job);
      if (waited !== undefined) shell.variables.set(waited, spec);
      continue;
    }
    if (!spec.startsWith("%")) {
      yield* shell.report(`wait: \`${spec}': not a pid or valid job spec`);
      status = 1;
      continue;
    }
    const job = yield* findJob(shell, "wait", spec);
    if (job === undefined) status = 127;
    else {
      if ((yield* untilDone(shell, job.processes)) === "signal") return signalStatus(shell);
      status = job.status;
      shell.jobs.remove(job);
    }
  }
  return status;
}

/** In a script, a job that was waited for and died of a signal other than TERM, INT and PIPE is spoken of. */
function* tellDeath(shell: Shell, job: Job, process: JobProcess): Run<void> {
  const { result } = process;
  if (shell.kind === "interactive" || result?.how !== "signaled" || job.told === "done") return;
  if (["SIGTERM", "SIGINT", "SIGPIPE"].includes(result.signal)) return;
  job.told = "done";
  yield* shell.report(`${String(process.pid).padStart(5)} ${signalText(result.signal).padEnd(23)} ${job.command}`);
}

function yieldless(shell: Shell, spec: string): Job | undefined {
  const job = /^\d+$/.test(spec) ? shell.jobs.process(Number(spec))?.job : shell.jobs.find(spec);
  return job === "ambiguous" ? undefined : job;
}

export function* disown(shell: Shell, args: readonly string[]): Run<number> {
  const read = yield* readFlags(shell, "disown", args, "ahr", "disown [-h] [-ar] [jobspec ... | pid ...]");
  if (read === undefined) return 2;
  const { flags, rest } = read;
  let list: Job[];
  if (rest.length === 0 && (flags.has("a") || flags.has("r"))) {
    list = shell.jobs.jobs.filter((job) => !flags.has("r") || job.state === "running");
  } else {
    list = [];
    for (const spec of rest.length === 0 ? [undefined] : rest) {
      const job = yield* findJob(shell, "disown", spec);
      if (job === undefined) return 1;
      list.push(job);
    }
  }
  for (const job of list) {
    if (flags.has("h")) job.keepOnHangUp = true;
    else shell.jobs.remove(job);
  }
  return 0;
}

const KILL_USAGE = "kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]\n";

export function* kill(shell: Shell, args: readonly string[]): Run<number> {
  let list = [...args];
  let signal: ReturnType<typeof signalByName> | 0 = "SIGTERM";
  const [first] = list;
  if (first === "-l" || first === "-L") return yield* listSignals(shell, list.slice(1));
  if (first === "-s" || first === "-n") {
    signal = list[1] === "0" ? 0 : signalByName(list[1] ?? "");
    if (signal === undefined) {
      yield* shell.report(`kill: ${list[1] ?? ""}: invalid signal specification`);
      return 1;
    }
    list = list.slice(2);
  } else if (first !== undefined && /^-[A-Za-z0-9]/.test(first) && first !== "--") {
    signal = first === "-0" ? 0 : signalByName(first.slice(1));
    if (signal === undefined) {
      yield* shell.report(`kill: ${first.slice(1)}: invalid signal specification`);
      return 1;
    }
    list = list.slice(1);
  }
  if (list[0] === "--") list = list.slice(1);
  if (list.length === 0) {
    yield* shell.write(2, KILL_USAGE);
    return 2;
  }
  let status = 0;
  for (const text of list) if (!(yield* killOne(shell, text, signal))) status = 1;
  // A signal to this shell takes effect before the next command.
  yield* waitFor(shell.self.tick());
  return status;
}

function* killOne(shell: Shell, text: string, signal: Exclude<ReturnType<typeof signalByName>, undefined> | 0): Run<boolean> {
  let pid: number;
  let stopped: Job | undefined;
  if (text.startsWith("%")) {
    const job = yield* findJob(shell, "kill", text);
    if (job === undefined) return false;
    pid = job.group === undefined ? job.last.pid : -job.group;
    stopped = job.state === "stopped" ? job : undefined;
  } else if (/^-?\d+$/.test(text)) {
    pid = Number(text);
  } else {
    yield* shell.report(`kill: ${text}: arguments must be process or job IDs`);
    return false;
  }
  try {
    shell.kill(pid, signal);
    // A stopped job could not see the signal that is to end it.
    if (stopped !== undefined && (signal === "SIGTERM" || signal === "SIGHUP")) shell.kill(pid, "SIGCONT");
    return true;
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    yield* shell.report(`kill: (${text}) - ${error.text}`);
    return false;
  }
}

function* listSignals(shell: Shell, args: readonly string[]): Run<number> {
  if (args.length === 0) {
    yield* shell.write(1, signalList());
    return 0;
  }
  let status = 0;
  for (const text of args) {
    if (text === "0") {
      yield* shell.write(1, "EXIT\n");
      continue;
    }
    if (/^\d+$/.test(text) && Number(text) > 192) {
      yield* shell.report(`kill: ${text}: invalid signal specification`);
      status = 1;
      continue;
    }
    const number = /^\d+$/.test(text) ? Number(text) % 128 : undefined;
    const found = SIGNAL_NUMBERS.find(([name, value]) => (number === undefined ? name === signalByName(text) : value === number));
    if (found === undefined) {
      yield* shell.report(`kill: ${text}: invalid signal specification`);
      status = 1;
    } else yield* shell.write(1, `${number === undefined ? found[1] : found[0].slice(3)}\n`);
  }
  return status;
}

export function* suspend(shell: Shell, args: readonly string[]): Run<number> {
  if (shell.login && args[0] !== "-f") {
    yield* shell.report("suspend: cannot suspend a login shell");
    return 1;
  }
  if (!shell.options.has("monitor")) {
    yield* shell.report("suspend: cannot suspend: no job control");
    return 1;
  }
  shell.kill(shell.self.pid, "SIGSTOP");
  yield* waitFor(shell.self.tick());
  return 0;
}
