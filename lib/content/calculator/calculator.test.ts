import { describe, expect, it } from "vitest";
import { calculate, evaluate } from "./evaluate.ts";
import { FormulaError, parseFormula } from "./formula.ts";
import { readCalculators } from "./read-calculators.ts";

const values = new Map([
  ["visitors", 2000],
  ["page-size", 0.5],
  ["zero", 0],
]);
const value = (text: string): number => evaluate(parseFormula(text), values);

describe("formulas", () => {
  it.each([
    ["1 + 2 * 3", 7],
    ["(1 + 2) * 3", 9],
    ["10 - 2 - 3", 5],
    ["2 ^ 3 ^ 2", 512],
    ["-2 ^ 2", -4],
    ["7 % 4", 3],
    ["1_000_000 / 4", 250_000],
    ["visitors * page-size", 1000],
    ["visitors - page-size", 1999.5],
    ["max(0, visitors - 5000) * 0.15", 0],
    ["ceil(visitors / 1500) * 7", 14],
    ["ceil(0.1 * 3 * 10)", 3],
    ["round(2.345, 2)", 2.35],
    ["if(visitors > 1000, 25, 7)", 25],
    ["if(visitors = 2000, 1, 0) + (visitors != 2000)", 1],
    ["abs(-3) + sqrt(16)", 7],
  ])("%s is %d", (text, expected) => {
    expect(value(text)).toBeCloseTo(expected, 9);
  });

  it("have no value where arithmetic has none", () => {
    expect(Number.isFinite(value("1 / zero"))).toBe(false);
    expect(value("unknown > 1")).toBeNaN();
  });

  it.each([
    "",
    "1 +",
    "2 3",
    "(1",
    "foo(1)",
    "min()",
    "if(1, 2)",
    "a.b",
    "constructor('x')",
    "`x`",
    "1;2",
    "x => x",
    "(".repeat(200),
    "1+".repeat(400),
  ])("refuse %j", (text) => {
    expect(() => parseFormula(text)).toThrow(FormulaError);
  });

  it("reach nothing but the numbers they are given", () => {
    expect(value("constructor")).toBeNaN();
    expect(() => parseFormula("constructor(1)")).toThrow("there is no function `constructor`");
    expect(() => parseFormula("__proto__")).toThrow(FormulaError);
  });
});

const file = `
- id: bill
  title: What a month costs
  mark: least
  numbers:
    - { id: visitors, label: Visitors a day, value: 1000, max: 50000, step: 100 }
  steps:
    - { id: traffic, label: Traffic, formula: visitors * 30 * 0.002, after: " GB" }
  results:
    - { id: vps, label: A VPS, formula: 6, before: "$" }
    - { id: cloud, label: A cloud, formula: traffic * 0.15, before: "$", digits: 2 }
`.replace("formula: 6,", 'formula: "6",');

describe("calculators.yaml", () => {
  const problem = (from: string, to: string): unknown => readCalculators("calculators.yaml", file.replace(from, to)).problems[0];

  it("is read, and its results follow the numbers", () => {
    const { calculators, problems } = readCalculators("calculators.yaml", file);
    expect(problems).toEqual([]);
    const [bill] = calculators;
    if (bill === undefined) throw new Error("no calculator");
    expect(calculate(bill, new Map([["visitors", 10_000]])).get("cloud")).toBeCloseTo(90);
  });

  it("reports mistakes with line and remedy", () => {
    expect(problem("visitors * 30", "visitor * 30")).toMatchObject({ line: 8, remedy: "Did you mean `visitors`?" });
    expect(problem("traffic * 0.15", "traffic / (visitors - 1000)")).toMatchObject({
      message: "`cloud` has no value for the numbers at the start.",
    });
    expect(problem("traffic * 0.15", "traffic * (")).toMatchObject({
      line: 11,
      message: expect.stringContaining("something is missing at its end"),
    });
    expect(problem("value: 1000", "value: 100000")).toMatchObject({ message: "`value: 100000` is not between 0 and 50000." });
    expect(problem("visitors * 30", "cloud * 30")).toMatchObject({ message: expect.stringContaining("before this one") });
  });
});
