/** `break`, `continue`, `return`, `exit`, `true`, `false`, `:`. */
import { AbortLine, BreakLoop, ContinueLoop, ExitShell, ReturnFrom } from "../control.ts";
import type { Run } from "../run.ts";
import type { Shell } from "../shell.ts";

// biome-ignore lint/correctness/useYield: builtins are all generators
export function* success(): Run<number> {
  return 0;
}

// biome-ignore lint/correctness/useYield: builtins are all generators
export function* failure(): Run<number> {
  return 1;
}

function* loopLevels(shell: Shell, name: string, args: readonly string[]): Run<number> {
  const [text = "1"] = args;
  if (!/^[+-]?\d+$/.test(text)) {
    yield* shell.report(`${name}: ${text}: numeric argument required`);
    throw shell.kind === "interactive" ? new AbortLine(128) : new ExitShell(128);
  }
  if (args.length > 1) {
    yield* shell.report(`${name}: too many arguments`);
    throw new AbortLine(1);
  }
  if (Number(text) < 1) {
    yield* shell.report(`${name}: ${text}: loop count out of range`);
    throw new BreakLoop(shell.loopDepth, 1);
  }
  return Math.min(Number(text), shell.loopDepth);
}

function* outsideLoop(shell: Shell, name: string): Run<boolean> {
  if (shell.loopDepth > 0) return false;
  yield* shell.report(`${name}: only meaningful in a \`for', \`while', or \`until' loop`);
  return true;
}

export function* breakLoop(shell: Shell, args: readonly string[]): Run<number> {
  if (yield* outsideLoop(shell, "break")) return 0;
  throw new BreakLoop(yield* loopLevels(shell, "break", args), 0);
}

export function* continueLoop(shell: Shell, args: readonly string[]): Run<number> {
  if (yield* outsideLoop(shell, "continue")) return 0;
  throw new ContinueLoop(yield* loopLevels(shell, "continue", args), 0);
}

function* statusArgument(shell: Shell, name: string, args: readonly string[]): Run<number> {
  const list = args[0] === "--" ? args.slice(1) : args;
  const [text] = list;
  if (text === undefined) return shell.status;
  if (!/^\s*[+-]?\d+\s*$/.test(text)) {
    yield* shell.report(`${name}: ${text}: numeric argument required`);
    return 2;
  }
  if (list.length > 1) {
    yield* shell.report(`${name}: too many arguments`);
    throw new AbortLine(1);
  }
  return Number(BigInt.asUintN(8, BigInt(text.trim().replace(/^\+/, ""))));
}

export function* returnFrom(shell: Shell, args: readonly string[]): Run<number> {
  if (shell.functionDepth === 0 && shell.sourceDepth === 0) {
    yield* shell.report("return: can only `return' from a function or sourced script");
    return 2;
  }
  throw new ReturnFrom(yield* statusArgument(shell, "return", args));
}

export function* exitShell(shell: Shell, args: readonly string[]): Run<number> {
  const atPrompt = shell.kind === "interactive" && shell.subshellLevel === 0;
  if (atPrompt && shell.jobs.jobs.some((job) => job.state === "stopped") && !shell.warnedOfJobs) {
    shell.warnedOfJobs = true;
    yield* shell.write(2, `${shell.login ? "logout" : "exit"}\nThere are stopped jobs.\n`);
    return 1;
  }
  if (atPrompt) yield* shell.write(2, shell.login ? "logout\n" : "exit\n");
  throw new ExitShell(yield* statusArgument(shell, "exit", args));
}

export function* logout(shell: Shell, args: readonly string[]): Run<number> {
  if (!shell.login) {
    yield* shell.report("logout: not login shell: use `exit'");
    return 1;
  }
  return yield* exitShell(shell, args);
}
