/** psql's command line (PostgreSQL 18 documentation, psql: Options). */

import { getopt } from "../tools/getopt.ts";

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
  help: "help::",
};
const SHORT = "aAbc:d:eEf:F:h:HlL:no:p:P:qR:sStT:U:v:VwWxXz?01";

const pair = (text: string): { name: string; value: string | undefined } => {
  const equals = text.indexOf("=");
  return equals < 0 ? { name: text, value: undefined } : { name: text.slice(0, equals), value: text.slice(equals + 1) };
};

/** Throws OptionMistake. */
export function parseInvocation(argv: readonly string[]): Invocation {
  if (argv[0] === "-?" || (argv.length === 1 && argv[0] === "--help")) return { ...NOTHING, page: "help" };
  if (argv[0] === "--version" || argv[0] === "-V") return { ...NOTHING, page: "version" };
  const { options, operands } = getopt("psql", argv, { short: SHORT, long: LONG });
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
