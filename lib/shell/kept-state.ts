/**
 * What an interactive shell knows besides its folder: variables, functions, aliases. As commands that tell another shell the same (`declare -p`,
 * `declare -f`, `alias -p` of bash(1)), for a process itself can't be kept. Exported variables are among them: the startup files of a login
 * shell set PATH anew, whatever its environment says.
 */
import type { Process } from "../kernel/types.ts";
import { functionText } from "./exec/function-text.ts";
import { singleQuote } from "./expand/quote.ts";
import type { Shell } from "./shell.ts";
import { declarationText } from "./variables/print.ts";

/** A shell that has begun, and what it knew by then: its startup files tell the next one the same. */
interface Begun {
  readonly shell: Shell;
  readonly atStart: ReadonlySet<string>;
}

const begun = new WeakMap<Process, Begun>();
const wanted = new WeakMap<Process, string>();

/** What every shell sets for itself, or what belongs to one command. */
const own =
  /^(?:_|BASH\w*|COLUMNS|DIRSTACK|EUID|FUNCNAME|GROUPS|HIST\w*|LINENO|LINES|MAILCHECK|OLDPWD|OPTARG|OPTERR|OPTIND|PIPESTATUS|PPID|PWD|RANDOM|REPLY|SECONDS|SHELLOPTS|SHLVL|UID)$/;

/** The commands; empty where there is nothing to tell, and for what is no interactive shell. */
export function shellState(process: Process): string {
  const found = begun.get(process);
  // One that has not begun yet will know what it is to begin with.
  if (found === undefined) return wanted.get(process) ?? "";
  return commands(found.shell)
    .filter((each) => !found.atStart.has(each))
    .join("\n");
}

/** Lets a shell that was just spawned begin with what another one knew. */
export function beginWith(process: Process, state: string): void {
  wanted.set(process, state);
}

/** To be called when a shell's startup files are done; gives the commands that it is to begin with. */
export function stateToBegin(shell: Shell): string {
  begun.set(shell.self, { shell, atStart: new Set(commands(shell)) });
  return wanted.get(shell.self) ?? "";
}

function commands(shell: Shell): string[] {
  const variables = [...shell.variables.all()]
    .filter(([name, { value }]) => !own.test(name) && value !== undefined && !shell.variables.dynamic.has(name))
    .map(([name, variable]) => declarationText(name, variable));
  const functions = [...shell.functions.values()].filter(({ exported }) => exported !== true).map(functionText);
  const aliases = [...shell.aliases].map(([name, value]) => `alias ${name}=${singleQuote(value)}`);
  return [...variables, ...functions, ...aliases];
}
