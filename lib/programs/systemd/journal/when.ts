/** Points in time as --since and --until take them (systemd.time(7), "Parsing Timestamps"), in UTC. */
import { parseSpan } from "../values.ts";

/** Milliseconds since the epoch; undefined when it is none. */
export function parseWhen(text: string, nowMs: number): number | undefined {
  const trimmed = text.trim().replace(/\s+UTC$/, "");
  const midnight = Math.floor(nowMs / 86_400_000) * 86_400_000;
  if (trimmed === "now") return nowMs;
  if (trimmed === "today") return midnight;
  if (trimmed === "yesterday") return midnight - 86_400_000;
  if (trimmed === "tomorrow") return midnight + 86_400_000;
  if (/^@\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed.slice(1)) * 1000;
  const ago = /^(.*\S)\s+ago$/.exec(trimmed);
  const left = /^(.*\S)\s+left$/.exec(trimmed);
  const signed = /^([+-])\s*(.+)$/.exec(trimmed);
  const span = parseSpan(ago?.[1] ?? left?.[1] ?? signed?.[2] ?? "");
  if (span !== undefined) return nowMs + (ago !== null || signed?.[1] === "-" ? -span : span);
  const match =
    /^(?:[A-Za-z]{3,9},?\s+)?(?:(\d{2,4})-(\d{1,2})-(\d{1,2}))?(?:[\sT]+|^|$)(?:(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?$/.exec(trimmed);
  if (match === null || (match[1] === undefined && match[4] === undefined)) return undefined;
  const [, year, month, day, hour = "0", minute = "0", second = "0"] = match;
  const base =
    year === undefined ? midnight : Date.UTC(Number(year) < 100 ? 2000 + Number(year) : Number(year), Number(month) - 1, Number(day));
  if (Number(month ?? 1) > 12 || Number(day ?? 1) > 31 || Number(hour) > 23 || Number(minute) > 59) return undefined;
  return base + (Number(hour) * 3600 + Number(minute) * 60 + Number(second)) * 1000;
}
