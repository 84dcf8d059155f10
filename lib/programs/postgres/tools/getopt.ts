/** getopt_long(3) as PostgreSQL's programs use it: what was given, in order, and their way to tell of a mistake. */

export interface GivenOption {
  readonly letter: string;
  readonly value: string | undefined;
}

export interface GetoptTable {
  /** "ab:c": letters; a colon after one that takes an argument. */
  readonly short: string;
  /** Long names: the letter or word they stand for, with a colon when they take an argument, with two when it may be left out. */
  readonly long: Readonly<Record<string, string>>;
}

/** A mistake in the options: the whole text that is printed. */
export class OptionMistake extends Error {}

/** Debian's wrappers start the real programs by their paths, and getopt(3) prints argv[0]. */
const FOLDER = "/usr/lib/postgresql/18/bin";

export function hint(program: string): string {
  return `${program}: hint: Try "${program} --help" for more information.\n`;
}

/** Throws OptionMistake. */
export function getopt(program: string, argv: readonly string[], table: GetoptTable): { options: GivenOption[]; operands: string[] } {
  const options: GivenOption[] = [];
  const operands: string[] = [];
  const mistake = (text: string) => new OptionMistake(`${FOLDER}/${program}: ${text}\n${hint(program)}`);
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? "";
    if (word === "--") {
      operands.push(...argv.slice(at + 1));
      break;
    }
    if (word.startsWith("--")) {
      const equals = word.indexOf("=");
      const typed = equals < 0 ? word.slice(2) : word.slice(2, equals);
      const names = table.long[typed] === undefined ? Object.keys(table.long).filter((name) => name.startsWith(typed)) : [typed];
      const [name] = names;
      if (name === undefined) throw mistake(`unrecognized option '--${typed}'`);
      if (new Set(names.map((each) => table.long[each])).size > 1)
        throw mistake(`option '${word}' is ambiguous; possibilities:${names.map((each) => ` '--${each}'`).join("")}`);
      const meant = table.long[name] ?? "";
      const letter = meant.replace(/:+$/, "");
      const given = equals < 0 ? undefined : word.slice(equals + 1);
      if (!meant.endsWith(":")) {
        if (given !== undefined) throw mistake(`option '--${name}' doesn't allow an argument`);
        options.push({ letter, value: undefined });
      } else if (given !== undefined || meant.endsWith("::")) options.push({ letter, value: given });
      else {
        const next = argv[++at];
        if (next === undefined) throw mistake(`option '--${name}' requires an argument`);
        options.push({ letter, value: next });
      }
      continue;
    }
    if (!word.startsWith("-") || word === "-") {
      operands.push(word);
      continue;
    }
    for (let index = 1; index < word.length; index++) {
      const letter = word[index] ?? "";
      const place = letter === ":" ? -1 : table.short.indexOf(letter);
      if (place < 0) throw mistake(`invalid option -- '${letter}'`);
      if (table.short[place + 1] !== ":") {
        options.push({ letter, value: undefined });
        continue;
      }
      const value = index + 1 < word.length ? word.slice(index + 1) : argv[++at];
      if (value === undefined) throw mistake(`option requires an argument -- '${letter}'`);
      options.push({ letter, value });
      break;
    }
  }
  return { options, operands };
}
