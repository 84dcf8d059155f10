/** Dates as git reads and shows them (git-commit(1), DATE FORMATS; git-log(1), --date). */
import { DAYS, epochOf, MONTHS, momentAt, strftime } from "../../core/time.ts";
import type { Person } from "../objects/object.ts";

export interface DateValue {
  readonly time: number;
  readonly zone: string;
}

function zoneMinutes(zone: string): number {
  const size = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3, 5));
  return zone.startsWith("-") ? -size : size;
}

function zoneText(minutes: number): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${String(Math.floor(size / 60)).padStart(2, "0")}${String(size % 60).padStart(2, "0")}`;
}

export function zoneAt(time: number, tz: string): string {
  return zoneText(momentAt(time * 1000, tz).offsetMinutes);
}

const UNITS: Readonly<Record<string, number>> = { second: 1, minute: 60, hour: 3600, day: 86400, week: 604800 };
const NUMBERS: Readonly<Record<string, number>> = {
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  a: 1,
  an: 1,
  last: 1,
};

function monthOf(word: string): number {
  return word.length < 3 ? -1 : MONTHS.findIndex((month) => month.toLowerCase().startsWith(word.toLowerCase()));
}

/** A date in full; undefined when it is not one. `nowSeconds` gives what is left out. */
export function parseDate(text: string, nowSeconds: number, tz: string): DateValue | undefined {
  const trimmed = text.trim();
  const raw = /^@?(\d{5,})(?: ([-+]\d{4}))?$/.exec(trimmed);
  if (raw) return { time: Number(raw[1]), zone: raw[2] ?? zoneAt(Number(raw[1]), tz) };
  const zone = /(?:^|[\s\d])(Z|[-+]\d{2}:?\d{2})$/.exec(trimmed)?.[1];
  const clock = /(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?/.exec(trimmed);
  const rest = trimmed.replace(clock?.[0] ?? "", " ");
  let parts: { year: number; month: number; day: number } | undefined;
  const iso = /(\d{4})[-./](\d{1,2})[-./](\d{1,2})/.exec(rest);
  const american = /(\d{1,2})\/(\d{1,2})\/(\d{4})/.exec(rest);
  const german = /(\d{1,2})\.(\d{1,2})\.(\d{4})/.exec(rest);
  const words = /(\d{1,2})(?:st|nd|rd|th)?,?\s+([A-Za-z]{3,})\.?,?\s+(\d{4})/.exec(rest) ?? undefined;
  const words2 = /([A-Za-z]{3,})\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})/.exec(rest) ?? undefined;
  if (iso) parts = { year: Number(iso[1]), month: Number(iso[2]) - 1, day: Number(iso[3]) };
  else if (american) parts = { year: Number(american[3]), month: Number(american[1]) - 1, day: Number(american[2]) };
  else if (german) parts = { year: Number(german[3]), month: Number(german[2]) - 1, day: Number(german[1]) };
  else if (words && monthOf(words[2] ?? "") >= 0) parts = { year: Number(words[3]), month: monthOf(words[2] ?? ""), day: Number(words[1]) };
  else if (words2 && monthOf(words2[1] ?? "") >= 0)
    parts = { year: Number(words2[3]), month: monthOf(words2[1] ?? ""), day: Number(words2[2]) };
  if (!parts || parts.month > 11 || parts.day > 31) return undefined;
  const now = momentAt(nowSeconds * 1000, tz);
  const time = clock
    ? { hour: Number(clock[1]), minute: Number(clock[2]), second: Number(clock[3] ?? 0) }
    : { hour: now.hour, minute: now.minute, second: now.second };
  if (zone !== undefined) {
    const text4 = zone === "Z" ? "+0000" : zone.replace(":", "");
    const naive = Date.UTC(parts.year, parts.month, parts.day, time.hour, time.minute, time.second) / 1000;
    return { time: naive - zoneMinutes(text4) * 60, zone: text4 };
  }
  const epoch = Math.floor(epochOf({ ...parts, ...time }, tz) / 1000);
  return { time: epoch, zone: zoneAt(epoch, tz) };
}

/** What --since and @{…} take: a date, or words such as "2 weeks ago", "yesterday". Never fails: git takes what it understands. */
export function approximate(text: string, nowSeconds: number, tz: string): number {
  const exact = parseDate(text, nowSeconds, tz);
  if (exact) return exact.time;
  let time = nowSeconds;
  const words = text.toLowerCase().split(/[\s._,-]+/);
  let count = 0;
  for (const word of words) {
    if (/^\d+$/.test(word)) count = Number(word);
    else if (NUMBERS[word] !== undefined) count = NUMBERS[word];
    else if (word === "yesterday") time -= 86400;
    else if (word === "today" || word === "now" || word === "ago") continue;
    else if (word === "midnight" || word === "noon") {
      const at = momentAt(time * 1000, tz);
      time += (word === "noon" ? 12 * 3600 : 0) - (at.hour * 3600 + at.minute * 60 + at.second);
    } else {
      const unit = word.replace(/s$/, "");
      const size = UNITS[unit];
      const weekday = DAYS.findIndex((day) => word.length >= 3 && day.toLowerCase().startsWith(word));
      if (size !== undefined) time -= (count || 1) * size;
      else if (unit === "month" || unit === "year") {
        const at = momentAt(time * 1000, tz);
        const months = (count || 1) * (unit === "year" ? 12 : 1);
        time = Math.floor(epochOf({ ...at, month: at.month - months }, tz) / 1000);
      } else if (weekday >= 0) {
        const back = (momentAt(time * 1000, tz).weekday - weekday + 7) % 7 || 7;
        time -= back * 86400;
      }
      count = 0;
    }
  }
  return time;
}

/** "3 days ago" (git's show_date_relative). */
export function relative(time: number, now: number): string {
  if (now < time) return "in the future";
  const say = (count: number, unit: string) => `${count} ${unit}${count === 1 ? "" : "s"} ago`;
  let diff = now - time;
  if (diff < 90) return say(diff, "second");
  diff = Math.floor((diff + 30) / 60);
  if (diff < 90) return say(diff, "minute");
  diff = Math.floor((diff + 30) / 60);
  if (diff < 36) return say(diff, "hour");
  diff = Math.floor((diff + 12) / 24);
  if (diff < 14) return say(diff, "day");
  if (diff < 70) return say(Math.floor((diff + 3) / 7), "week");
  if (diff < 365) return say(Math.floor((diff + 15) / 30), "month");
  if (diff < 1825) {
    const months = Math.floor((diff * 12 * 2 + 365) / (365 * 2));
    const years = Math.floor(months / 12);
    const rest = months % 12;
    if (rest > 0) return `${years} year${years === 1 ? "" : "s"}, ${say(rest, "month")}`;
    return say(years, "year");
  }
  return say(Math.floor((diff + 183) / 365), "year");
}

export interface DateStyle {
  /** `default`, `iso`, `iso-strict`, `rfc`, `short`, `relative`, `raw`, `unix`, `human`, or `format:…`; `-local` behind it. */
  readonly mode: string;
  readonly now: number;
  readonly tz: string;
}

export function showDate({ time, zone }: Pick<Person, "time" | "zone">, { mode, now, tz }: DateStyle): string {
  const local = mode === "local" || mode.endsWith("-local") || mode.startsWith("format-local:");
  const offset = local ? zoneAt(time, tz) : zone;
  const shifted = momentAt((time + zoneMinutes(offset) * 60) * 1000);
  const moment = { ...shifted, offsetMinutes: zoneMinutes(offset), epochMs: time * 1000 };
  const kind = mode.replace(/-local$/, "");
  const f = (format: string) => strftime(format, moment);
  if (kind.startsWith("format:") || kind.startsWith("format-local:")) return f(kind.slice(kind.indexOf(":") + 1));
  switch (kind) {
    case "iso":
    case "iso8601":
      return `${f("%Y-%m-%d %H:%M:%S")} ${offset}`;
    case "iso-strict":
    case "iso8601-strict":
      return `${f("%Y-%m-%dT%H:%M:%S")}${offset === "+0000" ? "+00:00" : `${offset.slice(0, 3)}:${offset.slice(3)}`}`;
    case "rfc":
    case "rfc2822":
      return `${f("%a, %-d %b %Y %H:%M:%S")} ${offset}`;
    case "short":
      return f("%Y-%m-%d");
    case "relative":
      return relative(time, now);
    case "raw":
      return `${time} ${offset}`;
    case "unix":
      return String(time);
    default:
      return `${f("%a %b %-d %H:%M:%S %Y")}${local ? "" : ` ${offset}`}`;
  }
}
