/** start-stop-daemon(8) of dpkg: what Debian's unit files stop daemons with. */
import type { Process, ProcessInfo, SignalName } from "../../kernel/types.ts";
import { codeOf, reason } from "../core/errors.ts";
import type { Arguments } from "../core/options.ts";
import { findUser } from "../core/users.ts";
import { signalOf } from "./read-settings.ts";

interface Step {
  /** Undefined: wait so many seconds. */
  readonly signal: SignalName | undefined;
  readonly seconds: number;
}

export async function runStartStopDaemon(self: Process, args: Arguments): Promise<number> {
  const modes = ["start", "stop", "status"].filter((mode) => args.has(mode));
  if (modes.length !== 1) {
    await self.error(
      "start-stop-daemon: need one of --start or --stop or --status\nTry 'start-stop-daemon --help' for more information.\n",
    );
    return 2;
  }
  if (!["pidfile", "exec", "name", "user"].some((option) => args.has(option))) {
    await self.error("start-stop-daemon: need at least one of --exec, --pid, --ppid, --pidfile, --user or --name\n");
    return 2;
  }
  const found = matching(self, args);
  if (args.has("status")) return found.length > 0 ? 0 : readPid(self, args) === undefined ? 3 : 1;
  return args.has("stop") ? stop(self, args, found) : start(self, args, found);
}

function readPid(self: Process, args: Arguments): number | undefined {
  const path = args.get("pidfile");
  if (path === undefined || !self.files.exists(path)) return undefined;
  const pid = Number(self.files.readText(path).trim());
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

function matching(self: Process, args: Arguments): ProcessInfo[] {
  const pid = readPid(self, args);
  const user = args.get("user");
  const owner = user === undefined ? undefined : findUser(self.machine.files, user)?.uid;
  const program = args.get("exec");
  const name = args.get("name");
  const nameOf = (info: ProcessInfo) => info.comm ?? (info.argv[0] ?? "").replace(/:.*$/, "").replace(/^.*\//, "");
  return self.machine.processes().filter((info) => {
    if (info.state === "zombie" || info.pid === self.pid) return false;
    if (args.has("pidfile") && info.pid !== pid) return false;
    if (user !== undefined && info.uid !== owner) return false;
    if (
      program !== undefined &&
      !info.argv.some((word) => word === program || word.includes(`${program} `)) &&
      nameOf(info) !== program.replace(/^.*\//, "")
    )
      return false;
    return name === undefined || nameOf(info) === name;
  });
}

async function stop(self: Process, args: Arguments, found: readonly ProcessInfo[]): Promise<number> {
  const nothing = args.has("oknodo") ? 0 : 1;
  if (found.length === 0) {
    if (!args.has("quiet"))
      await self.print(`No ${args.get("exec") ?? args.get("name") ?? "process in pidfile"} found running; none killed.\n`);
    return nothing;
  }
  const alive = () => found.filter(({ pid }) => (self.machine.find(pid)?.state ?? "zombie") !== "zombie");
  const send = async (signal: SignalName): Promise<boolean> => {
    for (const { pid } of alive()) {
      try {
        self.kill(pid, signal);
      } catch (error) {
        if (codeOf(error) === undefined) throw error;
        await self.error(`start-stop-daemon: warning: failed to kill ${pid}: ${reason(error)}\n`);
        return false;
      }
    }
    return true;
  };
  if (args.has("test")) return 0;
  const first = signalOf(args.get("signal") ?? "TERM");
  const schedule = parseSchedule(args.get("retry"), first ?? "SIGTERM");
  if (first === undefined || schedule === undefined) {
    await self.error("start-stop-daemon: invalid schedule item\n");
    return 2;
  }
  if (schedule.length === 0) return (await send(first)) ? 0 : 1;
  for (const { signal, seconds } of schedule) {
    if (signal !== undefined && !(await send(signal))) return 1;
    for (let waited = 0; waited < seconds * 1000 && alive().length > 0; waited += 20) await self.sleep(20);
    if (alive().length === 0) break;
  }
  const path = args.get("pidfile");
  if (args.has("remove-pidfile") && path !== undefined && self.files.exists(path)) self.files.unlink(path);
  return alive().length === 0 ? 0 : 2;
}

/** "30", or "QUIT/5", or "TERM/30/KILL/5"; a lone number is "signal/number/KILL/number". */
function parseSchedule(text: string | undefined, first: SignalName): Step[] | undefined {
  if (text === undefined) return [];
  if (/^\d+$/.test(text))
    return [
      { signal: first, seconds: Number(text) },
      { signal: "SIGKILL", seconds: Number(text) },
    ];
  const steps: Step[] = [];
  let pending: SignalName | undefined;
  for (const item of text.split("/")) {
    if (/^\d+$/.test(item)) {
      steps.push({ signal: pending, seconds: Number(item) });
      pending = undefined;
      continue;
    }
    if (pending !== undefined) steps.push({ signal: pending, seconds: 0 });
    pending = signalOf(item.replace(/^-/, ""));
    if (pending === undefined) return undefined;
  }
  if (pending !== undefined) steps.push({ signal: pending, seconds: 0 });
  return steps;
}

async function start(self: Process, args: Arguments, found: readonly ProcessInfo[]): Promise<number> {
  const program = args.get("startas", "exec");
  if (program === undefined) {
    await self.error("start-stop-daemon: --start needs --exec or --startas\n");
    return 2;
  }
  if (found.length > 0) {
    if (!args.has("quiet")) await self.print(`${program} already running.\n`);
    return args.has("oknodo") ? 0 : 1;
  }
  if (args.has("test")) return 0;
  const chuid = args.get("chuid");
  const user = chuid === undefined ? undefined : findUser(self.machine.files, chuid.split(":")[0] ?? "");
  if (chuid !== undefined && user === undefined) {
    await self.error(`start-stop-daemon: user '${chuid}' not found\n`);
    return 2;
  }
  try {
    const child = self.spawn({
      argv: [program, ...args.operands],
      path: program,
      cwd: args.get("chdir") ?? self.cwd,
      credentials: user === undefined ? undefined : { uid: user.uid, gid: user.gid, groups: [user.gid] },
      session: args.has("background") ? {} : undefined,
    });
    const path = args.get("pidfile");
    if (args.has("make-pidfile") && path !== undefined) self.files.writeFile(path, `${child.pid}\n`);
    if (args.has("background")) return 0;
    return (await self.wait(child.pid))?.status ?? 0;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    await self.error(`start-stop-daemon: unable to start ${program} (${reason(error)})\n`);
    return 2;
  }
}
