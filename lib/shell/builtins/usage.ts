import type { Run } from "../run.ts";
import type { Shell } from "../shell.ts";

/** A builtin: gets its arguments without its name, resolves to its exit status. */
export type Builtin = (shell: Shell, args: readonly string[]) => Run<number>;

/** What getopt(3) would make of the arguments. */
export interface Flags {
  readonly flags: ReadonlyMap<string, string>;
  readonly rest: readonly string[];
}

/**
 * Reads options: `letters` as for getopts ("ra:" means -r, and -a with an argument). Undefined after a message when one is wrong.
 */
export function* readFlags(shell: Shell, name: string, args: readonly string[], letters: string, usage: string): Run<Flags | undefined> {
  const flags = new Map<string, string>();
  let at = 0;
  for (; at < args.length; at++) {
    const arg = args[at]!;
    if (arg === "--") {
      at++;
      break;
    }
    if (!arg.startsWith("-") || arg === "-") break;
    for (let letter = 1; letter < arg.length; letter++) {
      const option = arg[letter]!;
      const known = letters.indexOf(option);
      if (known < 0 || option === ":") {
        yield* shell.report(`${name}: -${option}: invalid option`);
        yield* shell.write(2, `${name}: usage: ${usage}\n`);
        return undefined;
      }
      if (letters[known + 1] !== ":") {
        flags.set(option, "");
        continue;
      }
      const value = letter + 1 < arg.length ? arg.slice(letter + 1) : args[++at];
      if (value === undefined) {
        yield* shell.report(`${name}: -${option}: option requires an argument`);
        yield* shell.write(2, `${name}: usage: ${usage}\n`);
        return undefined;
      }
      flags.set(option, value);
      break;
    }
  }
  return { flags, rest: args.slice(at) };
}
