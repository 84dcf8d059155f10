/** Every backslash command by its name. */
import type { Command } from "./command.ts";
import { conditionals } from "./commands/conditional.ts";
import { connecting } from "./commands/connecting.ts";
import { describing, isDescribe } from "./commands/describing.ts";
import { files } from "./commands/files.ts";
import { formatting } from "./commands/formatting.ts";
import { general } from "./commands/general.ts";
import { pages } from "./commands/pages.ts";
import { unmodeled } from "./commands/unmodeled.ts";
import { variableCommands } from "./commands/variables.ts";

const COMMANDS: ReadonlyMap<string, Command> = new Map(
  [general, conditionals, connecting, files, formatting, pages, variableCommands, unmodeled].flatMap((group) => Object.entries(group)),
);

export function findCommand(name: string): Command | undefined {
  return COMMANDS.get(name) ?? (isDescribe(name) ? describing : undefined);
}

/** For completion. */
export function commandNames(): string[] {
  return [...COMMANDS.keys()].map((name) => `\\${name}`);
}
