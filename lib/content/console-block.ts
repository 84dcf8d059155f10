import type { ConsoleBlock } from "./types.ts";

/** Splits a fence's info string after the language, `terminal=t2 until="Quit the server"`, into names and values. */
export function parseFenceOptions(meta: string): { options: ReadonlyMap<string, string>; rest: string } {
  const options = new Map<string, string>();
  const rest = meta.replace(
    /([a-z]+)=(?:"((?:[^"\\]|\\.)*)"|(\S+))/g,
    (_all, name: string, quoted: string | undefined, plain: string | undefined) => {
      options.set(name, quoted === undefined ? (plain ?? "") : unescaped(quoted));
      return "";
    },
  );
  return { options, rest: rest.trim() };
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_all, character: string) => (character === "n" ? "\n" : character === "t" ? "\t" : character));
}

/** What may stand behind the word console, as `name=value` or `name="several words"`, and what each is for. */
export const consoleOptions: Readonly<Record<string, { readonly about: string; readonly example: string }>> = {
  until: { about: "The last command is left running once it has shown this (a regular expression).", example: 'until="Serving HTTP"' },
  exit: { about: "The exit status of the last command, where it is meant to fail.", example: "exit=1" },
  input: { about: "What is typed to the last command; \\n is Enter.", example: 'input="yes\\n"' },
  terminal: { about: "Another terminal, opened when it is new.", example: "terminal=t2" },
  machine: { about: "The machine on which a new terminal opens.", example: "machine=web-1" },
  shown: { about: "It is only shown, and the gate does not try it: why.", example: 'shown="it would take an hour"' },
};

/**
 * Reads a ```console block: lines behind `$ ` are commands, `> ` continues the one before, everything else is what the computer says.
 * A here-document or a quote goes on in `> ` lines, as in a real terminal.
 */
export function readConsoleBlock(text: string, line: number, options: ReadonlyMap<string, string>): ConsoleBlock {
  const commands: string[] = [];
  let open = false;
  for (const each of text.split("\n")) {
    if (each.startsWith("$ ")) {
      commands.push(each.slice(2));
      open = true;
    } else if (open && (each.startsWith("> ") || each === ">")) {
      commands.push(`${commands.pop() ?? ""}\n${each.slice(2)}`);
    } else {
      open = false;
    }
  }
  return {
    line,
    text,
    commands,
    terminal: options.get("terminal"),
    machine: options.get("machine"),
    until: options.get("until"),
    exit: Number(options.get("exit") ?? 0),
    input: options.get("input"),
    shown: options.get("shown"),
  };
}
