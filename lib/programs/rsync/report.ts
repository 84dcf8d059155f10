/** What rsync tells of its work (rsync(1), --verbose, --itemize-changes, --stats). */
import type { ListEntry } from "./file-list.ts";
import type { Plan } from "./receiver.ts";

export interface Telling {
  readonly verbose: number;
  readonly itemize: boolean;
  readonly stats: boolean;
  readonly human: boolean;
  readonly dryRun: boolean;
}

/** The lines for the changes, in order. */
export function changeLines(plan: Plan, entries: readonly ListEntry[], { verbose, itemize }: Telling): string[] {
  if (verbose === 0 && !itemize) return [];
  return plan.changes.flatMap(({ name, code, index }) => {
    const target = entries[index]?.target;
    const shown = target === undefined ? name : `${name} -> ${target}`;
    if (itemize) return [`${code} ${shown}`];
    if (index < 0) return [`deleting ${name}`];
    // A file of which only the mode differs is no transfer, and is not named.
    return code.startsWith(".f") ? [] : [shown];
  });
}

function grouped(value: number): string {
  return value.toLocaleString("en-US");
}

function human(value: number): string {
  const units = ["", "K", "M", "G"];
  let unit = 0;
  let size = value;
  for (; size >= 1000 && unit < units.length - 1; unit++) size /= 1000;
  return unit === 0 ? grouped(value) : `${size.toFixed(2)}${units[unit]}`;
}

export interface Totals {
  readonly sent: number;
  readonly received: number;
  readonly seconds: number;
}

export function summary(entries: readonly ListEntry[], totals: Totals, telling: Telling): string {
  const size = entries.reduce((sum, entry) => sum + (entry.kind === "directory" ? 0 : entry.size), 0);
  const number = telling.human ? human : grouped;
  const traffic = totals.sent + totals.received;
  // rsync counts whole seconds, and half a one for less.
  const rate = traffic / (0.5 + Math.floor(totals.seconds));
  const perSecond =
    telling.human && rate >= 1000 ? human(rate) : rate.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const dry = telling.dryRun ? " (DRY RUN)" : "";
  const speedup = (traffic === 0 ? 0 : size / traffic).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return `\nsent ${number(totals.sent)} bytes  received ${number(totals.received)} bytes  ${perSecond} bytes/sec\ntotal size is ${number(size)}  speedup is ${speedup}${dry}\n`;
}

function counts(entries: readonly ListEntry[]): string {
  const of = (kind: ListEntry["kind"]) => entries.filter((entry) => entry.kind === kind).length;
  const parts = [
    ["reg", of("file")],
    ["dir", of("directory")],
    ["link", of("symlink")],
  ].filter(([, count]) => count !== 0);
  return `${entries.length}${parts.length === 0 ? "" : ` (${parts.map(([name, count]) => `${name}: ${count}`).join(", ")})`}`;
}

export function statistics(entries: readonly ListEntry[], plan: Plan, totals: Totals): string {
  const sizes = (list: readonly ListEntry[]) => list.reduce((sum, entry) => sum + (entry.kind === "directory" ? 0 : entry.size), 0);
  const moved = plan.wanted.flatMap((index) => entries[index] ?? []);
  const made = plan.changes.filter((change) => change.code.includes("+++")).flatMap((change) => entries[change.index] ?? []);
  return `
Number of files: ${counts(entries)}
Number of created files: ${counts(made)}
Number of deleted files: ${plan.deleted}
Number of regular files transferred: ${moved.length}
Total file size: ${grouped(sizes(entries))} bytes
Total transferred file size: ${grouped(sizes(moved))} bytes
Literal data: ${grouped(sizes(moved))} bytes
Matched data: 0 bytes
File list size: 0
File list generation time: 0.001 seconds
File list transfer time: 0.000 seconds
Total bytes sent: ${grouped(totals.sent)}
Total bytes received: ${grouped(totals.received)}
`;
}
