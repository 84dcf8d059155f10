/** env(1), printenv(1), timeout(1), nohup(1): running a program otherwise than it would run. */
import { O, type Process, type SignalName, type WaitResult } from "../../kernel/types.ts";
import { codeOf, Failure, quote, quoteName, reason } from "../core/errors.ts";
import { origin } from "../core/origins.ts";
import { program } from "../core/program.ts";
import { signalByName } from "../core/signals.ts";
import { parseDuration } from "../coreutils/small.ts";
/** exec(2) of a command, with the message and status (126, 127) that env, nohup and timeout end with when it fails. */
export async function become(self: Process, name: string, argv: readonly string[]): Promise<number> {
  try {
    return await self.exec({ argv, env: self.env });
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    const said = name === "env" ? quote(argv[0] ?? "") : `failed to run command ${quote(argv[0] ?? "")}`;
    await self.error(`${name}: ${said}: ${reason(error)}\n`);
    return code === "ENOENT" ? 127 : 126;
  }
}

export const printenv = program({
  name: "printenv",
  summary: "print all or part of environment",
  section: "shell",
  origin,
  synopsis: ["[OPTION]... [VARIABLE]..."],
  usageStatus: 2,
  options: ["-0, --null  end each output line with NUL, not newline"],
  run: async (self, args) => {
    const end = args.has("null") ? "\0" : "\n";
    if (args.operands.length === 0) {
      for (const [name, value] of Object.entries(self.env)) await self.print(`${name}=${value}${end}`);
      return 0;
    }
    let status = 0;
    for (const name of args.operands) {
      const value = self.env[name];
      if (value === undefined) status = 1;
      else await self.print(value + end);
    }
    return status;
  },
});

export const env = program({
  name: "env",
  summary: "run a program in a modified environment",
  section: "shell",
  origin,
  synopsis: ["[OPTION]... [-] [NAME=VALUE]... [COMMAND [ARG]...]"],
  stopAtOperand: true,
  usageStatus: 125,
  options: [
    "-i, --ignore-environment  start with an empty environment",
    "-0, --null  end each output line with NUL, not newline",
    "-u, --unset=NAME  remove variable from the environment",
    "-C, --chdir=DIR  change working directory to DIR",
    "-S, --split-string=S  process and split S into separate arguments",
    "-v, --debug  print verbose information for each processing step",
  ],
  unmodeled: ["--block-signal", "--default-signal", "--ignore-signal", "--list-signal-handling"],
  run: async (self, args) => {
    const words = [...args.all("split-string").flatMap((text) => text.trim().split(/\s+/)), ...args.operands];
    let environment: Record<string, string> = { ...self.env };
    if (words[0] === "-") words.shift();
    if (args.operands[0] === "-" || args.has("ignore-environment")) environment = {};
    for (const name of args.all("unset")) {
      if (name === "" || name.includes("=")) throw new Failure(`cannot unset ${quote(name)}: Invalid argument`, 125);
      delete environment[name];
    }
    while (words[0]?.includes("=")) {
      const word = words.shift() ?? "";
      const at = word.indexOf("=");
      environment[word.slice(0, at)] = word.slice(at + 1);
    }
    if (words.length === 0) {
      const end = args.has("null") ? "\0" : "\n";
      for (const [name, value] of Object.entries(environment)) await self.print(`${name}=${value}${end}`);
      return 0;
    }
    const folder = args.get("chdir");
    if (folder !== undefined) {
      try {
        self.files.chdir(folder);
      } catch (error) {
        throw new Failure(`cannot change directory to ${quoteName(folder)}: ${reason(error)}`, 125);
      }
    }
    self.env = environment;
    return become(self, "env", words);
  },
});

export const timeout = program({
  name: "timeout",
  summary: "run a command with a time limit",
  section: "processes",
  origin,
  synopsis: ["[OPTION] DURATION COMMAND [ARG]..."],
  stopAtOperand: true,
  usageStatus: 125,
  options: [
    "--preserve-status  exit with the same status as COMMAND, even when the command times out",
    "--foreground  allow COMMAND to read from the TTY and get TTY signals",
    "-k, --kill-after=DURATION  also send a KILL signal if COMMAND is still running this long after the initial signal",
    "-s, --signal=SIGNAL  specify the signal to be sent on timeout",
    "-v, --verbose  diagnose to stderr any signal sent upon timeout",
  ],
  run: async (self, args) => {
    const [limit, ...words] = args.operands;
    if (limit === undefined || words.length === 0) throw new Failure("missing operand\nTry 'timeout --help' for more information.", 125);
    const seconds = parseDuration(limit);
    if (seconds === undefined) throw new Failure(`invalid time interval ${quote(limit)}\nTry 'timeout --help' for more information.`, 125);
    const signalText = args.get("signal") ?? "TERM";
    const signal = signalByName(signalText);
    if (signal === undefined) throw new Failure(`${quote(signalText)}: invalid signal\nTry 'timeout --help' for more information.`, 125);
    const killText = args.get("kill-after");
    const killAfter = killText === undefined ? undefined : parseDuration(killText);
    let child: Process;
    try {
      child = self.spawn({ argv: words, env: self.env });
    } catch (error) {
      const code = codeOf(error);
      if (code === undefined) throw error;
      await self.error(`timeout: failed to run command ${quote(words[0] ?? "")}: ${reason(error)}\n`);
      return code === "ENOENT" ? 127 : 126;
    }
    const { clock } = self.machine.kernel;
    let timedOut = false;
    let sent: SignalName = signal;
    const cancels: (() => void)[] = [];
    const send = (which: SignalName) => {
      sent = which;
      if (args.has("verbose")) void self.error(`timeout: sending signal ${which.slice(3)} to command ${quote(words[0] ?? "")}\n`);
      try {
        self.kill(child.pid, which);
        self.kill(child.pid, "SIGCONT");
      } catch (error) {
        if (codeOf(error) !== "ESRCH") throw error;
      }
    };
    if (seconds > 0 && seconds < 1e9)
      cancels.push(
        clock.after(seconds * 1000, () => {
          timedOut = true;
          send(signal);
          if (killAfter !== undefined) cancels.push(clock.after(killAfter * 1000, () => send("SIGKILL")));
        }),
      );
    for (const name of ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"] as const) self.signals.set(name, () => send(name));
    let result: WaitResult | undefined;
    do result = await self.wait(child.pid);
    while (result?.how === "stopped" || result?.how === "continued");
    for (const cancel of cancels) cancel();
    const status = result?.status ?? 0;
    if (!timedOut || args.has("preserve-status")) return status;
    return sent === "SIGKILL" ? 137 : 124;
  },
});

export const nohup = program({
  name: "nohup",
  summary: "run a command immune to hangups, with output to a non-tty",
  section: "processes",
  origin,
  synopsis: ["COMMAND [ARG]...", "OPTION"],
  stopAtOperand: true,
  usageStatus: 125,
  run: async (self, args) => {
    if (args.operands.length === 0) throw new Failure("missing operand\nTry 'nohup --help' for more information.", 125);
    const terminal = (fd: number) => self.fds.get(fd)?.tty !== undefined;
    const ignoring = terminal(0);
    if (ignoring) {
      const nothing = self.files.open("/dev/null", O.WRONLY);
      self.fds.set(0, nothing);
      nothing.release();
    }
    if (terminal(1)) {
      const flags = O.WRONLY | O.CREAT | O.APPEND;
      let name = "nohup.out";
      let out: ReturnType<typeof self.files.open>;
      try {
        out = self.files.open(name, flags, 0o600);
      } catch (error) {
        if (codeOf(error) === undefined) throw error;
        name = `${self.env.HOME ?? ""}/nohup.out`;
        out = self.files.open(name, flags, 0o600);
      }
      await self.error(`nohup: ${ignoring ? "ignoring input and " : ""}appending output to ${quoteName(name)}\n`);
      if (terminal(2)) self.fds.set(2, out);
      self.fds.set(1, out);
      out.release();
    } else if (terminal(2)) {
      await self.error(`nohup: ${ignoring ? "ignoring input and " : ""}redirecting stderr to stdout\n`);
      const out = self.fds.get(1);
      if (out) self.fds.set(2, out);
    } else if (ignoring) await self.error("nohup: ignoring input\n");
    self.signals.set("SIGHUP", "ignore");
    return become(self, "nohup", args.operands);
  },
});
