import { optionOfLetter, SET_OPTIONS, SHOPT_DEFAULTS } from "../options.ts";

/** What the arguments of bash ask for. */
export interface StartOptions {
  readonly login: boolean;
  readonly interactive: boolean;
  /** The text after -c. */
  readonly command: string | undefined;
  /** -s */
  readonly fromInput: boolean;
  readonly posix: boolean;
  readonly noProfile: boolean;
  readonly noRc: boolean;
  readonly rcFile: string | undefined;
  readonly version: boolean;
  readonly help: boolean;
  readonly set: readonly { readonly name: string; readonly on: boolean }[];
  readonly shopt: readonly { readonly name: string; readonly on: boolean }[];
  /** Script and parameters; after -c, `$0` and parameters. */
  readonly operands: readonly string[];
}

/** Reads bash's own arguments. `argv[0]` that begins with a dash makes a login shell; `sh` is posix. */
export function readArguments(argv: readonly string[]): StartOptions | { readonly problem: string } {
  const name = argv[0] ?? "bash";
  let login = name.startsWith("-");
  let interactive = false;
  let hasCommand = false;
  let fromInput = false;
  let posix = /(?:^|\/)-?sh$/.test(name);
  let noProfile = false;
  let noRc = false;
  let rcFile: string | undefined;
  let version = false;
  let help = false;
  const set: { name: string; on: boolean }[] = [];
  const shopt: { name: string; on: boolean }[] = [];
  let at = 1;
  for (; at < argv.length; at++) {
    const arg = argv[at]!;
    if (arg === "--" || arg === "-") {
      at++;
      break;
    }
    if (arg.startsWith("--")) {
      if (arg === "--login") login = true;
      else if (arg === "--posix") posix = true;
      else if (arg === "--noprofile") noProfile = true;
      else if (arg === "--norc") noRc = true;
      else if (arg === "--version") version = true;
      else if (arg === "--help") help = true;
      else if (arg === "--rcfile" || arg === "--init-file") rcFile = argv[++at];
      else if (arg === "--verbose") set.push({ name: "verbose", on: true });
      else if (arg !== "--noediting") return { problem: `${arg}: invalid option` };
      continue;
    }
    if (!/^[-+]./.test(arg)) break;
    const on = arg[0] === "-";
    for (const letter of arg.slice(1)) {
      const option = optionOfLetter(letter);
      if (letter === "c") hasCommand = true;
      else if (letter === "i" && on) interactive = true;
      else if (letter === "l" && on) login = true;
      else if (letter === "s" && on) fromInput = true;
      else if (letter === "o") {
        const value = argv[++at];
        if (value === undefined || !(value in SET_OPTIONS)) return { problem: `${value ?? ""}: invalid option name` };
        set.push({ name: value, on });
      } else if (letter === "O") {
        const value = argv[++at];
        if (value === undefined || !(value in SHOPT_DEFAULTS)) return { problem: `${value ?? ""}: invalid shell option name` };
        shopt.push({ name: value, on });
      } else if (option !== undefined) set.push({ name: option, on });
      else return { problem: `-${letter}: invalid option` };
    }
  }
  const rest = argv.slice(at);
  if (hasCommand && rest.length === 0) return { problem: "-c: option requires an argument" };
  const command = hasCommand ? rest[0] : undefined;
  return {
    login,
    interactive,
    command,
    fromInput,
    posix,
    noProfile,
    noRc,
    rcFile,
    version,
    help,
    set,
    shopt,
    operands: hasCommand ? rest.slice(1) : rest,
  };
}
