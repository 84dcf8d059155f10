/** systemctl list-units, list-timers, list-dependencies, list-jobs, and what is asked of single units. */
import { requiresOf, wantsOf } from "../relations.ts";
import { Timer } from "../timer.ts";
import type { Unit } from "../unit.ts";
import { mangle } from "../unit-name.ts";
import { formatRelative } from "../values.ts";
import { BOLD, type Context, globExpression, isPattern, RED } from "./context.ts";
import { dot, timestamp } from "./status.ts";

const LEGEND = `LOAD   = Reflects whether the unit definition was properly loaded.
ACTIVE = The high-level unit activation state, i.e. generalization of SUB.
SUB    = The low-level unit activation state, values depend on unit type.
`;
/** The order of types in lists (unit_type_table of systemd). */
const ORDER = ["automount", "device", "mount", "path", "scope", "service", "slice", "socket", "swap", "target", "timer"];

function selected(context: Context): Unit[] {
  const { args, operands, types, manager } = context;
  manager.collect();
  const states = new Set([...args.all("state").flatMap((text) => text.split(",")), ...(args.has("failed") ? ["failed"] : [])]);
  const wanted = operands.map((word) => globExpression(isPattern(word) ? word : mangle(word)));
  const stateOf = (unit: Unit) => [unit.active, unit.sub, unit.loaded.state];
  return manager.units
    .filter((unit) => wanted.length === 0 || wanted.some((pattern) => pattern.test(unit.id)))
    .filter((unit) => types === undefined || types.has(unit.type) || types.has(unit.loaded.state))
    .filter((unit) =>
      states.size > 0
        ? stateOf(unit).some((state) => states.has(state))
        : args.has("all") || wanted.length > 0 || !(unit.active === "inactive") || unit.job !== undefined,
    )
    .sort((a, b) => ORDER.indexOf(a.type) - ORDER.indexOf(b.type) || (a.id < b.id ? -1 : 1));
}

export async function listUnits(context: Context): Promise<number> {
  const { self, args } = context;
  const units = selected(context);
  const legend = !args.has("no-legend") && args.get("legend") !== "no" && !context.quiet;
  const width = (header: string, values: readonly string[]) => Math.max(header.length, ...values.map((value) => value.length));
  const columns = [
    { header: "UNIT", of: (unit: Unit) => unit.id },
    { header: "LOAD", of: (unit: Unit) => unit.loaded.state },
    { header: "ACTIVE", of: (unit: Unit) => unit.active },
    { header: "SUB", of: (unit: Unit) => unit.sub },
  ].map((column) => ({ ...column, width: width(column.header, units.map(column.of)) }));
  const marked = (unit: Unit) => unit.active === "failed" || !["loaded", "masked"].includes(unit.loaded.state);
  const plain = args.has("plain");
  const lines: string[] = [];
  if (legend) lines.push(`${plain ? "" : "  "}${columns.map(({ header, width: size }) => header.padEnd(size)).join(" ")} DESCRIPTION`);
  for (const unit of units) {
    const bad = marked(unit);
    const mark = plain ? "" : bad ? `${context.paint(RED, "●")} ` : "  ";
    const cells = columns.map(({ of, width: size }, index) => {
      const text = of(unit).padEnd(size);
      return bad && index > 0 && unit.active === "failed" ? context.paint(RED, text) : text;
    });
    lines.push(`${mark}${cells.join(" ")} ${unit.description}`);
  }
  if (legend) {
    const all = args.has("all") || args.has("failed") || args.all("state").length > 0;
    if (units.length > 0) lines.push("", LEGEND.trimEnd());
    lines.push(
      `${context.paint(BOLD, `${units.length} loaded units listed.`)}${all ? "" : " Pass --all to see loaded but inactive units, too."}`,
    );
    if (!args.has("failed") && args.all("state").length === 0)
      lines.push("To show all installed unit files use 'systemctl list-unit-files'.");
  }
  if (lines.length > 0) await self.print(`${lines.join("\n")}\n`);
  return 0;
}

export async function listTimers(context: Context): Promise<number> {
  const { self, args, manager, operands } = context;
  manager.collect();
  const now = manager.now();
  const wanted = operands.map((word) => globExpression(isPattern(word) ? word : mangle(word, "timer")));
  const timers = manager.units
    .filter((unit): unit is Timer => unit instanceof Timer && (args.has("all") || unit.isActive))
    .filter((unit) => wanted.length === 0 || wanted.some((pattern) => pattern.test(unit.id)))
    .sort((a, b) => (a.next ?? Number.POSITIVE_INFINITY) - (b.next ?? Number.POSITIVE_INFINITY));
  const at = (ms: number | undefined) => (ms === undefined ? "-" : timestamp(self, ms));
  const away = (ms: number | undefined) => (ms === undefined ? "-" : formatRelative(ms, now));
  const header = ["NEXT", "LEFT", "LAST", "PASSED", "UNIT", "ACTIVATES"];
  const rows = timers.map((timer) => [
    at(timer.next),
    away(timer.next),
    at(timer.lastTrigger),
    away(timer.lastTrigger),
    timer.id,
    timer.target,
  ]);
  const widths = header.map((title, index) => Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0)));
  const legend = !args.has("no-legend") && args.get("legend") !== "no";
  const line = (cells: readonly string[]) =>
    cells.map((cell, index) => (index === cells.length - 1 ? cell : cell.padEnd(widths[index] ?? 0))).join(" ");
  const lines = [...(legend && rows.length > 0 ? [line(header)] : []), ...rows.map(line)];
  if (legend)
    lines.push(
      ...(rows.length > 0 ? [""] : []),
      `${rows.length} timers listed.`,
      ...(args.has("all") ? [] : ["Pass --all to see loaded but inactive timers, too."]),
    );
  if (lines.length > 0) await self.print(`${lines.join("\n")}\n`);
  return 0;
}

export async function listDependencies(context: Context): Promise<number> {
  const { self, args, manager, operands } = context;
  manager.collect();
  const root = operands.length === 0 ? "default.target" : mangle(operands[0] ?? "");
  const kind = args.has("reverse") ? "reverse" : args.has("after") ? "after" : args.has("before") ? "before" : "forward";
  const plain = args.has("plain");
  const unit = manager.unit(root);
  const lines = [unit.id];
  const visit = (each: Unit, indents: readonly boolean[], above: ReadonlySet<string>) => {
    const names = dependenciesOf(context, each, kind).filter((name) => !above.has(name));
    const sorted = names
      .map((name) => manager.unit(name))
      .filter((other) => other.loaded.state !== "not-found" || other.isActive)
      .sort((a, b) => Number(a.type === "target") - Number(b.type === "target") || (a.id < b.id ? -1 : 1));
    sorted.forEach((other, index) => {
      const last = index === sorted.length - 1;
      const bars = indents.map((more) => (more ? "│ " : "  ")).join("");
      lines.push(
        plain ? `${"  ".repeat(indents.length + 1)}${other.id}` : `${dot(context, other.active)} ${bars}${last ? "└─" : "├─"}${other.id}`,
      );
      if (other.type === "target" || args.has("all") || kind === "reverse")
        visit(other, [...indents, !last], new Set([...above, other.id]));
    });
  };
  visit(unit, [], new Set([unit.id]));
  await self.print(`${lines.join("\n")}\n`);
  return 0;
}

function dependenciesOf({ manager, self }: Context, unit: Unit, kind: "forward" | "reverse" | "after" | "before"): string[] {
  const { files } = self.machine;
  const { After, Before } = unit.loaded.settings.dependencies;
  const pulls = (each: Unit) => [...requiresOf(files, each), ...each.loaded.settings.dependencies.Requisite, ...wantsOf(files, each)];
  switch (kind) {
    case "forward":
      return [...new Set(pulls(unit))];
    case "reverse":
      return manager.units.filter((other) => pulls(other).some((name) => manager.known(name) === unit)).map(({ id }) => id);
    case "after":
      return [...new Set(After)];
    case "before":
      return [...new Set(Before)];
  }
}

export async function listJobs(context: Context): Promise<number> {
  const { self, manager } = context;
  const rows = manager.jobs.map((job) => [String(job.id), job.unit.id, job.type, job.state]);
  if (rows.length === 0) {
    await self.print("No jobs running.\n");
    return 0;
  }
  const header = ["JOB", "UNIT", "TYPE", "STATE"];
  const widths = header.map((title, index) => Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) => (index === 3 ? cell : index === 0 ? cell.padEnd(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0)))
      .join(" ");
  await self.print(`${[line(header), ...rows.map(line)].join("\n")}\n\n${rows.length} jobs listed.\n`);
  return 0;
}

/** is-active and is-failed: 0 when at least one is so. */
export async function isState(context: Context, verb: "is-active" | "is-failed"): Promise<number> {
  const { self, manager, operands } = context;
  if (operands.length === 0) return context.fail("Too few arguments.");
  const good = verb === "is-active" ? ["active", "reloading"] : ["failed"];
  let found = false;
  for (const name of context.names(operands)) {
    const state = manager.known(name)?.active ?? "inactive";
    if (good.includes(state)) found = true;
    if (!context.quiet) await self.print(`${state}\n`);
  }
  return found ? 0 : verb === "is-active" ? 3 : 1;
}

export async function isSystemRunning(context: Context): Promise<number> {
  const { manager } = context;
  const state = manager.jobs.some(({ unit }) => unit.id === "default.target" || unit.id === "multi-user.target")
    ? "starting"
    : manager.units.some((unit) => unit.active === "failed")
      ? "degraded"
      : "running";
  if (!context.quiet) await context.self.print(`${state}\n`);
  return state === "running" ? 0 : 1;
}
