/** kill(1), pgrep(1), pkill(1), pidof(8), killall(1): procps 4.0, psmisc 23.6. */
import type { Process, ProcessInfo, SignalName } from "../../kernel/types.ts";
import { codeOf, Failure, reason } from "../core/errors.ts";
import type { Arguments } from "../core/options.ts";
import { baseName } from "../core/paths.ts";
import { type ProgramEntry, program } from "../core/program.ts";
import { SIGNALS, signalByName } from "../core/signals.ts";
import { findUser, users } from "../core/users.ts";

/** The name of a process as ps and pgrep have it: fifteen characters of the program's file name. */
export function commandName(info: ProcessInfo): string {
  const [first = ""] = info.argv;
  // A title that a server has given itself: "sshd: learner@pts/0".
  const titled = /^([\w.-]+): /.exec(first)?.[1];
  return (titled ?? info.comm ?? baseName(first.replace(/^-/, ""))).slice(0, 15);
}

/** Those of the machine, by pid. */
export function allProcesses(self: Process): ProcessInfo[] {
  return [...self.machine.processes()].sort((a, b) => a.pid - b.pid);
}

function signalNumber(name: SignalName): number {
  return SIGNALS.find((signal) => signal.name === name)?.number ?? 0;
}

export const kill = program({
  name: "kill",
  summary: "send a signal to a process",
  section: "processes",
  origin: "procps-ng 4.0.2",
  synopsis: ["[options] <pid> [...]"],
  description: "-SIGNAL, -s SIGNAL: the signal to send, by name or number; -l [SIGNAL]: list signal names.",
  ownParsing: "options",
  run: async (self, args) => {
    const words = [...args.raw];
    let signal: SignalName | 0 = "SIGTERM";
    if (words[0] === "-l" || words[0] === "--list" || words[0] === "-L" || words[0] === "--table") {
      if (words[1] === undefined) await self.print(`${SIGNALS.map((each) => each.name.slice(3)).join(" ")}\n`);
      for (const word of words.slice(1)) {
        const name = signalByName(String(Number(word) > 128 ? Number(word) - 128 : word));
        if (!name) throw new Failure(`unknown signal name ${word}`);
        await self.print(`${/^\d+$/.test(word) ? name.slice(3) : signalNumber(name)}\n`);
      }
      return 0;
    }
    const usage = async () => {
      await self.error(
        "\nUsage:\n kill [options] <pid> [...]\n\nOptions:\n <pid> [...]            send signal to every <pid> listed\n -<signal>, -s, --signal <signal>\n                        specify the <signal> to be sent\n -l, --list=[<signal>]  list all signal names, or convert one to a name\n\nFor more details see kill(1).\n",
      );
      return 1;
    };
    const first = words[0] ?? "";
    let given: string | undefined;
    if (first === "-s" || first === "--signal") {
      given = words[1];
      words.splice(0, 2);
    } else if (/^-[A-Za-z0-9+]+$/.test(first)) {
      given = first.slice(1);
      words.shift();
    }
    if (given !== undefined) {
      const name = given === "0" ? 0 : signalByName(given);
      if (name === undefined) {
        await self.error(`kill: unknown signal name ${given}\n`);
        return 1;
      }
      signal = name;
    }
    if (words[0] === "--") words.shift();
    if (words.length === 0) return usage();
    let status = 0;
    for (const word of words) {
      if (!/^-?\d+$/.test(word)) {
        await self.error(`kill: failed to parse argument: '${word}'\n`);
        status = 1;
        continue;
      }
      try {
        self.kill(Number(word), signal);
      } catch (error) {
        await self.error(`kill: (${word}): ${reason(error)}\n`);
        status = 1;
      }
    }
    return status;
  },
});

const MATCH_OPTIONS = [
  "-f, --full  use full process name to match",
  "-i, --ignore-case  match case insensitively",
  "-x, --exact  match exactly with the command name",
  "-v, --inverse  negates the matching",
  "-n, --newest  select most recently started",
  "-o, --oldest  select least recently started",
  "-P, --parent=PPID  match only child processes of the given parent",
  "-u, --euid=ID  match by effective IDs",
  "-U, --uid=ID  match by real IDs",
  "-g, --pgroup=PGID  match listed process group IDs",
  "-s, --session=SID  match session IDs",
  "-t, --terminal=TTY  match by controlling terminal",
  "-c, --count  count of matching processes",
];

/** The processes that pgrep and pkill mean. */
function matching(self: Process, args: Arguments): ProcessInfo[] {
  const [pattern, extra] = args.operands;
  const filters = ["parent", "euid", "uid", "pgroup", "session", "terminal"];
  if (extra !== undefined) throw new Failure("only one pattern can be provided\nTry `pgrep --help' for more information.", 2);
  if (pattern === undefined && !args.has(...filters))
    throw new Failure("no matching criteria specified\nTry `pgrep --help' for more information.", 2);
  let regex: RegExp | undefined;
  if (pattern !== undefined) {
    try {
      regex = new RegExp(args.has("exact") ? `^(?:${pattern})$` : pattern, args.has("ignore-case") ? "i" : "");
    } catch {
      throw new Failure(`regex error: ${pattern}`, 2);
    }
  }
  const list = (key: string) => args.get(key)?.split(",");
  const ids = (key: string) => list(key)?.map((text) => findUser(self.machine.files, text)?.uid ?? Number(text));
  const uids = ids("euid") ?? ids("uid");
  const found = allProcesses(self).filter((info) => {
    if (info.pid === self.pid) return false;
    const text = args.has("full") ? info.argv.join(" ") : commandName(info);
    const matches =
      (!regex || regex.test(text)) &&
      (!uids || uids.includes(info.uid)) &&
      (list("parent")?.includes(String(info.ppid)) ?? true) &&
      (list("pgroup")?.includes(String(info.pgid === 0 ? self.pgid : info.pgid)) ?? true) &&
      (list("session")?.includes(String(info.sid)) ?? true) &&
      (list("terminal")?.includes(info.tty ?? "") ?? true);
    return matches !== args.has("inverse");
  });
  if (args.has("newest")) return found.slice(-1);
  return args.has("oldest") ? found.slice(0, 1) : found;
}

/** `-9`, `-TERM`, `-SIGHUP` in front become --signal. */
function signalFirst(argv: readonly string[]): readonly string[] {
  return argv.map((word, index) =>
    index === 0 && (/^-\d+$/.test(word) || (/^-[A-Z][A-Z0-9]+$/.test(word) && signalByName(word.slice(1))))
      ? `--signal=${word.slice(1)}`
      : word,
  );
}

export const pgrep = program({
  name: "pgrep",
  summary: "look up processes based on name and other attributes",
  section: "processes",
  origin: "procps-ng 4.0.2",
  synopsis: ["[options] <pattern>"],
  usageStatus: 2,
  options: [
    ...MATCH_OPTIONS,
    "-d, --delimiter=STRING  specify output delimiter",
    "-l, --list-name  list PID and process name",
    "-a, --list-full  list PID and full command line",
  ],
  unmodeled: [
    "-A",
    "--ignore-ancestors",
    "-F",
    "--pidfile",
    "-G",
    "--group",
    "-L",
    "--logpidfile",
    "-O",
    "--older",
    "-r",
    "--runstates",
    "-w",
    "--lightweight",
    "--cgroup",
    "--ns",
    "--nslist",
  ],
  run: async (self, args) => {
    const found = matching(self, args);
    if (args.has("count")) await self.print(`${found.length}\n`);
    else if (found.length > 0) {
      const lines = found.map((info) =>
        args.has("list-full")
          ? `${info.pid} ${info.argv.join(" ")}`
          : args.has("list-name")
            ? `${info.pid} ${commandName(info)}`
            : String(info.pid),
      );
      await self.print(`${lines.join(args.get("delimiter") ?? "\n")}\n`);
    }
    return found.length > 0 ? 0 : 1;
  },
});

export const pkill = program({
  name: "pkill",
  summary: "signal processes based on name and other attributes",
  section: "processes",
  origin: "procps-ng 4.0.2",
  synopsis: ["[options] <pattern>"],
  usageStatus: 2,
  rewrite: signalFirst,
  options: [...MATCH_OPTIONS, "-e, --echo  display what is killed", "--signal=SIGNAL  signal to send (either number or name)"],
  unmodeled: [
    "-A",
    "--ignore-ancestors",
    "-F",
    "--pidfile",
    "-G",
    "--group",
    "-H",
    "--require-handler",
    "-L",
    "--logpidfile",
    "-O",
    "--older",
    "-q",
    "--queue",
    "-r",
    "--runstates",
    "--cgroup",
    "--ns",
    "--nslist",
  ],
  run: async (self, args) => {
    const text = args.get("signal") ?? "TERM";
    const signal = text === "0" ? 0 : signalByName(text);
    if (signal === undefined) throw new Failure(`unknown signal name ${text}`, 2);
    let hit = false;
    const found = matching(self, args);
    for (const info of found) {
      try {
        self.kill(info.pid, signal);
        hit = true;
        if (args.has("echo")) await self.print(`${commandName(info)} killed (pid ${info.pid})\n`);
      } catch (error) {
        if (codeOf(error) === "ESRCH") continue;
        await self.error(`pkill: killing pid ${info.pid} failed: ${reason(error)}\n`);
      }
    }
    if (args.has("count")) await self.print(`${found.length}\n`);
    return hit ? 0 : 1;
  },
});

export const pidof = program({
  name: "pidof",
  summary: "find the process ID of a running program",
  section: "processes",
  origin: "sysvinit-utils 3.06",
  synopsis: ["[-sq] [-o omitpid[,omitpid...]] [-S separator] program..."],
  options: [
    "-s  single shot: return only one pid",
    "-q  do not display matched pids",
    "-o OMITPID  omit that process",
    "-S SEPARATOR  use it between pids",
    "-c  only processes with the same root (there is only one)",
    "-x  scripts too",
    "-n  avoid stat system calls",
  ],
  run: async (self, args) => {
    const omit = args.all("o").flatMap((text) => text.split(","));
    const names = args.operands.map(baseName);
    const found = allProcesses(self)
      .filter((info) => {
        if (omit.includes(String(info.pid)) || info.pid === self.pid) return false;
        const script = args.has("x") && /^(bash|sh|python\d?(\.\d+)?)$/.test(commandName(info)) ? baseName(info.argv[1] ?? "") : undefined;
        return names.some((name) => commandName(info) === name.slice(0, 15) || script === name);
      })
      .map((info) => info.pid)
      .reverse();
    if (found.length === 0) return 1;
    if (!args.has("q")) await self.print(`${(args.has("s") ? found.slice(0, 1) : found).join(args.get("S") ?? " ")}\n`);
    return 0;
  },
});

export const killall: ProgramEntry = program({
  name: "killall",
  summary: "kill processes by name",
  section: "processes",
  origin: "psmisc 23.6",
  synopsis: ["[OPTION]... [--] NAME..."],
  rewrite: signalFirst,
  options: [
    "-e, --exact  require exact match for very long names",
    "-I, --ignore-case  case insensitive process name match",
    "-i, --interactive  ask for confirmation before killing",
    "-l, --list  list all known signal names",
    "-q, --quiet  don't print complaints",
    "-r, --regexp  interpret NAME as an extended regular expression",
    "-s, --signal=SIGNAL  send this signal instead of SIGTERM",
    "-u, --user=USER  kill only process(es) running as USER",
    "-v, --verbose  report if the signal was successfully sent",
    "-w, --wait  wait for processes to die",
  ],
  unmodeled: ["-g", "--process-group", "-n", "--ns", "-o", "--older-than", "-y", "--younger-than", "-Z", "--context"],
  run: async (self, args) => {
    if (args.has("list")) {
      await self.print(`${SIGNALS.map((each) => each.name.slice(3)).join(" ")}\n`);
      return 0;
    }
    const text = args.get("signal") ?? "TERM";
    const signal = text === "0" ? 0 : signalByName(text);
    if (signal === undefined) throw new Failure(`${text}: unknown signal; killall -l lists signals.`);
    const userName = args.get("user");
    const user = userName === undefined ? undefined : users(self.machine.files).find((each) => each.name === userName);
    if (userName !== undefined && !user) throw new Failure(`Cannot find user ${userName}`);
    if (args.operands.length === 0 && !user) {
      await self.error("Usage: killall [OPTION]... [--] NAME...\n");
      return 1;
    }
    let status = 0;
    for (const name of args.operands.length === 0 ? [""] : args.operands) {
      const flags = args.has("ignore-case") ? "i" : "";
      const source = args.has("regexp")
        ? name
        : `^${baseName(name)
            .slice(0, 15)
            .replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}$`;
      const regex = name === "" ? /^/ : new RegExp(source, flags);
      const found = allProcesses(self).filter(
        (info) => info.pid !== self.pid && regex.test(commandName(info)) && (!user || info.uid === user.uid),
      );
      let hit = false;
      for (const info of found) {
        try {
          self.kill(info.pid, signal);
          hit = true;
          if (args.has("verbose"))
            await self.error(`Killed ${commandName(info)}(${info.pid}) with signal ${signal === 0 ? 0 : signalNumber(signal)}\n`);
        } catch (error) {
          await self.error(`${commandName(info)}(${info.pid}): ${reason(error)}\n`);
          status = 1;
        }
      }
      if (args.has("wait"))
        while (found.some((info) => self.machine.find(info.pid) && self.machine.find(info.pid)?.state !== "zombie")) await self.sleep(100);
      if (!hit) {
        if (!args.has("quiet") && found.length === 0) await self.error(`${name}: no process found\n`);
        status = 1;
      }
    }
    return status;
  },
});
