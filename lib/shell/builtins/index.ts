/** All builtins, by name. */
import { alias, unalias } from "./alias.ts";
import { compgen, complete, compopt } from "./completion.ts";
import { type Declaration, declareAs, exportAs, local, unset } from "./declare.ts";
import { caller, enable, hash, help, type } from "./describe.ts";
import { cd, dirs, popd, pushd, pwd } from "./directory.ts";
import { builtinCommand, command, evaluate, exec, letCommand, sourceAs } from "./evaluate.ts";
import { breakLoop, continueLoop, exitShell, failure, logout, returnFrom, success } from "./flow.ts";
import { fc, history } from "./history.ts";
import { bg, disown, fg, jobs, kill, suspend, wait } from "./jobs.ts";
import { times, ulimit, umask } from "./limits.ts";
import { echo } from "./output.ts";
import { getopts, set, shift, shopt } from "./positional.ts";
import { printf } from "./printf.ts";
import { mapfile, read } from "./read.ts";
import { bracket, test } from "./test.ts";
import { trap } from "./trap.ts";
import type { Builtin } from "./usage.ts";

export const builtins = new Map<string, Builtin>([
  [":", success],
  [".", sourceAs(".")],
  ["[", bracket],
  ["alias", alias],
  ["bg", bg],
  ["break", breakLoop],
  ["builtin", builtinCommand],
  ["caller", caller],
  ["cd", cd],
  ["command", command],
  ["compgen", compgen],
  ["complete", complete],
  ["compopt", compopt],
  ["continue", continueLoop],
  ["dirs", dirs],
  ["disown", disown],
  ["echo", echo],
  ["enable", enable],
  ["eval", evaluate],
  ["exec", exec],
  ["exit", exitShell],
  ["false", failure],
  ["fc", fc],
  ["fg", fg],
  ["getopts", getopts],
  ["hash", hash],
  ["help", help],
  ["history", history],
  ["jobs", jobs],
  ["kill", kill],
  ["let", letCommand],
  ["logout", logout],
  ["mapfile", mapfile],
  ["popd", popd],
  ["printf", printf],
  ["pushd", pushd],
  ["pwd", pwd],
  ["read", read],
  ["readarray", mapfile],
  ["return", returnFrom],
  ["set", set],
  ["shift", shift],
  ["shopt", shopt],
  ["source", sourceAs("source")],
  ["suspend", suspend],
  ["test", test],
  ["times", times],
  ["trap", trap],
  ["true", success],
  ["type", type],
  ["ulimit", ulimit],
  ["umask", umask],
  ["unalias", unalias],
  ["unset", unset],
  ["wait", wait],
]);

/** Builtins whose arguments may be assignments. */
export const declarations = new Map<string, Declaration>([
  ["declare", declareAs("declare")],
  ["export", exportAs("export")],
  ["local", local],
  ["readonly", exportAs("readonly")],
  ["typeset", declareAs("typeset")],
]);

const SPECIAL = new Set([
  ":",
  ".",
  "break",
  "continue",
  "eval",
  "exec",
  "exit",
  "export",
  "readonly",
  "return",
  "set",
  "shift",
  "source",
  "times",
  "trap",
  "unset",
]);

/** POSIX's special builtins. */
export function isSpecialBuiltin(name: string): boolean {
  return SPECIAL.has(name);
}
