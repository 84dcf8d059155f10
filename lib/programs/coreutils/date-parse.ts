/** Dates as GNU date -d reads them: the forms people use; see the manual's "Date input formats". */
import { DAYS, epochOf, MONTHS, momentAt } from "../core/time.ts";

const UNITS: Readonly<Record<string, number>> = {
  sec: 1,
  second: 1,
  min: 60,
  minute: 60,
  hour: 3600,
  day: 86400,
  week: 604800,
  fortnight: 1209600,
};

const ZONES: Readonly<Record<string, number>> = {
  UTC: 0,
  GMT: 0,
  Z: 0,
  CET: 60,
  CEST: 120,
  EST: -300,
  EDT: -240,
  CST: -360,
  CDT: -300,
  MST: -420,
  MDT: -360,
  PST: -480,
  PDT: -420,
  BST: 60,
};

/** Milliseconds since the epoch, or undefined when the text is no date. `zone` is TZ. */
export function parseDate(text: string, nowMs: number, zone: string): number | undefined {
  let rest = ` ${text.trim()} `.replace(/^ TZ="([^"]*)"/, (_whole, name: string) => {
    zone = name;
    return " ";
  });
  const at = /^ @(-?\d+(?:\.\d+)?) /.exec(rest);
  let base = nowMs;
  if (at) {
    base = Number(at[1]) * 1000;
    rest = ` ${rest.slice(at[0].length)}`;
    if (rest.trim() === "") return base;
  }
  const now = momentAt(base, zone);
  let { year, month, day, hour, minute, second } = now;
  let fraction = at ? base % 1000 : now.epochMs % 1000;
  let dated = false;
  let timed = at !== null;
  let offset: number | undefined;
  let weekday: { day: number; ahead: number } | undefined;
  let months = 0;
  let days = 0;
  let seconds = 0;
  const take = (pattern: RegExp, use: (found: RegExpExecArray) => boolean | undefined) => {
    const found = pattern.exec(rest);
    if (!found) return;
    if (use(found) === false) return;
    rest = `${rest.slice(0, found.index)} ${rest.slice(found.index + found[0].length)}`;
  };
  const setTime = (h: string | undefined, m: string | undefined, s: string | undefined, f: string | undefined) => {
    hour = Number(h ?? 0);
    minute = Number(m ?? 0);
    second = Number(s ?? 0);
    fraction = f ? Math.floor(Number(`0.${f}`) * 1000) : 0;
    timed = true;
  };
  const monthOf = (name: string) => MONTHS.findIndex((full) => full.toLowerCase().startsWith(name.toLowerCase().slice(0, 3)));
  const setDate = (y: string | undefined, m: number, d: string | undefined) => {
    if (y !== undefined) year = y.length === 2 ? (Number(y) < 69 ? 2000 : 1900) + Number(y) : Number(y);
    month = m;
    day = Number(d ?? 1);
    dated = true;
  };
  take(/ (\d{4})-(\d{1,2})-(\d{1,2})(?:T|(?= ))(?=\d{2}:| |$)/, (f) => setDate(f[1], Number(f[2]) - 1, f[3]) as undefined);
  take(/(?<=\s|^)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s*(am|pm|a\.m\.|p\.m\.)?(?=[\s+\-Z])/i, (f) => {
    setTime(f[1], f[2], f[3], f[4]);
    if (f[5]) hour = (hour % 12) + (/^p/i.test(f[5]) ? 12 : 0);
    // An offset right behind the time.
    const tail = rest.slice(f.index + f[0].length);
    const zoneText = /^\s*(?:(Z)(?=\s)|([+-])(\d{2}):?(\d{2})?(?=\s))/.exec(tail);
    if (zoneText) {
      offset = zoneText[1] ? 0 : (zoneText[2] === "-" ? -1 : 1) * (Number(zoneText[3]) * 60 + Number(zoneText[4] ?? 0));
      rest = rest.slice(0, f.index + f[0].length) + tail.slice(zoneText[0].length);
    }
    return undefined;
  });
  take(/ (\d{1,2})\s*(am|pm)(?= )/i, (f) => {
    setTime(f[1], "0", "0", undefined);
    hour = (hour % 12) + (/^p/i.test(f[2] ?? "") ? 12 : 0);
    return undefined;
  });
  const monthNames =
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?";
  take(
    new RegExp(` (\\d{1,2})[- ](${monthNames})(?:[-, ]+(\\d{4}|\\d{2}))?(?= )`, "i"),
    (f) => setDate(f[3], monthOf(f[2] ?? ""), f[1]) as undefined,
  );
  take(
    new RegExp(` (${monthNames})\\.? +(\\d{1,2})(?:st|nd|rd|th)?(?:,? +(\\d{4}))?(?= |,)`, "i"),
    (f) => setDate(f[3], monthOf(f[1] ?? ""), f[2]) as undefined,
  );
  take(new RegExp(` (${monthNames}) +(\\d{4})(?= )`, "i"), (f) => setDate(f[2], monthOf(f[1] ?? ""), "1") as undefined);
  take(/ (\d{1,2})\/(\d{1,2})(?:\/(\d{4}|\d{2}))?(?= )/, (f) => setDate(f[3], Number(f[1]) - 1, f[2]) as undefined);
  take(/ (\d{4})(\d{2})(\d{2})(?=[ T])T?/, (f) => setDate(f[1], Number(f[2]) - 1, f[3]) as undefined);
  take(/ (today|now)(?= )/i, () => {
    timed = true;
    return undefined;
  });
  take(/ midnight(?= )/i, () => setTime("0", "0", "0", undefined) as undefined);
  take(/ noon(?= )/i, () => setTime("12", "0", "0", undefined) as undefined);
  take(/ tomorrow(?= )/i, () => {
    days += 1;
    timed = true;
    return undefined;
  });
  take(/ yesterday(?= )/i, () => {
    days -= 1;
    timed = true;
    return undefined;
  });
  let relative = false;
  for (let changed = true; changed; ) {
    changed = false;
    take(/ ([+-]?\s*\d+|next|last|this|an?)?\s*(sec(?:ond)?|min(?:ute)?|hour|day|week|fortnight|month|year)s?(?:\s+(ago))?(?= )/i, (f) => {
      const word = (f[1] ?? "1").toLowerCase().replace(/\s/g, "");
      const count =
        (word === "next" || word === "a" || word === "an" ? 1 : word === "last" ? -1 : word === "this" ? 0 : Number(word)) *
        (f[3] ? -1 : 1);
      const unit = (f[2] ?? "").toLowerCase();
      if (unit === "month") months += count;
      else if (unit === "year") months += 12 * count;
      else if (["day", "week", "fortnight"].includes(unit)) days += count * ((UNITS[unit] ?? 0) / 86400);
      else seconds += count * (UNITS[unit] ?? 0);
      changed = true;
      relative = true;
      return undefined;
    });
  }
  take(
    / (next |last |this )?(sun(?:day)?|mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?),?(?= )/i,
    (f) => {
      const index = DAYS.findIndex((name) => name.toLowerCase().startsWith((f[2] ?? "").toLowerCase().slice(0, 3)));
      weekday = { day: index, ahead: /next/i.test(f[1] ?? "") ? 1 : /last/i.test(f[1] ?? "") ? -1 : 0 };
      return undefined;
    },
  );
  take(/ ([+-])(\d{2}):?(\d{2})(?= )/, (f) => {
    if (!timed) return false;
    offset = (f[1] === "-" ? -1 : 1) * (Number(f[2]) * 60 + Number(f[3]));
    return undefined;
  });
  take(/ (UTC|GMT|Z|CES?T|BST|[ECMP][SD]T)(?= )/, (f) => {
    offset = ZONES[f[1] ?? "UTC"];
    return undefined;
  });
  if (rest.replace(/[,\s]/g, "") !== "") return undefined;
  if (text.trim() === "") timed = false;
  if ((dated || weekday || text.trim() === "") && !timed) setTime("0", "0", "0", undefined);
  void relative;
  if (month > 11 || month < 0 || day < 1 || day > 31 || hour > 24 || minute > 59 || second > 60) return undefined;
  if (dated && day > new Date(Date.UTC(year, month + 1, 0)).getUTCDate()) return undefined;
  if (weekday !== undefined && !dated) {
    const ahead = (weekday.day - now.weekday + 7) % 7;
    days += ahead + 7 * (weekday.ahead - (weekday.ahead > 0 && ahead !== 0 ? 1 : 0));
  }
  const parts = { year, month: month + months, day: day + days, hour, minute, second };
  const local =
    offset === undefined ? epochOf(parts, zone) : Date.UTC(parts.year, parts.month, parts.day, hour, minute, second) - offset * 60000;
  return local + seconds * 1000 + fraction;
}
