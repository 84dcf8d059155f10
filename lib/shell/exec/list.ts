/** Lists: statements one after the other, `&&`, `||` and `&`. */
import type { AndOr, PipelineNode, Statement } from "unbash";
import type { Run } from "../run.ts";
import type { Shell } from "../shell.ts";
import { startBackground } from "./background.ts";
import { runCommandChecked } from "./command.ts";
import { runPipeline } from "./pipeline.ts";

export function* runStatements(shell: Shell, statements: readonly Statement[]): Run<number> {
  let status = 0;
  for (let at = 0; at < statements.length; at++) status = yield* runStatement(shell, statements[at]!);
  return status;
}

export function* runStatement(shell: Shell, statement: Statement): Run<number> {
  if (statement.background) return yield* startBackground(shell, statement);
  return yield* runNode(shell, statement.command);
}

export function* runNode(shell: Shell, node: PipelineNode | AndOr): Run<number> {
  if (node.type === "AndOr") return yield* runAndOr(shell, node);
  if (node.type === "Pipeline") return yield* runPipeline(shell, node);
  return yield* runCommandChecked(shell, node);
}

/** `set -e` and the ERR trap look only at the last command of an and-or list. */
function* runAndOr(shell: Shell, node: AndOr): Run<number> {
  const last = node.commands.length - 1;
  let status = 0;
  for (let at = 0; at <= last; at++) {
    const operator = at === 0 ? undefined : node.operators[at - 1];
    if (operator === "&&" && status !== 0) continue;
    if (operator === "||" && status === 0) continue;
    if (at === last) status = yield* runNode(shell, node.commands[at]!);
    else status = yield* runCondition(shell, () => runNode(shell, node.commands[at]!));
  }
  return status;
}

/** Runs something whose failure is a question, not an error. */
export function* runCondition(shell: Shell, run: () => Run<number>): Run<number> {
  shell.conditionDepth++;
  try {
    return yield* run();
  } finally {
    shell.conditionDepth--;
  }
}
