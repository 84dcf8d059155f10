/** What uptime, w and the first line of top say: the time, how long the machine is up, who is on it, how busy it is. */
import type { Process } from "../../kernel/types.ts";
import { momentAt, strftime } from "../core/time.ts";

/** Terminals in use: what procps counts as users. */
function sessions(self: Process): number {
  return new Set(self.machine.processes().flatMap((info) => (info.tty === undefined ? [] : [info.tty]))).size;
}

/** Seconds since the machine started. */
export function upSeconds(self: Process): number {
  return Math.max(0, Math.floor((self.machine.kernel.clock.now() - self.machine.usage().bootedMs) / 1000));
}

/** " 07:20:27 up  4:54,  1 user,  load average: 0.00, 0.01, 0.05", without the blank in front. */
export function uptimeLine(self: Process): string {
  const minutes = Math.floor(upSeconds(self) / 60);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor(minutes / 60) % 24;
  const users = sessions(self);
  const clock = hours > 0 ? `${String(hours).padStart(2)}:${String(minutes % 60).padStart(2, "0")}` : `${minutes % 60} min`;
  const up = `${days > 0 ? `${days} day${days === 1 ? "" : "s"}, ` : ""}${clock}`;
  const load = self.machine.usage().load.map((value) => value.toFixed(2));
  const now = strftime("%H:%M:%S", momentAt(self.machine.kernel.clock.now(), self.env.TZ ?? "UTC"));
  return `${now} up ${up}, ${String(users).padStart(2)} user${users > 1 ? "s" : ""},  load average: ${load.join(", ")}`;
}
