/** What `help NAME` shows: what a name is for, and examples of everyday use, each of which a test runs. */
import { manual, programs } from "../table.ts";
import { DATABASES } from "./databases.ts";
import { FILES } from "./files.ts";
import { NETWORK } from "./network.ts";
import { SERVICES } from "./services.ts";
import { SHELL, SHELL_SUMMARIES } from "./shell.ts";
import { SYSTEM } from "./system.ts";
import { TEXT } from "./text.ts";

/** What to type, what it does, and its exit status where that is not 0. */
export type Example = readonly [command: string, meaning: string, status?: number];

/** By the name of a program or of a command of the shell. */
export type Examples = Readonly<Record<string, readonly Example[]>>;

export const examples: ReadonlyMap<string, readonly Example[]> = new Map(
  [FILES, TEXT, SYSTEM, NETWORK, SHELL, DATABASES, SERVICES].flatMap((topic) => Object.entries(topic)),
);

/** The text of `help NAME`; undefined for a name that nothing is known of. */
export function helpFor(name: string): string | undefined {
  const known = examples.get(name);
  const summary = SHELL_SUMMARIES[name] ?? manual.get(name)?.summary;
  if (summary === undefined) return undefined;
  const lines = [`${name}: ${summary}`];
  for (const [command, meaning] of known ?? []) lines.push("", `  ${meaning}:`, `    ${command}`);
  const more = [manual.has(name) && `man ${name}`, programs.get(name)?.ownParsing !== "all" && programs.has(name) && `${name} --help`];
  const where = more.filter((each) => each !== false);
  if (where.length > 0) lines.push("", `More: ${where.join(", ")}`);
  return `${lines.join("\n")}\n`;
}
