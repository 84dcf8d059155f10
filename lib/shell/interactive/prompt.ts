/** PS1 and its like (bash(1), PROMPTING). */
import { formatDate } from "../builtins/date-format.ts";
import { workingDirectory } from "../builtins/directory.ts";
import { partsOfText } from "../expand/fragments.ts";
import { users } from "../expand/tilde.ts";
import { expandQuotedParts } from "../expand/word.ts";
import type { Run } from "../run.ts";
import type { Shell } from "../shell.ts";

/** The text of a prompt: backslash escapes, then expansions. `\[` and `\]` become \x01 and \x02, as readline has them. */
export function* decodePrompt(shell: Shell, prompt: string): Run<string> {
  const decoded = decodeEscapes(shell, prompt);
  if (!shell.on("promptvars") || !/[$`\\]/.test(decoded)) return decoded;
  const { status } = shell;
  const expanded = yield* expandQuotedParts(shell, partsOfText(decoded));
  shell.status = status;
  return expanded;
}

function decodeEscapes(shell: Shell, prompt: string): string {
  const now = shell.self.machine.kernel.clock.now();
  const date = (format: string): string => formatDate(format, now, shell.variables.get("TZ"));
  return prompt.replace(
    /\\(?:([0-7]{3})|D\{([^}]*)\}|([\s\S]))/g,
    (whole, octal: string | undefined, format: string | undefined, letter: string | undefined) => {
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 255);
      if (format !== undefined) return date(format === "" ? "%X" : format);
      switch (letter) {
        case "a":
          return "\x07";
        case "d":
          return date("%a %b %d");
        case "e":
          return "\x1b";
        case "h":
          return shell.self.machine.hostname.split(".")[0]!;
        case "H":
          return shell.self.machine.hostname;
        case "j":
          return String(shell.jobs.jobs.length);
        case "l":
          return (shell.self.tty ?? "tty").split("/").at(-1)!;
        case "n":
          return "\n";
        case "r":
          return "\r";
        case "s":
          return shell.name.split("/").at(-1)!.replace(/^-/, "");
        case "t":
          return date("%H:%M:%S");
        case "T":
          return date("%I:%M:%S");
        case "@":
          return date("%I:%M %p");
        case "A":
          return date("%H:%M");
        case "u":
          return userName(shell);
        case "v":
          return "5.2";
        case "V":
          return "5.2.15";
        case "w":
          return escapeValue(shortDirectory(shell));
        case "W": {
          const path = shortDirectory(shell);
          return escapeValue(path === "~" || path === "/" ? path : path.split("/").at(-1)!);
        }
        case "!":
          return String(shell.history?.next ?? 1);
        case "#":
          return String(shell.commandNumber);
        case "$":
          return shell.self.credentials.uid === 0 ? "#" : "\\$";
        case "\\":
          return "\\";
        case "[":
          return "\x01";
        case "]":
          return "\x02";
        default:
          return whole;
      }
    },
  );
}

/** A directory's name may hold `$(…)`: it is text, not a command. */
/** Control characters are shown as `^X` (bash's sh_strvis): a folder's name must not command the terminal. */
function escapeValue(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being looked for
  const visible = text.replace(/[\x00-\x1f\x7f]/g, (character) => `^${String.fromCharCode(character.charCodeAt(0) ^ 64)}`);
  return visible.replace(/[$`\\]/g, "\\$&");
}

export function userName(shell: Shell): string {
  const { uid } = shell.self.credentials;
  return users(shell.self.files).find((user) => user.uid === uid)?.name ?? "I have no name!";
}

function shortDirectory(shell: Shell): string {
  const path = workingDirectory(shell);
  const home = shell.variables.get("HOME");
  if (home === undefined || home === "/" || home === "") return path;
  const short = path === home ? "~" : path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
  const keep = Number(shell.variables.get("PROMPT_DIRTRIM") ?? 0);
  const parts = short.split("/");
  if (!(keep > 0) || parts.length <= keep + 1) return short;
  return `${parts[0]}/.../${parts.slice(-keep).join("/")}`;
}
