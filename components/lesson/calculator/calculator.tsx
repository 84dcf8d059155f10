"use client";
import { RotateCcw } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import { calculate } from "../../../lib/content/calculator/evaluate.ts";
import type { CalculatorNumber, CalculatorResult, Calculator as Definition } from "../../../lib/content/calculator/types.ts";
import { announce } from "../../ui/announcer.tsx";
import { InlineText } from "../../ui/inline-text.tsx";

/** A small table: numbers to change on top, and what follows from them below. */
export function Calculator({ calculator }: { calculator: Definition }) {
  const [texts, setTexts] = useState(() => startTexts(calculator));
  const values = calculate(calculator, numbersOf(calculator, texts));
  const marked = markedResult(calculator, values);
  const changed = calculator.numbers.some((number) => texts[number.id] !== String(number.value));
  const title = useId();
  const prefix = useId();
  useAnnouncedResults(calculator, texts, values);
  return (
    <section className="calculator not-prose" aria-labelledby={title}>
      <header>
        <p id={title} className="calculator-title">
          {calculator.title}
        </p>
        {changed ? (
          <button type="button" className="place" onClick={() => setTexts(startTexts(calculator))}>
            <RotateCcw size={13} aria-hidden="true" /> <span className="place-name">Numbers of the start</span>
          </button>
        ) : null}
      </header>
      <div className="calculator-numbers">
        {calculator.numbers.map((number) => {
          const problem = problemOf(number, texts[number.id] ?? "");
          return (
            <div key={number.id} className="calculator-number">
              <label htmlFor={prefix + number.id}>{number.label}</label>
              <span>
                <input
                  id={prefix + number.id}
                  type="number"
                  inputMode="decimal"
                  min={number.min}
                  max={number.max}
                  step={number.step}
                  value={texts[number.id] ?? ""}
                  aria-invalid={problem !== undefined}
                  aria-describedby={problem === undefined ? undefined : `${prefix}${number.id}-problem`}
                  onChange={(event) => setTexts({ ...texts, [number.id]: event.target.value })}
                />
                {number.unit ? <span className="calculator-unit"> {number.unit}</span> : null}
              </span>
              {problem === undefined ? null : (
                <span className="calculator-problem" id={`${prefix}${number.id}-problem`}>
                  {problem}
                </span>
              )}
            </div>
          );
        })}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a table wider than its column must be scrollable by keyboard */}
      <section className="table-frame" tabIndex={0} aria-label={`Results: ${calculator.title}`}>
        <table>
          <tbody>
            {calculator.results.map((result) => (
              <tr key={result.id} data-between={result.between || undefined} data-marked={result.id === marked || undefined}>
                <th scope="row">{result.label}</th>
                <td className="calculator-value">
                  {shown(result, values)}
                  {result.id === marked ? <span className="calculator-mark"> {calculator.mark}</span> : null}
                </td>
                <td className="calculator-note">{result.note ? <InlineText text={result.note} /> : null}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <details>
        <summary>How it is calculated</summary>
        <ul>
          {calculator.results.map((result) => (
            <li key={result.id}>
              {result.label} = <code>{inWords(calculator, result.source)}</code>
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}

/** The results are said once the numbers have stood for a moment, not at every key. */
function useAnnouncedResults(calculator: Definition, texts: Readonly<Record<string, string>>, values: ReadonlyMap<string, number>): void {
  const said = useRef(texts);
  useEffect(() => {
    if (said.current === texts) return;
    const timer = setTimeout(() => {
      said.current = texts;
      const results = calculator.results.filter((result) => !result.between);
      announce(results.map((result) => `${result.label}: ${shown(result, values)}`).join("; "));
    }, 900);
    return () => clearTimeout(timer);
  }, [calculator, texts, values]);
}

function startTexts(calculator: Definition): Record<string, string> {
  return Object.fromEntries(calculator.numbers.map((number) => [number.id, String(number.value)]));
}

function numbersOf(calculator: Definition, texts: Readonly<Record<string, string>>): Map<string, number> {
  return new Map(
    calculator.numbers.map((number) => {
      const text = texts[number.id] ?? "";
      return [number.id, problemOf(number, text) === undefined ? Number(text) : Number.NaN];
    }),
  );
}

function problemOf(number: CalculatorNumber, text: string): string | undefined {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value >= number.min && value <= number.max) return undefined;
  return `A number from ${number.min.toLocaleString("en")} to ${number.max.toLocaleString("en")}, please.`;
}

function shown(result: CalculatorResult, values: ReadonlyMap<string, number>): string {
  const value = values.get(result.id) ?? Number.NaN;
  if (!Number.isFinite(value)) return "no value";
  const digits = { minimumFractionDigits: result.digits, maximumFractionDigits: result.digits };
  return result.before + value.toLocaleString("en", digits) + result.after;
}

function markedResult(calculator: Definition, values: ReadonlyMap<string, number>): string | undefined {
  if (calculator.mark === undefined) return undefined;
  const results = calculator.results.filter((result) => !result.between);
  const numbers = results.map((result) => values.get(result.id) ?? Number.NaN);
  const best = calculator.mark === "least" ? Math.min(...numbers) : Math.max(...numbers);
  return results[numbers.indexOf(best)]?.id;
}

/** A formula with the labels in place of the names. */
function inWords(calculator: Definition, source: string): string {
  const labels = new Map([...calculator.numbers, ...calculator.results].map((each) => [each.id, each.label.toLowerCase()]));
  return source.replace(/[a-z][a-z0-9-]*/g, (name) => labels.get(name) ?? name);
}
