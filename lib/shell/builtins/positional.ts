/** `set`, `shift`, `getopts`, `shopt`. */
import { AbortLine } from "../control.ts";
import { optionOfLetter, SET_OPTIONS } from "../options.ts";
import type { Run } from "../run.ts";
import type { Shell } from "../shell.ts";
import { settingText } from "../variables/print.ts";
import { NAME } from "../variables/scopes.ts";
import { readFlags } from "./usage.ts";

const SET_USAGE = "set: usage: set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]\n";

/** Turns an option on or off; what it implies is done here. */
export function setOption(shell: Shell, name: string, on: boolean): void {
  if (on) shell.options.add(name);
  else shell.options.delete(name);
  if (name === "allexport") shell.variables.exportAll = on;
  if (name === "emacs" && on) shell.options.delete("vi");
  if (name === "vi" && on) shell.options.delete("emacs");
  if (name === "history" && on) shell.openHistory();
}

export function* set(shell: Shell, args: readonly string[]): Run<number> {
  if (args.length === 0) {
    let text = "";
    for (const [name, variable] of shell.variables.all()) if (variable.value !== undefined) text += `${settingText(name, variable)}\n`;
    yield* shell.write(1, text);
    return 0;
  }
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    if (arg === "--" || arg === "-") {
      if (arg === "-") for (const option of ["xtrace", "verbose"]) setOption(shell, option, false);
      if (arg === "--" || at + 1 < args.length) setPositional(shell, args.slice(at + 1));
      return 0;
    }
    if (arg === "+") {
      if (at + 1 === args.length) return 0;
      continue;
    }
    const sign = arg[0];
    if ((sign !== "-" && sign !== "+") || arg.length < 2) {
      setPositional(shell, args.slice(at));
      return 0;
    }
    for (const letter of arg.slice(1)) {
      if (letter === "o") {
        const name = args[++at];
        if (name === undefined) yield* listOptions(shell, sign === "+");
        else if (!(name in SET_OPTIONS)) {
          yield* shell.report(`set: ${name}: invalid option name`);
          return 2;
        } else setOption(shell, name, sign === "-");
        continue;
      }
      const name = optionOfLetter(letter);
      if (name === undefined) {
        yield* shell.report(`set: ${sign}${letter}: invalid option`);
        yield* shell.write(2, SET_USAGE);
        return 2;
      }
      setOption(shell, name, sign === "-");
    }
  }
  return 0;
}

function setPositional(shell: Shell, values: readonly string[]): void {
  shell.positional = [...values];
  shell.positionalSet = true;
}

function* listOptions(shell: Shell, reusable: boolean): Run<void> {
  let text = "";
  for (const name of Object.keys(SET_OPTIONS)) {
    const on = shell.options.has(name);
    text += reusable ? `set ${on ? "-" : "+"}o ${name}\n` : `${name.padEnd(15)}\t${on ? "on" : "off"}\n`;
  }
  yield* shell.write(1, text);
}

export function* shopt(shell: Shell, args: readonly string[]): Run<number> {
  const read = yield* readFlags(shell, "shopt", args, "pqsuo", "shopt [-pqsu] [-o] [optname ...]");
  if (read === undefined) return 2;
  const { flags, rest } = read;
  const isSet = flags.has("o");
  const known = (name: string): boolean => (isSet ? name in SET_OPTIONS : shell.shopt.has(name));
  const value = (name: string): boolean => (isSet ? shell.options.has(name) : shell.shopt.get(name) === true);
  const line = (name: string): string => {
    if (!flags.has("p")) return `${name.padEnd(15)}\t${value(name) ? "on" : "off"}\n`;
    return isSet ? `set ${value(name) ? "-" : "+"}o ${name}\n` : `shopt -${value(name) ? "s" : "u"} ${name}\n`;
  };
  const change = flags.has("s") || flags.has("u");
  if (rest.length === 0) {
    const names = isSet ? Object.keys(SET_OPTIONS) : [...shell.shopt.keys()];
    const shown = change ? names.filter((name) => value(name) === flags.has("s")) : names;
    if (!flags.has("q")) yield* shell.write(1, shown.map(line).join(""));
    return 0;
  }
  let status = 0;
  for (const name of rest) {
    if (!known(name)) {
      yield* shell.report(`shopt: ${name}: invalid shell option name`);
      status = 1;
    } else if (change) {
      if (isSet) setOption(shell, name, flags.has("s"));
      else shell.shopt.set(name, flags.has("s"));
    } else {
      if (!flags.has("q")) yield* shell.write(1, line(name));
      if (!value(name)) status = 1;
    }
  }
  return status;
}

export function* shift(shell: Shell, args: readonly string[]): Run<number> {
  const [text = "1"] = args;
  if (args.length > 1) {
    yield* shell.report("shift: too many arguments");
    throw new AbortLine(1);
  }
  if (!/^[+-]?\d+$/.test(text)) {
    yield* shell.report(`shift: ${text}: numeric argument required`);
    return 1;
  }
  const count = Number(text);
  if (count < 0) {
    yield* shell.report(`shift: ${text}: shift count out of range`);
    return 1;
  }
  if (count > shell.positional.length) {
    if (shell.on("shift_verbose")) yield* shell.report(`shift: ${text}: shift count out of range`);
    return 1;
  }
  shell.positional = shell.positional.slice(count);
  return 0;
}

/** POSIX getopts: OPTIND says which argument is next, OPTARG what came with the option. */
export function* getopts(shell: Shell, args: readonly string[]): Run<number> {
  const [letters, name, ...given] = args;
  if (letters === undefined || name === undefined) {
    yield* shell.write(2, "getopts: usage: getopts optstring name [arg ...]\n");
    return 2;
  }
  const list = given.length > 0 ? given : shell.positional;
  if (!NAME.test(name)) {
    yield* shell.report(`getopts: \`${name}': not a valid identifier`);
    return 1;
  }
  const silent = letters.startsWith(":");
  const state = shell.optionsIndex;
  const { variables } = shell;
  const index = (argument: number, letter: number): void => {
    variables.set("OPTIND", String(argument));
    shell.optionsIndex = { argument, letter };
  };
  const current = list[state.argument - 1];
  if (state.letter === 0) {
    if (current === undefined || !current.startsWith("-") || current === "-" || current === "--") {
      index(current === "--" ? state.argument + 1 : Math.min(state.argument, list.length + 1), 0);
      variables.set(name, "?");
      variables.unset("OPTARG");
      return 1;
    }
  }
  const word = current ?? "";
  const at = state.letter === 0 ? 1 : state.letter;
  const letter = word[at] ?? "";
  const next = at + 1 < word.length ? { argument: state.argument, letter: at + 1 } : { argument: state.argument + 1, letter: 0 };
  const known = letter === ":" ? -1 : letters.indexOf(letter, silent ? 1 : 0);
  variables.unset("OPTARG");
  if (known < 0) {
    index(next.argument, next.letter);
    variables.set(name, "?");
    if (silent) variables.set("OPTARG", letter);
    else if (variables.get("OPTERR") !== "0") yield* shell.write(2, `${shell.name}: illegal option -- ${letter}\n`);
    return 0;
  }
  variables.set(name, letter);
  if (letters[known + 1] !== ":") {
    index(next.argument, next.letter);
    return 0;
  }
  if (at + 1 < word.length) {
    variables.set("OPTARG", word.slice(at + 1));
    index(state.argument + 1, 0);
    return 0;
  }
  const argument = list[state.argument];
  if (argument === undefined) {
    index(state.argument + 1, 0);
    variables.set(name, silent ? ":" : "?");
    if (silent) variables.set("OPTARG", letter);
    else if (variables.get("OPTERR") !== "0") yield* shell.write(2, `${shell.name}: option requires an argument -- ${letter}\n`);
    return 0;
  }
  variables.set("OPTARG", argument);
  index(state.argument + 2, 0);
  return 0;
}
