/** The programs `bash`, `sh` and login shells: arguments, startup files, and where the commands come from (bash(1), INVOCATION). */
import { KernelError } from "../kernel/errno.ts";
import type { Process, Program } from "../kernel/types.ts";
import { setOption } from "./builtins/positional.ts";
import { evaluateSource } from "./exec/script.ts";
import { runToExit } from "./exec/subshell.ts";
import { runInteractive } from "./interactive/session.ts";
import type { Completers } from "./readline/complete.ts";
import { drive, type MaybeLater, type Run } from "./run.ts";
import { Shell } from "./shell.ts";
import { Source } from "./source.ts";
import { readArguments, type StartOptions } from "./start/arguments.ts";
import { importEnvironment } from "./start/environment.ts";
import { runStartupFiles } from "./start/files.ts";
import { runInput } from "./start/input.ts";
import { shellUsage } from "./start/usage.ts";
import { BASH_VERSION } from "./variables/special.ts";

/** What a shell can be given by those who install it. */
export interface ShellInstallation {
  /** Completion of the arguments of commands, by the command's name. */
  readonly completers?: Completers;
  /** The package that a program belongs to: said with the name of a command that was meant. */
  readonly packageOf?: (program: string) => MaybeLater<string>;
  /** What `help NAME` says of a program or builtin; undefined when nothing is known of it. */
  readonly helpFor?: (name: string) => MaybeLater<string>;
}

/** The program bash(1). */
export function bashProgram(installation: ShellInstallation = {}): Program {
  return (self) => runFreshShell(self, self.argv, self.env, installation);
}

export const bash: Program = bashProgram();

/** Runs a new shell in this process, with nothing of an older one. */
export async function runFreshShell(
  self: Process,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  installation: ShellInstallation = {},
): Promise<number> {
  const shell = new Shell();
  shell.self = self;
  shell.startedMs = self.machine.kernel.clock.now();
  shell.mainPid = self.pid;
  shell.parentPid = self.ppid;
  shell.packageOf = installation.packageOf ?? shell.packageOf;
  shell.helpFor = installation.helpFor ?? shell.helpFor;
  const options = readArguments(argv);
  if ("problem" in options) {
    const name = argv[0] ?? "bash";
    await self.error(`${name}: ${options.problem}\n${options.problem.endsWith(": invalid option") ? shellUsage(name) : ""}`);
    return 2;
  }
  if (options.help) {
    await self.print(`GNU bash, version ${BASH_VERSION}-(x86_64-pc-linux-gnu)\n${shellUsage(argv[0] ?? "bash")}`);
    return 0;
  }
  if (options.version) {
    await self.print(`GNU bash, version ${BASH_VERSION} (x86_64-pc-linux-gnu), as Slipway's own evaluator models it\n`);
    return 0;
  }
  shell.name = argv[0] ?? "bash";
  shell.login = options.login;
  shell.shopt.set("login_shell", options.login);
  importEnvironment(shell, env);
  for (const { name, on } of options.set) setOption(shell, name, on);
  for (const { name, on } of options.shopt) shell.shopt.set(name, on);
  if (options.posix) shell.options.add("posix");
  const terminal = self.fds.get(0)?.kind === "tty" && self.fds.get(2)?.kind === "tty";
  shell.interactive =
    options.interactive ||
    (options.command === undefined && options.operands.length === 0 && terminal) ||
    (options.fromInput && terminal && options.command === undefined);
  return await drive(runToExit(shell, () => start(shell, options, installation)));
}

function* start(shell: Shell, options: StartOptions, installation: ShellInstallation): Run<number> {
  const [first, ...rest] = options.operands;
  if (options.command !== undefined) {
    shell.kind = "command";
    shell.startedInteractive = options.interactive;
    if (options.interactive) shell.shopt.set("expand_aliases", true);
    if (first !== undefined) shell.name = first;
    shell.positional = rest;
    yield* runStartupFiles(shell, options);
    return yield* runText(shell, options.command, "environment");
  }
  if (first !== undefined && !options.fromInput) {
    shell.kind = "script";
    shell.name = first;
    shell.positional = rest;
    yield* runStartupFiles(shell, options);
    return yield* runFile(shell, first);
  }
  shell.positional = options.operands.slice();
  if (shell.interactive) {
    shell.kind = "interactive";
    return yield* runInteractive(shell, options, installation.completers ?? new Map());
  }
  shell.kind = "stdin";
  yield* runStartupFiles(shell, options);
  return yield* runInput(shell);
}

function* runText(shell: Shell, text: string, name: string): Run<number> {
  const status = yield* evaluateSource(shell, new Source(text, name), { goesOn: true });
  return status;
}

function* runFile(shell: Shell, path: string): Run<number> {
  let text: string;
  try {
    if (shell.self.files.stat(path).kind === "directory") throw new KernelError("EISDIR", "read", path);
    const bytes = shell.self.files.readFile(path);
    if (bytes.subarray(0, 80).includes(0)) {
      yield* shell.write(2, `${path}: ${path}: cannot execute binary file\n`);
      return 126;
    }
    text = new TextDecoder().decode(bytes);
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    const status = error.code === "ENOENT" ? 127 : 126;
    const program = shell.self.argv[0] ?? "bash";
    yield* shell.write(2, error.code === "EISDIR" ? `${path}: ${path}: Is a directory\n` : `${program}: ${path}: ${error.text}\n`);
    return status;
  }
  shell.frames.push({ kind: "main", name: "main", source: path, line: 0 });
  return yield* runText(shell, text, path);
}
