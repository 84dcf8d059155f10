import type { Shell } from "../shell.ts";
import { AssociativeArray } from "./associative.ts";
import type { Dynamic } from "./scopes.ts";

export const BASH_VERSION = "5.2.15(1)-release";
const VERSION_PARTS = ["5", "2", "15", "1", "release", "x86_64-pc-linux-gnu"];

/** Variables whose value is made when they are read (bash(1), Shell Variables). */
export function dynamicVariables(shell: Shell): Map<string, Dynamic> {
  let seed: number | undefined;
  const now = (): number => shell.self.machine.kernel.clock.now();
  const random = (): number => {
    if (seed === undefined) return Math.floor(shell.self.machine.kernel.random() * 32768);
    // The minimal standard generator that bash uses once RANDOM has been assigned to (Park and Miller).
    seed = Number((BigInt(seed === 0 ? 123459876 : seed) * 16807n) % 2147483647n);
    return ((seed >> 16) ^ (seed & 65535)) & 32767;
  };
  let secondsOffset = 0;
  return new Map<string, Dynamic>([
    [
      "RANDOM",
      {
        get: () => String(random()),
        set: (value) => {
          seed = Number.parseInt(value, 10) || 0;
        },
        integer: true,
      },
    ],
    ["SRANDOM", { get: () => String(Math.floor(shell.self.machine.kernel.random() * 2 ** 32)) }],
    [
      "SECONDS",
      {
        get: () => String(Math.floor((now() - shell.startedMs) / 1000) + secondsOffset),
        set: (value) => {
          secondsOffset = (Number.parseInt(value, 10) || 0) - Math.floor((now() - shell.startedMs) / 1000);
        },
        integer: true,
      },
    ],
    ["LINENO", { get: () => String(shell.line) }],
    ["EPOCHSECONDS", { get: () => String(Math.floor(now() / 1000)) }],
    ["EPOCHREALTIME", { get: () => (now() / 1000).toFixed(6) }],
    ["BASHPID", { get: () => String(shell.self.pid) }],
    ["PPID", { get: () => String(shell.parentPid), readonly: true, integer: true }],
    ["UID", { get: () => String(shell.self.uid), readonly: true, integer: true }],
    ["EUID", { get: () => String(shell.self.credentials.uid), readonly: true, integer: true }],
    ["GROUPS", { get: () => shell.self.credentials.groups.map(String) }],
    ["BASH_VERSION", { get: () => BASH_VERSION }],
    ["BASH_VERSINFO", { get: () => [...VERSION_PARTS], readonly: true }],
    ["BASH", { get: () => programPath(shell) }],
    [
      "BASHOPTS",
      {
        get: () =>
          [...shell.shopt]
            .filter(([, on]) => on)
            .map(([name]) => name)
            .sort()
            .join(":"),
        readonly: true,
      },
    ],
    ["SHELLOPTS", { get: () => [...shell.options].sort().join(":"), readonly: true }],
    ["BASH_COMMAND", { get: () => shell.command }],
    ["BASH_SUBSHELL", { get: () => String(shell.subshellLevel) }],
    ["PIPESTATUS", { get: () => shell.pipeStatus.map(String) }],
    ["FUNCNAME", { get: () => functionNames(shell) }],
    ["BASH_SOURCE", { get: () => sources(shell) }],
    ["BASH_LINENO", { get: () => shell.frames.map((frame) => String(frame.line)).reverse() }],
    ["DIRSTACK", { get: () => [shell.variables.get("PWD") ?? "", ...shell.directoryStack] }],
    ["HISTCMD", { get: () => String(shell.history?.next ?? 1) }],
    ["HOSTNAME", { get: () => shell.self.machine.hostname }],
    ["HOSTTYPE", { get: () => "x86_64" }],
    ["MACHTYPE", { get: () => "x86_64-pc-linux-gnu" }],
    ["OSTYPE", { get: () => "linux-gnu" }],
    ["COMP_WORDBREAKS", { get: () => " \t\n\"'><=;|&(:" }],
    ["BASH_ALIASES", { get: () => associative(shell.aliases) }],
    ["BASH_CMDS", { get: () => associative([...shell.hashed].map(([name, entry]) => [name, entry.path] as const)) }],
  ]);
}

/** The shell's own program: as it was called, or where PATH has it. */
function programPath(shell: Shell): string {
  const name = (shell.self.argv[0] ?? "bash").replace(/^-/, "");
  if (name.includes("/")) return name;
  const folder = (shell.variables.get("PATH") ?? "").split(":").find((path) => shell.self.files.exists(`${path}/${name}`));
  return `${folder ?? "/bin"}/${name}`;
}

function associative(entries: Iterable<readonly [string, string]>): AssociativeArray {
  const array = new AssociativeArray();
  for (const [name, text] of entries) array.set(name, text);
  return array;
}

/** Only set inside functions. */
function functionNames(shell: Shell): string[] | undefined {
  if (!shell.frames.some((frame) => frame.kind === "function")) return undefined;
  return shell.frames.map((frame) => frame.name).reverse();
}

function sources(shell: Shell): string[] | undefined {
  return shell.frames.length === 0 ? undefined : shell.frames.map((frame) => frame.source).reverse();
}
