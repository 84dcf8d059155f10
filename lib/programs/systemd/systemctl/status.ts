/** systemctl status. */
import type { Process } from "../../../kernel/types.ts";
import { momentAt, strftime } from "../../core/time.ts";
import { shownStatus } from "../exit-status.ts";
import { type FileState, presetOf, UnitFiles } from "../install.ts";
import { mayReadJournal } from "../journal/access.ts";
import { entriesOfUnit } from "../journal/query.ts";
import { shortLine } from "../journal/show.ts";
import { type RunStatus, Service } from "../service.ts";
import { OtherUnit } from "../target.ts";
import { Timer } from "../timer.ts";
import type { ActiveState, Unit } from "../unit.ts";
import { formatRelative, formatSpan } from "../values.ts";
import { BOLD, type Context, GREEN, GREY, RED, YELLOW } from "./context.ts";

const LINES = 10;

export function timestamp(self: Process, ms: number): string {
  return strftime("%a %Y-%m-%d %H:%M:%S %Z", momentAt(ms, self.env.TZ ?? "UTC"));
}

/** "●", "○", "×" or "↻", in its color. */
export function dot(context: Context, state: ActiveState): string {
  switch (state) {
    case "active":
      return context.paint(GREEN, "●");
    case "reloading":
      return context.paint(GREEN, "↻");
    case "failed":
      return context.paint(RED, "×");
    case "inactive":
      return "○";
    default:
      return "●";
  }
}

export async function showStatus(context: Context, unit: Unit): Promise<void> {
  const { self } = context;
  const lines: string[] = [];
  const row = (label: string, text: string) => lines.push(`${label.padStart(12)} ${text}`);
  lines.push(`${dot(context, unit.active)} ${unit.title}`);
  row("Loaded:", loadedText(context, unit));
  if (unit.transient) lines.push("  Transient: yes");
  for (const [index, text] of dropIns(unit).entries()) lines.push(`${index === 0 ? "    Drop-In:" : "            "} ${text}`);
  row("Active:", activeText(context, unit));
  if (unit.isInactive && unit.times.activeExit >= unit.times.activeEnter && unit.times.activeEnter > 0)
    row("Duration:", formatSpan((unit.times.activeExit - unit.times.activeEnter) * 1000, 1000));
  if (unit.unmet !== undefined && unit.isInactive) {
    row(
      "Condition:",
      `start condition ${context.paint("0;1;38;5;185", "failed")} at ${timestamp(self, unit.unmet.atMs)}; ${formatRelative(unit.unmet.atMs, context.manager.now())}`,
    );
    lines.push(`             └─ ${unit.unmet.text} was not met`);
  }
  if (unit instanceof Timer) {
    row("Trigger:", unit.next === undefined ? "n/a" : `${timestamp(self, unit.next)}; ${formatRelative(unit.next, context.manager.now())}`);
    const target = context.manager.known(unit.target);
    row("Triggers:", `${target?.isActive ? dot(context, "active") : "●"} ${unit.target}`);
  }
  for (const timer of context.manager.units)
    if (timer instanceof Timer && timer.target === unit.id) row("TriggeredBy:", `${dot(context, timer.active)} ${timer.id}`);
  for (const [index, text] of unit.loaded.settings.documentation.entries()) row(index === 0 ? "Docs:" : "", text);
  if (unit instanceof Service) processes(context, unit, row, lines);
  if (unit.needsReload) await self.error(changedOnDisk(context, unit));
  await self.print(`${lines.join("\n")}\n`);
  await journal(context, unit);
}

/** Undefined where there is no file to have a state. */
export function fileState(context: Context, unit: Unit): FileState | undefined {
  if (unit.transient) return "transient";
  return new UnitFiles(context.self.machine.files).state(unit.id);
}

export function changedOnDisk(context: Context, unit: Unit): string {
  return `${context.paint(YELLOW, "Warning:")} The unit file, source configuration file or drop-ins of ${unit.id} changed on disk. Run 'systemctl daemon-reload' to reload units.\n`;
}

function loadedText(context: Context, unit: Unit): string {
  const { state, reason, fragment } = unit.loaded;
  if (state !== "loaded") return `${context.paint(state === "masked" ? "" : RED, state) || state} (Reason: ${reason})`;
  const file = fileState(context, unit);
  const words = [
    fragment,
    file,
    file === undefined || presetOf(file) === "-" ? undefined : `preset: ${context.paint(GREEN, "enabled")}`,
  ].filter((word) => word !== undefined);
  const shown = words.map((word) =>
    word === "enabled" ? context.paint(GREEN, word) : word === "disabled" ? context.paint(YELLOW, word) : word,
  );
  return words.length > 0 ? `loaded (${shown.join("; ")})` : "loaded";
}

/** Drop-ins by folder, as a tree. */
function dropIns(unit: Unit): string[] {
  const folders = new Map<string, string[]>();
  for (const path of unit.loaded.dropIns) {
    const folder = path.slice(0, path.lastIndexOf("/"));
    folders.set(folder, [...(folders.get(folder) ?? []), path.slice(folder.length + 1)]);
  }
  return [...folders].flatMap(([folder, names]) => [folder, `└─${names.join(", ")}`]);
}

function activeText(context: Context, unit: Unit): string {
  const { active, sub, times } = unit;
  const result = unit instanceof Service && unit.result !== "success" ? ` (Result: ${unit.result})` : "";
  const state = active === sub ? active : `${active} (${sub})`;
  const color = active === "active" || active === "reloading" ? GREEN : active === "failed" ? RED : "";
  const text = color === "" ? state : context.paint(color, state);
  const since =
    active === "active" || active === "reloading"
      ? times.activeEnter
      : active === "inactive" || active === "failed"
        ? times.inactiveEnter
        : active === "activating"
          ? times.inactiveExit
          : times.activeExit;
  const when = since > 0 ? ` since ${timestamp(context.self, since)}; ${formatRelative(since, context.manager.now())}` : "";
  return `${text}${result}${when}`;
}

/** "(code=exited, status=0/SUCCESS)", "(code=killed, signal=TERM)". */
export function endText(run: RunStatus): string {
  const { end } = run;
  if (end?.how === "signaled") return `(code=killed, signal=${end.signal.slice(3)})`;
  return end === undefined ? "" : `(code=exited, status=${shownStatus(end.status)})`;
}

function processes(context: Context, unit: Service, row: (label: string, text: string) => void, lines: string[]): void {
  const { manager } = context;
  for (const run of unit.runs) {
    if (run.end === undefined) continue;
    const bad = run.end.how === "signaled" || run.end.status !== 0;
    const end = context.paint(bad ? RED : "0", endText(run));
    row("Process:", `${run.pid} ${run.kind}=${run.command.argv.join(" ")} ${end}`);
  }
  if (unit.mainPid > 0) row("Main PID:", `${unit.mainPid} (${manager.commOf(unit.mainPid)})`);
  else if (unit.mainRun?.end !== undefined) row("Main PID:", `${unit.mainRun.pid} ${endText(unit.mainRun)}`);
  if (unit.controlPid > 0) row("Cntrl PID:", `${unit.controlPid} (${manager.commOf(unit.controlPid)})`);
  if (unit.statusText !== "") row("Status:", context.paint(BOLD, `"${unit.statusText}"`));
  const pids = unit.processes;
  if (pids.length > 0) {
    const usage = context.self.machine.usage();
    row("Tasks:", String(pids.length));
    row("Memory:", formatBytes(pids.reduce((sum, pid) => sum + usage.of(pid).residentBytes, 0)));
    row("CPU:", formatSpan((pids.reduce((sum, pid) => sum + usage.of(pid).cpuMs, 0) + unit.endedCpuMs) * 1000, 1000));
    row("CGroup:", unit.cgroup);
    for (const line of tree(context, pids)) lines.push(`             ${line}`);
  } else if (unit.runs.length > 0) row("CPU:", formatSpan(unit.endedCpuMs * 1000, 1000));
}

function tree(context: Context, pids: readonly number[]): string[] {
  const sorted = [...pids].sort((a, b) => a - b);
  const width = String(sorted[sorted.length - 1] ?? 0).length;
  return sorted.map((pid, index) => {
    const argv = context.self.machine.find(pid)?.argv ?? [];
    const text = `${String(pid).padStart(width)} ${argv.map(shellQuoted).join(" ")}`;
    return `${index === sorted.length - 1 ? "└─" : "├─"}${context.paint(GREY, text)}`;
  });
}

/** A word as systemd quotes it for people. */
function shellQuoted(word: string): string {
  if (word !== "" && !/[\s"'\\`$*?[\]()<>|&;!]/.test(word)) return word;
  return `"${word
    .replace(/["\\`$]/g, "\\$&")
    .replaceAll("\n", "\\n")
    .replaceAll("\t", "\\t")}"`;
}

/** format_bytes(): "176.0K". */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes}B`;
  let value = bytes;
  let unit = "B";
  for (const next of ["K", "M", "G", "T"]) {
    if (value < 1024) break;
    value /= 1024;
    unit = next;
  }
  return `${(Math.floor(value * 10) / 10).toFixed(1)}${unit}`;
}

async function journal(context: Context, unit: Unit): Promise<void> {
  const { self, args } = context;
  const count = Number(args.get("lines") ?? LINES);
  if (count === 0 || unit instanceof OtherUnit || !mayReadJournal(self)) return;
  const entries = entriesOfUnit(self.machine, unit.id).filter(
    (entry) => entry.boot === self.machine.bootId && entry.realtime > unit.beganAfter,
  );
  const shown = entries.slice(-count);
  if (shown.length === 0) return;
  await self.print(
    `\n${shown.map((entry) => `${shortLine(entry, { zone: self.env.TZ ?? "UTC", paint: (code, text) => context.paint(code, text) })}\n`).join("")}`,
  );
}
