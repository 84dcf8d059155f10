/** What an ssh server leaves behind: /var/log/auth.log as rsyslog writes it, and the last logins (lastlog(8)). */
import type { Files, Process } from "../../kernel/types.ts";
import { syslog } from "../systemd/journal/syslog.ts";

const AUTH_LOG = "/var/log/auth.log";
const LASTLOG = "/var/log/lastlog";
/** struct lastlog of <lastlog.h>: a 32-bit time, 32 bytes of line, 256 of host. */
const RECORD = 292;
const LINE = 32;
/** uids beyond that leave no record: the file would be huge. */
const LARGEST_UID = 65534;
const ADM = 4;

/** Adds a line to the log of logins, from `sshd[pid]`. */
export function logLine(self: Process, text: string): void {
  const { files, kernel, hostname } = self.machine;
  const isNew = !files.exists(AUTH_LOG);
  const time = new Date(kernel.clock.now()).toISOString().replace("Z", "000+00:00");
  files.writeFile(AUTH_LOG, `${time} ${hostname} sshd[${self.pid}]: ${text}\n`, { append: true, mode: 0o640 });
  if (isNew) files.chown(AUTH_LOG, 0, ADM);
  syslog(self, { identifier: "sshd", facility: "auth", priority: "info", message: text });
}

export interface LastLogin {
  readonly atMs: number;
  readonly from: string;
}

export function lastLogin(files: Files, uid: number): LastLogin | undefined {
  if (!files.exists(LASTLOG)) return undefined;
  const bytes = files.readFile(LASTLOG).slice(uid * RECORD, (uid + 1) * RECORD);
  if (bytes.length < RECORD) return undefined;
  const seconds = new DataView(bytes.buffer).getInt32(0, true);
  const from = new TextDecoder().decode(bytes.slice(4 + LINE)).replace(/\0.*$/s, "");
  return seconds === 0 ? undefined : { atMs: seconds * 1000, from };
}

export function recordLogin(files: Files, uid: number, login: LastLogin & { readonly line: string }): void {
  if (uid > LARGEST_UID) return;
  const before = files.exists(LASTLOG) ? files.readFile(LASTLOG) : new Uint8Array(0);
  const bytes = new Uint8Array(Math.max(before.length, (uid + 1) * RECORD));
  bytes.set(before);
  const record = bytes.subarray(uid * RECORD, (uid + 1) * RECORD).fill(0);
  new DataView(record.buffer, record.byteOffset).setInt32(0, Math.floor(login.atMs / 1000), true);
  const encoder = new TextEncoder();
  record.set(encoder.encode(login.line).slice(0, LINE - 1), 4);
  record.set(encoder.encode(login.from).slice(0, RECORD - LINE - 5), 4 + LINE);
  files.writeFile(LASTLOG, bytes, { mode: 0o664 });
}

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** As ctime(3), without the line's end. */
export function ctime(atMs: number): string {
  const date = new Date(atMs);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = String(date.getUTCDate()).padStart(2);
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  return `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${day} ${time} ${date.getUTCFullYear()}`;
}
