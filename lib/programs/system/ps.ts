/** ps(1), procps 4.0: BSD, Unix and GNU options. */
import type { Process, ProcessInfo } from "../../kernel/types.ts";
import { program } from "../core/program.ts";
import { momentAt, strftime } from "../core/time.ts";
import { findUser, groupName, userName } from "../core/users.ts";
import { allProcesses, commandName } from "./processes.ts";

interface Column {
  readonly key: string;
  readonly title: string;
  readonly width: number;
  readonly right: boolean;
}

const COLUMNS: readonly (Column & { readonly names: readonly string[] })[] = [
  { key: "user", names: ["user", "euser", "uname", "ruser"], title: "USER", width: 8, right: false },
  { key: "uid", names: ["uid", "euid"], title: "UID", width: 5, right: true },
  { key: "group", names: ["group", "egroup"], title: "GROUP", width: 8, right: false },
  { key: "pid", names: ["pid"], title: "PID", width: 7, right: true },
  { key: "ppid", names: ["ppid"], title: "PPID", width: 7, right: true },
  { key: "pgid", names: ["pgid", "pgrp"], title: "PGID", width: 7, right: true },
  { key: "sid", names: ["sid", "sess", "session"], title: "SID", width: 7, right: true },
  { key: "c", names: ["c"], title: "C", width: 2, right: true },
  { key: "pcpu", names: ["pcpu", "%cpu"], title: "%CPU", width: 4, right: true },
  { key: "pmem", names: ["pmem", "%mem"], title: "%MEM", width: 4, right: true },
  { key: "vsz", names: ["vsz", "vsize"], title: "VSZ", width: 6, right: true },
  { key: "rss", names: ["rss", "rssize"], title: "RSS", width: 5, right: true },
  { key: "tty", names: ["tty", "tt", "tname"], title: "TTY", width: 8, right: false },
  { key: "stat", names: ["stat"], title: "STAT", width: 4, right: false },
  { key: "s", names: ["s", "state"], title: "S", width: 1, right: false },
  { key: "start", names: ["start", "stime", "start_time", "bsdstart"], title: "START", width: 5, right: false },
  { key: "lstart", names: ["lstart"], title: "STARTED", width: 24, right: true },
  { key: "time", names: ["time", "cputime"], title: "TIME", width: 8, right: true },
  { key: "bsdtime", names: ["bsdtime"], title: "TIME", width: 6, right: true },
  { key: "etime", names: ["etime"], title: "ELAPSED", width: 11, right: true },
  { key: "etimes", names: ["etimes"], title: "ELAPSED", width: 7, right: true },
  { key: "pri", names: ["pri"], title: "PRI", width: 3, right: true },
  { key: "ni", names: ["ni", "nice"], title: "NI", width: 3, right: true },
  { key: "comm", names: ["comm", "ucmd", "ucomm"], title: "COMMAND", width: 15, right: false },
  { key: "args", names: ["args", "cmd", "command"], title: "COMMAND", width: 27, right: false },
];

function column(name: string, title?: string): Column | undefined {
  const found = COLUMNS.find((each) => each.names.includes(name));
  if (!found) return undefined;
  const own = name === "cmd" ? "CMD" : name === "tt" ? "TT" : name === "pgrp" ? "PGRP" : name === "stime" ? "STIME" : found.title;
  return { ...found, title: title ?? own };
}

function columns(...names: readonly string[]): Column[] {
  return names.flatMap((name) => {
    const [key = "", title] = name.split("=");
    return column(key, title) ?? [];
  });
}

function stateLetter(info: ProcessInfo): string {
  return { running: "R", sleeping: "S", stopped: "T", zombie: "Z" }[info.state];
}

function elapsed(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const days = Math.floor(seconds / 86400);
  const hours = Math.floor(seconds / 3600) % 24;
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return days > 0 ? `${days}-${two(hours)}:${rest}` : hours > 0 ? `${two(hours)}:${rest}` : rest;
}

function commandLine(info: ProcessInfo): string {
  if (info.state === "zombie") return `[${commandName(info)}] <defunct>`;
  return info.argv.join(" ") || `[${commandName(info)}]`;
}

/** Processor time over the time that the process has lived, in percent. */
function share(self: Process, info: ProcessInfo): number {
  const lived = Math.max(1, self.machine.kernel.clock.now() - info.startedMs);
  return Math.min(99.9, (self.machine.usage().of(info.pid).cpuMs / lived) * 100);
}

function cell(self: Process, info: ProcessInfo, key: string, foreground: ReadonlySet<number>): string {
  const root = self.machine.files;
  const now = self.machine.kernel.clock.now();
  const zone = self.env.TZ ?? "UTC";
  const seconds = Math.max(0, Math.floor((now - info.startedMs) / 1000));
  switch (key) {
    case "user": {
      const name = userName(root, info.uid);
      return name.length > 8 ? `${name.slice(0, 7)}+` : name;
    }
    case "uid":
      return String(info.uid);
    case "group":
      return groupName(root, info.gid);
    case "pid":
      return String(info.pid);
    case "ppid":
      return String(info.ppid);
    case "pgid":
      return String(info.pgid);
    case "sid":
      return String(info.sid);
    case "c":
      return String(Math.floor(share(self, info)));
    case "pcpu":
      return share(self, info).toFixed(1);
    case "pmem": {
      const usage = self.machine.usage();
      return ((usage.of(info.pid).residentBytes / usage.totalBytes) * 100).toFixed(1);
    }
    case "vsz":
    case "rss":
      return String(Math.floor(self.machine.usage().of(info.pid).residentBytes / 1024));
    case "tty":
      return info.tty ?? "?";
    case "s":
      return stateLetter(info);
    case "stat":
      return stateLetter(info) + (info.sid === info.pid ? "s" : "") + (foreground.has(info.pgid) ? "+" : "");
    case "start":
      return now - info.startedMs < 86_400_000
        ? strftime("%H:%M", momentAt(info.startedMs, zone))
        : strftime("%b%d", momentAt(info.startedMs, zone));
    case "lstart":
      return strftime("%a %b %e %H:%M:%S %Y", momentAt(info.startedMs, zone));
    case "time":
      return new Date(self.machine.usage().of(info.pid).cpuMs).toISOString().slice(11, 19);
    case "bsdtime": {
      const used = Math.floor(self.machine.usage().of(info.pid).cpuMs / 1000);
      return `${Math.floor(used / 60)}:${String(used % 60).padStart(2, "0")}`;
    }
    case "etime":
      return elapsed(seconds);
    case "etimes":
      return String(seconds);
    case "pri":
      return "19";
    case "ni":
      return "0";
    case "comm":
      return commandName(info) + (info.state === "zombie" ? " <defunct>" : "");
    default:
      return commandLine(info);
  }
}

interface Selection {
  all: boolean;
  /** Any process with a terminal. */
  withTerminal: boolean;
  pids: number[];
  ppids: number[];
  uids: number[];
  commands: string[];
  terminals: string[];
  /** BSD's x: without a terminal too. */
  withoutTerminal: boolean;
  mine: boolean;
}

/** Parents above children, indented as ps f (BSD) or --forest draw them. */
function forest(list: readonly ProcessInfo[]): { info: ProcessInfo; lead: string }[] {
  const pids = new Set(list.map((info) => info.pid));
  const out: { info: ProcessInfo; lead: string }[] = [];
  const walk = (info: ProcessInfo, lead: string, mark: string) => {
    out.push({ info, lead: lead + mark });
    const children = list.filter((child) => child.ppid === info.pid && child !== info);
    const below = mark === "" ? lead : `${lead}${mark === " \\_ " ? "    " : ` |  `}`;
    for (const child of children) walk(child, below, " \\_ ");
  };
  for (const info of list) if (!pids.has(info.ppid)) walk(info, "", "");
  return out;
}

export const ps = program({
  name: "ps",
  summary: "report a snapshot of the current processes",
  section: "processes",
  origin: "procps-ng 4.0.2",
  synopsis: ["[options]"],
  description:
    "ps aux, ps -ef, ps -p PID, ps -u USER, ps -C NAME, ps --ppid PID, ps -t TTY, -o FORMAT, --sort KEY, --no-headers, f and --forest. Shares of processor and memory are not measured on this machine: they are shown as 0.",
  limits: "Other options of ps are not modeled. %CPU, %MEM, VSZ, RSS and TIME show 0.",
  ownParsing: "options",
  run: async (self, args) => {
    const chosen: Selection = {
      all: false,
      withTerminal: false,
      pids: [],
      ppids: [],
      uids: [],
      commands: [],
      terminals: [],
      withoutTerminal: false,
      mine: true,
    };
    let format: Column[] | undefined;
    let sortKey: string | undefined;
    let headers = true;
    let tree = false;
    let wide = self.fds.get(1)?.tty === undefined;
    const usage = async (message: string) => {
      await self.error(
        `error: ${message}\n\nUsage:\n ps [options]\n\n Try 'ps --help <simple|list|output|threads|misc|all>'\n  or 'ps --help <s|l|o|t|m|a>'\n for additional help text.\n\nFor more details see ps(1).\n`,
      );
      return 1;
    };
    const words = [...args.raw];
    const numbers = (text: string) => text.split(/[ ,]+/).map(Number);
    const people = (text: string) => text.split(/[ ,]+/).map((name) => findUser(self.machine.files, name)?.uid ?? Number(name));
    const custom = (text: string) => {
      const made: Column[] = [];
      for (const part of text.includes("=") && !/,\w+=/.test(text.replace(/=,/g, ",").replace(/=$/, ""))
        ? text.split(",")
        : text.split(/[ ,]+/)) {
        if (part === "") continue;
        const [name = "", title] = part.split(/=(.*)/s);
        const found = column(name, part.includes("=") ? (title ?? "") : undefined);
        if (!found) return name;
        made.push(found);
      }
      format = [...(format && customized ? format : []), ...made];
      customized = true;
      return undefined;
    };
    let customized = false;
    for (let i = 0; i < words.length; i++) {
      const word = words[i] ?? "";
      const value = (attached: string) => (attached !== "" ? attached : (words[++i] ?? ""));
      if (word.startsWith("--")) {
        const [name = "", attached] = word.slice(2).split(/=(.*)/s);
        const text = () => attached ?? words[++i] ?? "";
        if (name === "pid") chosen.pids.push(...numbers(text()));
        else if (name === "ppid") chosen.ppids.push(...numbers(text()));
        else if (name === "user" || name === "User") chosen.uids.push(...people(text()));
        else if (name === "tty") chosen.terminals.push(...text().split(","));
        else if (name === "sort") sortKey = text();
        else if (name === "format") {
          const bad = custom(text());
          if (bad !== undefined) return usage(`unknown user-defined format specifier "${bad}"`);
        } else if (name === "no-headers" || name === "no-heading" || name === "noheaders" || name === "noheading") headers = false;
        else if (name === "headers") headers = true;
        else if (name === "forest") tree = true;
        else return usage("unknown gnu long option");
        continue;
      }
      const dashed = word.startsWith("-");
      const letters = dashed ? word.slice(1) : word;
      if (/^\d+(,\d+)*$/.test(letters)) {
        chosen.pids.push(...numbers(letters));
        continue;
      }
      for (let at = 0; at < letters.length; at++) {
        const letter = letters[at] ?? "";
        const rest = letters.slice(at + 1);
        if (dashed) {
          if (letter === "e" || letter === "A") chosen.all = true;
          else if (letter === "f") format ??= columns("user=UID", "pid", "ppid", "c", "stime", "tty", "time", "cmd");
          else if (letter === "F") format ??= columns("user=UID", "pid", "ppid", "c", "rss", "stime", "tty", "time", "cmd");
          else if (letter === "l") format ??= columns("s", "uid", "pid", "ppid", "c", "pri", "ni", "tty", "time", "comm=CMD");
          else if (letter === "j") format ??= columns("pid", "pgid", "sid", "tty", "time", "comm=CMD");
          else if (letter === "a") chosen.withTerminal = true;
          else if (letter === "H") tree = true;
          else if (letter === "w") wide = true;
          else if (letter === "p" || letter === "q") {
            chosen.pids.push(...numbers(value(rest)));
            break;
          } else if (letter === "u" || letter === "U") {
            chosen.uids.push(...people(value(rest)));
            break;
          } else if (letter === "C") {
            chosen.commands.push(...value(rest).split(","));
            break;
          } else if (letter === "t") {
            chosen.terminals.push(...value(rest).split(","));
            break;
          } else if (letter === "o") {
            const bad = custom(value(rest));
            if (bad !== undefined) return usage(`unknown user-defined format specifier "${bad}"`);
            break;
          } else return usage("unsupported option (or one that this machine does not model; see /reference/machine)");
        } else if (letter === "a") {
          chosen.mine = false;
          if (chosen.withoutTerminal) chosen.all = true;
          else chosen.withTerminal = true;
        } else if (letter === "x") {
          chosen.withoutTerminal = true;
          if (!chosen.mine) chosen.all = true;
        } else if (letter === "u")
          format ??= columns("user", "pid", "%cpu", "%mem", "vsz", "rss", "tty", "stat", "start", "bsdtime", "command");
        else if (letter === "f") tree = true;
        else if (letter === "w") wide = true;
        else if (letter === "e") chosen.all = chosen.all || false;
        else if (letter === "j") format ??= columns("ppid", "pid", "pgid", "sid", "tty", "stat", "uid", "bsdtime", "command");
        else if (letter === "o") {
          const bad = custom(value(rest));
          if (bad !== undefined) return usage(`unknown user-defined format specifier "${bad}"`);
          break;
        } else if (letter === "p") {
          chosen.pids.push(...numbers(value(rest)));
          break;
        } else return usage("unsupported option (or one that this machine does not model; see /reference/machine)");
      }
    }
    const bsd = words.length > 0 && !words[0]?.startsWith("-") && !/^\d/.test(words[0] ?? "");
    format ??= bsd
      ? columns("pid", "tty", "stat", "bsdtime", "command")
      : columns("pid", "tty", "time", "cmd").map((each) => (each.key === "args" ? { ...each, key: "comm" } : each));
    const everything = allProcesses(self);
    const listed = chosen.pids.length + chosen.ppids.length + chosen.uids.length + chosen.commands.length + chosen.terminals.length > 0;
    let found = everything.filter((info) => {
      if (chosen.all) return true;
      if (listed)
        return (
          chosen.pids.includes(info.pid) ||
          chosen.ppids.includes(info.ppid) ||
          chosen.uids.includes(info.uid) ||
          chosen.commands.includes(commandName(info)) ||
          (info.tty !== undefined && chosen.terminals.includes(info.tty))
        );
      if (chosen.withTerminal) return info.tty !== undefined && (!chosen.mine || info.pid !== info.sid);
      if (chosen.withoutTerminal) return info.uid === self.uid;
      if (bsd) return info.uid === self.uid && info.tty !== undefined;
      return info.uid === self.uid && info.tty === self.tty;
    });
    const foreground = new Set<number>();
    for (const info of everything) {
      const tty = self.machine.find(info.pid)?.fds.get(0)?.tty;
      if (tty) foreground.add(tty.foregroundGroup);
    }
    if (sortKey !== undefined) {
      const keys = sortKey.split(",");
      found = found.sort((a, b) => {
        for (const key of keys) {
          const name = COLUMNS.find((each) => each.names.includes(key.replace(/^[-+]/, "")))?.key ?? "pid";
          const x = cell(self, a, name, foreground);
          const y = cell(self, b, name, foreground);
          const order = /^\d/.test(x) && /^\d/.test(y) ? Number.parseFloat(x) - Number.parseFloat(y) : x < y ? -1 : x > y ? 1 : 0;
          if (order !== 0) return key.startsWith("-") ? -order : order;
        }
        return 0;
      });
    }
    const rows = tree ? forest(found) : found.map((info) => ({ info, lead: "" }));
    const shown = format;
    const width = wide ? Number.POSITIVE_INFINITY : (self.fds.get(1)?.tty?.columns ?? 80);
    const widths = shown.map((each) =>
      Math.max(
        each.width,
        each.title.length,
        ...(each.key === "args" || each.key === "comm" ? [] : rows.map(({ info }) => cell(self, info, each.key, foreground).length)),
      ),
    );
    const line = (texts: readonly string[]) =>
      texts
        .map((text, i) => (shown[i]?.right ? text.padStart(widths[i] ?? 0) : i === texts.length - 1 ? text : text.padEnd(widths[i] ?? 0)))
        .join(" ")
        .slice(0, width);
    if (headers && shown.some((each) => each.title !== "")) await self.print(`${line(shown.map((each) => each.title))}\n`);
    for (const { info, lead } of rows)
      await self.print(
        `${line(shown.map((each) => (each.key === "args" || each.key === "comm" ? lead : "") + cell(self, info, each.key, foreground)))}\n`,
      );
    return rows.length > 0 ? 0 : 1;
  },
});
