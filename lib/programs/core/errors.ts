/** What programs say when a system call fails, and how they stop. */
import { type ErrnoCode, KernelError } from "../../kernel/errno.ts";

/** The name of a system error ("ENOENT"), or undefined when `error` is something else: a killed process, a bug. */
export function codeOf(error: unknown): ErrnoCode | undefined {
  return error instanceof KernelError ? error.code : undefined;
}

/** strerror(3) of a system error. Anything that is none is thrown on: it is not the program's to report. */
export function reason(error: unknown): string {
  if (error instanceof KernelError) return error.text;
  throw error;
}

/** Ends the program with a message ("name: message") and a status; an empty message prints nothing. */
export class Failure extends Error {
  constructor(
    message: string,
    readonly status = 1,
  ) {
    super(message);
  }
}

/** A mistake in the options: the message, then "Try 'name --help' for more information." */
export class UsageError extends Failure {}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being looked for
const CONTROL = /[\x00-\x1f\x7f]/;
const NAMED: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\t": "\\t",
  "\r": "\\r",
  "\b": "\\b",
  "\f": "\\f",
  "\v": "\\v",
  "\x07": "\\a",
};

function escaped(character: string): string {
  return character === "\\" ? "\\\\" : (NAMED[character] ?? `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`);
}

/** A name with control characters, in the shell's quotes: a name must not command the terminal that shows it. */
export function quoteControl(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being looked for
  const parts = name.replace(/'/g, "'\\''").replace(/[\x00-\x1f\x7f]+/g, (run) => {
    return `'$'${Array.from(run, escaped).join("")}''`;
  });
  return `'${parts}'`.replace(/''$/, "");
}

/** As GNU's quotef (shell-escape): names before a colon, in quotes only where the shell would want them, or where the colon misleads. */
export function quoteIfNeeded(name: string): string {
  return name === "" || CONTROL.test(name) || /[ !"$&'()*:;<=>?[\\^`|]|^[#~]/.test(name) ? quoteName(name) : name;
}

/** As GNU's quoteaf (shell-escape-always): how file names stand in messages. */
export function quoteName(name: string): string {
  if (CONTROL.test(name)) return quoteControl(name);
  if (!name.includes("'")) return `'${name}'`;
  return /["$`\\]/.test(name) ? `'${name.replaceAll("'", "'\\''")}'` : `"${name}"`;
}

/** As GNU's quote() in a UTF-8 locale: other words in messages. */
export function quote(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being looked for
  return `‘${text.replace(/[\x00-\x1f\x7f\\]/g, escaped).replaceAll("’", "\\’")}’`;
}

/** As gnulib's argmatch: the argument of an option that takes one of several words; words of one meaning share a line. */
export function invalidArgument(option: string, value: string, words: readonly (readonly string[])[]): UsageError {
  const lines = words.map((line) => `  - ${line.map(quote).join(", ")}`);
  return new UsageError(`invalid argument ${quote(value)} for ${quote(option)}\nValid arguments are:\n${lines.join("\n")}`, 1);
}
