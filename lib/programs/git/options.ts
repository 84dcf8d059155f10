/** Options of git's commands, as git's own parser reads them: short ones together, long ones cut short, `--no-` before any. */
import { Quit } from "./errors.ts";

interface Spec {
  readonly key: string;
  readonly short: string | undefined;
  readonly long: string | undefined;
  /** "last": needed, unless it stands at the end. */
  readonly argument: "none" | "needed" | "optional" | "last";
}

function parseSpec(line: string): Spec {
  let short: string | undefined;
  let long: string | undefined;
  let argument: Spec["argument"] = "none";
  for (const part of line.split(/,\s*/)) {
    const found = /^(--?)([^=[\s]+)(\[=\]|=\?|=)?$/.exec(part);
    if (!found) throw new Error(`bad option: ${line}`);
    if (found[1] === "--") long = found[2];
    else short = found[2];
    if (found[3]) argument = found[3] === "=" ? "needed" : found[3] === "=?" ? "last" : "optional";
  }
  return { key: long ?? short ?? "", short, long, argument };
}

export interface Given {
  readonly key: string;
  readonly value: string | undefined;
  /** `--no-…` */
  readonly negated: boolean;
}

export class Options {
  constructor(
    readonly given: readonly Given[],
    readonly operands: readonly string[],
    /** Operands behind `--`; undefined when there was none. */
    readonly paths: readonly string[] | undefined,
  ) {}

  /** Given, and not taken back by a later `--no-`. */
  has(...keys: string[]): boolean {
    return keys.some((key) => this.given.findLast((each) => each.key === key)?.negated === false);
  }

  /** true, false (`--no-…`), or undefined when it was not said. */
  flag(key: string): boolean | undefined {
    const last = this.given.findLast((each) => each.key === key);
    return last === undefined ? undefined : !last.negated;
  }

  get(key: string): string | undefined {
    const last = this.given.findLast((each) => each.key === key);
    return last === undefined || last.negated ? undefined : last.value;
  }

  all(key: string): string[] {
    return this.given.filter((each) => each.key === key && !each.negated).map(({ value }) => value ?? "");
  }

  count(key: string): number {
    return this.given.filter((each) => each.key === key && !each.negated).length;
  }

  last(...keys: string[]): string | undefined {
    return this.given.findLast((each) => keys.includes(each.key) && !each.negated)?.key;
  }

  /** Operands and paths together. */
  get everything(): readonly string[] {
    return [...this.operands, ...(this.paths ?? [])];
  }
}

export interface Grammar {
  /** `commit`: for messages. */
  readonly name: string;
  /** Lines of the usage, without "usage: ". */
  readonly usage: readonly string[];
  /** `-m, --message=`: "=" an argument, "[=]" one that may be left out. */
  readonly options: readonly string[];
  /** Real, and not modeled here. */
  readonly unmodeled?: readonly string[];
  /** `-3` means this option with the value 3. */
  readonly number?: string;
  readonly stopAtOperand?: boolean;
}

export function usageText({ usage }: Grammar): string {
  return usage.map((line, i) => `${i === 0 ? "usage: " : "   or: "}${line}\n`).join("");
}

function bad(grammar: Grammar, message: string, withUsage: boolean): Quit {
  return new Quit(`error: ${message}\n${withUsage ? `${usageText(grammar)}\n` : ""}`, 129);
}

function notHere(grammar: Grammar, option: string): Quit {
  return new Quit(`git ${grammar.name}: option '${option}' is real, but this machine does not model it; see /reference/machine\n`, 129);
}

/** Throws Quit with what git says. */
export function parseOptions(grammar: Grammar, argv: readonly string[]): Options {
  const specs = grammar.options.map(parseSpec);
  const given: Given[] = [];
  const operands: string[] = [];
  let paths: string[] | undefined;
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? "";
    if (word === "--") {
      paths = argv.slice(i + 1);
      break;
    }
    if (word === "-h" && argv.length === 1) throw new Quit(`${usageText(grammar)}\n`, 129);
    if (word === "-" || !word.startsWith("-")) {
      if (grammar.stopAtOperand) {
        operands.push(...argv.slice(i));
        break;
      }
      operands.push(word);
      continue;
    }
    if (grammar.number !== undefined && /^-\d+$/.test(word)) {
      given.push({ key: grammar.number, value: word.slice(1), negated: false });
      continue;
    }
    if (word.startsWith("--")) {
      const equals = word.indexOf("=");
      const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
      const attached = equals < 0 ? undefined : word.slice(equals + 1);
      const { spec, negated } = findLong(grammar, specs, name);
      if (negated || spec.argument === "none") {
        if (attached !== undefined) throw bad(grammar, `option \`${name}' takes no value`, false);
        given.push({ key: spec.key, value: undefined, negated });
        continue;
      }
      let value = attached;
      if (value === undefined && spec.argument === "needed" && i + 1 >= argv.length)
        throw bad(grammar, `option \`${name}' requires a value`, false);
      if (value === undefined && (spec.argument === "needed" || spec.argument === "last")) value = argv[++i];
      given.push({ key: spec.key, value, negated: false });
      continue;
    }
    for (let at = 1; at < word.length; at++) {
      const letter = word[at] ?? "";
      const spec = specs.find((each) => each.short === letter);
      if (!spec) {
        if (grammar.unmodeled?.includes(`-${letter}`)) throw notHere(grammar, `-${letter}`);
        throw bad(grammar, `unknown switch \`${letter}'`, true);
      }
      if (spec.argument === "none") {
        given.push({ key: spec.key, value: undefined, negated: false });
        continue;
      }
      let value: string | undefined = word.slice(at + 1);
      if (value === "") {
        value = undefined;
        if (spec.argument === "needed") {
          if (++i >= argv.length) throw bad(grammar, `switch \`${letter}' requires a value`, false);
          value = argv[i];
        }
      }
      given.push({ key: spec.key, value, negated: false });
      break;
    }
  }
  return new Options(given, operands, paths);
}

function findLong(grammar: Grammar, specs: readonly Spec[], name: string): { spec: Spec; negated: boolean } {
  const exact = specs.find(({ long }) => long === name);
  if (exact) return { spec: exact, negated: false };
  if (grammar.unmodeled?.includes(`--${name}`)) throw notHere(grammar, `--${name}`);
  if (name.startsWith("no-")) {
    const positive = specs.find(({ long }) => long === name.slice(3));
    if (positive) return { spec: positive, negated: true };
  } else {
    // An option whose own name begins with "no-" is taken back by the name without it.
    const inverse = specs.find(({ long }) => long === `no-${name}`);
    if (inverse) return { spec: inverse, negated: true };
  }
  const matches = specs.filter(({ long }) => long?.startsWith(name));
  const [only] = matches;
  if (only && matches.length === 1) return { spec: only, negated: false };
  if (only && matches.length > 1)
    throw bad(grammar, `ambiguous option: ${name} (could be --${matches[0]?.long} or --${matches[1]?.long})`, true);
  const negative = name.startsWith("no-") ? specs.filter(({ long }) => long?.startsWith(name.slice(3))) : [];
  if (negative[0] && negative.length === 1) return { spec: negative[0], negated: true };
  throw bad(grammar, `unknown option \`${name}'`, true);
}
