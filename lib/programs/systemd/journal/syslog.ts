/** Messages of programs to the system's log (syslog(3), sd_journal_send(3)). */
import type { Machine, Process } from "../../../kernel/types.ts";
import { journalOf } from "./store.ts";

export const PRIORITIES = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"] as const;
export const FACILITIES = ["kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp"] as const;

/** What is known of who sends: its user, its unit, its session. */
export function senderFields(machine: Machine, pid: number): Record<string, string> {
  const info = machine.find(pid);
  if (info === undefined) return { _PID: String(pid) };
  const unit = unitOfCgroup(info.cgroup);
  const command = (info.argv[0] ?? "").replace(/^.*\//, "").replace(/^-|:.*$/g, "");
  return {
    _PID: String(pid),
    _UID: String(info.uid),
    _GID: String(info.gid),
    _COMM: command.slice(0, 15),
    _CMDLINE: info.argv.join(" "),
    _SYSTEMD_CGROUP: info.cgroup,
    ...(unit === undefined ? {} : { _SYSTEMD_UNIT: unit }),
  };
}

/** "/system.slice/ssh.service" → "ssh.service". */
export function unitOfCgroup(cgroup: string): string | undefined {
  const last = cgroup.slice(cgroup.lastIndexOf("/") + 1);
  return /\.(service|scope)$/.test(last) ? last : undefined;
}

export interface SyslogMessage {
  readonly identifier: string;
  /** One of `FACILITIES`. */
  readonly facility: (typeof FACILITIES)[number];
  readonly priority: (typeof PRIORITIES)[number];
  readonly message: string;
  /** Left out: the sender's own. */
  readonly pid?: number;
}

/** Puts a message into the journal as from this process. */
export function syslog(self: Pick<Process, "machine" | "pid">, { identifier, facility, priority, message, pid }: SyslogMessage): void {
  journalOf(self.machine).add({
    _TRANSPORT: "syslog",
    ...senderFields(self.machine, pid ?? self.pid),
    PRIORITY: String(PRIORITIES.indexOf(priority)),
    SYSLOG_FACILITY: String(FACILITIES.indexOf(facility)),
    SYSLOG_IDENTIFIER: identifier,
    SYSLOG_PID: String(pid ?? self.pid),
    MESSAGE: message,
  });
}
