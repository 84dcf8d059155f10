/** Options as getopt_long(3) reads them: from the table's text to what a program asks. */
import { UsageError } from "./errors.ts";

/** One option of a program. `key` is the name the program asks for: the long one where there is one. */
export interface Option {
  readonly key: string;
  readonly short?: string;
  readonly long?: string;
  /** Name of the argument; undefined when it takes none. */
  readonly argument?: string;
  readonly argumentOptional: boolean;
  readonly meaning: string;
}

/** Reads a line of a program's table: `-w, --width=COLS  meaning`, `--color[=WHEN]  meaning`, `-n NUM  meaning`. */
export function parseOptionLine(line: string): Option {
  const gap = line.search(/\s{2,}/);
  const left = (gap < 0 ? line : line.slice(0, gap)).trim();
  const meaning = gap < 0 ? "" : line.slice(gap).trim();
  let short: string | undefined;
  let long: string | undefined;
  let argument: string | undefined;
  let argumentOptional = false;
  for (const part of left.split(", ")) {
    const found = /^(--?)([^\s=[]+)(?:\[=?(.+)\]|[= ](.+))?$/.exec(part);
    if (!found) throw new Error(`bad option line: ${line}`);
    if (found[1] === "--") long = found[2];
    else short = found[2];
    if (found[3] ?? found[4]) {
      argument = found[3] ?? found[4];
      argumentOptional = found[3] !== undefined;
    }
  }
  const key = long ?? short;
  if (key === undefined) throw new Error(`bad option line: ${line}`);
  return { key, short, long, argument, argumentOptional, meaning };
}

export interface GivenOption {
  readonly key: string;
  readonly value: string;
}

/** What was on the command line. */
export class Arguments {
  constructor(
    /** Options in the order given; `value` is empty for those without an argument. */
    readonly given: readonly GivenOption[],
    readonly operands: readonly string[],
    /** Everything after the name, as typed. */
    readonly raw: readonly string[],
  ) {}

  has(...keys: string[]): boolean {
    return this.given.some((option) => keys.includes(option.key));
  }

  /** The argument of the last of these options. */
  get(...keys: string[]): string | undefined {
    return this.given.findLast((option) => keys.includes(option.key))?.value;
  }

  all(key: string): string[] {
    return this.given.filter((option) => option.key === key).map((option) => option.value);
  }

  /** Which of these options came last: for options that override each other. */
  last(...keys: string[]): string | undefined {
    return this.given.findLast((option) => keys.includes(option.key))?.key;
  }
}

export interface Grammar {
  readonly name: string;
  readonly options: readonly Option[];
  /** Options the real program has and we do not model: "-b", "--author". */
  readonly unmodeled: readonly string[];
  /** Options end at the first operand (for programs that run others). */
  readonly stopAtOperand: boolean;
  readonly usageStatus: number;
}

/** getopt_long(3), with glibc's messages. */
export function parseArguments(grammar: Grammar, argv: readonly string[]): Arguments {
  const given: GivenOption[] = [];
  const operands: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? "";
    if (word === "--") {
      operands.push(...argv.slice(i + 1));
      break;
    }
    if (word.startsWith("--")) {
      const { option, attached } = findLong(grammar, word.slice(2));
      if (option.argument === undefined && attached !== undefined)
        throw usage(grammar, `option '--${option.long}' doesn't allow an argument`);
      let value = attached;
      if (option.argument !== undefined && !option.argumentOptional && value === undefined) {
        i++;
        if (i >= argv.length) throw usage(grammar, `option '--${option.long}' requires an argument`);
        value = argv[i];
      }
      given.push({ key: option.key, value: value ?? "" });
    } else if (word.startsWith("-") && word.length > 1) {
      for (let at = 1; at < word.length; at++) {
        const letter = word[at] ?? "";
        const option = grammar.options.find((candidate) => candidate.short === letter);
        if (!option) {
          if (grammar.unmodeled.includes(`-${letter}`)) throw notModeled(grammar, `-${letter}`);
          throw usage(grammar, `invalid option -- '${letter}'`);
        }
        if (option.argument === undefined) {
          given.push({ key: option.key, value: "" });
          continue;
        }
        let value = word.slice(at + 1);
        if (value === "" && !option.argumentOptional) {
          i++;
          if (i >= argv.length) throw usage(grammar, `option requires an argument -- '${letter}'`);
          value = argv[i] ?? "";
        }
        given.push({ key: option.key, value });
        break;
      }
    } else if (grammar.stopAtOperand) {
      operands.push(...argv.slice(i));
      break;
    } else operands.push(word);
  }
  return new Arguments(given, operands, argv);
}

function findLong(grammar: Grammar, text: string): { option: Option; attached: string | undefined } {
  const equals = text.indexOf("=");
  const name = equals < 0 ? text : text.slice(0, equals);
  const attached = equals < 0 ? undefined : text.slice(equals + 1);
  const exact = grammar.options.find((option) => option.long === name);
  if (exact) return { option: exact, attached };
  if (grammar.unmodeled.includes(`--${name}`)) throw notModeled(grammar, `--${name}`);
  const matches = grammar.options.filter((option) => option.long?.startsWith(name));
  const others = grammar.unmodeled.filter((option) => option.startsWith(`--${name}`));
  const [only] = matches;
  if (only && new Set(matches.map((option) => option.key)).size === 1 && others.length === 0) return { option: only, attached };
  if (matches.length + others.length > 1) {
    const names = [...matches.map((option) => `'--${option.long}'`), ...others.map((option) => `'${option}'`)];
    throw usage(grammar, `option '--${name}' is ambiguous; possibilities: ${names.join(" ")}`);
  }
  if (others[0]) throw notModeled(grammar, others[0]);
  throw usage(grammar, `unrecognized option '--${name}'`);
}

function usage(grammar: Grammar, message: string): UsageError {
  return new UsageError(message, grammar.usageStatus);
}

function notModeled(grammar: Grammar, option: string): UsageError {
  return new UsageError(`option '${option}' is real, but this machine does not model it; see /reference/machine`, grammar.usageStatus);
}
