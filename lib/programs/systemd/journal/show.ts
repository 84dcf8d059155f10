/** How entries are shown (journalctl(1), `--output=`). */
import { momentAt, strftime } from "../../core/time.ts";
import type { Entry } from "./store.ts";

export const OUTPUTS = [
  "short",
  "short-full",
  "short-iso",
  "short-iso-precise",
  "short-precise",
  "short-monotonic",
  "short-unix",
  "verbose",
  "export",
  "json",
  "json-pretty",
  "json-sse",
  "json-seq",
  "cat",
  "with-unit",
] as const;
export type Output = (typeof OUTPUTS)[number];

export interface ShowOptions {
  /** Of TZ. */
  readonly zone: string;
  readonly output?: Output;
  readonly noHostname?: boolean;
  readonly paint?: (code: string, text: string) => string;
}

function time(entry: Entry, output: Output, zone: string): string {
  const milliseconds = Math.floor(entry.realtime / 1000);
  const moment = momentAt(milliseconds, zone);
  const micro = String(entry.realtime % 1_000_000).padStart(6, "0");
  switch (output) {
    case "short-full":
    case "with-unit":
      return strftime("%a %Y-%m-%d %H:%M:%S %Z", moment);
    case "short-iso":
      return strftime("%Y-%m-%dT%H:%M:%S%z", moment);
    case "short-iso-precise":
      return `${strftime("%Y-%m-%dT%H:%M:%S", moment)}.${micro}${strftime("%z", moment)}`;
    case "short-precise":
      return `${strftime("%b %d %H:%M:%S", moment)}.${micro}`;
    case "short-unix":
      return `${Math.floor(entry.realtime / 1_000_000)}.${micro}`;
    case "short-monotonic":
      return `[${String(Math.floor(entry.monotonic / 1_000_000)).padStart(5)}.${String(Math.floor(entry.monotonic % 1_000_000)).padStart(6, "0")}]`;
    default:
      return strftime("%b %d %H:%M:%S", moment);
  }
}

/** One line: "Nov 21 09:32:43 web-1 systemd[1]: Started hello.service - Hello.", errors in red and notices in bold on terminals. */
export function shortLine(
  entry: Entry,
  { zone, output = "short", noHostname = false, paint = (_code, text) => text }: ShowOptions,
): string {
  const { fields } = entry;
  const unit = fields._SYSTEMD_UNIT ?? fields.UNIT;
  const name =
    output === "with-unit" && unit !== undefined && unit !== "init.scope" ? unit : (fields.SYSLOG_IDENTIFIER ?? fields._COMM ?? "unknown");
  const pid = fields._PID ?? fields.SYSLOG_PID;
  const head = `${time(entry, output, zone)} ${noHostname ? "" : `${fields._HOSTNAME ?? ""} `}${name}${pid === undefined || fields._TRANSPORT === "kernel" ? "" : `[${pid}]`}: `;
  const priority = Number(fields.PRIORITY ?? 6);
  const color = priority <= 3 ? "0;1;31" : priority === 4 ? "0;1;38;5;185" : priority === 5 ? "0;1;39" : priority === 7 ? "0;38;5;245" : "";
  const lines = (fields.MESSAGE ?? "").split("\n");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence in a message must not reach the terminal
  const safe = lines.map((line) => line.replace(/[\x00-\x08\x0b-\x1f\x7f]/g, (c) => (c === "\x1b" ? "" : " ")));
  const indent = " ".repeat(head.length);
  return head + safe.map((line) => (color === "" ? line : paint(color, line))).join(`\n${indent}`);
}

/** Fields with the addresses that only the reader sees, in the order of journalctl's JSON. */
function allFields(entry: Entry): Record<string, string> {
  return {
    __CURSOR: cursor(entry),
    __REALTIME_TIMESTAMP: String(entry.realtime),
    __MONOTONIC_TIMESTAMP: String(Math.floor(entry.monotonic)),
    _BOOT_ID: entry.boot,
    ...entry.fields,
  };
}

export function cursor(entry: Entry): string {
  return `s=${entry.boot};b=${entry.boot};m=${Math.floor(entry.monotonic).toString(16)};t=${entry.realtime.toString(16)}`;
}

/** The entry in any format, with the end of its last line. */
export function shown(entry: Entry, options: ShowOptions): string {
  const { output = "short", zone } = options;
  switch (output) {
    case "cat":
      return `${entry.fields.MESSAGE ?? ""}\n`;
    case "json":
      return `${JSON.stringify(allFields(entry))}\n`;
    case "json-sse":
      return `data: ${JSON.stringify(allFields(entry))}\n\n`;
    case "json-seq":
      return `\x1e${JSON.stringify(allFields(entry))}\n`;
    case "json-pretty": {
      const rows = Object.entries(allFields(entry)).map(([key, value]) => `\t${JSON.stringify(key)} : ${JSON.stringify(value)}`);
      return `{\n${rows.join(",\n")}\n}\n`;
    }
    case "export":
      return `${Object.entries(allFields(entry))
        .map(([key, value]) => `${key}=${value}`)
        .join("\n")}\n\n`;
    case "verbose": {
      const micro = String(entry.realtime % 1_000_000).padStart(6, "0");
      const when = strftime(`%a %Y-%m-%d %H:%M:%S.${micro} %Z`, momentAt(Math.floor(entry.realtime / 1000), zone));
      const rows = Object.entries({ ...entry.fields, _BOOT_ID: entry.boot }).map(([key, value]) => `    ${key}=${value}\n`);
      return `${when} [${cursor(entry)}]\n${rows.join("")}`;
    }
    default:
      return `${shortLine(entry, options)}\n`;
  }
}
