/** pg_ctl(1): https://www.postgresql.org/docs/18/app-pg-ctl.html */

import type { Process } from "../../../kernel/types.ts";
import type { Arguments } from "../../core/options.ts";
import { postmasterOf } from "./cluster.ts";
import { DEFAULT_WAIT_MS, type Mode, modeOf, startServer, stopServer } from "./control.ts";
import { splitWords } from "./words.ts";

const HINT = 'Try "pg_ctl --help" for more information.\n';
const NO_SERVER = 3;
const NO_DIRECTORY = 4;

export async function runPgCtl(self: Process, args: Arguments): Promise<number> {
  const fail = async (text: string, status = 1) => {
    await self.error(text);
    return status;
  };
  if (self.credentials.uid === 0)
    return fail(
      'pg_ctl: cannot be run as root\nPlease log in (using, e.g., "su") as the (unprivileged) user that will\nown the server process.\n',
    );
  const [action, extra] = args.operands;
  if (extra !== undefined) return fail(`pg_ctl: too many command-line arguments (first is "${action}")\n${HINT}`);
  if (action === undefined) return fail(`pg_ctl: no operation specified\n${HINT}`);
  const data = args.get("pgdata") ?? self.env.PGDATA;
  if (data === undefined) return fail(`pg_ctl: no database directory specified and environment variable PGDATA unset\n${HINT}`);
  const mode: Mode | undefined = modeOf(args.get("mode") ?? "fast");
  if (mode === undefined) return fail(`pg_ctl: unrecognized shutdown mode "${args.get("mode")}"\n${HINT}`);
  const say = async (text: string) => {
    if (!args.has("silent")) await self.print(text);
  };
  if (!self.files.exists(data)) return fail(`pg_ctl: directory "${data}" does not exist\n`, action === "status" ? NO_DIRECTORY : 1);
  const waitMs = args.has("no-wait") ? 0 : Number(args.get("timeout") ?? DEFAULT_WAIT_MS / 1000) * 1000;
  const pidFile = `${data}/postmaster.pid`;
  const running = postmasterOf(self.machine, data);
  const dot = () => say(".");

  const stop = async (): Promise<boolean> => {
    await say("waiting for server to shut down...");
    const ended = await stopServer(self, data, mode, waitMs || DEFAULT_WAIT_MS, dot);
    await say(ended ? " done\nserver stopped\n" : " failed\n");
    if (!ended) await self.error("pg_ctl: server does not shut down\n");
    return ended;
  };
  const start = async (): Promise<number> => {
    if (running !== undefined && action === "start")
      await self.error("pg_ctl: another server might be running; trying to start server anyway\n");
    await say("waiting for server to start...");
    const program = `${self.argv[0]?.includes("/") ? self.argv[0].replace(/[^/]*$/, "") : "/usr/lib/postgresql/18/bin/"}postgres`;
    const words = splitWords(args.get("options") ?? "");
    const started = await startServer(
      self,
      { program, data, words, log: args.get("log"), credentials: self.credentials, waitMs: waitMs || DEFAULT_WAIT_MS },
      dot,
    );
    if (started === "ready") {
      await say(" done\nserver started\n");
      return 0;
    }
    await say(" stopped waiting\n");
    return fail("pg_ctl: could not start server\nExamine the log output.\n");
  };

  switch (action) {
    case "start":
      return start();
    case "stop":
      if (running === undefined) return fail(`pg_ctl: PID file "${pidFile}" does not exist\nIs server running?\n`);
      return (await stop()) ? 0 : 1;
    case "restart":
      if (running === undefined)
        await self.error(`pg_ctl: PID file "${pidFile}" does not exist\nIs server running?\ntrying to start server anyway\n`);
      else if (!(await stop())) return 1;
      return start();
    case "reload":
      if (running === undefined) return fail(`pg_ctl: PID file "${pidFile}" does not exist\nIs server running?\n`);
      self.kill(running.pid, "SIGHUP");
      await say("server signaled\n");
      return 0;
    case "status": {
      if (running === undefined) {
        await self.print("pg_ctl: no server running\n");
        return NO_SERVER;
      }
      await self.print(`pg_ctl: server is running (PID: ${running.pid})\n`);
      const options = `${data}/postmaster.opts`;
      if (self.files.exists(options)) await self.print(self.files.readText(options));
      return 0;
    }
    default:
      return fail(`pg_ctl: unrecognized operation mode "${action}"\n${HINT}`);
  }
}
