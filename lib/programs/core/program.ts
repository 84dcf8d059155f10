/** What a program is to the table: its page, its options, and the function that runs. */
import type { Process } from "../../kernel/types.ts";
import { codeOf, Failure, reason, UsageError } from "./errors.ts";
import { helpText, versionText } from "./help.ts";
import { Arguments, type Option, parseArguments, parseOptionLine } from "./options.ts";

export type Section = "files" | "text" | "system" | "processes" | "network" | "archives" | "users" | "shell";

export interface ProgramDefinition {
  readonly name: string;
  /** One line, as in whatis(1). */
  readonly summary: string;
  readonly section: Section;
  /** Where the behavior comes from: the first line of --version. */
  readonly origin: string;
  /** What follows the name in the synopsis, one line a form. */
  readonly synopsis: readonly string[];
  /** Paragraphs for the manual page. */
  readonly description?: string;
  /** One line an option: `-w, --width=COLS  meaning`. */
  readonly options?: readonly string[];
  /** Options that the real program has and this machine does not model. */
  readonly unmodeled?: readonly string[];
  /** What else is not covered, in words. */
  readonly limits?: string;
  /** All that --version says, where that is not of GNU's form. */
  readonly version?: string;
  /** Exit status for mistakes in the options; 1 unless given. */
  readonly usageStatus?: number;
  /** Options end at the first operand. */
  readonly stopAtOperand?: boolean;
  /** The program reads its own arguments: only `--help` and `--version` alone are ours. "all": not even those. */
  readonly ownParsing?: "all" | "options";
  /** Turns historical forms (`head -3`) into options before they are parsed. */
  readonly rewrite?: (argv: readonly string[]) => readonly string[];
  /** For programs that don't end a usage mistake with "Try 'name --help'…". */
  readonly usageHint?: (name: string) => string;
  /** For programs that word mistakes in options otherwise than getopt_long(3). */
  readonly usageMessage?: (message: string) => string;
  readonly run: (self: Process, args: Arguments) => Promise<number>;
}

/** A program in the table. */
export interface ProgramEntry extends Omit<ProgramDefinition, "options" | "unmodeled"> {
  readonly options: readonly Option[];
  readonly unmodeled: readonly string[];
  /** Runs it as a process: parses, prints messages, turns failures into statuses. */
  readonly main: (self: Process) => Promise<number>;
}

/** What there is to tell of a program, whoever runs it. */
export type ManualEntry = Omit<ProgramEntry, "main" | "run">;

/** The entry of a program that is no function of the table's: a script on the disk of some machines. */
export function describe(definition: Omit<ProgramDefinition, "run">): ManualEntry {
  return { ...definition, options: (definition.options ?? []).map(parseOptionLine), unmodeled: definition.unmodeled ?? [] };
}

/** Completes a definition: `--help` and `--version` are options of every program that parses its own table. */
export function program(definition: ProgramDefinition): ProgramEntry {
  const options = (definition.options ?? []).map(parseOptionLine);
  if (!definition.ownParsing) {
    if (!options.some((option) => option.long === "help")) options.push(parseOptionLine("--help  display this help and exit"));
    if (!options.some((option) => option.long === "version"))
      options.push(parseOptionLine("--version  output version information and exit"));
  }
  const entry: ProgramEntry = {
    ...definition,
    options,
    unmodeled: definition.unmodeled ?? [],
    main: (self) => start(entry, self),
  };
  return entry;
}

/** The same program under another name (egrep, vi). */
export function alias(entry: ProgramEntry, name: string, summary = entry.summary): ProgramEntry {
  const other: ProgramEntry = { ...entry, name, summary, main: (self) => start(other, self) };
  return other;
}

async function start(entry: ProgramEntry, self: Process): Promise<number> {
  const typed = self.argv.slice(1);
  try {
    if (entry.ownParsing) {
      if (entry.ownParsing === "options" && typed.length === 1) {
        if (typed[0] === "--help") return await page(self, helpText(entry));
        if (typed[0] === "--version") return await page(self, versionText(entry));
      }
      return await entry.run(self, new Arguments([], typed, typed));
    }
    const argv = entry.rewrite ? entry.rewrite(typed) : typed;
    const args = parseArguments(
      {
        name: entry.name,
        options: entry.options,
        unmodeled: entry.unmodeled,
        stopAtOperand: entry.stopAtOperand ?? false,
        usageStatus: entry.usageStatus ?? 1,
      },
      argv,
    );
    if (args.has("help")) return await page(self, helpText(entry));
    if (args.has("version")) return await page(self, entry.version ?? versionText(entry));
    return await entry.run(self, args);
  } catch (error) {
    if (error instanceof UsageError) {
      const hint = entry.usageHint ? entry.usageHint(entry.name) : `Try '${entry.name} --help' for more information.\n`;
      await self.error(`${entry.name}: ${entry.usageMessage?.(error.message) ?? error.message}\n${hint}`);
      return error.status;
    }
    if (error instanceof Failure) {
      if (error.message !== "") await self.error(`${entry.name}: ${error.message}\n`);
      return error.status;
    }
    // A killed process and SIGPIPE are not the program's to report.
    if (codeOf(error) === undefined || codeOf(error) === "EPIPE") throw error;
    await self.error(`${entry.name}: ${reason(error)}\n`);
    return 1;
  }
}

async function page(self: Process, text: string): Promise<number> {
  await self.print(text);
  return 0;
}
