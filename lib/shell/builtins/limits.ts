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

interface Limit {
  readonly name: string;
  readonly unit: string;
  readonly letter: string;
  readonly value: string;
}

/** What a shell starts with. A lower limit is remembered and shown; the kernel's own limits stay what they are. */
const LIMITS: readonly Limit[] = (
  [
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
    ["max user processes", "(-u)", "u", "256"],
    ["virtual memory", "(kbytes, -v)", "v", "unlimited"],
    ["file locks", "(-x)", "x", "unlimited"],
  ] as const
).map(([name, unit, letter, value]) => ({ name, unit, letter, value }));

/** Where the hard limit is another one. */
const HARD: Readonly<Record<string, string>> = { c: "unlimited", s: "unlimited" };

const toNumber = (value: string): number => (value === "unlimited" ? Number.POSITIVE_INFINITY : Number(value));

export function* ulimit(shell: Shell, args: readonly string[]): Run<number> {
  const letters = `SHa${LIMITS.map(({ letter }) => letter).join("")}`;
  const read = yield* readFlags(shell, "ulimit", args, letters, "ulimit [-SHabcdefiklmnpqrstuvxPRT] [limit]");
  if (read === undefined) return 2;
  const { flags, rest } = read;
  const current = ({ letter, value }: Limit, kind: "soft" | "hard"): string =>
    shell.limits.get(`${kind} ${letter}`) ?? (kind === "hard" ? HARD[letter] : undefined) ?? value;
  const kind = flags.has("H") && !flags.has("S") ? "hard" : "soft";
  if (flags.has("a")) {
    const line = (limit: Limit): string => `${limit.name.padEnd(28)}${limit.unit.padStart(12)} ${current(limit, kind)}\n`;
    yield* shell.write(1, LIMITS.map(line).join(""));
    return 0;
  }
  const asked = LIMITS.filter(({ letter }) => flags.has(letter));
  const chosen = asked[asked.length - 1] ?? LIMITS[4]!;
  const [text] = rest;
  if (text === undefined) {
    for (const limit of asked.length > 0 ? asked : [chosen]) {
      const label = asked.length > 1 ? `${limit.name.padEnd(28)}${limit.unit.padStart(12)} ` : "";
      yield* shell.write(1, `${label}${current(limit, kind)}\n`);
    }
    return 0;
  }
  const hard = current(chosen, "hard");
  const wanted = text === "hard" ? hard : text === "soft" ? current(chosen, "soft") : text;
  if (wanted !== "unlimited" && !/^\d+$/.test(wanted)) {
    yield* shell.report(`ulimit: ${text}: invalid number`);
    return 1;
  }
  if (chosen.letter === "p") {
    yield* shell.report(`ulimit: ${chosen.name}: cannot modify limit: Invalid argument`);
    return 1;
  }
  const onlySoft = flags.has("S") && !flags.has("H");
  const raises = toNumber(wanted) > toNumber(hard) && shell.self.credentials.uid !== 0;
  if (raises) {
    yield* shell.report(`ulimit: ${chosen.name}: cannot modify limit: ${onlySoft ? "Invalid argument" : "Operation not permitted"}`);
    return 1;
  }
  if (!onlySoft) shell.limits.set(`hard ${chosen.letter}`, wanted);
  if (!flags.has("H") || flags.has("S")) shell.limits.set(`soft ${chosen.letter}`, wanted);
  return 0;
}

/** What processes use of the processor is not measured here. */
export function* times(shell: Shell): Run<number> {
  yield* shell.write(1, "0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n");
  return 0;
}
