import type { Coproc } from "unbash";
import { createPipe } from "../../kernel/pipe.ts";
import type { Run } from "../run.ts";
import type { Shell } from "../shell.ts";
import { runCommand } from "./command.ts";
import { runStatements } from "./list.ts";
import { launch } from "./pipeline.ts";
import { printCommand } from "./print.ts";

/** `coproc [NAME] command`: runs it in the background, joined to this shell by two pipes (bash(1), Coprocesses). */
export function* runCoproc(shell: Shell, node: Coproc): Run<number> {
  const name = node.name?.text ?? "COPROC";
  const { body } = node;
  const toChild = createPipe();
  const fromChild = createPipe();
  const fds = new Map(shell.self.fds.all());
  fds.set(0, toChild.reader);
  fds.set(1, fromChild.writer);
  const stage = {
    run: (subshell: Shell): Run<number> =>
      body.type === "CompoundList" ? runStatements(subshell, body.commands) : runCommand(subshell, body, true),
  };
  const job = launch(shell, [stage], [], printCommand(node), { foreground: false, fds });
  toChild.reader.release();
  fromChild.writer.release();
  const output = shell.self.fds.add(fromChild.reader, 10);
  const input = shell.self.fds.add(toChild.writer, 10);
  fromChild.reader.release();
  toChild.writer.release();
  shell.variables.global(name).value = [String(output), String(input)];
  shell.variables.set(`${name}_PID`, String(job.last.pid));
  job.background = true;
  shell.jobs.add(job);
  shell.lastBackground = job.last.pid;
  if (shell.kind === "interactive" && shell.subshellLevel === 0) yield* shell.write(2, `[${job.id}] ${job.last.pid}\n`);
  return 0;
}
