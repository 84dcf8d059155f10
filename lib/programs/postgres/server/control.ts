/** Starting and stopping a server, as pg_ctl(1) does: by spawning the postmaster, and by signals to it. */

import { type Credentials, O, type OpenFile, type Process } from "../../../kernel/types.ts";
import { postmasterOf } from "./cluster.ts";

const STEP_MS = 100;
export const DEFAULT_WAIT_MS = 60_000;
/** pg_ctl(1), -m: how the server is asked to end. */
const SIGNALS = { smart: "SIGTERM", fast: "SIGINT", immediate: "SIGQUIT" } as const;
export type Mode = keyof typeof SIGNALS;

export function modeOf(text: string): Mode | undefined {
  const modes: readonly Mode[] = ["smart", "fast", "immediate"];
  return modes.find((mode) => text === mode || text === mode[0]);
}

export interface StartOptions {
  readonly program: string;
  readonly data: string;
  /** Further words of the server's command line. */
  readonly words: readonly string[];
  /** Where its messages go; to this program's own standard error unless given. */
  readonly log: string | undefined;
  readonly credentials: Credentials;
  readonly waitMs: number;
}

export type Started = "ready" | "ended" | "not in time";

/** Starts a postmaster that outlives this program. `tick` is called while it waits. */
export async function startServer(self: Process, options: StartOptions, tick: () => Promise<void> = async () => {}): Promise<Started> {
  const { program, data, words, log, credentials, waitMs } = options;
  const { machine } = self;
  const own = machine.filesAs(credentials, "/", () => 0o077);
  const nothing = own.open("/dev/null", O.RDONLY);
  const output = log === undefined ? undefined : own.open(log, O.WRONLY | O.CREAT | O.APPEND, 0o640);
  const fds = new Map<number, OpenFile>([[0, nothing]]);
  for (const fd of [1, 2]) {
    const file = output ?? self.fds.get(fd);
    if (file !== undefined) fds.set(fd, file);
  }
  const argv = [program, "-D", data, ...words];
  const server = machine.spawn({ argv, path: program, env: self.env, cwd: "/", credentials, fds, session: {} });
  nothing.release();
  output?.release();
  for (let waited = 0; waited < waitMs; waited += STEP_MS) {
    const running = postmasterOf(machine, data);
    if (running?.pid === server.pid && running.isReady) return "ready";
    const process = machine.processes().find(({ pid }) => pid === server.pid);
    if (process === undefined || process.state === "zombie") return "ended";
    if (waited % 1000 === 0) await tick();
    await self.sleep(STEP_MS);
  }
  return "not in time";
}

/** Asks the server to end and waits for it; whether it did. */
export async function stopServer(self: Process, data: string, mode: Mode, waitMs: number, tick: () => Promise<void> = async () => {}) {
  const running = postmasterOf(self.machine, data);
  if (running === undefined) return true;
  self.kill(running.pid, SIGNALS[mode]);
  for (let waited = 0; waited < waitMs; waited += STEP_MS) {
    if (postmasterOf(self.machine, data)?.pid !== running.pid) return true;
    if (waited % 1000 === 0) await tick();
    await self.sleep(STEP_MS);
  }
  return false;
}
