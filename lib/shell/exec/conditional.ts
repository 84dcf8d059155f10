/** `[[ … ]]` (bash(1), Compound Commands). */
import type { TestCommand, TestExpression, Word } from "unbash";
import { compareFiles, FILE_TESTS, testFile, testUnary } from "../builtins/file-tests.ts";
import { ExpansionError } from "../control.ts";
import { evaluateArithmetic } from "../expand/arithmetic.ts";
import { escapeRegExp, matchesPattern, type Piece } from "../expand/pattern.ts";
import { quoteIfNeeded } from "../expand/quote.ts";
import { regularExpression } from "../expand/regular-expression.ts";
import { expandToPattern, expandToString, singleField } from "../expand/word.ts";
import type { Run } from "../run.ts";
import type { Shell } from "../shell.ts";
import { trace } from "./trace.ts";
import { debugTrap } from "./trap-action.ts";

export function* runTest(shell: Shell, node: TestCommand): Run<number> {
  shell.position = node.pos;
  yield* shell.turn();
  yield* debugTrap(shell, node);
  try {
    return (yield* evaluate(shell, node.expression)) ? 0 : 1;
  } catch (error) {
    if (error instanceof BadRegularExpression) return 2;
    if (!(error instanceof ExpansionError) || error.fatal) throw error;
    yield* shell.report(`[[: ${error.message}`);
    return 1;
  }
}

class BadRegularExpression {}

function* evaluate(shell: Shell, node: TestExpression): Run<boolean> {
  switch (node.type) {
    case "TestGroup":
      return yield* evaluate(shell, node.expression);
    case "TestNot":
      return (yield* evaluate(shell, node.operand)) !== (node.negations.length % 2 === 1);
    case "TestLogical": {
      for (const operand of node.operands) {
        const value = yield* evaluate(shell, operand);
        if (value !== (node.operator === "&&")) return value;
      }
      return node.operator === "&&";
    }
    case "TestUnary": {
      const operand = yield* expandToString(shell, node.operand);
      if (shell.options.has("xtrace")) yield* trace(shell, `[[ ${node.operator} ${quoteIfNeeded(operand)} ]]`);
      if (FILE_TESTS.has(node.operator)) return testFile(shell, node.operator, operand);
      return testUnary(shell, node.operator, operand);
    }
    case "TestBinary":
      return yield* binary(shell, node.operator, node.left, node.right);
  }
}

function* binary(shell: Shell, operator: string, leftWord: Word, rightWord: Word): Run<boolean> {
  const left = yield* expandToString(shell, leftWord);
  const show = function* (right: string): Run<void> {
    if (shell.options.has("xtrace")) yield* trace(shell, `[[ ${quoteIfNeeded(left)} ${operator} ${right === "" ? "''" : right} ]]`);
  };
  if (operator === "==" || operator === "=" || operator === "!=") {
    const pattern = yield* expandToPattern(shell, rightWord);
    yield* show(pattern);
    return matchesPattern(left, pattern, { extglob: true, ignoreCase: shell.on("nocasematch") }) === (operator !== "!=");
  }
  if (operator === "=~") {
    const pieces = yield* singleField(shell, rightWord, "word");
    yield* show(pieces.map((piece) => piece.text).join(""));
    return matchRegularExpression(shell, left, pieces);
  }
  const right = yield* expandToString(shell, rightWord);
  yield* show(quoteIfNeeded(right));
  switch (operator) {
    case "<":
      return left < right;
    case ">":
      return left > right;
    case "-nt":
    case "-ot":
    case "-ef":
      return compareFiles(shell, operator, left, right);
    default:
      return compareNumbers(operator, evaluateArithmetic(shell, left), evaluateArithmetic(shell, right));
  }
}

export function compareNumbers(operator: string, left: bigint, right: bigint): boolean {
  switch (operator) {
    case "-eq":
      return left === right;
    case "-ne":
      return left !== right;
    case "-lt":
      return left < right;
    case "-le":
      return left <= right;
    case "-gt":
      return left > right;
    case "-ge":
      return left >= right;
    default:
      throw new ExpansionError(`${operator}: binary operator expected`);
  }
}

/** POSIX extended; what was quoted stands for itself. Fills BASH_REMATCH. */
function matchRegularExpression(shell: Shell, text: string, pieces: readonly Piece[]): boolean {
  const source = pieces.map((piece) => (piece.quoted ? escapeRegExp(piece.text) : piece.text)).join("");
  const expression = regularExpression(source, shell.on("nocasematch"));
  if (expression === undefined) throw new BadRegularExpression();
  const match = expression.exec(text);
  shell.variables.unset("BASH_REMATCH");
  shell.variables.global("BASH_REMATCH").value = match === null ? [] : [...match].map((group) => group ?? "");
  return match !== null;
}
