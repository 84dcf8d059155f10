/** psql's command line (PostgreSQL 18 documentation, psql: Options). */

/** What is done, in the order given: -c and -f may be mixed. */
export type Action = { readonly kind: "command"; readonly text: string } | { readonly kind: "file"; readonly name: string };

export interface Invocation {
  readonly actions: readonly Action[];
  /** name → value of --set; undefined unsets. */
  readonly variables: readonly { readonly name: string; readonly value: string | undefined }[];
  /** In the order given: later ones override. */
  readonly printing: readonly { readonly name: string; readonly value: string | undefined }[];
  readonly host?: string;
  readonly port?: string;
  readonly user?: string;
  readonly database?: string;
  readonly list: boolean;
  readonly noRc: boolean;
  readonly single: boolean;
  readonly noReadline: boolean;
  readonly output?: string;
  readonly logFile?: string;
  readonly askPassword: "never" | "when needed" | "always";
  readonly extra: readonly string[];
  readonly page?: "help" | "commands" | "variables" | "version";
}

/** A mistake in the options: the text, without the hint. */
export class InvocationError extends Error {}

const LONG: Readonly<Record<string, string>> = {
  "echo-all": "a",
  "no-align": "A",
  "echo-errors": "b",
  command: "c:",
  dbname: "d:",
  "echo-queries": "e",
  "echo-hidden": "E",
  file: "f:",
  "field-separator": "F:",
  "field-separator-zero": "z",
  host: "h:",
  html: "H",
  list: "l",
  "log-file": "L:",
  "no-readline": "n",
  "single-transaction": "1",
  output: "o:",
  port: "p:",
  pset: "P:",
  quiet: "q",
  "record-separator": "R:",
  "record-separator-zero": "0",
  "single-step": "s",
  "single-line": "S",
  "tuples-only": "t",
  "table-attr": "T:",
  username: "U:",
  set: "v:",
  variable: "v:",
  version: "V",
  "no-password": "w",
  password: "W",
  expanded: "x",
  "no-psqlrc": "X",
  csv: "csv",
  help: "help",
};
const SHORT = "aAbc:d:eEf:F:h:HlL:no:p:P:qR:sStT:U:v:VwWxXz?01";

/** The message begins with the path that Debian's wrapper starts the real program by, since getopt(3) prints argv[0]. */
const PROGRAM = "/usr/lib/postgresql/18/bin/psql";

interface Given {
  readonly letter: string;
  readonly value: string | undefined;
}

function given(argv: readonly string[]): { options: Given[]; operands: string[] } {
  const options: Given[] = [];
  const operands: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? "";
    if (word === "--") {
      operands.push(...argv.slice(at + 1));
      break;
    }
    if (word.startsWith("--")) {
      const equals = word.indexOf("=");
      const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
      const exact = LONG[name] === undefined ? Object.keys(LONG).filter((long) => long.startsWith(name)) : [name];
      const meant = [...new Set(exact.map((long) => LONG[long]))];
      if (meant.length === 0) throw new InvocationError(`${PROGRAM}: unrecognized option '--${name}'`);
      if (meant.length > 1)
        throw new InvocationError(
          `${PROGRAM}: option '${word}' is ambiguous; possibilities:${exact.map((long) => ` '--${long}'`).join("")}`,
        );
      const letter = meant[0] ?? "";
      const value = equals < 0 ? undefined : word.slice(equals + 1);
      if (letter.endsWith(":") && value === undefined) {
        at++;
        if (argv[at] === undefined) throw new InvocationError(`${PROGRAM}: option '--${exact[0]}' requires an argument`);
        options.push({ letter: letter.slice(0, -1), value: argv[at] });
      } else if (!letter.endsWith(":") && letter !== "help" && value !== undefined)
        throw new InvocationError(`${PROGRAM}: option '--${exact[0]}' doesn't allow an argument`);
      else options.push({ letter: letter.replace(":", ""), value });
      continue;
    }
    if (!word.startsWith("-") || word === "-") {
      operands.push(word);
      continue;
    }
    for (let index = 1; index < word.length; index++) {
      const letter = word[index] ?? "";
      const place = letter === ":" ? -1 : SHORT.indexOf(letter);
      if (place < 0) throw new InvocationError(`${PROGRAM}: invalid option -- '${letter}'`);
      if (SHORT[place + 1] !== ":") {
        options.push({ letter, value: undefined });
        continue;
      }
      const rest = word.slice(index + 1);
      const value = rest !== "" ? rest : argv[++at];
      if (value === undefined) throw new InvocationError(`${PROGRAM}: option requires an argument -- '${letter}'`);
      options.push({ letter, value });
      break;
    }
  }
  return { options, operands };
}

const pair = (text: string): { name: string; value: string | undefined } => {
  const equals = text.indexOf("=");
  return equals < 0 ? { name: text, value: undefined } : { name: text.slice(0, equals), value: text.slice(equals + 1) };
};

/** Throws InvocationError. */
export function parseInvocation(argv: readonly string[]): Invocation {
  if (argv[0] === "-?" || (argv.length === 1 && argv[0] === "--help")) return { ...NOTHING, page: "help" };
  if (argv[0] === "--version" || argv[0] === "-V") return { ...NOTHING, page: "version" };
  const { options, operands } = given(argv);
  const actions: Action[] = [];
  const variables: { name: string; value: string | undefined }[] = [];
  const printing: { name: string; value: string | undefined }[] = [];
  const plain: Record<string, string> = {};
  const flags = new Set<string>();
  for (const { letter, value } of options) {
    switch (letter) {
      case "a":
        variables.push({ name: "ECHO", value: "all" });
        break;
      case "A":
        printing.push({ name: "format", value: "unaligned" });
        break;
      case "b":
        variables.push({ name: "ECHO", value: "errors" });
        break;
      case "c":
        actions.push({ kind: "command", text: value ?? "" });
        break;
      case "csv":
        printing.push({ name: "format", value: "csv" });
        break;
      case "e":
        variables.push({ name: "ECHO", value: "queries" });
        break;
      case "E":
        variables.push({ name: "ECHO_HIDDEN", value: "on" });
        break;
      case "f":
        actions.push({ kind: "file", name: value ?? "" });
        break;
      case "F":
        printing.push({ name: "fieldsep", value });
        break;
      case "z":
        printing.push({ name: "fieldsep_zero", value: undefined });
        break;
      case "H":
        printing.push({ name: "format", value: "html" });
        break;
      case "P":
        printing.push(pair(value ?? ""));
        break;
      case "q":
        variables.push({ name: "QUIET", value: "on" });
        break;
      case "R":
        printing.push({ name: "recordsep", value });
        break;
      case "0":
        printing.push({ name: "recordsep_zero", value: undefined });
        break;
      case "s":
        variables.push({ name: "SINGLESTEP", value: "on" });
        break;
      case "S":
        variables.push({ name: "SINGLELINE", value: "on" });
        break;
      case "t":
        printing.push({ name: "tuples_only", value: "on" });
        break;
      case "T":
        printing.push({ name: "tableattr", value });
        break;
      case "v": {
        const each = pair(value ?? "");
        variables.push(each);
        break;
      }
      case "x":
        printing.push({ name: "expanded", value: "on" });
        break;
      case "help":
      case "?": {
        if (value === undefined || value === "options") return { ...NOTHING, page: "help" };
        if (value === "commands" || value === "variables") return { ...NOTHING, page: value };
        return { ...NOTHING, page: "help" };
      }
      case "V":
        return { ...NOTHING, page: "version" };
      default:
        if (value === undefined) flags.add(letter);
        else plain[letter] = value;
    }
  }
  const rest = [...operands];
  const database = plain.d ?? rest.shift();
  const user = plain.U ?? rest.shift();
  return {
    actions,
    variables,
    printing,
    host: plain.h,
    port: plain.p,
    user,
    database,
    list: flags.has("l"),
    noRc: flags.has("X"),
    single: flags.has("1"),
    noReadline: flags.has("n"),
    output: plain.o,
    logFile: plain.L,
    askPassword:
      options.findLast(({ letter }) => letter === "w" || letter === "W")?.letter === "w"
        ? "never"
        : flags.has("W")
          ? "always"
          : "when needed",
    extra: rest,
  };
}

const NOTHING: Invocation = {
  actions: [],
  variables: [],
  printing: [],
  list: false,
  noRc: false,
  single: false,
  noReadline: false,
  askPassword: "when needed",
  extra: [],
};
