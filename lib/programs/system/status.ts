/** uptime(1), free(1), watch(1), clear(1), reset(1), tput(1), who(1), w(1), dircolors(1), locale(1). */
import { Failure, quote } from "../core/errors.ts";
import { program } from "../core/program.ts";
import { momentAt, strftime } from "../core/time.ts";
import { parseDuration } from "../coreutils/small.ts";
import { upSeconds, uptimeLine } from "./uptime-line.ts";

const procps = "procps-ng 4.0.2";

export const uptime = program({
  name: "uptime",
  summary: "tell how long the system has been running",
  section: "system",
  origin: procps,
  synopsis: ["[options]"],
  options: ["-p, --pretty  show uptime in pretty format", "-s, --since  system up since"],
  limits: "Load is sampled when processes start or end, not every five seconds.",
  run: async (self, args) => {
    const seconds = upSeconds(self);
    const zone = self.env.TZ ?? "UTC";
    const minutes = Math.floor(seconds / 60);
    if (args.has("since")) await self.print(`${strftime("%Y-%m-%d %H:%M:%S", momentAt(self.machine.usage().bootedMs, zone))}\n`);
    else if (args.has("pretty")) {
      const parts = [
        { n: Math.floor(minutes / 1440), word: "day" },
        { n: Math.floor(minutes / 60) % 24, word: "hour" },
        { n: minutes % 60, word: "minute" },
      ].filter(({ n, word }) => n > 0 || (word === "minute" && minutes === 0));
      await self.print(`up ${parts.map(({ n, word }) => `${n} ${word}${n === 1 ? "" : "s"}`).join(", ")}\n`);
    } else await self.print(` ${uptimeLine(self)}\n`);
    return 0;
  },
});

const GIB = 1024 ** 3;

/** As free -h: three digits, in the largest unit that fits. */
function humanBytes(bytes: number): string {
  if (bytes === 0) return "0B";
  for (const [unit, size] of [
    ["Gi", GIB],
    ["Mi", 1024 ** 2],
    ["Ki", 1024],
  ] as const) {
    const value = bytes / size;
    if (value >= 1) return value < 10 ? `${Math.floor(value * 10) / 10}${unit}` : `${Math.floor(value)}${unit}`;
  }
  return `${bytes}B`;
}

export const free = program({
  name: "free",
  summary: "display amount of free and used memory in the system",
  section: "system",
  origin: procps,
  synopsis: ["[options]"],
  options: [
    "-b, --bytes  show output in bytes",
    "-k, --kibi  show output in kibibytes",
    "-m, --mebi  show output in mebibytes",
    "-g, --gibi  show output in gibibytes",
    "-h, --human  show human-readable output",
    "-s, --seconds=N  repeat printing every N seconds",
    "-c, --count=N  repeat printing N times, then exit",
    "-t, --total  show total for RAM + swap",
    "-w, --wide  wide output",
  ],
  unmodeled: ["-l", "--lohi", "--kilo", "--mega", "--giga", "--si", "-v", "--committed"],
  limits:
    "A machine says that it has 2 GiB. Used: 3 MiB for each program written in TypeScript, and what the interpreters of Python processes have; cache: the bytes of files that were written.",
  run: async (self, args) => {
    const unit = args.has("bytes") ? 1 : args.has("mebi") ? 1024 ** 2 : args.has("gibi") ? GIB : 1024;
    const show = (bytes: number) => (args.has("human") ? humanBytes(bytes) : String(Math.floor(bytes / unit)));
    const row = (name: string, values: readonly number[]) =>
      `${name.padEnd(9)}${values.map((value) => show(value).padStart(11)).join(" ")}\n`;
    const wide = args.has("wide");
    const titles = wide
      ? ["total", "used", "free", "shared", "buffers", "cache", "available"]
      : ["total", "used", "free", "shared", "buff/cache", "available"];
    const seconds = args.has("seconds") ? parseDuration(args.get("seconds") ?? "") : 1;
    if (seconds === undefined) throw new Failure(`seconds argument failed: '${args.get("seconds")}'`);
    const times = args.has("count") ? Number(args.get("count")) : args.has("seconds") ? Number.POSITIVE_INFINITY : 1;
    for (let shown = 0; shown < times; shown++) {
      if (shown > 0) {
        await self.sleep(seconds * 1000);
        await self.print("\n");
      }
      const { totalBytes, usedBytes, cachedBytes } = self.machine.usage();
      const left = Math.max(0, totalBytes - usedBytes - cachedBytes);
      const available = Math.max(0, totalBytes - usedBytes);
      await self.print(`${" ".repeat(9)}${titles.map((title) => title.padStart(11)).join(" ")}\n`);
      await self.print(row("Mem:", [totalBytes, usedBytes, left, 0, ...(wide ? [0, cachedBytes] : [cachedBytes]), available]));
      await self.print(row("Swap:", [0, 0, 0]));
      if (args.has("total")) await self.print(row("Total:", [totalBytes, usedBytes, left]));
    }
    return 0;
  },
});

export const clear = program({
  name: "clear",
  summary: "clear the terminal screen",
  section: "system",
  origin: "ncurses 6.4",
  synopsis: ["[-Ttype] [-V] [-x]"],
  options: ["-T TERM  use this instead of $TERM", "-V  print the version", "-x  do not try to clear scrollback"],
  run: async (self, args) => {
    await self.print(args.has("x") ? "\x1b[H\x1b[2J" : "\x1b[H\x1b[2J\x1b[3J");
    return 0;
  },
});

export const reset = program({
  name: "reset",
  summary: "terminal initialization",
  section: "system",
  origin: "ncurses 6.4",
  synopsis: ["[terminal]"],
  run: async (self) => {
    const tty = self.fds.get(0)?.tty ?? self.fds.get(1)?.tty;
    if (tty) tty.settings = { canonical: true, echo: true, signals: true, outputProcessing: true, crToNl: true };
    await self.print("\x1bc\x1b[!p\x1b[?3;4l\x1b[4l\x1b>");
    return 0;
  },
});

/** Capabilities of xterm-256color (terminfo(5)) that scripts ask for. */
const CAPABILITIES: Readonly<Record<string, (args: readonly number[]) => string>> = {
  bold: () => "\x1b[1m",
  dim: () => "\x1b[2m",
  smul: () => "\x1b[4m",
  rmul: () => "\x1b[24m",
  rev: () => "\x1b[7m",
  smso: () => "\x1b[7m",
  rmso: () => "\x1b[27m",
  sgr0: () => "\x1b(B\x1b[m",
  clear: () => "\x1b[H\x1b[2J\x1b[3J",
  el: () => "\x1b[K",
  ed: () => "\x1b[J",
  home: () => "\x1b[H",
  civis: () => "\x1b[?25l",
  cnorm: () => "\x1b[?12l\x1b[?25h",
  smcup: () => "\x1b[?1049h\x1b[22;0;0t",
  rmcup: () => "\x1b[?1049l\x1b[23;0;0t",
  cup: ([row = 0, column = 0]) => `\x1b[${row + 1};${column + 1}H`,
  setaf: ([color = 0]) => (color < 8 ? `\x1b[3${color}m` : color < 16 ? `\x1b[9${color - 8}m` : `\x1b[38;5;${color}m`),
  setab: ([color = 0]) => (color < 8 ? `\x1b[4${color}m` : color < 16 ? `\x1b[10${color - 8}m` : `\x1b[48;5;${color}m`),
  bel: () => "\x07",
};

export const tput = program({
  name: "tput",
  summary: "initialize a terminal or query terminfo database",
  section: "system",
  origin: "ncurses 6.4",
  synopsis: ["[-T TERM] CAPNAME [PARAMETERS]"],
  usageStatus: 2,
  stopAtOperand: true,
  options: ["-T TERM  use this instead of $TERM", "-S  read commands from standard input", "-V  print the version"],
  run: async (self, args) => {
    const [name, ...parameters] = args.operands;
    if (name === undefined) throw new Failure("usage: tput [-V] [-S] [-T term] capname [parms]", 2);
    if (!(args.get("T") ?? self.env.TERM)) throw new Failure("No value for $TERM and no -T specified", 2);
    const tty = self.fds.get(1)?.tty ?? self.fds.get(2)?.tty ?? self.fds.get(0)?.tty;
    if (name === "cols" || name === "lines" || name === "colors") {
      const size =
        name === "cols"
          ? Number(self.env.COLUMNS) || tty?.columns || 80
          : name === "lines"
            ? Number(self.env.LINES) || tty?.rows || 24
            : 256;
      await self.print(`${size}\n`);
      return 0;
    }
    if (name === "init" || name === "reset") return 0;
    const make = CAPABILITIES[name];
    if (!make) throw new Failure(`unknown terminfo capability '${name}'`, 4);
    await self.print(make(parameters.map(Number)));
    return 0;
  },
});

export const watch = program({
  name: "watch",
  summary: "execute a program periodically, showing output fullscreen",
  section: "processes",
  origin: procps,
  synopsis: ["[options] command"],
  stopAtOperand: true,
  options: [
    "-n, --interval=SECS  seconds to wait between updates",
    "-t, --no-title  turn off header",
    "-g, --chgexit  exit when output from command changes",
    "-e, --errexit  exit if command has a non-zero exit",
    '-x, --exec  pass command to exec instead of "sh -c"',
    "-b, --beep  beep if command has a non-zero exit",
  ],
  unmodeled: ["-c", "--color", "-d", "--differences", "-p", "--precise", "-q", "--equexit", "-r", "--no-rerun", "-w", "--no-wrap"],
  run: async (self, args) => {
    if (args.operands.length === 0) throw new Failure("\nUsage:\n watch [options] command", 1);
    const text = args.get("interval") ?? "2";
    const seconds = parseDuration(text.replace(",", "."));
    if (seconds === undefined) throw new Failure(`failed to parse argument: ${quote(text)}`);
    const command = args.operands.join(" ");
    let last: string | undefined;
    // As watch.c's die(): what interrupts it is how it is left.
    const interrupted = new Promise<boolean>((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) self.signals.set(signal, () => resolve(true));
    });
    for (;;) {
      const path = `/tmp/.watch-${self.pid}`;
      const file = self.files.open(path, 0o1102, 0o600);
      const fds = new Map(self.fds.all());
      fds.set(1, file);
      fds.set(2, file);
      const child = args.has("exec")
        ? self.spawn({ argv: args.operands, env: self.env, fds })
        : self.spawn({ argv: ["sh", "-c", command], path: "/bin/sh", env: self.env, fds });
      const result = await self.wait(child.pid);
      file.release();
      const output = self.files.readText(path);
      self.files.unlink(path);
      const tty = self.fds.get(1)?.tty;
      const columns = tty?.columns ?? 80;
      const rows = tty?.rows ?? 24;
      const right = `${self.machine.hostname}: ${strftime("%a %b %e %H:%M:%S %Y", momentAt(self.machine.kernel.clock.now(), self.env.TZ ?? "UTC"))}`;
      const left = `Every ${seconds.toFixed(1)}s: ${command}`;
      const header = args.has("no-title")
        ? ""
        : `${left.slice(0, Math.max(0, columns - right.length - 1)).padEnd(Math.max(1, columns - right.length))}${right}\n\n`;
      const room = rows - (header === "" ? 0 : 2);
      await self.print(
        `\x1b[H\x1b[2J${header}${output
          .split("\n")
          .slice(0, room)
          .map((line) => line.slice(0, columns))
          .join("\n")
          .replace(/\n$/, "")}`,
      );
      if (args.has("errexit") && result?.status) return 8;
      if (args.has("chgexit") && last !== undefined && last !== output) return 0;
      last = output;
      if (await Promise.race([interrupted, self.sleep(Math.max(0.1, seconds) * 1000).then(() => false)])) return 0;
    }
  },
});

export const who = program({
  name: "who",
  summary: "show who is logged on",
  section: "users",
  origin: "GNU coreutils 9.1",
  synopsis: ["[OPTION]..."],
  options: ["-q, --count  all login names and number of users logged on", "-H, --heading  print line of column headings"],
  unmodeled: [
    "-a",
    "--all",
    "-b",
    "--boot",
    "-d",
    "--dead",
    "-l",
    "--login",
    "-m",
    "-p",
    "--process",
    "-r",
    "--runlevel",
    "-s",
    "--short",
    "-t",
    "--time",
    "-T",
    "--mesg",
    "-u",
    "--users",
  ],
  run: async (self, args) => {
    const passwd = self.machine.files.readText("/etc/passwd").split("\n");
    const seen = new Map<string, { uid: number; startedMs: number }>();
    for (const info of self.machine.processes()) if (info.tty !== undefined && info.pid === info.sid) seen.set(info.tty, info);
    const name = (uid: number) => passwd.find((line) => line.split(":")[2] === String(uid))?.split(":")[0] ?? String(uid);
    if (args.has("count")) {
      await self.print(`${[...seen.values()].map((info) => name(info.uid)).join(" ")}\n# users=${seen.size}\n`);
      return 0;
    }
    if (args.has("heading")) await self.print("NAME     LINE         TIME             COMMENT\n");
    for (const [tty, info] of seen)
      await self.print(
        `${name(info.uid).padEnd(8)} ${tty.padEnd(12)} ${strftime("%Y-%m-%d %H:%M", momentAt(info.startedMs, self.env.TZ ?? "UTC"))}\n`,
      );
    return 0;
  },
});
