import type { Statement } from "unbash";
import { KernelError } from "../../kernel/errno.ts";
import { O, type OpenFile } from "../../kernel/types.ts";
import { AbortLine } from "../control.ts";
import type { Job } from "../jobs/table.ts";
import type { Run } from "../run.ts";
import type { Shell } from "../shell.ts";
import { runNode } from "./list.ts";
import { launch, type Stage, stageOf } from "./pipeline.ts";
import { printCommand } from "./print.ts";

/** `command &`: starts the job and goes on. */
export function* startBackground(shell: Shell, statement: Statement): Run<number> {
  const node = statement.command;
  shell.position = statement.pos;
  yield* shell.turn();
  let list: Stage[];
  let operators: readonly string[] = [];
  if (node.type === "Pipeline" && node.prefixes.length === 0) {
    list = node.commands.map((command) => stageOf(command));
    operators = node.operators;
  } else if (node.type === "AndOr" || node.type === "Pipeline") {
    list = [{ run: (subshell) => runNode(subshell, node) }];
  } else {
    list = [stageOf(node)];
  }
  const fds = new Map(shell.self.fds.all());
  const empty = shell.options.has("monitor") ? undefined : openNull(shell);
  if (empty !== undefined) fds.set(0, empty);
  let job: Job;
  try {
    job = launch(shell, list, operators, printCommand(node), { foreground: false, fds });
  } catch (error) {
    if (!(error instanceof KernelError) || error.code !== "EAGAIN") throw error;
    yield* shell.report(`fork: ${error.text}`);
    throw new AbortLine(254);
  } finally {
    empty?.release();
  }
  job.background = true;
  shell.jobs.add(job);
  shell.lastBackground = job.last.pid;
  if (shell.kind === "interactive" && shell.subshellLevel === 0) yield* shell.write(2, `[${job.id}] ${job.last.pid}\n`);
  shell.status = 0;
  return 0;
}

/** Without job control, what runs in the background must not take the script's input. */
function openNull(shell: Shell): OpenFile | undefined {
  try {
    return shell.self.files.open("/dev/null", O.RDONLY);
  } catch (error) {
    if (error instanceof KernelError) return undefined;
    throw error;
  }
}
