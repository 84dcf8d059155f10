/** true(1), false(1), pwd(1), yes(1), sleep(1), basename(1), dirname(1), whoami(1), nproc(1), sync(1), tty(1), logname(1). */
import { codeOf, Failure, quote, quoteName, reason, UsageError } from "../core/errors.ts";
import { Output } from "../core/io.ts";
import { origin } from "../core/origins.ts";
import { baseName, dirName } from "../core/paths.ts";
import { program } from "../core/program.ts";
import { findUser } from "../core/users.ts";
export const trueProgram = program({
  name: "true",
  summary: "do nothing, successfully",
  section: "shell",
  origin,
  synopsis: ["[ignored command line arguments]"],
  ownParsing: "options",
  run: async () => 0,
});

export const falseProgram = program({
  name: "false",
  summary: "do nothing, unsuccessfully",
  section: "shell",
  origin,
  synopsis: ["[ignored command line arguments]"],
  ownParsing: "all",
  run: async () => 1,
});

export const pwd = program({
  name: "pwd",
  summary: "print name of current/working directory",
  section: "files",
  origin,
  synopsis: ["[OPTION]..."],
  options: ["-L, --logical  use PWD from environment, even if it contains symlinks", "-P, --physical  avoid all symlinks"],
  run: async (self, args) => {
    const logical = self.env.PWD;
    let path = self.files.cwd;
    if (args.last("logical", "physical") === "logical" && logical?.startsWith("/") && self.files.exists(logical)) {
      if (self.files.stat(logical).ino === self.files.stat(".").ino) path = logical;
    } else path = self.files.realpath(".");
    await self.print(`${path}\n`);
    return 0;
  },
});

export const yes = program({
  name: "yes",
  summary: "output a string repeatedly until killed",
  section: "shell",
  origin,
  synopsis: ["[STRING]..."],
  run: async (self, args) => {
    const line = `${args.operands.length === 0 ? "y" : args.operands.join(" ")}\n`;
    const block = line.repeat(Math.max(1, Math.floor(8192 / line.length)));
    for (;;) {
      try {
        await self.print(block);
      } catch (error) {
        throw new Failure(`standard output: ${reason(error)}`);
      }
      await self.tick();
    }
  },
});

export const sleep = program({
  name: "sleep",
  summary: "delay for a specified amount of time",
  section: "shell",
  origin,
  synopsis: ["NUMBER[SUFFIX]..."],
  description: "Pause for NUMBER seconds. SUFFIX may be 's' for seconds (the default), 'm' for minutes, 'h' for hours or 'd' for days.",
  run: async (self, args) => {
    if (args.operands.length === 0) throw new UsageError("missing operand");
    let total = 0;
    for (const operand of args.operands) {
      const seconds = parseDuration(operand);
      if (seconds === undefined) throw new UsageError(`invalid time interval ${quote(operand)}`);
      total += seconds;
    }
    while (total === Number.POSITIVE_INFINITY) await self.sleep(2 ** 30);
    await self.sleep(total * 1000);
    return 0;
  },
});

/** "1.5m" → 90; undefined when it is no duration. */
export function parseDuration(text: string): number | undefined {
  const found = /^(\d+\.?\d*(?:e[-+]?\d+)?|\.\d+|inf(?:inity)?)([smhd]?)$/i.exec(text);
  if (!found) return undefined;
  const count = /^inf/i.test(found[1] ?? "") ? Number.POSITIVE_INFINITY : Number(found[1]);
  return count * ({ m: 60, h: 3600, d: 86400 }[found[2] ?? ""] ?? 1);
}

export const basename = program({
  name: "basename",
  summary: "strip directory and suffix from filenames",
  section: "files",
  origin,
  synopsis: ["NAME [SUFFIX]", "OPTION... NAME..."],
  stopAtOperand: true,
  options: [
    "-a, --multiple  support multiple arguments and treat each as a NAME",
    "-s, --suffix=SUFFIX  remove a trailing SUFFIX; implies -a",
    "-z, --zero  end each output line with NUL, not newline",
  ],
  run: async (self, args) => {
    const { operands } = args;
    if (operands.length === 0) throw new UsageError("missing operand");
    const multiple = args.has("multiple", "suffix");
    if (!multiple && operands.length > 2) throw new UsageError(`extra operand ${quote(operands[2] ?? "")}`);
    const suffix = multiple ? (args.get("suffix") ?? "") : (operands[1] ?? "");
    const end = args.has("zero") ? "\0" : "\n";
    for (const name of multiple ? operands : operands.slice(0, 1)) {
      const base = baseName(name);
      await self.print((suffix !== "" && base !== suffix && base.endsWith(suffix) ? base.slice(0, -suffix.length) : base) + end);
    }
    return 0;
  },
});

export const dirname = program({
  name: "dirname",
  summary: "strip last component from file name",
  section: "files",
  origin,
  synopsis: ["[OPTION] NAME..."],
  options: ["-z, --zero  end each output line with NUL, not newline"],
  run: async (self, args) => {
    if (args.operands.length === 0) throw new UsageError("missing operand");
    for (const name of args.operands) await self.print(dirName(name) + (args.has("zero") ? "\0" : "\n"));
    return 0;
  },
});

export const whoami = program({
  name: "whoami",
  summary: "print effective user name",
  section: "users",
  origin,
  synopsis: ["[OPTION]..."],
  run: async (self, args) => {
    if (args.operands.length > 0) throw new UsageError(`extra operand ${quote(args.operands[0] ?? "")}`);
    const user = findUser(self.machine.files, String(self.credentials.uid));
    if (!user) throw new Failure(`cannot find name for user ID ${self.credentials.uid}`);
    await self.print(`${user.name}\n`);
    return 0;
  },
});

export const logname = program({
  name: "logname",
  summary: "print user's login name",
  section: "users",
  origin,
  synopsis: ["[OPTION]"],
  run: async (self) => {
    const user = findUser(self.machine.files, String(self.credentials.uid));
    if (!user) throw new Failure("no login name");
    await self.print(`${user.name}\n`);
    return 0;
  },
});

export const nproc = program({
  name: "nproc",
  summary: "print the number of processing units available",
  section: "system",
  origin,
  synopsis: ["[OPTION]..."],
  options: ["--all  print the number of installed processors", "--ignore=N  if possible, exclude N processing units"],
  run: async (self, args) => {
    const ignore = Number(args.get("ignore") ?? 0);
    if (Number.isNaN(ignore)) throw new Failure(`${quote(args.get("ignore") ?? "")} is not a valid number`);
    await self.print(`${Math.max(1, self.machine.usage().processors - ignore)}\n`);
    return 0;
  },
});

export const sync = program({
  name: "sync",
  summary: "synchronize cached writes to persistent storage",
  section: "system",
  origin,
  synopsis: ["[OPTION] [FILE]..."],
  options: ["-d, --data  sync only file data, no unneeded metadata", "-f, --file-system  sync the file systems that contain the files"],
  description:
    "Nothing on this machine is cached before it reaches its disk, so there is nothing to wait for; FILEs are checked to be readable.",
  run: async (self, args) => {
    let status = 0;
    for (const name of args.operands) {
      try {
        self.files.stat(name);
      } catch (error) {
        if (codeOf(error) === undefined) throw error;
        await self.error(`sync: error opening ${quoteName(name)}: ${reason(error)}\n`);
        status = 1;
      }
    }
    return status;
  },
});

export const ttyProgram = program({
  name: "tty",
  summary: "print the file name of the terminal connected to standard input",
  section: "system",
  origin,
  synopsis: ["[OPTION]..."],
  usageStatus: 2,
  options: ["-s, --silent  print nothing, only return an exit status", "--quiet  as --silent"],
  run: async (self, args) => {
    const tty = self.fds.get(0)?.tty;
    if (!args.has("silent", "quiet")) await self.print(tty ? `/dev/${tty.name}\n` : "not a tty\n");
    return tty ? 0 : 1;
  },
});

export const seq = program({
  name: "seq",
  summary: "print a sequence of numbers",
  section: "text",
  origin,
  synopsis: ["[OPTION]... LAST", "[OPTION]... FIRST LAST", "[OPTION]... FIRST INCREMENT LAST"],
  options: [
    "-f, --format=FORMAT  use printf style floating-point FORMAT",
    "-s, --separator=STRING  use STRING to separate numbers (default: \\n)",
    "-w, --equal-width  equalize width by padding with leading zeroes",
  ],
  // A negative number is an operand, not an option.
  rewrite: (argv) => {
    const at = argv.findIndex((word) => /^-(\d|\.\d|inf)/.test(word));
    return at < 0 || argv.slice(0, at).includes("--") ? argv : [...argv.slice(0, at), "--", ...argv.slice(at)];
  },
  run: async (self, args) => {
    const { operands } = args;
    if (operands.length === 0) throw new UsageError("missing operand");
    if (operands.length > 3) throw new UsageError(`extra operand ${quote(operands[3] ?? "")}`);
    for (const operand of operands)
      if (operand === "" || Number.isNaN(Number(operand))) throw new UsageError(`invalid floating point argument: ${quote(operand)}`);
    const first = operands.length > 1 ? (operands[0] ?? "1") : "1";
    const step = operands.length > 2 ? (operands[1] ?? "1") : "1";
    const last = operands.at(-1) ?? "1";
    if (Number(step) === 0) throw new UsageError(`invalid Zero increment value: ${quote(step)}`);
    const decimals = (text: string) => (/e/i.test(text) ? 0 : (text.split(".")[1]?.length ?? 0));
    const digits = Math.max(decimals(first), decimals(step));
    const scale = 10 ** digits;
    const start = Math.round(Number(first) * scale);
    const stride = Math.round(Number(step) * scale);
    const end = Number(last) * scale;
    const format = args.get("format");
    if (format !== undefined && !/%[-+ 0#]*\d*(\.\d+)?[efgEFG]/.test(format))
      throw new Failure(`format ${quoteName(format)} has no % directive`);
    const print = (value: number) => {
      const number = value / scale;
      if (format === undefined) return number.toFixed(digits);
      return format.replace(
        /%([-+ 0#]*)(\d*)(?:\.(\d+))?([efgEFG])/,
        (_whole, flags: string, width: string, precision: string | undefined, kind: string) => {
          const places = precision === undefined ? 6 : Number(precision);
          const text = /e/i.test(kind)
            ? number.toExponential(places).replace(/e([-+])(\d)$/, "e$10$2")
            : /g/i.test(kind)
              ? String(Number(number.toPrecision(places || 1)))
              : number.toFixed(places);
          const signed = flags.includes("+") && number >= 0 ? `+${text}` : text;
          return flags.includes("-")
            ? signed.padEnd(Number(width))
            : flags.includes("0")
              ? signed.padStart(Number(width), "0")
              : signed.padStart(Number(width));
        },
      );
    };
    const width = args.has("equal-width")
      ? Math.max(print(start).length, print(start + Math.floor((end - start) / stride + 1e-9) * stride).length)
      : 0;
    const out = new Output(self);
    const separator = args.get("separator") ?? "\n";
    let any = false;
    for (let value = start; stride > 0 ? value <= end + 1e-9 : value >= end - 1e-9; value += stride) {
      const text = print(value);
      const padded = width === 0 ? text : text.startsWith("-") ? `-${text.slice(1).padStart(width - 1, "0")}` : text.padStart(width, "0");
      await out.write((any ? separator : "") + padded);
      any = true;
    }
    if (any) await out.write("\n");
    await out.flush();
    return 0;
  },
});
