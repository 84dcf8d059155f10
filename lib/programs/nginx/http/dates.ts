/** Dates of HTTP (RFC 9110 5.6.7) and of the access log. */
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (value: number) => String(value).padStart(2, "0");

const clockOf = (at: Date) => `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;

let lastSecond = -1;
let lastText = "";

export function httpDate(epochMs: number): string {
  const second = Math.floor(epochMs / 1000);
  if (second === lastSecond) return lastText;
  const at = new Date(second * 1000);
  lastSecond = second;
  lastText = `${DAYS[at.getUTCDay()]}, ${two(at.getUTCDate())} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()} ${clockOf(at)} GMT`;
  return lastText;
}

/** Seconds since the epoch; undefined for what is no date. */
export function parseHttpDate(text: string): number | undefined {
  const match = /^\w+,? (\d{1,2})[ -](\w{3})[ -](\d{2,4}) (\d\d):(\d\d):(\d\d)/.exec(text);
  if (!match) return undefined;
  const month = MONTHS.indexOf(match[2] ?? "");
  if (month < 0) return undefined;
  const year = Number(match[3]);
  return (
    Date.UTC(
      year < 70 ? year + 2000 : year < 100 ? year + 1900 : year,
      month,
      Number(match[1]),
      Number(match[4]),
      Number(match[5]),
      Number(match[6]),
    ) / 1000
  );
}

/** "21/Nov/2026:09:31:01 +0000". */
export function localTime(epochMs: number): string {
  const at = new Date(epochMs);
  return `${two(at.getUTCDate())}/${MONTHS[at.getUTCMonth()]}/${at.getUTCFullYear()}:${clockOf(at)} +0000`;
}

export const isoTime = (epochMs: number): string => `${new Date(epochMs).toISOString().slice(0, 19)}+00:00`;

/** "21-Nov-2026 09:31", as autoindex shows times. */
export function indexTime(epochMs: number): string {
  const at = new Date(epochMs);
  return `${two(at.getUTCDate())}-${MONTHS[at.getUTCMonth()]}-${at.getUTCFullYear()} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
}

/** "Saturday, 21-Nov-2026 09:31:01 GMT", as $date_gmt has it. */
export function longDate(epochMs: number, zone: string): string {
  const at = new Date(epochMs);
  const names = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
  return `${names[at.getUTCDay()]}, ${two(at.getUTCDate())}-${MONTHS[at.getUTCMonth()]}-${at.getUTCFullYear()} ${clockOf(at)} ${zone}`;
}
