/** Command lines of Exec…= (systemd.service(5), "Command lines"). */
import type { ExecCommand } from "./settings.ts";
import { expandSpecifiers } from "./specifiers.ts";
import { splitWords } from "./values.ts";

export interface CommandProblem {
  readonly text: string;
  readonly fatal: boolean;
}

/** The commands of one line (several with " ; "), or what is wrong with it. */
export function parseCommands(value: string, specifier: (letter: string) => string | undefined): ExecCommand[] | CommandProblem {
  const commands: ExecCommand[] = [];
  const words = splitWords(value.replace(/(^|\s)\\;(?=\s|$)/g, "$1\\x3b"));
  if (words === undefined) return { text: `Unbalanced quoting, ignoring: "${value}"`, fatal: true };
  let from = 0;
  for (let at = 0; at <= words.length; at++) {
    if (at < words.length && words[at] !== ";") continue;
    const part = words.slice(from, at);
    from = at + 1;
    if (part.length === 0) continue;
    const command = one(part, specifier);
    if ("text" in command) return command;
    commands.push(command);
  }
  return commands;
}

function one(words: readonly string[], specifier: (letter: string) => string | undefined): ExecCommand | CommandProblem {
  const first = words[0] ?? "";
  let rest = first;
  let ignoreFailure = false;
  let named = false;
  let literal = false;
  let privileged = false;
  for (;;) {
    if (rest.startsWith("-") && !ignoreFailure) ignoreFailure = true;
    else if (rest.startsWith("@") && !named) named = true;
    else if (rest.startsWith(":") && !literal) literal = true;
    else if (rest.startsWith("+") || rest.startsWith("!")) privileged = true;
    else break;
    rest = rest.slice(1);
  }
  const path = expandSpecifiers(rest, specifier);
  if (path === "") return { text: `Empty path in command line, ignoring: '${words.join(" ")}'`, fatal: false };
  if (path.endsWith("/")) return { text: `Executable path specifies a directory: ${path}`, fatal: !ignoreFailure };
  if (path.includes("/") && !path.startsWith("/"))
    return { text: `Neither a valid executable name nor an absolute path: ${path}`, fatal: !ignoreFailure };
  const others = words.slice(1).map((word) => expandSpecifiers(word, specifier));
  if (named && others.length === 0) return { text: "Empty path in command line, ignoring: ''", fatal: false };
  return { path, argv: named ? others : [path, ...others], ignoreFailure, literal, privileged };
}

/** $FOO and ${FOO} in the words of a command: `$FOO` alone becomes words, `${FOO}` stays one; `$$` is a dollar sign. */
export function expandVariables(argv: readonly string[], env: Readonly<Record<string, string>>): string[] {
  const value = (name: string) => env[name] ?? "";
  return argv.flatMap((word, index) => {
    const alone = /^\$([A-Za-z_]\w*)$/.exec(word);
    if (alone && index > 0) return splitWords(value(alone[1] ?? "")) ?? [];
    return [word.replace(/\$\$|\$\{([A-Za-z_]\w*)\}/g, (whole, name?: string) => (whole === "$$" ? "$" : value(name ?? "")))];
  });
}
