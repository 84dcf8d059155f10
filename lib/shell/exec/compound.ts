/** Loops, conditions and cases. */
import type { ArithmeticCommand, ArithmeticExpression, ArithmeticFor, Case, CompoundList, For, If, Select, While } from "unbash";
import { readInput } from "../builtins/input.ts";
import { AbortLine, BreakLoop, CommandError, ContinueLoop, ExpansionError } from "../control.ts";
import { evaluateArithmetic } from "../expand/arithmetic.ts";
import { evaluateArithmeticText, expandArithmeticText } from "../expand/arithmetic-word.ts";
import { matchesPattern } from "../expand/pattern.ts";
import { expandToPattern, expandToString, expandWords } from "../expand/word.ts";
import type { Run } from "../run.ts";
import type { Shell } from "../shell.ts";
import { NAME } from "../variables/scopes.ts";
import { arithmeticText } from "./arithmetic-text.ts";
import { runCondition, runStatements } from "./list.ts";
import { trace } from "./trace.ts";
import { debugTrap } from "./trap-action.ts";

export function* runIf(shell: Shell, node: If): Run<number> {
  if ((yield* runClause(shell, node.clause)) === 0) return yield* runStatements(shell, node.then.commands);
  for (const elif of node.elif) {
    if ((yield* runClause(shell, elif.clause)) === 0) return yield* runStatements(shell, elif.then.commands);
  }
  return node.else === undefined ? 0 : yield* runStatements(shell, node.else.commands);
}

function* runClause(shell: Shell, clause: CompoundList): Run<number> {
  return yield* runCondition(shell, () => runStatements(shell, clause.commands));
}

/** How one round of a loop ended. */
interface Round {
  readonly status: number;
  readonly leave: boolean;
}

/** Runs a loop's body once; `break` and `continue` for outer loops are passed on. */
function* runBody(shell: Shell, body: CompoundList): Run<Round> {
  try {
    return { status: yield* runStatements(shell, body.commands), leave: false };
  } catch (error) {
    return loopControl(shell, error);
  }
}

function loopControl(shell: Shell, error: unknown): Round {
  if (!(error instanceof BreakLoop || error instanceof ContinueLoop)) throw error;
  if (error.levels > 1 && shell.loopDepth > 1) {
    error.levels--;
    throw error;
  }
  shell.status = error.status;
  return { status: error.status, leave: error instanceof BreakLoop };
}

export function* runFor(shell: Shell, node: For): Run<number> {
  shell.position = node.pos;
  if (!NAME.test(node.name.text)) return yield* badName(shell, node.name.text);
  const values = node.wordlist === undefined ? [...shell.positional] : yield* expandWords(shell, node.wordlist);
  let status = 0;
  shell.loopDepth++;
  try {
    for (const value of values) {
      shell.position = node.pos;
      yield* debugTrap(shell, node);
      if (shell.options.has("xtrace"))
        yield* trace(shell, `for ${node.name.text} in ${node.wordlist?.map((word) => word.text).join(" ") ?? '"$@"'}`);
      try {
        shell.variables.set(node.name.text, value);
      } catch (error) {
        if (!(error instanceof CommandError)) throw error;
        yield* shell.report(error.message);
        return 1;
      }
      const round = yield* runBody(shell, node.body);
      status = round.status;
      if (round.leave) break;
      yield* shell.turn();
    }
  } finally {
    shell.loopDepth--;
  }
  return status;
}

function* badName(shell: Shell, name: string): Run<number> {
  yield* shell.report(`\`${name}': not a valid identifier`);
  return 1;
}

export function* runWhile(shell: Shell, node: While): Run<number> {
  let status = 0;
  shell.loopDepth++;
  try {
    for (;;) {
      let met: number;
      try {
        met = yield* runClause(shell, node.clause);
      } catch (error) {
        const round = loopControl(shell, error);
        if (round.leave) break;
        continue;
      }
      if ((met === 0) !== (node.kind === "while")) break;
      const round = yield* runBody(shell, node.body);
      status = round.status;
      if (round.leave) break;
      yield* shell.turn();
    }
  } finally {
    shell.loopDepth--;
  }
  return status;
}

export function* runArithmeticFor(shell: Shell, node: ArithmeticFor): Run<number> {
  const evaluate = function* (expression: ArithmeticExpression | undefined): Run<bigint> {
    if (expression !== undefined) yield* debugTrap(shell, node);
    return yield* evaluateFor(shell, node.pos, expression);
  };
  let status = 0;
  try {
    yield* evaluate(node.initialize);
  } catch (error) {
    return yield* arithmeticFailure(shell, error);
  }
  shell.loopDepth++;
  try {
    for (;;) {
      try {
        if (node.test !== undefined && (yield* evaluate(node.test)) === 0n) break;
      } catch (error) {
        return yield* arithmeticFailure(shell, error);
      }
      const round = yield* runBody(shell, node.body);
      status = round.status;
      if (round.leave) break;
      yield* evaluate(node.update);
      yield* shell.turn();
    }
  } finally {
    shell.loopDepth--;
  }
  return status;
}

const texts = new WeakMap<ArithmeticExpression, string>();

function* evaluateFor(shell: Shell, position: number, expression: ArithmeticExpression | undefined): Run<bigint> {
  if (expression === undefined) return 1n;
  let text = texts.get(expression);
  if (text === undefined) {
    text = arithmeticText(expression);
    // As it was written, where it can be found: `set -x` and messages show it.
    const written = shell.source.text.slice(expression.pos, expression.end);
    if (written.replace(/\s/g, "") === text.replace(/\s/g, "")) text = written;
    texts.set(expression, text);
  }
  shell.position = position;
  if (shell.options.has("xtrace")) yield* trace(shell, `(( ${yield* expandArithmeticText(shell, text)} ))`);
  return yield* evaluateArithmeticText(shell, text);
}

/** `(( ))`: a failing expression is a failing command, nothing more. */
export function* runArithmeticCommand(shell: Shell, node: ArithmeticCommand): Run<number> {
  shell.position = node.pos;
  yield* shell.turn();
  yield* debugTrap(shell, node);
  const text = yield* expandArithmeticText(shell, node.body);
  if (shell.options.has("xtrace")) yield* trace(shell, `(( ${text} ))`);
  try {
    return evaluateArithmetic(shell, text) === 0n ? 1 : 0;
  } catch (error) {
    return yield* arithmeticFailure(shell, error);
  }
}

function* arithmeticFailure(shell: Shell, error: unknown): Run<number> {
  if (!(error instanceof ExpansionError) || error.fatal) throw error;
  yield* shell.report(error.message.endsWith("readonly variable") ? error.message : `((: ${error.message}`);
  return 1;
}

export function* runCase(shell: Shell, node: Case): Run<number> {
  shell.position = node.pos;
  yield* debugTrap(shell, node);
  const word = yield* expandToString(shell, node.word);
  if (shell.options.has("xtrace")) yield* trace(shell, `case ${node.word.text} in`);
  const options = { extglob: true, ignoreCase: shell.on("nocasematch") };
  let status = 0;
  let fallThrough = false;
  for (const item of node.items) {
    let met = fallThrough;
    for (const pattern of item.pattern) {
      if (met) break;
      met = matchesPattern(word, yield* expandToPattern(shell, pattern), options);
    }
    if (!met) continue;
    status = yield* runStatements(shell, item.body.commands);
    if (item.terminator !== ";&" && item.terminator !== ";;&") return status;
    fallThrough = item.terminator === ";&";
  }
  return status;
}

/** `select`: a menu on standard error, answers from standard input. */
export function* runSelect(shell: Shell, node: Select): Run<number> {
  const values = node.wordlist === undefined ? [...shell.positional] : yield* expandWords(shell, node.wordlist);
  if (shell.options.has("xtrace"))
    yield* trace(shell, `select ${node.name.text} in ${node.wordlist?.map((word) => word.text).join(" ") ?? '"$@"'}`);
  if (values.length === 0) return 0;
  let status = 0;
  let showMenu = true;
  shell.loopDepth++;
  try {
    for (;;) {
      if (showMenu) yield* shell.write(2, menu(shell, values));
      yield* shell.write(2, shell.variables.get("PS3") ?? "#? ");
      const line = yield* readInput(shell, 0, { delimiter: "\n" });
      if (line.ended && line.text === "") {
        yield* shell.write(1, "\n");
        return 1;
      }
      shell.variables.set("REPLY", line.text);
      showMenu = line.text.trim() === "";
      if (showMenu) continue;
      const choice = /^\s*\d+\s*$/.test(line.text) ? values[Number(line.text) - 1] : undefined;
      shell.variables.set(node.name.text, choice ?? "");
      const round = yield* runBody(shell, node.body);
      status = round.status;
      if (round.leave) break;
      if (shell.interrupted) throw new AbortLine(130);
    }
  } finally {
    shell.loopDepth--;
  }
  return status;
}

/** The numbered choices in columns, as bash lays them out. */
function menu(shell: Shell, values: readonly string[]): string {
  const digits = String(values.length).length;
  const columns = Number(shell.variables.get("COLUMNS") ?? 80) || 80;
  const longest = Math.max(...values.map((value) => value.length)) + digits + 2;
  const width = longest + 2;
  const perLine = longest * values.length < 10 || values.length < 2 ? 1 : Math.max(1, Math.floor(columns / width));
  const rows = Math.ceil(values.length / perLine);
  const singleColumn = rows === 1;
  const count = singleColumn ? values.length : rows;
  let text = "";
  for (let row = 0; row < count; row++) {
    for (let at = row; at < values.length; at += count) {
      const entry = `${String(at + 1).padStart(digits)}) ${values[at]}`;
      text += at + count < values.length ? entry.padEnd(width) : entry;
    }
    text += "\n";
  }
  return text;
}
