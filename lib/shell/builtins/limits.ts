/** `umask`, `ulimit`, `times`. */
import type { Run } from "../run.ts";
import type { Shell } from "../shell.ts";
import { readFlags } from "./usage.ts";

export function* umask(shell: Shell, args: readonly string[]): Run<number> {
  const read = yield* readFlags(shell, "umask", args, "pS", "umask [-p] [-S] [mode]");
  if (read === undefined) return 2;
  const { flags, rest } = read;
  const [mode] = rest;
  const { self } = shell;
  if (mode === undefined) {
    const text = flags.has("S") ? symbolic(self.umask) : self.umask.toString(8).padStart(4, "0");
    yield* shell.write(1, flags.has("p") ? `umask ${flags.has("S") ? "-S " : ""}${text}\n` : `${text}\n`);
    return 0;
  }
  if (/^\d/.test(mode)) {
    if (!/^[0-7]+$/.test(mode) || Number.parseInt(mode, 8) > 0o777) {
      yield* shell.report(`umask: ${mode}: octal number out of range`);
      return 1;
    }
    self.umask = Number.parseInt(mode, 8);
  } else {
    const changed = applySymbolic(self.umask, mode);
    if (changed === undefined) {
      yield* shell.report(`umask: \`${mode}': invalid symbolic mode operator`);
      return 1;
    }
    self.umask = changed;
  }
  if (flags.has("S")) yield* shell.write(1, `${symbolic(self.umask)}\n`);
  return 0;
}

function symbolic(mask: number): string {
  const part = (shift: number): string => [..."rwx"].filter((_, at) => ((~mask >> shift) & (4 >> at)) !== 0).join("");
  return `u=${part(6)},g=${part(3)},o=${part(0)}`;
}

/** `u=rwx,g+w`: what is allowed, so the mask is its complement. */
function applySymbolic(mask: number, text: string): number | undefined {
  let allowed = ~mask & 0o777;
  for (const clause of text.split(",")) {
    const match = /^([ugoa]*)([-+=])([rwx]*)$/.exec(clause);
    if (match === null) return undefined;
    const who = match[1] === "" || match[1]!.includes("a") ? "ugo" : match[1]!;
    for (const letter of who) {
      const shift = letter === "u" ? 6 : letter === "g" ? 3 : 0;
      let bits = 0;
      for (const permission of match[3]!) bits |= { r: 4, w: 2, x: 1 }[permission] ?? 0;
      if (match[2] === "+") allowed |= bits << shift;
      else if (match[2] === "-") allowed &= ~(bits << shift);
      else allowed = (allowed & ~(7 << shift)) | (bits << shift);
    }
  }
  return ~allowed & 0o777;
}

/** Name, unit, letter and the value shown. The kernel has limits of its own, which can't be changed from here. */
const LIMITS: readonly (readonly [string, string, string, string])[] = [
  ["real-time non-blocking time", "(microseconds, -R)", "R", "unlimited"],
  ["core file size", "(blocks, -c)", "c", "0"],
  ["data seg size", "(kbytes, -d)", "d", "unlimited"],
  ["scheduling priority", "(-e)", "e", "0"],
  ["file size", "(blocks, -f)", "f", "unlimited"],
  ["pending signals", "(-i)", "i", "15000"],
  ["max locked memory", "(kbytes, -l)", "l", "8192"],
  ["max memory size", "(kbytes, -m)", "m", "unlimited"],
  ["open files", "(-n)", "n", "1024"],
  ["pipe size", "(512 bytes, -p)", "p", "8"],
  ["POSIX message queues", "(bytes, -q)", "q", "819200"],
  ["real-time priority", "(-r)", "r", "0"],
  ["stack size", "(kbytes, -s)", "s", "8192"],
  ["cpu time", "(seconds, -t)", "t", "unlimited"],
  ["max user processes", "(-u)", "u", "15000"],
  ["virtual memory", "(kbytes, -v)", "v", "unlimited"],
  ["file locks", "(-x)", "x", "unlimited"],
];

export function* ulimit(shell: Shell, args: readonly string[]): Run<number> {
  const letters = `SHa${LIMITS.map(([, , letter]) => letter).join("")}`;
  const read = yield* readFlags(shell, "ulimit", args, letters, "ulimit [-SHabcdefiklmnpqrstuvxPRT] [limit]");
  if (read === undefined) return 2;
  const { flags, rest } = read;
  if (flags.has("a")) {
    yield* shell.write(1, LIMITS.map(([name, unit, , value]) => `${name.padEnd(28)}${unit.padStart(12)} ${value}\n`).join(""));
    return 0;
  }
  const chosen = LIMITS.find(([, , letter]) => flags.has(letter)) ?? LIMITS[4]!;
  if (rest.length === 0) {
    yield* shell.write(1, `${chosen[3]}\n`);
    return 0;
  }
  if (rest[0] === chosen[3]) return 0;
  yield* shell.report(`ulimit: ${chosen[0]}: cannot modify limit: Operation not permitted`);
  return 1;
}

/** What processes use of the processor is not measured here. */
export function* times(shell: Shell): Run<number> {
  yield* shell.write(1, "0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n");
  return 0;
}
