/** `eval`, `source`, `exec`, `command`, `builtin`, `let`. */
import { KernelError } from "../../kernel/errno.ts";
import { AbortLine, ExitShell, ExpansionError, ReturnFrom } from "../control.ts";
import { cannotRun, programEnvironment, replaceShell, runExternal } from "../exec/external.ts";
import { findExecutable, pathMatches } from "../exec/lookup.ts";
import { evaluateSource, evaluateText } from "../exec/script.ts";
import { runBuiltin } from "../exec/simple.ts";
import { runPseudoTrap } from "../exec/trap-action.ts";
import { evaluateArithmetic } from "../expand/arithmetic.ts";
import { onFreshStack, type Run } from "../run.ts";
import type { Shell } from "../shell.ts";
import { Source } from "../source.ts";
import { describe } from "./describe.ts";
import { builtins, declarations } from "./index.ts";
import { type Builtin, readFlags } from "./usage.ts";

/** `eval` and `source` inside themselves: how deep before the shell says no instead of dying. */
const DEEPEST = 1000;

function* nested(shell: Shell, name: string, run: () => Run<number>): Run<number> {
  if (shell.nesting >= DEEPEST) {
    yield* shell.report(`${name}: maximum ${name} nesting level exceeded (${DEEPEST})`);
    throw new AbortLine(1);
  }
  shell.nesting++;
  try {
    return yield* shell.nesting % 20 === 0 ? onFreshStack(run) : run();
  } finally {
    shell.nesting--;
  }
}

export function* evaluate(shell: Shell, args: readonly string[]): Run<number> {
  const read = yield* readFlags(shell, "eval", args, "", "eval [arg ...]");
  if (read === undefined) return 2;
  const list = read.rest;
  const text = list.join(" ");
  if (text.trim() === "") return 0;
  shell.traceLevel++;
  try {
    return yield* nested(shell, "eval", () => evaluateText(shell, text, "eval"));
  } finally {
    shell.traceLevel--;
  }
}

/** `source` or `.`, as its messages begin. */
export function sourceAs(builtin: "source" | "."): Builtin {
  return (shell, args) => source(shell, builtin, args);
}

function* source(shell: Shell, builtin: string, args: readonly string[]): Run<number> {
  const list = args[0] === "--" ? args.slice(1) : args;
  const [name, ...parameters] = list;
  if (name === undefined) {
    yield* shell.report(`${builtin}: filename argument required`);
    yield* shell.write(2, `${builtin}: usage: ${builtin} filename [arguments]\n`);
    return 2;
  }
  const found = !name.includes("/") && shell.on("sourcepath") ? findInPath(shell, name) : undefined;
  const path = found ?? name;
  let text: string;
  try {
    text = shell.self.files.readText(path);
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    yield* shell.report(error.code === "EISDIR" ? `${builtin}: ${name}: is a directory` : `${name}: ${error.text}`);
    return 1;
  }
  return yield* nested(shell, "source", () => runSourced(shell, new Source(text, path), parameters));
}

/** PATH is searched for files that can be read; they need not be executable. */
function findInPath(shell: Shell, name: string): string | undefined {
  for (const directory of (shell.variables.get("PATH") ?? "").split(":")) {
    const path = `${directory === "" ? "." : directory}/${name}`;
    try {
      if (shell.self.files.stat(path).kind === "file") return path;
    } catch {
      // Not in this one.
    }
  }
  return undefined;
}

/** Runs a file in this shell; `parameters`, if any, are its positional ones. */
export function* runSourced(shell: Shell, file: Source, parameters: readonly string[]): Run<number> {
  const { positional, fixedLine } = shell;
  const replaced = parameters.length > 0;
  const { positionalSet } = shell;
  if (replaced) shell.positionalSet = false;
  if (replaced) shell.positional = [...parameters];
  shell.frames.push({ kind: "source", name: "source", source: file.name, line: shell.line });
  shell.fixedLine = undefined;
  shell.sourceDepth++;
  try {
    shell.status = 0;
    const status = yield* evaluateSource(shell, file, { goesOn: shell.kind !== "interactive" });
    yield* runPseudoTrap(shell, "RETURN");
    return status;
  } catch (error) {
    if (!(error instanceof ReturnFrom)) throw error;
    return error.status;
  } finally {
    shell.sourceDepth--;
    shell.frames.pop();
    shell.fixedLine = fixedLine;
    // `set` in the file means the caller's parameters, `shift` the file's own.
    if (replaced && !shell.positionalSet) shell.positional = positional;
    shell.positionalSet = positionalSet || (shell.positionalSet && !replaced);
  }
}

export function* exec(shell: Shell, args: readonly string[]): Run<number> {
  const read = yield* readFlags(shell, "exec", args, "cla:", "exec [-cl] [-a name] [command [argument ...]] [redirection ...]");
  if (read === undefined) return 2;
  const { flags, rest } = read;
  const [name] = rest;
  if (name === undefined) return 0;
  const path = findExecutable(shell, name);
  const problem = path === undefined ? { text: "not found", status: 127 } : cannotRun(shell, path);
  if (path === undefined || problem !== undefined) {
    if (problem !== undefined && problem.status === 126) {
      yield* shell.report(`${name}: ${problem.text}`);
      yield* shell.report(`exec: ${name}: cannot execute: ${problem.text}`);
    } else yield* shell.report(`exec: ${name}: ${problem?.text ?? "not found"}`);
    const status = problem?.status ?? 127;
    if (shell.kind === "interactive" || shell.on("execfail")) return status;
    throw new ExitShell(status);
  }
  const env = flags.has("c") ? {} : programEnvironment(shell, path);
  const shown = flags.get("a") ?? name;
  const status = yield* replaceShell(shell, path, [flags.has("l") ? `-${shown}` : shown, ...rest.slice(1)], env);
  if (shell.kind === "interactive" || shell.on("execfail")) return status;
  throw new ExitShell(status);
}

/** `command`: no functions, no aliases; -v and -V describe. */
export function* command(shell: Shell, args: readonly string[]): Run<number> {
  const read = yield* readFlags(shell, "command", args, "pvV", "command [-pVv] command [arg ...]");
  if (read === undefined) return 2;
  const { flags, rest } = read;
  if (rest.length === 0) return 0;
  if (flags.has("v") || flags.has("V")) {
    let status = 1;
    for (const name of rest) {
      const text = describe(shell, name, flags.has("V") ? "long" : "short");
      if (text !== undefined) {
        status = 0;
        yield* shell.write(1, `${text}\n`);
      } else if (flags.has("V")) yield* shell.report(`command: ${name}: not found`);
    }
    return status;
  }
  const [name, ...parameters] = rest;
  const builtin = builtins.get(name!);
  if (builtin !== undefined) return yield* runBuiltin(shell, name!, () => builtin(shell, parameters));
  const declaration = declarations.get(name!);
  if (declaration !== undefined) return yield* runBuiltin(shell, name!, () => declaration(shell, parameters));
  if (flags.has("p")) {
    const [path] = pathMatches(shell, name!, "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    if (path !== undefined) shell.hashed.set(name!, { path, hits: 0 });
  }
  return yield* runExternal(shell, rest, false);
}

export function* builtinCommand(shell: Shell, args: readonly string[]): Run<number> {
  const list = args[0] === "--" ? args.slice(1) : args;
  const [name, ...parameters] = list;
  if (name === undefined) return 0;
  const builtin = builtins.get(name) ?? declarations.get(name);
  if (builtin === undefined) {
    yield* shell.report(`builtin: ${name}: not a shell builtin`);
    return 1;
  }
  return yield* runBuiltin(shell, name, () => builtin(shell, parameters));
}

export function* letCommand(shell: Shell, args: readonly string[]): Run<number> {
  if (args.length === 0) {
    yield* shell.report("let: expression expected");
    return 1;
  }
  let value = 0n;
  try {
    for (const expression of args) value = evaluateArithmetic(shell, expression);
  } catch (error) {
    if (!(error instanceof ExpansionError) || error.fatal) throw error;
    yield* shell.report(`let: ${error.message}`);
    return 1;
  }
  return value === 0n ? 1 : 0;
}
