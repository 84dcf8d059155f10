import { type Figure, isReached, type Row, ratio, type Target, type Unit } from "./figures.ts";

function number(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString("en-US");
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function withUnit(value: number, unit: Unit): string {
  return unit === "per second" ? `${number(value)}/s` : `${number(value)} ${unit}`;
}

function shown(figure: Figure | undefined, unit: Unit): string {
  if (figure === undefined) return "–";
  if (figure.n === 1) return withUnit(figure.median, unit);
  return `${withUnit(figure.median, unit)} (${number(figure.min)}–${number(figure.max)}, n=${figure.n})`;
}

function wanted(target: Target | undefined, unit: Unit): string {
  if (target === undefined) return "";
  const sign = target.bound === "at most" ? "≤" : "≥";
  return target.of === "median" ? `${sign} ${withUnit(target.value, unit)}` : `${sign} ${target.value} × rival`;
}

function verdict(row: Row): string {
  if (row.ours === undefined) return "not measured";
  const reached = isReached(row);
  return reached === undefined ? "" : reached ? "reached" : "MISSED";
}

/** The rows as text: one line each, columns aligned, what could not be measured explained below. */
export function table(rows: readonly Row[]): string {
  const lines = [["", "Slipway", "beside", "ratio", "to reach", ""]];
  for (const row of rows) {
    const compared = ratio(row);
    const { name, figure } = row.rival;
    lines.push([
      row.what,
      shown(row.ours, row.unit),
      figure === undefined ? name : `${name}: ${shown(figure, row.unit)}`,
      compared === undefined ? "" : `× ${compared.toFixed(2)}`,
      wanted(row.target, row.unit),
      verdict(row),
    ]);
  }
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? "").length))) ?? [];
  const text = lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const notes = rows.filter((row) => row.note !== undefined).map((row) => `  ${row.what}: ${row.note}`);
  return [...text, ...(notes.length > 0 ? ["", "Notes", ...notes] : [])].join("\n");
}
