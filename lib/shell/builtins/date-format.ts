/** strftime(3) in the C locale, for `printf '%(…)T'` and the prompt's `\D{…}`. */

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

interface Parts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly weekday: number;
  readonly yearDay: number;
  readonly offset: number;
  readonly zone: string;
}

/** `zone` is a name of the time zone database; UTC when missing or unknown, as on a server without TZ. */
export function formatDate(format: string, milliseconds: number, zone: string | undefined): string {
  const parts = partsOf(milliseconds, zone === undefined || zone === "" ? "UTC" : zone);
  const two = (value: number): string => String(value).padStart(2, "0");
  const one = (letter: string): string => {
    const hour12 = parts.hour % 12 === 0 ? 12 : parts.hour % 12;
    switch (letter) {
      case "a":
        return DAYS[parts.weekday]!.slice(0, 3);
      case "A":
        return DAYS[parts.weekday]!;
      case "b":
      case "h":
        return MONTHS[parts.month]!.slice(0, 3);
      case "B":
        return MONTHS[parts.month]!;
      case "c":
        return formatDate("%a %b %e %H:%M:%S %Y", milliseconds, zone);
      case "C":
        return two(Math.floor(parts.year / 100));
      case "d":
        return two(parts.day);
      case "D":
      case "x":
        return `${two(parts.month + 1)}/${two(parts.day)}/${two(parts.year % 100)}`;
      case "e":
        return String(parts.day).padStart(2);
      case "F":
        return `${parts.year}-${two(parts.month + 1)}-${two(parts.day)}`;
      case "H":
        return two(parts.hour);
      case "I":
        return two(hour12);
      case "j":
        return String(parts.yearDay + 1).padStart(3, "0");
      case "k":
        return String(parts.hour).padStart(2);
      case "l":
        return String(hour12).padStart(2);
      case "m":
        return two(parts.month + 1);
      case "M":
        return two(parts.minute);
      case "n":
        return "\n";
      case "p":
        return parts.hour < 12 ? "AM" : "PM";
      case "r":
        return `${two(hour12)}:${two(parts.minute)}:${two(parts.second)} ${parts.hour < 12 ? "AM" : "PM"}`;
      case "R":
        return `${two(parts.hour)}:${two(parts.minute)}`;
      case "s":
        return String(Math.floor(milliseconds / 1000));
      case "S":
        return two(parts.second);
      case "t":
        return "\t";
      case "T":
      case "X":
        return `${two(parts.hour)}:${two(parts.minute)}:${two(parts.second)}`;
      case "u":
        return String(parts.weekday === 0 ? 7 : parts.weekday);
      case "U":
        return two(Math.floor((parts.yearDay + 7 - parts.weekday) / 7));
      case "w":
        return String(parts.weekday);
      case "W":
        return two(Math.floor((parts.yearDay + 7 - ((parts.weekday + 6) % 7)) / 7));
      case "y":
        return two(parts.year % 100);
      case "Y":
        return String(parts.year);
      case "z": {
        const minutes = Math.abs(parts.offset);
        return `${parts.offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}${two(minutes % 60)}`;
      }
      case "Z":
        return parts.zone;
      case "%":
        return "%";
      default:
        return `%${letter}`;
    }
  };
  return format.replace(/%[-_0^#]?([A-Za-z%])/g, (whole, letter: string) => {
    const text = one(letter);
    return whole[1] === "-" ? text.replace(/^[0 ](?=.)/, "") : text;
  });
}

function partsOf(milliseconds: number, zone: string): Parts {
  const offset = offsetOf(milliseconds, zone);
  const date = new Date(milliseconds + offset * 60_000);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth(),
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    weekday: date.getUTCDay(),
    yearDay: Math.floor(
      (Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()) - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000,
    ),
    offset,
    zone: zoneName(milliseconds, zone),
  };
}

function format(milliseconds: number, zone: string, style: "shortOffset" | "short"): string | undefined {
  try {
    const formatter = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: style });
    return formatter.formatToParts(milliseconds).find((part) => part.type === "timeZoneName")?.value;
  } catch {
    return undefined;
  }
}

/** Minutes east of Greenwich. */
function offsetOf(milliseconds: number, zone: string): number {
  const match = /^GMT([+-])(\d+)(?::(\d+))?$/.exec(format(milliseconds, zone, "shortOffset") ?? "");
  if (match === null) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  return match[1] === "-" ? -minutes : minutes;
}

function zoneName(milliseconds: number, zone: string): string {
  return format(milliseconds, zone, "short") ?? zone;
}
