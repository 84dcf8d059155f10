/** Simple commands (bash(1), SIMPLE COMMAND EXPANSION): expansion, redirections, assignments, then what the name stands for. */
import type { Assignment, Command } from "unbash";
import { KernelError } from "../../kernel/errno.ts";
import { builtins, declarations, isSpecialBuiltin } from "../builtins/index.ts";
import { AbortLine, CommandError, ExitShell, ExpansionError } from "../control.ts";
import { expandWordInto } from "../expand/word.ts";
import type { Run } from "../run.ts";
import type { Shell } from "../shell.ts";
import type { Variable } from "../variables/variable.ts";
import { type Assigned, assign, assignedText, evaluateAssignment } from "./assign.ts";
import { runExternal } from "./external.ts";
import { callFunction } from "./functions.ts";
import { printCommand } from "./print.ts";
import { applyRedirects, keepRedirects, openUndo, undoRedirects } from "./redirect.ts";
import { trace, traceWords } from "./trace.ts";
import { debugTrap } from "./trap-action.ts";

/** An argument of `declare` and its like: a word, or an assignment whose array must not be split. */
export type Argument = string | Assigned;

/**
 * Where a command counts as standing when it goes over several lines: bash takes the line that it has read up to when it knows what
 * the first word is, and after a plain word it looks at the next token for that.
 */
export function linePosition(node: Command): number {
  const first = node.prefix[0];
  if (first !== undefined) return first.type === "Assignment" ? first.end - 1 : node.pos;
  const second = node.suffix[0];
  if (second === undefined) return node.pos;
  return second.type === "Word" || second.type === "Assignment" ? second.end - 1 : second.pos;
}

export function* runSimple(shell: Shell, node: Command, replace: boolean): Run<number> {
  shell.position = linePosition(node);
  shell.commandNode = node;
  yield* shell.turn();
  if (shell.traps.actions.size > 0 && shell.traps.actions.has("DEBUG")) yield* debugTrap(shell, node);
  else if (shell.traps.actions.has("ERR")) shell.command = printCommand(node);
  shell.substitutionStatus = undefined;
  const words: string[] = [];
  const args: Argument[] = [];
  if (node.name !== undefined) yield* expandWordInto(shell, node.name, words);
  yield* expandArguments(shell, node, words, args);
  const assignments = node.prefix.filter((part): part is Assignment => part.type === "Assignment");
  if (words.length === 0) return yield* runAssignments(shell, node, assignments);
  return yield* runWords(shell, node, assignments, words, args, replace);
}

function* expandArguments(shell: Shell, node: Command, words: string[], args: Argument[]): Run<void> {
  const declares = words.length > 0 && declarations.has(words[0]!);
  const associative = declares && /^(?:declare|typeset|local|readonly|export)$/.test(words[0]!);
  for (const part of node.suffix) {
    if (part.type === "Word") {
      const from = words.length;
      yield* expandWordInto(shell, part, words);
      for (let at = from; at < words.length; at++) args.push(words[at]!);
    } else if (part.type === "Assignment") {
      const keyed = associative && args.some((arg) => typeof arg === "string" && /^-[a-zA-Z]*A/.test(arg));
      const assigned = yield* evaluateAssignment(shell, part, keyed);
      args.push(assigned);
      words.push(declares ? assignedText(assigned) : plainText(assigned));
    }
  }
}

/** The parser takes the arguments of `alias` for assignments; for a command that is no declaration they are words. */
function plainText(assigned: Assigned): string {
  const value = typeof assigned.value === "string" ? assigned.value : "";
  return `${assigned.name}${assigned.subscript === undefined ? "" : `[${assigned.subscript}]`}${assigned.append ? "+" : ""}=${value}`;
}

/** No command's name: the assignments change this shell. */
function* runAssignments(shell: Shell, node: Command, assignments: readonly Assignment[]): Run<number> {
  const undo = openUndo(shell);
  try {
    for (const assignment of assignments) {
      const assigned = yield* evaluateAssignment(shell, assignment);
      if (shell.options.has("xtrace")) yield* trace(shell, assignedText(assigned));
      assign(shell, assigned);
    }
    yield* applyRedirects(shell, node.redirects, undo);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    yield* shell.report(error.message);
    if (node.redirects.length > 0) return 1;
    shell.status = 1;
    const ends = shell.options.has("posix") || (shell.options.has("errexit") && shell.conditionDepth === 0);
    throw ends && shell.kind !== "interactive" ? new ExitShell(1) : new AbortLine(1);
  } finally {
    undoRedirects(shell, undo);
  }
  shell.lastArgument = "";
  return shell.substitutionStatus ?? 0;
}

function* runWords(
  shell: Shell,
  node: Command,
  assignments: readonly Assignment[],
  words: readonly string[],
  args: readonly Argument[],
  replace: boolean,
): Run<number> {
  const name = words[0]!;
  const environment = assignments.length === 0 ? [] : yield* evaluateEnvironment(shell, assignments);
  if (shell.options.has("xtrace")) {
    for (const assigned of environment) yield* trace(shell, assignedText(assigned));
    const lists = declarations.has(name)
      ? args.filter((arg): arg is Assigned => typeof arg === "object" && typeof arg.value === "object")
      : [];
    for (const list of lists) yield* trace(shell, listText(list));
    yield* trace(shell, traceWords(declarations.has(name) ? [name, ...args.map(shownArgument)] : words));
    if (name === "export" || name === "readonly") {
      for (const arg of args) if (typeof arg !== "string" && typeof arg.value === "string") yield* trace(shell, assignedText(arg));
    }
  }
  const undo = openUndo(shell);
  let kept = false;
  try {
    try {
      if (node.redirects.length > 0) yield* applyRedirects(shell, node.redirects, undo);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      yield* shell.report(error.message);
      return error.status;
    }
    const status = yield* runNamed(shell, name, words, args, environment, replace);
    const last = args[args.length - 1];
    shell.lastArgument = typeof last === "object" && typeof last.value !== "string" ? last.name : words[words.length - 1]!;
    kept = name === "exec" && (words.length === 1 || (words.length === 2 && words[1] === "--")) && !shell.functions.has("exec");
    return status;
  } finally {
    if (kept) keepRedirects(shell, undo);
    else undoRedirects(shell, undo);
  }
}

/** An argument of a declaration as `set -x` shows it, before it is quoted. */
function shownArgument(arg: Argument): string {
  if (typeof arg === "string" || typeof arg.value === "object") return typeof arg === "string" ? arg : arg.name;
  return plainText(arg);
}

/** `a=('1' '2')`: every element in quotes. */
function listText(assigned: Assigned): string {
  const elements = typeof assigned.value === "object" ? assigned.value : [];
  const shown = elements.map(({ key, value }) => `${key === undefined ? "" : `[${key}]=`}'${value.replaceAll("'", "'\\''")}'`);
  return `${assigned.name}${assigned.append ? "+" : ""}=(${shown.join(" ")})`;
}

function* runNamed(
  shell: Shell,
  name: string,
  words: readonly string[],
  args: readonly Argument[],
  environment: readonly Assigned[],
  replace: boolean,
): Run<number> {
  const definition = shell.functions.get(name);
  const special = shell.options.has("posix") && isSpecialBuiltin(name);
  if (definition !== undefined && !special)
    return yield* withEnvironment(shell, environment, () => callFunction(shell, definition, words.slice(1)));
  const builtin = shell.disabledBuiltins.has(name) ? undefined : builtins.get(name);
  if (builtin !== undefined)
    return yield* withEnvironment(shell, environment, () => runBuiltin(shell, name, () => builtin(shell, words.slice(1))));
  const declaration = shell.disabledBuiltins.has(name) ? undefined : declarations.get(name);
  if (declaration !== undefined)
    return yield* withEnvironment(shell, environment, () => runBuiltin(shell, name, () => declaration(shell, args)));
  return yield* withEnvironment(shell, environment, () => runExternal(shell, words, replace));
}

/** Assignments in front of a command: each sees the ones before it. */
function* evaluateEnvironment(shell: Shell, assignments: readonly Assignment[]): Run<Assigned[]> {
  const environment: Assigned[] = [];
  shell.variables.push("temporary");
  try {
    for (const assignment of assignments) {
      const assigned = yield* evaluateAssignment(shell, assignment);
      environment.push(assigned);
      if (assigned.subscript === undefined && !shell.variables.find(assigned.name)?.readonly)
        assign(shell, assigned, temporary(shell, assigned));
    }
  } finally {
    shell.variables.pop();
  }
  return environment;
}

/** The variable of a command's environment; `name+=value` goes on from what is there. */
function temporary(shell: Shell, assigned: Assigned): Variable {
  const before = assigned.append ? shell.variables.get(assigned.name) : undefined;
  const variable = shell.variables.temporary(assigned.name);
  if (before !== undefined) variable.value = before;
  variable.exported = true;
  return variable;
}

/** Assignments in front of a command are there while it runs. */
function* withEnvironment(shell: Shell, environment: readonly Assigned[], run: () => Run<number>): Run<number> {
  if (environment.length === 0) return yield* run();
  shell.variables.push("temporary");
  try {
    for (const assigned of environment) {
      try {
        if (shell.variables.find(assigned.name)?.readonly) throw new CommandError(`${assigned.name}: readonly variable`);
        assign(shell, assigned, assigned.subscript === undefined ? temporary(shell, assigned) : undefined);
      } catch (error) {
        if (!(error instanceof CommandError)) throw error;
        yield* shell.report(error.message);
      }
    }
    return yield* run();
  } finally {
    shell.variables.pop();
  }
}

/** A builtin's failed assignments and writes are its own: message and status 1. */
export function* runBuiltin(shell: Shell, name: string, run: () => Run<number>): Run<number> {
  try {
    return yield* run();
  } catch (error) {
    if (error instanceof CommandError) {
      yield* shell.report(error.message);
      return error.status;
    }
    if (error instanceof ExpansionError) throw new ExpansionError(`${name}: ${error.message}`, error.fatal);
    if (!(error instanceof KernelError) || shell.self.ended.aborted) throw error;
    yield* shell.report(`${name}: write error: ${error.text}`);
    return 1;
  }
}
