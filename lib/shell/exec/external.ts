/** Programs: finding them, starting them, and what is said when that fails. */
import { KernelError } from "../../kernel/errno.ts";
import { BadInterpreter } from "../../kernel/loading.ts";
import { O, type OpenFile, type Process } from "../../kernel/types.ts";
import { ExitShell } from "../control.ts";
import { printableName } from "../expand/quote.ts";
import { nearCommands } from "../interactive/not-found.ts";
import type { Run } from "../run.ts";
import { wait } from "../run.ts";
import type { Shell } from "../shell.ts";
import { functionText } from "./function-text.ts";
import { callFunction } from "./functions.ts";
import { findExecutable } from "./lookup.ts";
import { runJob } from "./pipeline.ts";
import { printCommand } from "./print.ts";
import { dropUndo } from "./redirect.ts";
import { type SubshellOptions, spawnSubshell } from "./subshell.ts";

/** Runs a program in the foreground. With `replace`, it takes the place of this (sub)shell's process. */
export function* runExternal(shell: Shell, words: readonly string[], replace: boolean): Run<number> {
  const name = words[0]!;
  const path = name === "" ? undefined : findExecutable(shell, name);
  if (path === undefined) return yield* notFound(shell, words);
  const problem = cannotRun(shell, path);
  if (problem !== undefined) {
    yield* shell.report(`${name}: ${problem.text}`);
    return problem.status;
  }
  const env = programEnvironment(shell, path);
  if (replace) return yield* replaceShell(shell, path, words, env);
  let failure: KernelError | undefined;
  const start = (fds: ReadonlyMap<number, OpenFile>, options: SubshellOptions): Process => {
    const { processGroup, foreground } = options;
    try {
      return shell.self.spawn({ argv: words, path, env, fds, processGroup, foreground });
    } catch (error) {
      if (!(error instanceof KernelError)) throw error;
      if (error.code === "ENOEXEC" && isText(shell, path)) {
        return spawnSubshell(shell, fds, (subshell) => runAsScript(subshell, path, words), options);
      }
      failure = error;
      throw error;
    }
  };
  try {
    const statuses = yield* runJob(
      shell,
      [{ start }],
      [],
      shell.commandNode === undefined ? words.join(" ") : printCommand(shell.commandNode),
    );
    return statuses[0] ?? 0;
  } catch (error) {
    if (failure === undefined || error !== failure) throw error;
    return yield* reportFailure(shell, name, failure);
  }
}

/** The environment of a program, with `$_` as bash sets it. */
export function programEnvironment(shell: Shell, path: string): Record<string, string> {
  const environment: Record<string, string> = { ...shell.variables.environment(), _: path };
  for (const [name, definition] of shell.functions) {
    if (definition.exported) environment[`BASH_FUNC_${name}%%`] = functionText(definition).replace(/^.*?\(\) \n/s, "() ");
  }
  return environment;
}

/** execve(2) in place, as for `exec` and for the last command of a subshell. */
export function* replaceShell(shell: Shell, path: string, words: readonly string[], env: Record<string, string>): Run<number> {
  dropUndo(shell);
  try {
    return yield* wait(shell.self.exec({ path, argv: words, env }));
  } catch (error) {
    if (!(error instanceof KernelError) || shell.self.ended.aborted) throw error;
    if (error.code === "ENOEXEC" && isText(shell, path)) return yield* runAsScript(shell, path, words);
    return yield* reportFailure(shell, words[0]!, error);
  }
}

function* reportFailure(shell: Shell, name: string, error: KernelError): Run<number> {
  if (error instanceof BadInterpreter && error.code === "ENOENT") {
    yield* shell.report(`${name}: cannot execute: required file not found`);
    return 127;
  }
  if (error instanceof BadInterpreter) {
    yield* shell.report(`${name}: ${error.interpreter}: bad interpreter: ${error.text}`);
    return 126;
  }
  if (error.code === "ENOEXEC") {
    yield* shell.report(`${name}: cannot execute binary file: ${error.text}`);
    return 126;
  }
  if (error.code === "EAGAIN") yield* shell.report(`fork: ${error.text}`);
  else yield* shell.report(`${name}: ${error.text}`);
  return error.code === "ENOENT" ? 127 : 126;
}

/** What can be said without trying: missing, a directory, no permission. */
export function cannotRun(shell: Shell, path: string): { text: string; status: number } | undefined {
  const { files } = shell.self;
  try {
    if (files.stat(path).kind === "directory") return { text: "Is a directory", status: 126 };
    return files.access(path, 1) ? undefined : { text: "Permission denied", status: 126 };
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    return { text: error.text, status: error.code === "ENOENT" ? 127 : 126 };
  }
}

function* notFound(shell: Shell, words: readonly string[]): Run<number> {
  const name = words[0]!;
  const handler = shell.functions.get("command_not_found_handle");
  if (handler !== undefined) return yield* callFunction(shell, handler, words);
  const near = shell.kind === "interactive" ? nearCommands(shell, name) : [];
  if (near.length === 0) {
    // Without PATH, bash looks only here (execve(2) then says this).
    const unset = shell.variables.get("PATH") === undefined;
    yield* shell.report(unset ? `${printableName(name)}: No such file or directory` : `${printableName(name)}: command not found`);
    return 127;
  }
  // As Ubuntu's command-not-found says it.
  const lines: string[] = [];
  for (const command of near) {
    const deb = yield* wait(Promise.resolve(shell.packageOf(command)));
    lines.push(`  command '${command}'${deb === undefined ? "" : ` from deb ${deb}`}\n`);
  }
  yield* shell.write(2, `Command '${name}' not found, did you mean:\n${lines.join("")}`);
  return 127;
}

function isText(shell: Shell, path: string): boolean {
  const file = shell.self.files.open(path, O.RDONLY);
  try {
    return !(file.readNow(80) ?? new Uint8Array()).includes(0);
  } finally {
    file.release();
  }
}

/** A file that is neither a program nor has a `#!` line is run by a fresh shell. */
function* runAsScript(shell: Shell, path: string, words: readonly string[]): Run<number> {
  const { runFreshShell } = yield* wait(import("../main.ts"));
  const status = yield* wait(runFreshShell(shell.self, ["bash", path, ...words.slice(1)], programEnvironment(shell, path)));
  throw new ExitShell(status);
}
