import type * as z from "zod";
import { didYouMean } from "../../lab/definition/nearest.ts";
import type { Problem } from "../../lab/definition/problem.ts";
import { YamlSource } from "../../lab/definition/yaml-source.ts";
import { calculate } from "./evaluate.ts";
import { type Formula, FormulaError, namesOf, parseFormula } from "./formula.ts";
import { calculatorsSchema } from "./schema.ts";
import type { Calculator, CalculatorResult } from "./types.ts";

type CalculatorFile = z.infer<typeof calculatorsSchema>[number];
type Path = readonly PropertyKey[];

/** Reads calculators.yaml. A formula is sound when it can be read, uses names before it, and has a value for the numbers at the start. */
export function readCalculators(file: string, text: string): { calculators: readonly Calculator[]; problems: readonly Problem[] } {
  const source = new YamlSource(file, text);
  const value = source.read(calculatorsSchema) ?? [];
  const seen = new Set<string>();
  const calculators = value.map((each, index) => {
    if (seen.has(each.id))
      source.problem([index, "id"], `The calculator \`${each.id}\` is declared twice.`, "Give one of them another id.");
    seen.add(each.id);
    return readCalculator(each, [index], source);
  });
  return { calculators, problems: source.problems };
}

function readCalculator(file: CalculatorFile, path: Path, source: YamlSource): Calculator {
  const known = new Set<string>();
  const learn = (id: string, at: Path): void => {
    if (known.has(id)) source.problem([...at, "id"], `\`${id}\` is declared twice in this calculator.`, "Give one of them another id.");
    known.add(id);
  };
  const numbers = file.numbers.map((number, index) => {
    const at = [...path, "numbers", index];
    const { min = 0, max = 1e9, step = 1 } = number;
    learn(number.id, at);
    if (number.value < min || number.value > max) {
      source.problem([...at, "value"], `\`value: ${number.value}\` is not between ${min} and ${max}.`, "Change it, or `min` and `max`.");
    }
    return { ...number, min, max, step };
  });
  const entries = [
    ...(file.steps ?? []).map((entry, index) => ({ entry, between: true, at: [...path, "steps", index] })),
    ...file.results.map((entry, index) => ({ entry, between: false, at: [...path, "results", index] })),
  ];
  const before = source.problems.length;
  const results = entries.map(({ entry, between, at }): CalculatorResult => {
    const formula = readFormula(entry.formula, [...at, "formula"], [...known], source);
    learn(entry.id, at);
    const { id, label, note, digits = 0, before = "", after = "" } = entry;
    return { id, label, note, digits, before, after, between, formula, source: entry.formula };
  });
  const calculator = { id: file.id, title: file.title, numbers, results, mark: file.mark };
  if (source.problems.length > before) return calculator;
  const values = calculate(calculator, new Map(numbers.map((number) => [number.id, number.value])));
  for (const { entry, at } of entries) {
    if (Number.isFinite(values.get(entry.id))) continue;
    source.problem([...at, "formula"], `\`${entry.id}\` has no value for the numbers at the start.`, "Does it divide by zero?");
    break;
  }
  return calculator;
}

function readFormula(text: string, path: Path, known: readonly string[], source: YamlSource): Formula {
  try {
    const formula = parseFormula(text);
    for (const name of namesOf(formula)) {
      if (!known.includes(name))
        source.problem(path, `\`${name}\`: no number or result before this one has that name.`, didYouMean(name, known));
    }
    return formula;
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    source.problem(path, `The formula \`${text}\` can't be read: ${error.message}.`, "Write it like `visitors * pages * 30 / 1000`.");
    return { kind: "number", value: 0 };
  }
}
