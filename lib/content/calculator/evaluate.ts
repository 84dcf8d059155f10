import type { Formula, FunctionName, Operator } from "./formula.ts";
import type { Calculator } from "./types.ts";

/** The value of a formula. Not finite when it has none: a division by zero, an unknown name. */
export function evaluate(formula: Formula, values: ReadonlyMap<string, number>): number {
  switch (formula.kind) {
    case "number":
      return formula.value;
    case "name":
      return values.get(formula.name) ?? Number.NaN;
    case "negation":
      return -evaluate(formula.of, values);
    case "operation":
      return operate(formula.operator, evaluate(formula.left, values), evaluate(formula.right, values));
    case "call":
      return call(formula.name, formula.values, values);
  }
}

/** All results of a calculator, by id; each may use the numbers and the results before it. */
export function calculate(calculator: Calculator, numbers: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const values = new Map(numbers);
  for (const result of calculator.results) values.set(result.id, evaluate(result.formula, values));
  return values;
}

function operate(operator: Operator, left: number, right: number): number {
  // A comparison with what is no number would hold or not by chance.
  if (Number.isNaN(left) || Number.isNaN(right)) return Number.NaN;
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "%":
      return left % right;
    case "^":
      return left ** right;
    case "<":
      return Number(left < right);
    case "<=":
      return Number(left <= right);
    case ">":
      return Number(left > right);
    case ">=":
      return Number(left >= right);
    case "=":
      return Number(left === right);
    case "!=":
      return Number(left !== right);
  }
}

function call(name: FunctionName, formulas: readonly Formula[], values: ReadonlyMap<string, number>): number {
  const value = (index: number): number => {
    const formula = formulas[index];
    return formula === undefined ? Number.NaN : evaluate(formula, values);
  };
  switch (name) {
    case "min":
      return Math.min(...formulas.map((each) => evaluate(each, values)));
    case "max":
      return Math.max(...formulas.map((each) => evaluate(each, values)));
    case "ceil":
      return Math.ceil(tidy(value(0)));
    case "floor":
      return Math.floor(tidy(value(0)));
    case "round":
      return round(value(0), formulas.length > 1 ? value(1) : 0);
    case "abs":
      return Math.abs(value(0));
    case "sqrt":
      return Math.sqrt(value(0));
    case "if": {
      const condition = value(0);
      return Number.isNaN(condition) ? Number.NaN : condition !== 0 ? value(1) : value(2);
    }
  }
}

/** What binary fractions add to a number: `0.1 * 3 * 10` is 3 to a reader, so its ceiling is 3. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}

function round(value: number, digits: number): number {
  const factor = 10 ** Math.max(0, Math.min(9, digits));
  return Math.round(tidy(value * factor)) / factor;
}
