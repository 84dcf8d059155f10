/** date(1), GNU coreutils 9.1. */
import { Failure, quote, reason, UsageError } from "../core/errors.ts";
import type { Arguments } from "../core/options.ts";
import { program } from "../core/program.ts";
import { momentAt, strftime } from "../core/time.ts";
import { parseDate } from "../coreutils/date-parse.ts";

const ISO = [
  { name: "date", format: "%Y-%m-%d" },
  { name: "hours", format: "%Y-%m-%dT%H%:z" },
  { name: "minutes", format: "%Y-%m-%dT%H:%M%:z" },
  { name: "seconds", format: "%Y-%m-%dT%H:%M:%S%:z" },
  { name: "ns", format: "%Y-%m-%dT%H:%M:%S,%N%:z" },
];

function formatOf(args: Arguments, given: string | undefined): string {
  if (given !== undefined) return given.slice(1);
  const iso = args.get("iso-8601");
  if (iso !== undefined) {
    const found = ISO.find(({ name }) => name.startsWith(iso));
    if (!found) throw new UsageError(`invalid argument ${quote(iso)} for ${quote("--iso-8601")}`);
    return found.format;
  }
  if (args.has("rfc-email")) return "%a, %d %b %Y %H:%M:%S %z";
  const rfc = args.get("rfc-3339");
  if (rfc === undefined) return "%a %b %e %H:%M:%S %Z %Y";
  return rfc === "date" ? "%Y-%m-%d" : rfc === "ns" ? "%Y-%m-%d %H:%M:%S.%N%:z" : "%Y-%m-%d %H:%M:%S%:z";
}

export const date = program({
  name: "date",
  summary: "print or set the system date and time",
  section: "system",
  origin: "GNU coreutils 9.1",
  synopsis: ["[OPTION]... [+FORMAT]"],
  options: [
    "-d, --date=STRING  display time described by STRING, not 'now'",
    "-f, --file=DATEFILE  like --date; once for each line of DATEFILE",
    "-I, --iso-8601[=FMT]  output date/time in ISO 8601 format; FMT is date, hours, minutes, seconds or ns",
    "-R, --rfc-email  output date and time in RFC 5322 format",
    "--rfc-3339=FMT  output date/time in RFC 3339 format: date, seconds or ns",
    "-r, --reference=FILE  display the last modification time of FILE",
    "-s, --set=STRING  set time described by STRING",
    "-u, --utc  print Coordinated Universal Time (UTC)",
    "--universal  as --utc",
  ],
  unmodeled: ["--debug", "--resolution"],
  limits: "The clock cannot be set.",
  run: async (self, args) => {
    const [format, extra] = args.operands;
    if (extra !== undefined) throw new UsageError(`extra operand ${quote(extra)}`);
    if (format !== undefined && !format.startsWith("+"))
      throw new Failure(/^\d{8}/.test(format) ? "cannot set date: Operation not permitted" : `invalid date ${quote(format)}`);
    const zone = args.has("utc", "universal") ? "UTC" : (self.env.TZ ?? "UTC");
    const style = formatOf(args, format);
    const now = self.machine.kernel.clock.now();
    const print = (time: number) => self.print(`${strftime(style, momentAt(time, zone))}\n`);
    const reference = args.get("reference");
    if (reference !== undefined) {
      let time: number;
      try {
        time = self.files.stat(reference).mtimeMs;
      } catch (error) {
        throw new Failure(`${reference}: ${reason(error)}`);
      }
      await print(time);
      return 0;
    }
    const list = args.get("file");
    const texts = list === undefined ? [args.get("set") ?? args.get("date")] : self.files.readText(list).replace(/\n$/, "").split("\n");
    let status = 0;
    for (const text of texts) {
      const time = text === undefined ? now : parseDate(text, now, zone);
      if (time === undefined) {
        await self.error(`date: invalid date ${quote(text ?? "")}\n`);
        status = 1;
      } else await print(time);
    }
    if (!args.has("set") || status !== 0) return status;
    throw new Failure("cannot set date: Operation not permitted");
  },
});
