/** systemctl reboot and the like, shutdown(8), reboot(8), halt(8), poweroff(8). */
import type { Process } from "../../../kernel/types.ts";
import type { Arguments } from "../../core/options.ts";
import { momentAt, strftime } from "../../core/time.ts";
import { userName } from "../../core/users.ts";
import { shutDown, type Way } from "../boot.ts";
import { bootHook } from "../hooks.ts";
import { timestamp } from "./status.ts";

const CALLS: Readonly<Record<Way, string>> = { reboot: "Reboot", poweroff: "PowerOff", halt: "Halt" };
const WORDS: Readonly<Record<Way, string>> = { reboot: "reboot", poweroff: "power off", halt: "halt" };

/** Takes the machine down, and tells whoever is on a terminal. */
export async function takeDown(self: Process, way: Way): Promise<number> {
  if (self.credentials.uid !== 0) {
    await self.error(`Call to ${CALLS[way]} failed: Interactive authentication required.\n`);
    return 1;
  }
  await broadcast(self, `The system will ${WORDS[way]} now!`);
  shutDown(self.machine, way, bootHook(self.machine));
  // Whoever asked goes down with the rest: no prompt comes in between.
  await new Promise<void>((resolve) => self.ended.addEventListener("abort", () => resolve(), { once: true }));
  return 0;
}

/** wall(1): to all terminals but the caller's own. */
export async function broadcast(self: Process, text: string): Promise<void> {
  const { machine } = self;
  const user = userName(machine.files, self.credentials.uid);
  const when = strftime("%a %Y-%m-%d %H:%M:%S %Z", momentAt(machine.kernel.clock.now(), self.env.TZ ?? "UTC"));
  const on = self.tty === undefined ? "" : ` on ${self.tty}`;
  const message = `\r\n\x07Broadcast message from ${user}@${machine.hostname}${on} (${when}):\r\n\r\n${text}\r\n\r\n`;
  const terminals = new Set(machine.processes().flatMap(({ tty }) => (tty === undefined || tty === self.tty ? [] : [tty])));
  for (const name of terminals) {
    try {
      const file = machine.files.open(`/dev/${name}`, 1);
      file.writeNow(new TextEncoder().encode(message));
      file.release();
    } catch {
      // A terminal that is gone hears nothing.
    }
  }
}

/** reboot(8), poweroff(8), halt(8). */
export async function runPower(self: Process, args: Arguments, way: Way): Promise<number> {
  if (args.has("wtmp-only")) return 0;
  return takeDown(self, args.has("poweroff") ? "poweroff" : way);
}

const scheduled = new WeakMap<Process["machine"], { readonly way: Way; readonly atMs: number; readonly cancel: () => void }>();

export async function runShutdown(self: Process, args: Arguments): Promise<number> {
  const { machine } = self;
  const way: Way = args.has("reboot") ? "reboot" : args.has("halt") ? "halt" : "poweroff";
  const pending = scheduled.get(machine);
  if (args.has("show")) {
    if (pending === undefined) {
      await self.error("No scheduled shutdown.\n");
      return 1;
    }
    await self.error(
      `${pending.way === "reboot" ? "Reboot" : "Shutdown"} scheduled for ${timestamp(self, pending.atMs)}, use 'shutdown -c' to cancel.\n`,
    );
    return 0;
  }
  if (self.credentials.uid !== 0) {
    await self.error(`Call to ${args.has("c") ? "CancelScheduledShutdown" : CALLS[way]} failed: Interactive authentication required.\n`);
    return 1;
  }
  if (args.has("c")) {
    pending?.cancel();
    scheduled.delete(machine);
    if (pending !== undefined) await broadcast(self, "System shutdown has been cancelled");
    return 0;
  }
  const now = machine.kernel.clock.now();
  const atMs = parseTime(args.operands[0] ?? "+1", now);
  if (atMs === undefined) {
    await self.error(`Failed to parse time specification: ${args.operands[0]}\n`);
    return 1;
  }
  const words = args.operands.slice(1).join(" ");
  if (args.has("k")) {
    await broadcast(self, words);
    return 0;
  }
  if (atMs <= now) return takeDown(self, way);
  pending?.cancel();
  const hook = bootHook(machine);
  const cancel = machine.kernel.clock.after(atMs - now, () => {
    scheduled.delete(machine);
    shutDown(machine, way, hook);
  });
  scheduled.set(machine, { way, atMs, cancel });
  await broadcast(self, `${words === "" ? "" : `${words}\r\n`}The system will ${WORDS[way]} at ${timestamp(self, atMs)}!`);
  await self.error(`${way === "reboot" ? "Reboot" : "Shutdown"} scheduled for ${timestamp(self, atMs)}, use 'shutdown -c' to cancel.\n`);
  return 0;
}

/** "now", "+5", "hh:mm"; undefined when it is none. */
function parseTime(text: string, nowMs: number): number | undefined {
  if (text === "now") return nowMs;
  const minutes = /^\+?(\d+)$/.exec(text);
  if (minutes) return nowMs + Number(minutes[1]) * 60_000;
  const clock = /^(\d{1,2}):(\d{2})$/.exec(text);
  if (clock === null || Number(clock[1]) > 23 || Number(clock[2]) > 59) return undefined;
  const day = new Date(nowMs);
  day.setUTCHours(Number(clock[1]), Number(clock[2]), 0, 0);
  return day.getTime() > nowMs ? day.getTime() : day.getTime() + 86_400_000;
}
