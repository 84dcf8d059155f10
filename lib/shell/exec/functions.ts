import type { CommandNode, CompoundList, Function as FunctionNode } from "unbash";
import { setOption } from "../builtins/positional.ts";
import { AbortLine, ReturnFrom } from "../control.ts";
import { onFreshStack, type Run } from "../run.ts";
import type { Shell } from "../shell.ts";
import type { Source } from "../source.ts";
import { runCommand } from "./command.ts";
import { runStatements } from "./list.ts";
import { runPseudoTrap } from "./trap-action.ts";

/** A function: its body, and the text the body lies in. */
export interface ShellFunction {
  readonly name: string;
  readonly body: CommandNode | CompoundList;
  readonly source: Source;
  readonly node: FunctionNode;
  exported?: boolean;
  readonly?: boolean;
}

/** How many calls may stand inside each other when FUNCNEST does not say. bash itself ends in a crash somewhere beyond. */
const DEEPEST_CALL = 10_000;
/** So many calls share one native stack. */
const CALLS_ON_A_STACK = 25;

export function* defineFunction(shell: Shell, node: FunctionNode): Run<number> {
  const name = node.name.text;
  if (
    /[$`]/.test(name) ||
    (node.name.parts ?? []).some((part) => part.type !== "Literal" && part.type !== "Glob" && part.type !== "BraceExpansion")
  ) {
    yield* shell.report(`\`${name}': not a valid identifier`);
    return 1;
  }
  if (shell.functions.get(name)?.readonly) {
    yield* shell.report(`${name}: readonly function`);
    return 1;
  }
  shell.functions.set(name, { name, body: node.body, source: shell.source, node });
  return 0;
}

/** Calls a function with these arguments; `environment` holds assignments that stand before the command's name. */
export function* callFunction(shell: Shell, definition: ShellFunction, args: readonly string[]): Run<number> {
  const limit = Number(shell.variables.get("FUNCNEST") ?? 0) || DEEPEST_CALL;
  if (shell.functionDepth >= limit) {
    yield* shell.report(`${definition.name}: maximum function nesting level exceeded (${limit})`);
    throw new AbortLine(1);
  }
  if ((shell.functionDepth + 1) % CALLS_ON_A_STACK === 0) return yield* onFreshStack(() => call(shell, definition, args));
  return yield* call(shell, definition, args);
}

function* call(shell: Shell, definition: ShellFunction, args: readonly string[]): Run<number> {
  const { positional, source, position, loopDepth, fixedLine, savedOptions } = shell;
  shell.savedOptions = undefined;
  shell.frames.push({ kind: "function", name: definition.name, source: definition.source.name, line: shell.line });
  shell.positional = [...args];
  shell.source = definition.source;
  shell.fixedLine = undefined;
  shell.loopDepth = 0;
  shell.functionDepth++;
  shell.variables.push();
  const hidden = hideTraps(shell);
  try {
    const { body } = definition;
    const status = yield* body.type === "CompoundList" ? runStatements(shell, body.commands) : runCommand(shell, body);
    shell.status = status;
    yield* runPseudoTrap(shell, "RETURN");
    return status;
  } catch (error) {
    if (!(error instanceof ReturnFrom)) throw error;
    shell.status = error.status;
    yield* runPseudoTrap(shell, "RETURN");
    return error.status;
  } finally {
    restoreTraps(shell, hidden);
    restoreOptions(shell);
    shell.savedOptions = savedOptions;
    shell.variables.pop();
    shell.functionDepth--;
    shell.frames.pop();
    shell.positional = positional;
    shell.source = source;
    shell.position = position;
    shell.fixedLine = fixedLine;
    shell.loopDepth = loopDepth;
  }
}

function restoreOptions(shell: Shell): void {
  if (shell.savedOptions === undefined) return;
  for (const name of new Set([...shell.options, ...shell.savedOptions])) setOption(shell, name, shell.savedOptions.has(name));
}

/** Functions don't inherit DEBUG and RETURN traps without `set -T`. */
function hideTraps(shell: Shell): { debug?: string; return?: string } {
  if (shell.traps.actions.size === 0 || shell.options.has("functrace")) return {};
  const hidden = { debug: shell.traps.actions.get("DEBUG"), return: shell.traps.actions.get("RETURN") };
  shell.traps.actions.delete("DEBUG");
  shell.traps.actions.delete("RETURN");
  return hidden;
}

function restoreTraps(shell: Shell, hidden: { debug?: string; return?: string }): void {
  if (hidden.debug !== undefined && !shell.traps.actions.has("DEBUG")) shell.traps.actions.set("DEBUG", hidden.debug);
  if (hidden.return !== undefined && !shell.traps.actions.has("RETURN")) shell.traps.actions.set("RETURN", hidden.return);
}
