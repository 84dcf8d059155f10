/** top(1), procps-ng 4.0.2: a simple one. */
import type { Process, ProcessInfo } from "../../kernel/types.ts";
import { Failure } from "../core/errors.ts";
import type { Arguments } from "../core/options.ts";
import { program } from "../core/program.ts";
import { decodeKeys } from "../core/screen.ts";
import { findUser, userName } from "../core/users.ts";
import { parseDuration } from "../coreutils/small.ts";
import { allProcesses, commandName } from "./processes.ts";
import { uptimeLine } from "./uptime-line.ts";

const MIB = 1024 * 1024;

/** What was measured the last time: processor time in use is the difference. */
interface Sample {
  readonly atMs: number;
  readonly cpuMs: ReadonlyMap<number, number>;
  readonly allMs: number;
}

interface Row {
  readonly info: ProcessInfo;
  readonly cpu: number;
  readonly memory: number;
  readonly cpuMs: number;
  readonly bytes: number;
}

type Order = "cpu" | "memory" | "time" | "pid";

class Top {
  #last: Sample;
  order: Order = "cpu";
  fullCommands: boolean;

  constructor(
    private readonly self: Process,
    private readonly args: Arguments,
  ) {
    this.fullCommands = args.has("c");
    const { bootedMs } = self.machine.usage();
    // The first screen shows the time since the start, as top does.
    this.#last = { atMs: bootedMs, cpuMs: new Map(), allMs: 0 };
  }

  #chosen(): ProcessInfo[] {
    const pids = this.args
      .all("p")
      .flatMap((text) => text.split(","))
      .map(Number);
    const user = this.args.get("u");
    const uid = user === undefined ? undefined : findUser(this.self.machine.files, user)?.uid;
    return allProcesses(this.self).filter(
      (info) => (pids.length === 0 || pids.includes(info.pid)) && (uid === undefined || info.uid === uid),
    );
  }

  /** The whole screen as lines. */
  lines(columns: number): string[] {
    const { self } = this;
    const usage = self.machine.usage();
    const now = self.machine.kernel.clock.now();
    const passed = Math.max(1, now - this.#last.atMs);
    const cpuMs = new Map<number, number>();
    const rows: Row[] = this.#chosen().map((info) => {
      const { cpuMs: used, residentBytes } = usage.of(info.pid);
      cpuMs.set(info.pid, used);
      const since = this.#last.cpuMs.get(info.pid);
      const window = since === undefined ? Math.max(1, now - info.startedMs) : passed;
      return {
        info,
        cpu: Math.min(999, (Math.max(0, used - (since ?? 0)) / window) * 100),
        memory: (residentBytes / usage.totalBytes) * 100,
        cpuMs: used,
        bytes: residentBytes,
      };
    });
    const busy = Math.min(100, (Math.max(0, usage.cpuMs - this.#last.allMs) / (passed * usage.processors)) * 100);
    this.#last = { atMs: now, cpuMs, allMs: usage.cpuMs };
    const by: Readonly<Record<Order, (row: Row) => number>> = {
      cpu: (row) => row.cpu,
      memory: (row) => row.memory,
      time: (row) => row.cpuMs,
      pid: (row) => row.info.pid,
    };
    rows.sort((a, b) => by[this.order](b) - by[this.order](a) || a.info.pid - b.info.pid);
    return [
      ...this.#summary(rows, busy),
      "",
      `    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND`,
      ...rows.map((row) => this.#row(row)),
    ].map((line) => line.slice(0, columns));
  }

  #summary(rows: readonly Row[], busy: number): string[] {
    const usage = this.self.machine.usage();
    const count = (state: ProcessInfo["state"]) => String(rows.filter(({ info }) => info.state === state).length).padStart(3);
    const mib = (bytes: number) => (bytes / MIB).toFixed(1).padStart(8);
    const free = Math.max(0, usage.totalBytes - usage.usedBytes - usage.cachedBytes);
    const share = (value: number) => value.toFixed(1).padStart(5);
    return [
      `top - ${uptimeLine(this.self)}`,
      `Tasks: ${String(rows.length).padStart(3)} total, ${count("running")} running, ${count("sleeping")} sleeping, ${count("stopped")} stopped, ${count("zombie")} zombie`,
      `%Cpu(s):${share(busy)} us,${share(0)} sy,${share(0)} ni,${share(100 - busy)} id,${share(0)} wa,${share(0)} hi,${share(0)} si,${share(0)} st`,
      `MiB Mem : ${mib(usage.totalBytes)} total, ${mib(free)} free, ${mib(usage.usedBytes)} used, ${mib(usage.cachedBytes)} buff/cache`,
      `MiB Swap: ${mib(0)} total, ${mib(0)} free, ${mib(0)} used. ${mib(usage.totalBytes - usage.usedBytes)} avail Mem`,
    ];
  }

  #row({ info, cpu, memory, cpuMs, bytes }: Row): string {
    const name = userName(this.self.machine.files, info.uid);
    const kib = String(Math.floor(bytes / 1024)).padStart(6);
    const hundredths = Math.floor(cpuMs / 10);
    const time = `${Math.floor(hundredths / 6000)}:${String(Math.floor(hundredths / 100) % 60).padStart(2, "0")}.${String(hundredths % 100).padStart(2, "0")}`;
    const state = { running: "R", sleeping: "S", stopped: "T", zombie: "Z" }[info.state];
    const command = this.fullCommands ? info.argv.join(" ") : commandName(info);
    return `${String(info.pid).padStart(7)} ${(name.length > 8 ? `${name.slice(0, 7)}+` : name).padEnd(8)}  20   0 ${kib.padStart(7)} ${kib}      0 ${state} ${cpu.toFixed(1).padStart(5)} ${memory.toFixed(1).padStart(5)} ${time.padStart(9)} ${command}`;
  }
}

const ORDERS: Readonly<Record<string, Order>> = { P: "cpu", M: "memory", T: "time", N: "pid" };
const FIELDS: Readonly<Record<string, Order>> = { "%CPU": "cpu", "%MEM": "memory", "TIME+": "time", PID: "pid" };

/** Draws until q is pressed or enough screens were shown. */
async function interactive(self: Process, screen: Top, delay: number, most: number): Promise<number> {
  const input = self.fds.get(0);
  const tty = input?.tty;
  if (!input || !tty) throw new Failure("failed tty get", 1);
  const before = tty.settings;
  tty.settings = { ...before, canonical: false, echo: false };
  await self.print("\x1b[?25l\x1b[H\x1b[2J");
  try {
    for (let shown = 0; shown < most; shown++) {
      const lines = screen.lines(tty.columns).slice(0, tty.rows);
      const drawn = lines.map((line, index) => `${index === 6 ? `\x1b[7m${line.padEnd(tty.columns)}\x1b[0m` : line}\x1b[K`);
      await self.print(`\x1b[H${drawn.join("\r\n")}\x1b[J`);
      const deadline = self.machine.kernel.clock.now() + delay * 1000;
      while (self.machine.kernel.clock.now() < deadline) {
        const bytes = input.readNow(64);
        if (bytes && bytes.length > 0) {
          const { keys } = decodeKeys(new TextDecoder().decode(bytes));
          if (keys.includes("q")) return 0;
          const order = keys.map((key) => ORDERS[key]).find((each) => each !== undefined);
          if (order) screen.order = order;
          if (keys.includes("c")) screen.fullCommands = !screen.fullCommands;
          break;
        }
        await self.sleep(50);
      }
    }
    return 0;
  } finally {
    tty.settings = before;
    self.fds.get(1)?.writeNow(new TextEncoder().encode(`\x1b[${tty.rows};1H\x1b[?25h\r\n`));
  }
}

export const top = program({
  name: "top",
  summary: "display processes",
  section: "processes",
  origin: "procps-ng 4.0.2",
  synopsis: ["[options]"],
  description:
    "While it runs: q quits, P sorts by processor time in use, M by memory, T by processor time in all, N by pid, c shows whole command lines, space draws at once.",
  usageHint: () => "",
  options: [
    "-b  batch mode: print screens one after another, to a file or a pipe",
    "-c  show command lines instead of names",
    "-d SECS  seconds between screens (3)",
    "-n NUMBER  end after so many screens",
    "-o FIELD  sort by FIELD: %CPU, %MEM, TIME+, PID",
    "-p PID  only these processes",
    "-u USER  only processes of this user",
    "-w COLUMNS  width in batch mode",
  ],
  unmodeled: ["-1", "-A", "-E", "-e", "-H", "-i", "-I", "-O", "-s", "-S", "-U"],
  limits:
    "Memory of a program written in TypeScript is counted as 3 MiB, of a Python process as what its interpreter has; a machine says that it has 2 GiB. Processor time is measured; all of it counts as user time.",
  run: async (self, args) => {
    const user = args.get("u");
    if (user !== undefined && !findUser(self.machine.files, user)) throw new Failure("Invalid user", 1);
    const delayText = args.get("d");
    const delay = delayText === undefined ? 3 : parseDuration(delayText);
    if (delay === undefined) throw new Failure(`bad delay interval '${delayText}'`, 1);
    const mostText = args.get("n");
    if (mostText !== undefined && !/^[1-9]\d*$/.test(mostText)) throw new Failure(`bad iterations argument '${mostText}'`, 1);
    const most = mostText === undefined ? Number.POSITIVE_INFINITY : Number(mostText);
    const screen = new Top(self, args);
    const order = args.get("o");
    if (order !== undefined) {
      const field = FIELDS[order.replace(/^[-+]/, "").toUpperCase()];
      if (!field) throw new Failure(`unrecognized field name '${order}'`, 1);
      screen.order = field;
    }
    if (!args.has("b")) return interactive(self, screen, Math.max(0.1, delay), most);
    const columns = args.has("w") ? Number(args.get("w")) || 512 : 512;
    for (let shown = 0; shown < most; shown++) {
      if (shown > 0) {
        await self.sleep(delay * 1000);
        await self.print("\n");
      }
      await self.print(
        `${screen
          .lines(columns)
          .map((line) => line.trimEnd())
          .join("\n")}\n`,
      );
    }
    return 0;
  },
});
