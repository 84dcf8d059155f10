/** Dates in a time zone, and strftime(3). */

export interface Moment {
  readonly year: number;
  /** 0 to 11. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** 0 to 365. */
  readonly yearDay: number;
  /** East of UTC. */
  readonly offsetMinutes: number;
  readonly zoneName: string;
  readonly epochMs: number;
}

export const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
export const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

function zoneOffset(zone: string, epochMs: number): { minutes: number; name: string } | undefined {
  const fixed = /^([A-Za-z]{3,})([+-]?\d{1,2})(?::(\d\d))?$/.exec(zone);
  // POSIX: "EST5" is five hours west.
  if (fixed) return { minutes: -(Number(fixed[2]) * 60 + Math.sign(Number(fixed[2])) * Number(fixed[3] ?? 0)), name: fixed[1] ?? zone };
  try {
    const parts = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
      timeZoneName: "short",
    }).formatToParts(epochMs);
    const get = (type: string) => Number(parts.find((part) => part.type === type)?.value);
    const local = Date.UTC(get("year"), get("month") - 1, get("day"), get("hour"), get("minute"), get("second"));
    return {
      minutes: Math.round((local - Math.floor(epochMs / 1000) * 1000) / 60000),
      name: parts.find((part) => part.type === "timeZoneName")?.value ?? zone,
    };
  } catch {
    return undefined;
  }
}

/** The parts of a time in the zone of TZ ("UTC" when empty or unknown). */
export function momentAt(epochMs: number, zone = "UTC"): Moment {
  const utc = zone === "" || zone === "UTC" || zone === "UTC0" || zone === "GMT";
  const offset = utc ? undefined : zoneOffset(zone.replace(/^:/, ""), epochMs);
  const offsetMinutes = offset?.minutes ?? 0;
  const shifted = new Date(epochMs + offsetMinutes * 60000);
  const year = shifted.getUTCFullYear();
  return {
    year,
    month: shifted.getUTCMonth(),
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
    weekday: shifted.getUTCDay(),
    yearDay: Math.floor((Date.UTC(year, shifted.getUTCMonth(), shifted.getUTCDate()) - Date.UTC(year, 0, 1)) / 86400000),
    offsetMinutes,
    zoneName: offset?.name ?? (zone === "GMT" ? "GMT" : "UTC"),
    epochMs,
  };
}

/** The epoch of a local time in a zone. */
export function epochOf(
  parts: { year: number; month: number; day: number; hour: number; minute: number; second: number },
  zone: string,
): number {
  const naive = Date.UTC(parts.year, parts.month, parts.day, parts.hour, parts.minute, parts.second);
  let guess = naive;
  for (let i = 0; i < 2; i++) guess = naive - momentAt(guess, zone).offsetMinutes * 60000;
  return guess;
}

function isoWeek(moment: Moment): { year: number; week: number } {
  const thursday = new Date(Date.UTC(moment.year, moment.month, moment.day + 3 - ((moment.weekday + 6) % 7)));
  const first = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  return { year: thursday.getUTCFullYear(), week: Math.floor((thursday.getTime() - first) / 86400000 / 7) + 1 };
}

function offsetText(moment: Moment, colons: number): string {
  const sign = moment.offsetMinutes < 0 ? "-" : "+";
  const size = Math.abs(moment.offsetMinutes);
  const hours = String(Math.floor(size / 60)).padStart(2, "0");
  const minutes = String(size % 60).padStart(2, "0");
  return colons === 0 ? `${sign}${hours}${minutes}` : colons === 1 ? `${sign}${hours}:${minutes}` : `${sign}${hours}:${minutes}:00`;
}

/** strftime(3) in the C locale, with GNU's flags (`-`, `_`, `0`, `^`), `%N`, `%s`, `%:z`. */
export function strftime(
  format: string,
  moment: Moment,
  nanoseconds = Math.floor((((moment.epochMs % 1000) + 1000) % 1000) * 1e6),
): string {
  return format.replace(
    /%([-_0^#]*)(\d*)(:{0,2})([EO]?)([a-zA-Z%+])/g,
    (whole, flags: string, width: string, colons: string, _modifier, letter: string) => {
      const again = (inner: string) => strftime(inner, moment, nanoseconds);
      let text: string;
      let pad = "0";
      let size = 0;
      const number = (value: number, digits: number, filler = "0") => {
        pad = filler;
        size = digits;
        return String(value);
      };
      switch (letter) {
        case "%":
          return "%";
        case "n":
          return "\n";
        case "t":
          return "\t";
        case "a":
          text = (DAYS[moment.weekday] ?? "").slice(0, 3);
          break;
        case "A":
          text = DAYS[moment.weekday] ?? "";
          break;
        case "b":
        case "h":
          text = (MONTHS[moment.month] ?? "").slice(0, 3);
          break;
        case "B":
          text = MONTHS[moment.month] ?? "";
          break;
        case "c":
          text = again("%a %b %e %H:%M:%S %Y");
          break;
        case "C":
          text = number(Math.floor(moment.year / 100), 2);
          break;
        case "d":
          text = number(moment.day, 2);
          break;
        case "D":
        case "x":
          text = again("%m/%d/%y");
          break;
        case "e":
          text = number(moment.day, 2, " ");
          break;
        case "F":
          text = again("%Y-%m-%d");
          break;
        case "g":
          text = number(isoWeek(moment).year % 100, 2);
          break;
        case "G":
          text = number(isoWeek(moment).year, 4);
          break;
        case "H":
          text = number(moment.hour, 2);
          break;
        case "I":
          text = number(moment.hour % 12 || 12, 2);
          break;
        case "j":
          text = number(moment.yearDay + 1, 3);
          break;
        case "k":
          text = number(moment.hour, 2, " ");
          break;
        case "l":
          text = number(moment.hour % 12 || 12, 2, " ");
          break;
        case "m":
          text = number(moment.month + 1, 2);
          break;
        case "M":
          text = number(moment.minute, 2);
          break;
        case "N":
          text = String(nanoseconds).padStart(9, "0");
          return width ? text.slice(0, Number(width)) : text;
        case "p":
          text = moment.hour < 12 ? "AM" : "PM";
          if (flags.includes("#")) return text.toLowerCase();
          break;
        case "P":
          text = moment.hour < 12 ? "am" : "pm";
          break;
        case "q":
          text = number(Math.floor(moment.month / 3) + 1, 1);
          break;
        case "r":
          text = again("%I:%M:%S %p");
          break;
        case "R":
          text = again("%H:%M");
          break;
        case "s":
          text = number(Math.floor(moment.epochMs / 1000), 1);
          break;
        case "S":
          text = number(moment.second, 2);
          break;
        case "T":
        case "X":
          text = again("%H:%M:%S");
          break;
        case "u":
          text = number(moment.weekday || 7, 1);
          break;
        case "U":
          text = number(Math.floor((moment.yearDay + 7 - moment.weekday) / 7), 2);
          break;
        case "V":
          text = number(isoWeek(moment).week, 2);
          break;
        case "w":
          text = number(moment.weekday, 1);
          break;
        case "W":
          text = number(Math.floor((moment.yearDay + 7 - ((moment.weekday + 6) % 7)) / 7), 2);
          break;
        case "y":
          text = number(moment.year % 100, 2);
          break;
        case "Y":
          text = number(moment.year, 4);
          break;
        case "z":
          return offsetText(moment, colons.length);
        case "Z":
          text = moment.zoneName;
          break;
        case "+":
          text = again("%a %b %e %H:%M:%S %Z %Y");
          break;
        default:
          return whole;
      }
      if (flags.includes("-")) size = 0;
      if (flags.includes("_")) pad = " ";
      if (flags.includes("0")) pad = "0";
      if (flags.includes("^")) text = text.toUpperCase();
      return text.padStart(Math.max(size, Number(width || 0)), size === 0 && !flags.includes("0") ? " " : pad);
    },
  );
}
