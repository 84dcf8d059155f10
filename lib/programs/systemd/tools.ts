/** Small programs around the manager: service(8), logger(1), systemd-cat(1), hostnamectl(1), timedatectl(1), loginctl(1), systemd-escape(1), runlevel(8). */
import { RELEASE } from "../../kernel/proc-files.ts";
import type { Process } from "../../kernel/types.ts";
import { codeOf, reason } from "../core/errors.ts";
import type { Arguments } from "../core/options.ts";
import { momentAt, strftime } from "../core/time.ts";
import { userName } from "../core/users.ts";
import { journalOf } from "./journal/store.ts";
import { JournalStream } from "./journal/stream.ts";
import { FACILITIES, PRIORITIES, senderFields, syslog } from "./journal/syslog.ts";
import { managerOf } from "./manager.ts";
import { machineId } from "./specifiers.ts";
import { escapeName, escapePath, unescapeName } from "./unit-name.ts";

/** Runs systemctl in place of this program. */
function instead(self: Process, words: readonly string[]): Promise<never> {
  return self.exec({ path: "/usr/bin/systemctl", argv: ["systemctl", ...words] });
}

export async function runService(self: Process, args: Arguments): Promise<number> {
  const [name, action] = args.raw;
  const usage = "Usage: service < option > | --status-all | [ service_name [ command | --full-restart ] ]\n";
  if (name === "--status-all") {
    const manager = managerOf(self.machine);
    const units = manager.units.filter((unit) => unit.type === "service");
    await self.print(units.map((unit) => ` [ ${unit.isActive ? "+" : "-"} ]  ${unit.id.replace(/\.service$/, "")}\n`).join(""));
    return 0;
  }
  if (name === undefined) {
    await self.error(usage);
    return 1;
  }
  switch (action) {
    case "start":
    case "stop":
    case "restart":
    case "status":
    case "reload":
      return instead(self, [action, name.replace(/\.sh$/, "")]);
    case "force-reload":
      return instead(self, ["reload-or-restart", name]);
    case "try-restart":
      return instead(self, [action, name]);
    case "--full-restart":
      return instead(self, ["restart", name]);
  }
  await self.error(`${name}: unrecognized service\n`);
  return 1;
}

export async function runLogger(self: Process, args: Arguments): Promise<number> {
  const identifier = args.get("tag") ?? userName(self.machine.files, self.credentials.uid);
  const text = args.get("priority") ?? "user.notice";
  const [facilityName = "user", levelName = ""] = text.includes(".") ? text.split(".") : ["user", text];
  const known: Readonly<Record<string, string>> = { error: "err", warn: "warning", panic: "emerg" };
  const facility = [...FACILITIES].find((each) => each === facilityName) ?? (/^local[0-7]$/.test(facilityName) ? "user" : undefined);
  const priority = [...PRIORITIES].find((each) => each === (known[levelName] ?? levelName));
  if (facility === undefined || priority === undefined) {
    await self.error(`logger: unknown ${facility === undefined ? "facility" : "priority"} name: ${text}\n`);
    return 1;
  }
  const send = async (message: string) => {
    if (args.has("stderr"))
      await self.error(
        `<${FACILITIES.indexOf(facility) * 8 + PRIORITIES.indexOf(priority)}>${strftime("%b %e %H:%M:%S", momentAt(self.machine.kernel.clock.now()))} ${identifier}${args.has("i", "id") ? `[${self.pid}]` : ""}: ${message}\n`,
      );
    syslog(self, { identifier, facility, priority, message });
  };
  if (args.operands.length > 0) {
    await send(args.operands.join(" "));
    return 0;
  }
  const path = args.get("file");
  if (path !== undefined && path !== "-") {
    try {
      for (const line of self.files.readText(path).split("\n")) if (line !== "") await send(line);
      return 0;
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      await self.error(`logger: file ${path}: ${reason(error)}\n`);
      return 1;
    }
  }
  for await (const line of self.lines(0)) if (line !== "" || !args.has("skip-empty")) await send(line);
  return 0;
}

export async function runSystemdCat(self: Process, args: Arguments): Promise<number> {
  const level = args.get("priority") ?? "info";
  const priority = /^[0-7]$/.test(level) ? Number(level) : priorityNumber(level);
  if (priority < 0) {
    await self.error("Failed to parse priority value.\n");
    return 1;
  }
  const [command] = args.operands;
  const identifier = args.get("identifier") ?? (command === undefined ? "cat" : command.replace(/^.*\//, ""));
  let pid = self.pid;
  const stream = new JournalStream(journalOf(self.machine), () => ({
    ...senderFields(self.machine, pid),
    PRIORITY: String(priority),
    SYSLOG_IDENTIFIER: identifier,
  }));
  try {
    if (command === undefined) {
      for (let bytes = await self.read(0); bytes.length > 0; bytes = await self.read(0)) stream.writeNow(bytes);
      return 0;
    }
    const input = self.fds.get(0);
    const fds = new Map([...(input === undefined ? [] : [[0, input] as const]), [1, stream] as const, [2, stream] as const]);
    const child = self.spawn({ argv: args.operands, fds });
    pid = child.pid;
    return (await self.wait(child.pid))?.status ?? 0;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    await self.error(`Failed to execute process: ${reason(error)}\n`);
    return 1;
  } finally {
    stream.release();
  }
}

function priorityNumber(name: string): number {
  const names: readonly string[] = PRIORITIES;
  return names.indexOf(name);
}

export async function runHostnamectl(self: Process, args: Arguments): Promise<number> {
  const { machine } = self;
  const [verb = "status", value] = args.operands;
  if (verb === "hostname" && value === undefined) {
    await self.print(`${machine.hostname}\n`);
    return 0;
  }
  if (verb === "hostname" || verb === "set-hostname") {
    if (self.credentials.uid !== 0) {
      await self.error("Could not set static hostname: Interactive authentication required.\n");
      return 1;
    }
    await self.error("hostnamectl: setting the name is real, but this machine does not model it; see /reference/machine\n");
    return 1;
  }
  if (verb !== "status") {
    await self.error(`Unknown command verb ${verb}.\n`);
    return 1;
  }
  if (args.has("static", "transient")) {
    await self.print(`${machine.hostname}\n`);
    return 0;
  }
  const pretty =
    /^PRETTY_NAME="?([^"\n]*)/m.exec(machine.files.exists("/etc/os-release") ? machine.files.readText("/etc/os-release") : "")?.[1] ??
    "Linux";
  const rows: [string, string][] = [
    ["Static hostname", machine.hostname],
    ["Icon name", "computer-vm"],
    ["Chassis", "vm"],
    ["Machine ID", machineId(machine)],
    ["Boot ID", machine.bootId],
    ["Virtualization", "other"],
    ["Operating System", pretty],
    ["Kernel", `Linux ${RELEASE.release}`],
    ["Architecture", "x86-64"],
  ];
  await self.print(rows.map(([label, text]) => `${label.padStart(16)}: ${text}\n`).join(""));
  return 0;
}

export async function runTimedatectl(self: Process, args: Arguments): Promise<number> {
  const [verb = "status"] = args.operands;
  const now = momentAt(self.machine.kernel.clock.now(), "UTC");
  const at = strftime("%a %Y-%m-%d %H:%M:%S", now);
  if (verb === "status") {
    const rows: [string, string][] = [
      ["Local time", `${at} UTC`],
      ["Universal time", `${at} UTC`],
      ["RTC time", at],
      ["Time zone", "Etc/UTC (UTC, +0000)"],
      ["System clock synchronized", "yes"],
      ["NTP service", "n/a"],
      ["RTC in local TZ", "no"],
    ];
    await self.print(rows.map(([label, text]) => `${label.padStart(25)}: ${text}\n`).join(""));
    return 0;
  }
  if (verb === "show") {
    await self.print(`Timezone=Etc/UTC\nLocalRTC=no\nCanNTP=no\nNTP=no\nNTPSynchronized=yes\nTimeUSec=${at} UTC\n`);
    return 0;
  }
  const calls: Readonly<Record<string, string>> = {
    "set-timezone": "set time zone",
    "set-time": "set time",
    "set-ntp": "set ntp",
    "set-local-rtc": "set local RTC",
  };
  const call = calls[verb];
  if (call !== undefined && self.credentials.uid !== 0) {
    await self.error(`Failed to ${call}: Interactive authentication required.\n`);
    return 1;
  }
  if (call !== undefined || verb === "list-timezones" || verb === "timesync-status") {
    await self.error(`timedatectl: '${verb}' is real, but this machine does not model it; see /reference/machine\n`);
    return 1;
  }
  await self.error(`Unknown command verb ${verb}.\n`);
  return 1;
}

export async function runLoginctl(self: Process, args: Arguments): Promise<number> {
  const [verb = "list-sessions"] = args.operands;
  const { machine } = self;
  const leaders = machine.processes().filter((each) => each.sid === each.pid && each.tty !== undefined && each.state !== "zombie");
  if (verb === "list-sessions" || verb === "list-users") {
    if (leaders.length === 0) {
      await self.print(verb === "list-users" ? "No users.\n" : "No sessions.\n");
      return 0;
    }
    if (verb === "list-users") {
      const uids = [...new Set(leaders.map(({ uid }) => uid))];
      await self.print(
        ` UID USER\n${uids.map((uid) => `${String(uid).padStart(4)} ${userName(machine.files, uid)}\n`).join("")}\n${uids.length} users listed.\n`,
      );
      return 0;
    }
    const rows = leaders.map((each, index) => [String(index + 1), String(each.uid), userName(machine.files, each.uid), "", each.tty ?? ""]);
    const header = ["SESSION", "UID", "USER", "SEAT", "TTY"];
    const widths = header.map((title, index) => Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0)));
    const line = (cells: readonly string[]) =>
      cells
        .map((cell, index) => (index < 2 ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0)))
        .join(" ")
        .trimEnd();
    await self.print(`${[line(header), ...rows.map(line)].join("\n")}\n\n${rows.length} sessions listed.\n`);
    return 0;
  }
  await self.error(`loginctl: '${verb}' is real, but this machine does not model it; see /reference/machine\n`);
  return 1;
}

export async function runSystemdEscape(self: Process, args: Arguments): Promise<number> {
  if (args.operands.length === 0) {
    await self.error("Not enough arguments.\n");
    return 1;
  }
  const path = args.has("path");
  const words = args.operands.map((word) => {
    if (args.has("unescape")) return path ? `/${unescapeName(word).replace(/^\//, "")}` : unescapeName(word);
    const escaped = path ? escapePath(word) : escapeName(word);
    const template = args.get("template");
    if (template !== undefined) return template.replace("@.", `@${escaped}.`);
    const suffix = args.get("suffix");
    return suffix === undefined ? escaped : `${escaped}.${suffix}`;
  });
  await self.print(`${words.join(" ")}\n`);
  return 0;
}

export async function runRunlevel(self: Process): Promise<number> {
  await self.print("N 5\n");
  return 0;
}
