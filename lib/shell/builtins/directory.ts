/** `cd`, `pwd`, `pushd`, `popd`, `dirs`. */
import { KernelError } from "../../kernel/errno.ts";
import { printableName } from "../expand/quote.ts";
import type { Run } from "../run.ts";
import type { Shell } from "../shell.ts";
import { readFlags } from "./usage.ts";

/** `a/./b/../c` by its text, as `cd` without -P keeps it. */
export function logicalPath(base: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${base}/${path}`).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** PWD, or the directory's real path when PWD does not name it. */
export function workingDirectory(shell: Shell): string {
  const pwd = shell.variables.get("PWD");
  const { files } = shell.self;
  if (pwd?.startsWith("/")) {
    try {
      if (files.stat(pwd).ino === files.stat(".").ino) return pwd;
    } catch {
      // One of them is gone.
    }
  }
  return files.cwd;
}

/** Changes directory and keeps PWD and OLDPWD. Throws KernelError. */
function change(shell: Shell, path: string, physical: boolean): void {
  const old = workingDirectory(shell);
  const { files } = shell.self;
  const target = physical ? path : logicalPath(old, path);
  // What stands before `..` has to be there, although the text does not need it.
  if (!physical) {
    const parts = path.split("/");
    const up = parts.indexOf("..");
    const before = parts.slice(0, up).join("/");
    if (up > 0 && before !== "" && files.stat(before).kind !== "directory") throw new KernelError("ENOTDIR", "chdir", before);
  }
  files.chdir(target);
  shell.variables.set("OLDPWD", old);
  shell.variables.set("PWD", physical ? files.realpath(".") : target);
}

export function* cd(shell: Shell, args: readonly string[]): Run<number> {
  const read = yield* readFlags(shell, "cd", args, "LPe@", "cd [-L|[-P [-e]] [-@]] [dir]");
  if (read === undefined) return 2;
  const { flags, rest } = read;
  if (rest.length > 1) {
    yield* shell.report("cd: too many arguments");
    return 1;
  }
  const physical = (flags.has("P") || shell.options.has("physical")) && !flags.has("L");
  let [target] = rest;
  let show = false;
  if (target === undefined) {
    target = shell.variables.get("HOME");
    if (target === undefined) {
      yield* shell.report("cd: HOME not set");
      return 1;
    }
  } else if (target === "-") {
    target = shell.variables.get("OLDPWD");
    if (target === undefined) {
      yield* shell.report("cd: OLDPWD not set");
      return 1;
    }
    show = true;
  }
  const searched = rest[0] === "-" ? undefined : searchPath(shell, target);
  try {
    if (target !== "" || searched !== undefined) change(shell, searched ?? target, physical);
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    yield* shell.report(`cd: ${printableName(target)}: ${error.text}`);
    return 1;
  }
  if (show || searched !== undefined) yield* shell.write(1, `${shell.variables.get("PWD")}\n`);
  return 0;
}

/** CDPATH; undefined when it does not apply. */
function searchPath(shell: Shell, target: string): string | undefined {
  const path = shell.variables.get("CDPATH");
  if (path === undefined || /^(?:\/|\.{1,2}(?:\/|$))/.test(target)) return undefined;
  for (const directory of path.split(":")) {
    if (directory === "" || directory === ".") continue;
    const candidate = `${directory}/${target}`;
    try {
      if (shell.self.files.stat(candidate).kind === "directory") return candidate;
    } catch {
      // Not below this one.
    }
  }
  return undefined;
}

export function* pwd(shell: Shell, args: readonly string[]): Run<number> {
  const read = yield* readFlags(shell, "pwd", args, "LP", "pwd [-LP]");
  if (read === undefined) return 2;
  const physical = read.flags.has("P") || (shell.options.has("physical") && !read.flags.has("L"));
  try {
    yield* shell.write(1, `${physical ? shell.self.files.realpath(".") : workingDirectory(shell)}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof KernelError) || error.syscall === "write") throw error;
    yield* shell.report(`pwd: error retrieving current directory: getcwd: cannot access parent directories: ${error.text}`);
    return 1;
  }
}

function withTilde(shell: Shell, path: string): string {
  const home = shell.variables.get("HOME");
  if (home === undefined || home === "/") return path;
  return path === home ? "~" : path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}

function* showStack(shell: Shell, long = false): Run<void> {
  const all = [workingDirectory(shell), ...shell.directoryStack];
  yield* shell.write(1, `${all.map((path) => (long ? path : withTilde(shell, path))).join(" ")}\n`);
}

/** `+n` counts from the left, `-n` from the right, from 0. */
function stackIndex(shell: Shell, text: string): number | undefined {
  const match = /^([+-])(\d+)$/.exec(text);
  if (match === null) return undefined;
  const size = shell.directoryStack.length + 1;
  return match[1] === "+" ? Number(match[2]) : size - 1 - Number(match[2]);
}

export function* pushd(shell: Shell, args: readonly string[]): Run<number> {
  const stay = args[0] === "-n";
  const list = args.slice(stay ? 1 : 0).filter((arg, at) => !(at === 0 && arg === "--"));
  const [target] = list;
  if (target !== undefined && /^-/.test(target) && !/^-\d+$/.test(target) && target !== "-") {
    yield* shell.report(`pushd: ${target}: invalid number`);
    yield* shell.write(2, "pushd: usage: pushd [-n] [+N | -N | dir]\n");
    return 2;
  }
  if (list.length > 1) {
    yield* shell.report("pushd: too many arguments");
    return 1;
  }
  const all = [workingDirectory(shell), ...shell.directoryStack];
  const index = target === undefined ? 1 : stackIndex(shell, target);
  if (index !== undefined) {
    if (index < 0 || index >= all.length) {
      yield* shell.report(target === undefined ? "pushd: no other directory" : `pushd: ${target}: directory stack index out of range`);
      return 1;
    }
    const rotated = target === undefined ? [all[1]!, all[0]!, ...all.slice(2)] : [...all.slice(index), ...all.slice(0, index)];
    if (!stay && !(yield* tryChange(shell, "pushd", rotated[0]!))) return 1;
    shell.directoryStack = rotated.slice(1);
  } else if (stay) {
    shell.directoryStack.unshift(logicalPath(all[0]!, target!));
  } else {
    if (!(yield* tryChange(shell, "pushd", target!))) return 1;
    shell.directoryStack = all;
  }
  yield* showStack(shell);
  return 0;
}

function* tryChange(shell: Shell, name: string, path: string): Run<boolean> {
  try {
    change(shell, path, false);
    return true;
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    yield* shell.report(`${name}: ${printableName(path)}: ${error.text}`);
    return false;
  }
}

export function* popd(shell: Shell, args: readonly string[]): Run<number> {
  const stay = args[0] === "-n";
  const [target = "+0"] = args.slice(stay ? 1 : 0).filter((arg, at) => !(at === 0 && arg === "--"));
  if (shell.directoryStack.length === 0) {
    yield* shell.report("popd: directory stack empty");
    return 1;
  }
  const index = stackIndex(shell, target);
  if (index === undefined || index < 0 || index > shell.directoryStack.length) {
    const wrong =
      index !== undefined ? "directory stack index out of range" : target.startsWith("-") ? "invalid number" : "invalid argument";
    yield* shell.report(`popd: ${target}: ${wrong}`);
    if (index === undefined) yield* shell.write(2, "popd: usage: popd [-n] [+N | -N]\n");
    return index === undefined ? 2 : 1;
  }
  if (index === 0) {
    if (!stay && !(yield* tryChange(shell, "popd", shell.directoryStack[0]!))) return 1;
    shell.directoryStack.shift();
  } else shell.directoryStack.splice(index - 1, 1);
  yield* showStack(shell);
  return 0;
}

export function* dirs(shell: Shell, args: readonly string[]): Run<number> {
  const index = args.map((arg) => stackIndex(shell, arg)).find((found) => found !== undefined);
  const options = args.filter((arg) => stackIndex(shell, arg) === undefined).join("");
  const wrong = args.find((arg) => stackIndex(shell, arg) === undefined && !/^-[clpv]+$/.test(arg));
  if (wrong !== undefined) {
    yield* shell.report(`dirs: ${wrong}: invalid option`);
    yield* shell.write(2, "dirs: usage: dirs [-clpv] [+N] [-N]\n");
    return 1;
  }
  if (options.includes("c")) {
    shell.directoryStack = [];
    return 0;
  }
  const all = [workingDirectory(shell), ...shell.directoryStack];
  const shown = all.map((path) => (options.includes("l") ? path : withTilde(shell, path)));
  if (index !== undefined) {
    if (shown[index] === undefined) {
      yield* shell.report(`dirs: ${args[0]}: directory stack index out of range`);
      return 1;
    }
    yield* shell.write(1, `${shown[index]}\n`);
  } else if (options.includes("v")) yield* shell.write(1, shown.map((path, at) => `${String(at).padStart(2)}  ${path}\n`).join(""));
  else if (options.includes("p")) yield* shell.write(1, `${shown.join("\n")}\n`);
  else yield* shell.write(1, `${shown.join(" ")}\n`);
  return 0;
}
