import type { CommandNode } from "unbash";
import { ReturnFrom } from "../control.ts";
import type { Run } from "../run.ts";
import type { Shell } from "../shell.ts";
import type { PseudoSignal } from "../traps.ts";
import { printCommand } from "./print.ts";
import { evaluateText } from "./script.ts";
import { linePosition } from "./simple.ts";

/** Runs the text of a trap; `$?` is afterwards what it was before. */
export function* runTrap(shell: Shell, action: string): Run<void> {
  const { status, pipeStatus, fixedLine } = shell;
  shell.fixedLine = shell.line;
  try {
    yield* evaluateText(shell, action);
  } catch (error) {
    if (!(error instanceof ReturnFrom)) throw error;
  } finally {
    shell.fixedLine = fixedLine;
    shell.status = status;
    shell.pipeStatus = pipeStatus;
  }
}

/** The DEBUG trap, before a simple command and before the heads of `for`, `case`, `select`, `((` and `[[`. */
export function* debugTrap(shell: Shell, node: CommandNode): Run<void> {
  if (!shell.traps.actions.has("DEBUG")) return;
  shell.command = printCommand(node).split("\n")[0]!;
  const position = node.type === "Command" ? linePosition(node) : node.pos;
  shell.position = position;
  yield* runPseudoTrap(shell, "DEBUG");
  shell.position = position;
}

/** Runs the trap of a pseudo signal, if one is set. The trap does not trap itself. */
export function* runPseudoTrap(shell: Shell, name: PseudoSignal): Run<void> {
  const action = shell.traps.actions.get(name);
  if (action === undefined || action === "") return;
  shell.traps.actions.delete(name);
  const depth = shell.conditionDepth;
  shell.conditionDepth++;
  try {
    yield* runTrap(shell, action);
  } finally {
    shell.conditionDepth = depth;
    if (name !== "EXIT" && !shell.traps.actions.has(name)) shell.traps.actions.set(name, action);
  }
}
