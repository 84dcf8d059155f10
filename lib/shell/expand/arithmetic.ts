import { CommandError, ExpansionError } from "../control.ts";
import type { Scopes } from "../variables/scopes.ts";
import { isAssociative } from "../variables/variable.ts";
import { type Arithmetic, ArithmeticError, parseArithmetic, type Target } from "./arithmetic-parse.ts";

const cache = new Map<string, Arithmetic | undefined>();
const CACHE_LIMIT = 2000;
const DEPTH_LIMIT = 1024;

/** What arithmetic needs to know of a shell. */
export interface ArithmeticContext {
  readonly variables: Scopes;
  /** `set -u`: a variable that is not set is an error. */
  readonly nounset: boolean;
}

/**
 * The value of an expression whose `$` expansions are done. Throws `ExpansionError` with bash's words:
 * `1/0: division by 0 (error token is "0")`.
 */
export function evaluateArithmetic(context: ArithmeticContext, text: string, depth = 0): bigint {
  const expression = text.trimStart();
  try {
    if (depth > DEPTH_LIMIT) throw new ArithmeticError("expression recursion level exceeded", 0);
    const tree = parsed(expression);
    return tree === undefined ? 0n : new Evaluation(context, depth).value(tree);
  } catch (error) {
    if (!(error instanceof ArithmeticError)) throw error;
    throw new ExpansionError(`${expression}: ${error.what} (error token is "${expression.slice(error.at)}")`);
  }
}

function parsed(expression: string): Arithmetic | undefined {
  if (cache.has(expression)) return cache.get(expression);
  const tree = parseArithmetic(expression);
  if (cache.size >= CACHE_LIMIT) cache.clear();
  cache.set(expression, tree);
  return tree;
}

class Evaluation {
  constructor(
    private readonly context: ArithmeticContext,
    private readonly depth: number,
  ) {}

  value(node: Arithmetic): bigint {
    switch (node.kind) {
      case "number":
        return node.value;
      case "variable":
        return this.read(node);
      case "unary": {
        const operand = this.value(node.operand);
        if (node.operator === "-") return BigInt.asIntN(64, -operand);
        if (node.operator === "!") return operand === 0n ? 1n : 0n;
        return node.operator === "~" ? ~operand : operand;
      }
      case "step": {
        const old = this.read(node.target);
        const next = BigInt.asIntN(64, old + node.by);
        this.write(node.target, next);
        return node.prefix ? next : old;
      }
      case "choose":
        return this.value(node.test) !== 0n ? this.value(node.yes) : this.value(node.no);
      case "assign": {
        const old = node.operator === "" ? 0n : this.read(node.target);
        const right = this.value(node.value);
        const next = node.operator === "" ? right : combine(node.operator, old, right, node.token);
        this.write(node.target, next);
        return next;
      }
      case "binary": {
        const left = this.value(node.left);
        if (node.operator === "&&") return left !== 0n && this.value(node.right) !== 0n ? 1n : 0n;
        if (node.operator === "||") return left !== 0n || this.value(node.right) !== 0n ? 1n : 0n;
        return combine(node.operator, left, this.value(node.right), node.token);
      }
    }
  }

  private read(target: Target): bigint {
    const text = this.text(target);
    if (text === undefined) {
      if (this.context.nounset) throw new ExpansionError(`${target.name}: unbound variable`, true);
      return 0n;
    }
    if (/^(0|[1-9]\d{0,17})$/.test(text)) return BigInt(text);
    return evaluateArithmetic(this.context, text, this.depth + 1);
  }

  private text(target: Target): string | undefined {
    const { variables } = this.context;
    if (target.subscript === undefined) return variables.get(target.name);
    return variables.getElement(target.name, this.subscript(target.name, target.subscript));
  }

  private subscript(name: string, subscript: string): string {
    if (isAssociative(this.context.variables.lookup(name)?.value)) return subscript.replace(/^(["'])(.*)\1$/s, "$2");
    return String(evaluateArithmetic(this.context, subscript, this.depth + 1));
  }

  private write(target: Target, value: bigint): void {
    const { variables } = this.context;
    try {
      if (target.subscript === undefined) variables.set(target.name, String(value));
      else variables.setElement(target.name, this.subscript(target.name, target.subscript), String(value));
    } catch (error) {
      if (error instanceof CommandError) throw new ExpansionError(error.message);
      throw error;
    }
  }
}

function combine(operator: string, left: bigint, right: bigint, token: number): bigint {
  switch (operator) {
    case "+":
      return BigInt.asIntN(64, left + right);
    case "-":
      return BigInt.asIntN(64, left - right);
    case "*":
      return BigInt.asIntN(64, left * right);
    case "/":
    case "%":
      if (right === 0n) throw new ArithmeticError("division by 0", token);
      return BigInt.asIntN(64, operator === "/" ? left / right : left % right);
    case "**":
      if (right < 0n) throw new ArithmeticError("exponent less than 0", token);
      return power(left, right);
    case "<<":
      return BigInt.asIntN(64, left << (right & 63n));
    case ">>":
      return left >> (right & 63n);
    case "<":
      return left < right ? 1n : 0n;
    case ">":
      return left > right ? 1n : 0n;
    case "<=":
      return left <= right ? 1n : 0n;
    case ">=":
      return left >= right ? 1n : 0n;
    case "==":
      return left === right ? 1n : 0n;
    case "!=":
      return left !== right ? 1n : 0n;
    case "&":
      return left & right;
    case "|":
      return left | right;
    case "^":
      return left ^ right;
    default:
      return right; // the comma
  }
}

/** By squaring, wrapping at 64 bits on the way. */
function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let factor = base;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = BigInt.asIntN(64, result * factor);
    factor = BigInt.asIntN(64, factor * factor);
  }
  return result;
}
