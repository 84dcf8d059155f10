/** Pipelines: every stage is a process, and all run at once (POSIX 2.9.2). */
import type { CommandNode, Pipeline } from "unbash";
import { KernelError } from "../../kernel/errno.ts";
import { createPipe } from "../../kernel/pipe.ts";
import type { OpenFile, Process } from "../../kernel/types.ts";
import { AbortLine, Interrupted, KilledBy } from "../control.ts";
import { Job, JobProcess, jobLine, signalText } from "../jobs/table.ts";
import { type Run, wait } from "../run.ts";
import type { Shell } from "../shell.ts";
import { failed, runCommand, runCommandChecked } from "./command.ts";
import { runCondition } from "./list.ts";
import { printCommand } from "./print.ts";
import { type SubshellOptions, spawnSubshell } from "./subshell.ts";
import { timed } from "./time.ts";
import { debugTrap } from "./trap-action.ts";

/** One process of a pipeline: a part of the shell, or a program. */
export type Stage =
  | { readonly run: (subshell: Shell) => Run<number> }
  | { readonly start: (fds: ReadonlyMap<number, OpenFile>, options: SubshellOptions) => Process };

export function* runPipeline(shell: Shell, node: Pipeline): Run<number> {
  const negated = node.prefixes.filter((prefix) => prefix.type === "Negation").length % 2 === 1;
  const time = node.prefixes.find((prefix) => prefix.type === "Time");
  const run = (): Run<number> => (negated ? runCondition(shell, () => stages(shell, node)) : stages(shell, node));
  const status = time === undefined ? yield* run() : yield* timed(shell, time.type === "Time" && time.posix !== undefined, run);
  if (negated) {
    shell.status = status === 0 ? 1 : 0;
    return shell.status;
  }
  shell.status = status;
  return status;
}

function* stages(shell: Shell, node: Pipeline): Run<number> {
  if (node.commands.length === 0) return 0;
  if (node.commands.length === 1) return yield* runCommandChecked(shell, node.commands[0]!);
  shell.position = node.pos;
  yield* shell.turn();
  for (const command of node.commands) if (command.type === "Command") yield* debugTrap(shell, command);
  const text = printCommand(node);
  const list = node.commands.map((command) => stageOf(command));
  let statuses: number[];
  if (shell.on("lastpipe") && !shell.options.has("monitor")) statuses = yield* runWithLastHere(shell, node, list, text);
  else statuses = yield* runJob(shell, list, node.operators, text);
  shell.pipeStatus = statuses;
  const status = pipelineStatus(shell, statuses);
  shell.status = status;
  if (status !== 0) yield* failed(shell, status);
  return status;
}

export function stageOf(command: CommandNode): Stage {
  return { run: (subshell) => runCommand(subshell, command, true) };
}

/** The last status, or with pipefail the last that is not 0. */
function pipelineStatus(shell: Shell, statuses: readonly number[]): number {
  const last = statuses[statuses.length - 1] ?? 0;
  if (!shell.options.has("pipefail")) return last;
  return statuses.findLast((status) => status !== 0) ?? 0;
}

/** `shopt -s lastpipe`: the last stage runs in this shell. */
function* runWithLastHere(shell: Shell, node: Pipeline, list: readonly Stage[], text: string): Run<number[]> {
  const { reader, writer } = createPipe();
  const old = shell.self.fds.get(0);
  old?.retain();
  const fds = new Map(shell.self.fds.all());
  fds.set(1, writer);
  if (node.operators[node.operators.length - 1] === "|&") fds.set(2, writer);
  const job = launch(shell, list.slice(0, -1), node.operators, text, { foreground: true, fds });
  writer.release();
  shell.self.fds.set(0, reader);
  reader.release();
  let status: number;
  try {
    status = yield* runCommand(shell, node.commands[node.commands.length - 1]!);
  } finally {
    if (!shell.self.ended.aborted) {
      if (old === undefined) shell.self.fds.close(0);
      else shell.self.fds.set(0, old);
    }
    old?.release();
  }
  return [...(yield* waitForeground(shell, job)), status];
}

export interface LaunchOptions {
  readonly foreground: boolean;
  /** The descriptors of the first and the last stage; default: the shell's own. */
  readonly fds?: ReadonlyMap<number, OpenFile>;
}

/** Starts the processes of a pipeline, joined by pipes. */
export function launch(shell: Shell, list: readonly Stage[], operators: readonly string[], text: string, options: LaunchOptions): Job {
  const monitor = shell.options.has("monitor");
  const base = options.fds ?? shell.self.fds.all();
  const processes: JobProcess[] = [];
  let group: number | undefined;
  let input: OpenFile | undefined;
  try {
    list.forEach((stage, at) => {
      const fds = new Map(base);
      if (input !== undefined) fds.set(0, input);
      const pipe = at < list.length - 1 ? createPipe() : undefined;
      if (pipe !== undefined) {
        fds.set(1, pipe.writer);
        if (operators[at] === "|&") fds.set(2, pipe.writer);
      }
      const spawn: SubshellOptions = {
        processGroup: monitor ? (group ?? "new") : undefined,
        foreground: monitor && options.foreground,
        background: !monitor && !options.foreground,
      };
      let process: Process;
      try {
        process = "run" in stage ? spawnSubshell(shell, fds, stage.run, spawn) : stage.start(fds, spawn);
      } finally {
        pipe?.writer.release();
        input?.release();
        input = pipe?.reader;
      }
      if (monitor) group ??= process.pid;
      processes.push(new JobProcess(process.pid, shell.self));
    });
  } catch (error) {
    input?.release();
    throw error;
  }
  return new Job(text, processes, group, shell.self.cwd);
}

/** Runs a pipeline in the foreground. Resolves to the status of each process. */
export function* runJob(shell: Shell, list: readonly Stage[], operators: readonly string[], text: string): Run<number[]> {
  let job: Job;
  try {
    job = launch(shell, list, operators, text, { foreground: true });
  } catch (error) {
    if (!(error instanceof KernelError) || error.code !== "EAGAIN") throw error;
    yield* shell.report(`fork: ${error.text}`);
    throw new AbortLine(254);
  }
  return yield* waitForeground(shell, job);
}

/** Waits until the job is done or stopped; gives the terminal back to the shell. */
export function* waitForeground(shell: Shell, job: Job): Run<number[]> {
  const monitor = shell.options.has("monitor");
  // A Ctrl-C belongs to the program first: a shell that has nothing else to do with it dies of it only if the program did (jobs.c, wait_sigint_handler).
  const { signals } = shell.self;
  const cooperates = signals.get("SIGINT") === "default";
  let interrupted = false;
  if (cooperates)
    signals.set("SIGINT", () => {
      interrupted = true;
    });
  try {
    yield* waitForAll(shell, job, monitor);
  } finally {
    if (cooperates) signals.set("SIGINT", "default");
  }
  if (interrupted && job.last.result?.how === "signaled" && job.last.result.signal === "SIGINT") throw new KilledBy("SIGINT");
  const tty = shell.self.fds.get(0)?.tty ?? shell.self.fds.get(2)?.tty;
  if (monitor && tty !== undefined) {
    if (job.state === "stopped") job.settings = tty.settings;
    tty.foregroundGroup = shell.self.pgid;
    // A program that was stopped or killed may have left the terminal in a mode of its own.
    const unclean = job.state === "stopped" || job.last.result?.how === "signaled";
    if (unclean && shell.terminalSettings !== undefined) tty.settings = shell.terminalSettings;
  }
  if (job.state === "stopped") {
    if (job.id === 0) shell.jobs.add(job);
    shell.jobs.touch(job);
    job.told = "stopped";
    job.background = true;
    yield* shell.write(2, `\n${jobLine(shell.jobs, job)}`);
    return job.processes.map((process) => process.status);
  }
  if (job.id !== 0) shell.jobs.remove(job);
  yield* reportSignal(shell, job);
  return job.processes.map((process) => process.status);
}

function* waitForAll(shell: Shell, job: Job, monitor: boolean): Run<void> {
  for (const process of job.processes) {
    while (process.state === "running" || (process.state === "stopped" && !monitor)) {
      const signal = shell.traps.nextSignal();
      yield* wait(Promise.race([process.changed(), signal.promise]));
      signal.cancel();
      shell.mustLive();
      if (shell.traps.deadly !== undefined) throw new KilledBy(shell.traps.deadly);
    }
    if (process.state === "stopped") break;
  }
}

/** "Terminated", "Killed": what a job died of, except Ctrl-C and a closed pipe. */
function* reportSignal(shell: Shell, job: Job): Run<void> {
  const { result } = job.last;
  if (result?.how !== "signaled") return;
  const interactive = shell.kind === "interactive" && shell.subshellLevel === 0;
  if (result.signal === "SIGINT") {
    if (interactive) throw new Interrupted();
    return;
  }
  if (result.signal === "SIGPIPE" || shell.subshellLevel > 0) return;
  const text = signalText(result.signal);
  const own = job.processes.length === 1 ? shell.undoLists.at(-1)?.find(({ fd }) => fd === 2) : undefined;
  const message =
    interactive || result.signal === "SIGTERM"
      ? text
      : `${shell.prefix}${String(result.pid).padStart(5)} ${text.padEnd(23)} ${job.command}`;
  if (own?.file === undefined) yield* shell.write(2, `${message}\n`);
  else own.file.writeNow(new TextEncoder().encode(`${message}\n`));
}
