/** One command of any kind. */
import type { CommandNode, Redirected } from "unbash";
import { AbortLine, CommandError, ExitShell, ExpansionError } from "../control.ts";
import { closeSubstitutions } from "../expand/substitution.ts";
import type { Run } from "../run.ts";
import type { Shell } from "../shell.ts";
import { runArithmeticCommand, runArithmeticFor, runCase, runFor, runIf, runSelect, runWhile } from "./compound.ts";
import { runTest } from "./conditional.ts";
import { runCoproc } from "./coproc.ts";
import { defineFunction } from "./functions.ts";
import { runStatements } from "./list.ts";
import { runJob, type Stage } from "./pipeline.ts";
import { printCommand } from "./print.ts";
import { applyRedirects, openUndo, undoRedirects } from "./redirect.ts";
import { runSimple } from "./simple.ts";
import { runPseudoTrap } from "./trap-action.ts";

/** Runs a command and does what a failure asks for: the ERR trap and `set -e`. */
export function* runCommandChecked(shell: Shell, node: CommandNode): Run<number> {
  const status = yield* runCommand(shell, node);
  shell.status = status;
  if (isSimple(node)) {
    shell.pipeStatus = [status];
    if (status !== 0) yield* failed(shell, status);
  }
  return status;
}

/** Compound commands have looked at each of their commands already. */
function isSimple(node: CommandNode): boolean {
  const inner = node.type === "Redirected" ? node.command : node;
  return inner.type === "Command" || inner.type === "Subshell" || inner.type === "TestCommand" || inner.type === "ArithmeticCommand";
}

/** The ERR trap and `set -e`, outside conditions. */
export function* failed(shell: Shell, status: number): Run<void> {
  if (shell.conditionDepth > 0) return;
  if (shell.functionDepth === 0 || shell.options.has("errtrace") || shell.subshellLevel > 0) yield* runPseudoTrap(shell, "ERR");
  if (shell.options.has("errexit")) throw new ExitShell(status);
}

export function* runCommand(shell: Shell, node: CommandNode, replace = false): Run<number> {
  const mark = shell.openSubstitutions.length;
  try {
    return yield* dispatch(shell, node, replace);
  } catch (error) {
    if (error instanceof ExpansionError) return yield* failExpansion(shell, error);
    throw error;
  } finally {
    if (shell.openSubstitutions.length > mark) closeSubstitutions(shell, mark);
  }
}

/** An error in an expansion ends the line; for unset variables and `${x:?}`, also a shell without a prompt. */
function* failExpansion(shell: Shell, error: ExpansionError): Run<never> {
  yield* shell.report(error.message);
  shell.status = 1;
  if (error.fatal && shell.kind !== "interactive")
    throw new ExitShell(shell.kind === "command" && shell.subshellLevel === 0 && !shell.options.has("errexit") ? 127 : 1);
  if (shell.options.has("errexit") && shell.conditionDepth === 0 && shell.kind !== "interactive") throw new ExitShell(1);
  throw new AbortLine(1);
}

function* dispatch(shell: Shell, node: CommandNode, replace: boolean): Run<number> {
  switch (node.type) {
    case "Command":
      return yield* runSimple(shell, node, replace);
    case "If":
      return yield* runIf(shell, node);
    case "For":
      return yield* runFor(shell, node);
    case "ArithmeticFor":
      return yield* runArithmeticFor(shell, node);
    case "While":
      return yield* runWhile(shell, node);
    case "Case":
      return yield* runCase(shell, node);
    case "Select":
      return yield* runSelect(shell, node);
    case "BraceGroup":
      return yield* runStatements(shell, node.body.commands);
    case "Subshell":
      return yield* runSubshell(shell, node, replace);
    case "TestCommand":
      return yield* runTest(shell, node);
    case "ArithmeticCommand":
      return yield* runArithmeticCommand(shell, node);
    case "Redirected":
      return yield* runRedirected(shell, node, replace);
    case "Function":
      return yield* defineFunction(shell, node);
    case "Coproc":
      return yield* runCoproc(shell, node);
  }
}

function* runSubshell(shell: Shell, node: Extract<CommandNode, { type: "Subshell" }>, replace: boolean): Run<number> {
  if (replace) return yield* runStatements(shell, node.body.commands);
  const stage: Stage = { run: (subshell) => runStatements(subshell, node.body.commands) };
  if (shell.traps.actions.has("ERR")) shell.command = printCommand(node);
  const statuses = yield* runJob(shell, [stage], [], printCommand(node));
  return statuses[0] ?? 0;
}

function* runRedirected(shell: Shell, node: Redirected, replace: boolean): Run<number> {
  shell.position = node.pos;
  const undo = openUndo(shell);
  try {
    try {
      yield* applyRedirects(shell, node.redirects, undo);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      yield* shell.report(error.message);
      // `runCommandChecked` trusts compound commands to have looked themselves.
      shell.status = error.status;
      if (!isSimple(node)) yield* failed(shell, error.status);
      return error.status;
    }
    return yield* runCommand(shell, node.command, replace);
  } finally {
    undoRedirects(shell, undo);
  }
}
