/** Calendar events (systemd.time(7), "Calendar Events"), in UTC. */

interface Component {
  readonly start: number;
  readonly stop: number | undefined;
  readonly repeat: number;
}

/** Undefined: any. */
type Field = readonly Component[] | undefined;

export interface Calendar {
  /** 0 is Monday. */
  readonly weekdays: ReadonlySet<number> | undefined;
  readonly year: Field;
  readonly month: Field;
  readonly day: Field;
  readonly hour: Field;
  readonly minute: Field;
  readonly second: Field;
}

const SHORTHANDS: Readonly<Record<string, string>> = {
  minutely: "*-*-* *:*:00",
  hourly: "*-*-* *:00:00",
  daily: "*-*-* 00:00:00",
  monthly: "*-*-01 00:00:00",
  weekly: "Mon *-*-* 00:00:00",
  yearly: "*-01-01 00:00:00",
  annually: "*-01-01 00:00:00",
  quarterly: "*-01,04,07,10-01 00:00:00",
  semiannually: "*-01,07-01 00:00:00",
};
const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const LONG = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

function weekday(text: string): number {
  const lower = text.toLowerCase();
  return LONG.findIndex((name) => name === lower || name.slice(0, 3) === lower);
}

function parseWeekdays(text: string): Set<number> | undefined {
  const found = new Set<number>();
  for (const part of text.split(",").filter((one) => one !== "")) {
    const [from = "", to] = part.split("..");
    const start = weekday(from);
    const stop = to === undefined ? start : weekday(to);
    if (start < 0 || stop < 0) return undefined;
    for (let day = start; ; day = (day + 1) % 7) {
      found.add(day);
      if (day === stop) break;
    }
  }
  return found.size === 7 ? new Set() : found;
}

/** "*": undefined; a list of numbers, ranges and repetitions, else null. */
function parseField(text: string, low: number, high: number): Field | null {
  if (text === "*") return undefined;
  const found: Component[] = [];
  for (const part of text.split(",")) {
    const match = /^(?:(\*)|(\d+)(?:\.\.(\d+))?)(?:\/(\d+))?$/.exec(part);
    if (match === null) return null;
    const start = match[1] === undefined ? Number(match[2]) : low;
    const stop = match[3] === undefined ? undefined : Number(match[3]);
    const repeat = Number(match[4] ?? 0);
    if (start < low || start > high || (stop !== undefined && (stop > high || stop < start)) || (match[4] !== undefined && repeat === 0))
      return null;
    if (match[1] !== undefined && repeat === 0) return undefined;
    found.push({ start, stop, repeat });
  }
  return found;
}

/** Undefined when it is none. */
export function parseCalendar(text: string): Calendar | undefined {
  const whole = (SHORTHANDS[text.trim().toLowerCase()] ?? text.trim()).replace(/\s+UTC$/, "");
  const words = whole.split(/\s+/);
  let weekdays: Set<number> | undefined;
  if (/^[A-Za-z]/.test(words[0] ?? "")) {
    weekdays = parseWeekdays((words.shift() ?? "").replace(/,$/, ""));
    if (weekdays === undefined) return undefined;
    if (weekdays.size === 0) weekdays = undefined;
  }
  if (words.length > 2 || (words.length === 0 && weekdays === undefined)) return undefined;
  const date = words.find((word) => !word.includes(":"));
  const time = words.find((word) => word.includes(":"));
  if (words.length === 2 && (date === undefined || time === undefined || words[0] !== date)) return undefined;
  const dates = date === undefined ? ["*", "*", "*"] : date.split("-");
  if (dates.length === 2) dates.unshift("*");
  const times = time === undefined ? ["00", "00", "00"] : time.split(":");
  if (times.length === 2) times.push("00");
  if (dates.length !== 3 || times.length !== 3) return undefined;
  const year = parseField(dates[0] ?? "", 1970, 2200);
  const month = parseField(dates[1] ?? "", 1, 12);
  const day = parseField(dates[2] ?? "", 1, 31);
  const hour = parseField(times[0] ?? "", 0, 23);
  const minute = parseField(times[1] ?? "", 0, 59);
  const second = parseField(times[2] ?? "", 0, 59);
  if (year === null || month === null || day === null || hour === null || minute === null || second === null) return undefined;
  return { weekdays, year, month, day, hour, minute, second };
}

function holds(field: Field, value: number): boolean {
  if (field === undefined) return true;
  return field.some(({ start, stop, repeat }) => {
    if (value < start || (stop !== undefined && value > stop)) return false;
    if (repeat > 0) return (value - start) % repeat === 0;
    return stop !== undefined || value === start;
  });
}

/** The first time after `afterMs`; undefined when there is none within ten years. */
export function nextElapse(calendar: Calendar, afterMs: number): number | undefined {
  const date = new Date((Math.floor(afterMs / 1000) + 1) * 1000);
  const limit = afterMs + 10 * 366 * 86_400_000;
  while (date.getTime() <= limit) {
    if (!holds(calendar.year, date.getUTCFullYear())) {
      date.setTime(Date.UTC(date.getUTCFullYear() + 1, 0, 1));
      continue;
    }
    if (!holds(calendar.month, date.getUTCMonth() + 1)) {
      date.setTime(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1));
      continue;
    }
    const weekdayHolds = calendar.weekdays === undefined || calendar.weekdays.has((date.getUTCDay() + 6) % 7);
    if (!weekdayHolds || !holds(calendar.day, date.getUTCDate())) {
      date.setTime(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + 1));
      continue;
    }
    if (!holds(calendar.hour, date.getUTCHours())) date.setTime(Math.floor(date.getTime() / 3_600_000) * 3_600_000 + 3_600_000);
    else if (!holds(calendar.minute, date.getUTCMinutes())) date.setTime(Math.floor(date.getTime() / 60_000) * 60_000 + 60_000);
    else if (!holds(calendar.second, date.getUTCSeconds())) date.setTime(date.getTime() + 1000);
    else return date.getTime();
  }
  return undefined;
}

/** As `systemd-analyze calendar` writes it. */
export function normalized(calendar: Calendar): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const field = (parts: Field) =>
    parts === undefined
      ? "*"
      : parts
          .map(({ start, stop, repeat }) => `${two(start)}${stop === undefined ? "" : `..${two(stop)}`}${repeat > 0 ? `/${repeat}` : ""}`)
          .join(",");
  const days = calendar.weekdays === undefined ? "" : `${weekdaysText(calendar.weekdays)} `;
  return `${days}${field(calendar.year)}-${field(calendar.month)}-${field(calendar.day)} ${field(calendar.hour)}:${field(calendar.minute)}:${field(calendar.second)}`;
}

function weekdaysText(days: ReadonlySet<number>): string {
  const parts: string[] = [];
  for (let day = 0; day < 7; day++) {
    if (!days.has(day)) continue;
    let end = day;
    while (days.has(end + 1)) end++;
    parts.push(end === day ? (DAYS[day] ?? "") : end === day + 1 ? `${DAYS[day]},${DAYS[end]}` : `${DAYS[day]}..${DAYS[end]}`);
    day = end;
  }
  return parts.join(",");
}
