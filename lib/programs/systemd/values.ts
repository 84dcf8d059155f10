/** Values of settings: booleans, spans of time, words with quotes (systemd.syntax(7), systemd.time(7)). */

/** Undefined when it is none. */
export function parseBoolean(text: string): boolean | undefined {
  const word = text.toLowerCase();
  if (["1", "yes", "y", "true", "t", "on"].includes(word)) return true;
  if (["0", "no", "n", "false", "f", "off"].includes(word)) return false;
  return undefined;
}

const SECOND = 1000;
const UNITS: Readonly<Record<string, number>> = {
  "": SECOND,
  us: 0.001,
  usec: 0.001,
  µs: 0.001,
  ms: 1,
  msec: 1,
  s: SECOND,
  sec: SECOND,
  second: SECOND,
  seconds: SECOND,
  m: 60 * SECOND,
  min: 60 * SECOND,
  minute: 60 * SECOND,
  minutes: 60 * SECOND,
  h: 3600 * SECOND,
  hr: 3600 * SECOND,
  hour: 3600 * SECOND,
  hours: 3600 * SECOND,
  d: 86_400 * SECOND,
  day: 86_400 * SECOND,
  days: 86_400 * SECOND,
  w: 604_800 * SECOND,
  week: 604_800 * SECOND,
  weeks: 604_800 * SECOND,
  M: 2_629_800 * SECOND,
  month: 2_629_800 * SECOND,
  months: 2_629_800 * SECOND,
  y: 31_557_600 * SECOND,
  year: 31_557_600 * SECOND,
  years: 31_557_600 * SECOND,
};

/** "1min 30s", "5", "infinity" in milliseconds; undefined when it is no span. */
export function parseSpan(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed === "infinity") return Number.POSITIVE_INFINITY;
  if (trimmed === "") return undefined;
  let total = 0;
  let rest = trimmed;
  while (rest !== "") {
    const match = /^(\d+(?:\.\d*)?|\.\d+)\s*([A-Za-zµ]*)\s*/.exec(rest);
    const unit = match === null ? undefined : UNITS[match[2] ?? ""];
    if (match === null || unit === undefined) return undefined;
    total += Number(match[1]) * unit;
    rest = rest.slice(match[0].length);
  }
  return total;
}

const STEPS: readonly { readonly suffix: string; readonly microseconds: number }[] = [
  { suffix: "y", microseconds: 31_557_600_000_000 },
  { suffix: "month", microseconds: 2_629_800_000_000 },
  { suffix: "w", microseconds: 604_800_000_000 },
  { suffix: "d", microseconds: 86_400_000_000 },
  { suffix: "h", microseconds: 3_600_000_000 },
  { suffix: "min", microseconds: 60_000_000 },
  { suffix: "s", microseconds: 1_000_000 },
  { suffix: "ms", microseconds: 1000 },
  { suffix: "us", microseconds: 1 },
];

/** format_timespan(): "1min 30s", "6.084s"; both in microseconds, parts below `accuracy` are left out. */
export function formatSpan(microseconds: number, accuracy = 0): string {
  if (microseconds === Number.POSITIVE_INFINITY) return "infinity";
  let left = Math.floor(microseconds);
  if (left <= 0) return "0";
  const parts: string[] = [];
  for (const [index, { suffix, microseconds: size }] of STEPS.entries()) {
    if (left <= 0 || (left < accuracy && parts.length > 0)) break;
    if (left < size) continue;
    const whole = Math.floor(left / size);
    const rest = left % size;
    if (left < 60_000_000 && rest > 0 && index < STEPS.length - 1) {
      // Below a minute the rest is a fraction.
      let digits = 0;
      for (let each = size; each > 1; each /= 10) digits++;
      let value = rest;
      for (let each = accuracy; each > 1; each /= 10) {
        value = Math.floor(value / 10);
        digits--;
      }
      if (digits > 0 && value > 0) {
        parts.push(`${whole}.${String(value).padStart(digits, "0")}${suffix}`);
        left = 0;
        break;
      }
    }
    parts.push(`${whole}${suffix}`);
    left = rest;
  }
  return parts.length > 0 ? parts.join(" ") : "0";
}

/** format_timestamp_relative(): "8ms ago", "2min 4s ago", "1 day 16h left". */
export function formatRelative(atMs: number, nowMs: number): string {
  const past = nowMs >= atMs;
  const word = past ? "ago" : "left";
  const distance = Math.abs(nowMs - atMs) * 1000;
  const seconds = Math.floor(distance / 1_000_000);
  const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;
  const YEAR = 31_557_600;
  const MONTH = 2_629_800;
  if (seconds >= YEAR)
    return `${plural(Math.floor(seconds / YEAR), "year", "years")} ${plural(Math.floor((seconds % YEAR) / MONTH), "month", "months")} ${word}`;
  if (seconds >= MONTH)
    return `${plural(Math.floor(seconds / MONTH), "month", "months")} ${plural(Math.floor((seconds % MONTH) / 86_400), "day", "days")} ${word}`;
  if (seconds >= 604_800)
    return `${plural(Math.floor(seconds / 604_800), "week", "weeks")} ${plural(Math.floor((seconds % 604_800) / 86_400), "day", "days")} ${word}`;
  if (seconds >= 172_800) return `${Math.floor(seconds / 86_400)} days ${word}`;
  if (seconds >= 90_000) return `1 day ${Math.floor((seconds - 86_400) / 3600)}h ${word}`;
  if (seconds >= 86_400) return `1 day ${word}`;
  if (seconds >= 3600) return `${Math.floor(seconds / 3600)}h ${Math.floor((seconds % 3600) / 60)}min ${word}`;
  if (seconds >= 300) return `${Math.floor(seconds / 60)}min ${word}`;
  if (seconds >= 60) return `${Math.floor(seconds / 60)}min ${seconds % 60}s ${word}`;
  if (seconds >= 1) return `${seconds}s ${word}`;
  if (distance >= 1000) return `${Math.floor(distance / 1000)}ms ${word}`;
  return distance > 0 ? `${Math.max(1, Math.floor(distance))}us ${word}` : "now";
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  '"': '"',
  "'": "'",
  s: " ",
};

/** Words as extract_first_word() takes them, with quotes and C escapes; undefined when a quote is not closed. */
export function splitWords(text: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const c = text[at] ?? "";
    if (c === "\\") {
      word ??= "";
      const next = text[at + 1] ?? "";
      const numeric = /^(?:x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4}))/.exec(text.slice(at + 1));
      if (numeric) {
        const code = numeric[2] === undefined ? Number.parseInt(numeric[1] ?? numeric[3] ?? "", 16) : Number.parseInt(numeric[2], 8);
        word += String.fromCharCode(code);
        at += numeric[0].length;
      } else if (ESCAPES[next] !== undefined) {
        word += ESCAPES[next];
        at++;
      } else {
        word += `\\${next}`;
        at++;
      }
    } else if (quote !== "") {
      if (c === quote) quote = "";
      else word = (word ?? "") + c;
    } else if (c === '"' || c === "'") {
      quote = c;
      word ??= "";
    } else if (/\s/.test(c)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + c;
  }
  if (quote !== "") return undefined;
  if (word !== undefined) words.push(word);
  return words;
}
