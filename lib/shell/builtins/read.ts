/** `read` and `mapfile`. */
import { KernelError } from "../../kernel/errno.ts";
import { CommandError } from "../control.ts";
import { evaluateText } from "../exec/script.ts";
import { backslashQuote } from "../expand/quote.ts";
import { ifsOf } from "../expand/word.ts";
import type { Run } from "../run.ts";
import type { Shell } from "../shell.ts";
import { NAME } from "../variables/scopes.ts";
import { type Input, type InputOptions, readInput } from "./input.ts";
import { readFlags } from "./usage.ts";

const READ_USAGE = "read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]";

export function* read(shell: Shell, args: readonly string[]): Run<number> {
  const parsed = yield* readFlags(shell, "read", args, "ersa:d:i:n:N:p:t:u:", READ_USAGE);
  if (parsed === undefined) return 2;
  const { flags, rest } = parsed;
  for (const name of rest) {
    if (!/^[A-Za-z_]\w*(?:\[.*\])?$/s.test(name)) {
      yield* shell.report(`read: \`${name}': not a valid identifier`);
      return 1;
    }
  }
  const fd = Number(flags.get("u") ?? 0);
  const timeoutText = flags.get("t");
  if (timeoutText !== undefined && !/^\d*\.?\d*$/.test(timeoutText)) {
    yield* shell.report(`read: ${timeoutText}: invalid timeout specification`);
    return 1;
  }
  const count = flags.get("n") ?? flags.get("N");
  if (count !== undefined && !/^\d+$/.test(count)) {
    yield* shell.report(`read: ${count}: invalid number`);
    return 1;
  }
  const file = shell.self.fds.get(fd);
  if (file === undefined) {
    yield* shell.report(`read: ${fd}: invalid file descriptor: Bad file descriptor`);
    return 1;
  }
  if (timeoutText !== undefined && Number(timeoutText) === 0) return (file.poll() & 17) !== 0 ? 0 : 1;
  const { tty } = file;
  const prompt = flags.get("p");
  if (prompt !== undefined && tty !== undefined) yield* shell.write(2, prompt);
  const settings = tty?.settings;
  const characters = flags.get("n") ?? flags.get("N");
  if (tty !== undefined && settings !== undefined && (flags.has("s") || characters !== undefined)) {
    tty.settings = { ...settings, echo: settings.echo && !flags.has("s"), canonical: settings.canonical && characters === undefined };
  }
  let result: { text: string; escaped: boolean[]; input: Input };
  try {
    result = yield* readLogicalLine(shell, fd, flags, characters);
  } catch (error) {
    if (!(error instanceof KernelError) || shell.self.ended.aborted) throw error;
    yield* shell.report(`read: read error: ${fd}: ${error.text}`);
    return 1;
  } finally {
    if (tty !== undefined && settings !== undefined) tty.settings = settings;
  }
  try {
    store(shell, result.text, result.escaped, rest, flags.get("a"), flags.has("N"));
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    yield* shell.report(error.message.endsWith("readonly variable") ? error.message : `read: ${error.message}`);
    return 1;
  }
  if (result.input.timedOut) return 142;
  return result.input.ended ? 1 : 0;
}

/** Without -r, a backslash quotes the next character and joins lines. `escaped[i]`: that character is not to be split at. */
function* readLogicalLine(
  shell: Shell,
  fd: number,
  flags: ReadonlyMap<string, string>,
  characters: string | undefined,
): Run<{ text: string; escaped: boolean[]; input: Input }> {
  const delimiter = flags.has("d") ? flags.get("d")! : "\n";
  const timeout = flags.has("t") ? Number(flags.get("t")) * 1000 : undefined;
  const options = { delimiter, timeout, characters: characters === undefined ? undefined : Number(characters), exact: flags.has("N") };
  let text = "";
  const escaped: boolean[] = [];
  if (options.characters !== undefined && !flags.has("r")) return yield* readCharacters(shell, fd, options, options.characters);
  for (;;) {
    const input = yield* readInput(shell, fd, options);
    if (flags.has("r") || !input.text.includes("\\")) {
      return { text: text + input.text, escaped, input };
    }
    let joins = false;
    for (let at = 0; at < input.text.length; at++) {
      if (input.text[at] !== "\\") {
        text += input.text[at];
        continue;
      }
      at++;
      if (at < input.text.length) {
        escaped[text.length] = true;
        text += input.text[at];
        // A quoted line break is dropped, whatever the delimiter is.
        if (input.text[at] === "\n") text = text.slice(0, -1);
      } else joins = !input.ended && delimiter === "\n";
    }
    if (!joins) return { text, escaped, input };
  }
}

/** `read -n` without -r: an escaped character counts as one. */
function* readCharacters(
  shell: Shell,
  fd: number,
  options: InputOptions,
  count: number,
): Run<{ text: string; escaped: boolean[]; input: Input }> {
  const escaped: boolean[] = [];
  let text = "";
  let input: Input = { text: "", ended: false, timedOut: false };
  let backslash = false;
  while ([...text].length < count) {
    input = yield* readInput(shell, fd, { ...options, characters: 1, exact: backslash || options.exact });
    if (input.text === "\\" && !backslash) {
      backslash = true;
      continue;
    }
    if (input.text === "") break;
    if (!(backslash && input.text === "\n")) {
      escaped[text.length] = backslash;
      text += input.text;
    }
    backslash = false;
  }
  return { text, escaped, input };
}

function store(
  shell: Shell,
  text: string,
  escaped: readonly boolean[],
  names: readonly string[],
  array: string | undefined,
  whole: boolean,
): void {
  const ifs = ifsOf(shell);
  const { variables } = shell;
  if (array !== undefined) {
    if (!NAME.test(array)) throw new CommandError(`\`${array}': not a valid identifier`);
    variables.writable(array).value = split(text, escaped, ifs, Number.POSITIVE_INFINITY);
    return;
  }
  if (names.length === 0) {
    variables.set("REPLY", text);
    return;
  }
  const values = whole ? [text] : split(text, escaped, ifs, names.length);
  names.forEach((name, at) => {
    const element = /^([A-Za-z_]\w*)\[(.*)\]$/s.exec(name);
    if (element === null) variables.set(name, values[at] ?? "");
    else variables.setElement(element[1]!, element[2]!, values[at] ?? "");
  });
}

/** Fields at IFS, the last one taking what remains, without the white space around it. */
function split(text: string, escaped: readonly boolean[], ifs: string, limit: number): string[] {
  const isSpace = (at: number): boolean => escaped[at] !== true && ifs.includes(text[at]!) && " \t\n".includes(text[at]!);
  const isSeparator = (at: number): boolean => escaped[at] !== true && ifs.includes(text[at]!);
  const fields: string[] = [];
  let at = 0;
  while (at < text.length && isSpace(at)) at++;
  while (at < text.length) {
    if (fields.length === limit - 1) {
      let end = text.length;
      while (end > at && isSpace(end - 1)) end--;
      fields.push(lastField(text, at, end, isSeparator, isSpace));
      return fields;
    }
    let end = at;
    while (end < text.length && !isSeparator(end)) end++;
    fields.push(text.slice(at, end));
    at = end;
    while (at < text.length && isSpace(at)) at++;
    if (at < text.length && isSeparator(at) && !isSpace(at) && (end === at || isSpace(end) || !isSeparator(end))) at++;
    else if (at === end && at < text.length) at++;
    while (at < text.length && isSpace(at)) at++;
  }
  return fields;
}

/** A single trailing separator that is no white space is dropped when nothing but it follows (`a:b:` into two names). */
function lastField(text: string, from: number, to: number, isSeparator: (at: number) => boolean, isSpace: (at: number) => boolean): string {
  if (to > from && isSeparator(to - 1) && !isSpace(to - 1)) {
    let only = true;
    for (let at = from; at < to - 1; at++) if (isSeparator(at)) only = false;
    if (only) {
      let end = to - 1;
      while (end > from && isSpace(end - 1)) end--;
      return text.slice(from, end);
    }
  }
  return text.slice(from, to);
}

const MAPFILE_USAGE = "mapfile [-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [-C callback] [-c quantum] [array]";

export function* mapfile(shell: Shell, args: readonly string[]): Run<number> {
  const parsed = yield* readFlags(shell, "mapfile", args, "d:n:O:s:tu:C:c:", MAPFILE_USAGE);
  if (parsed === undefined) return 2;
  const { flags, rest } = parsed;
  const name = rest[0] ?? "MAPFILE";
  if (!NAME.test(name)) {
    yield* shell.report(`mapfile: \`${name}': not a valid identifier`);
    return 1;
  }
  const fd = Number(flags.get("u") ?? 0);
  const delimiter = flags.get("d") ?? "\n";
  const most = Number(flags.get("n") ?? 0);
  const skip = Number(flags.get("s") ?? 0);
  const origin = Number(flags.get("O") ?? 0);
  const quantum = Number(flags.get("c") ?? 5000);
  const callback = flags.get("C");
  const variable = shell.variables.writable(name);
  if (!flags.has("O") || !Array.isArray(variable.value)) variable.value = [];
  const array = variable.value as (string | undefined)[];
  let seen = 0;
  let stored = 0;
  while (most === 0 || stored < most) {
    const input = yield* readInput(shell, fd, { delimiter });
    if (input.ended && input.text === "") break;
    if (seen++ < skip) continue;
    const line = input.text + (flags.has("t") || input.ended ? "" : delimiter);
    if (callback !== undefined && (stored + 1) % quantum === 0) {
      yield* evaluateText(shell, `${callback} ${origin + stored} ${backslashQuote(line)}`);
    }
    array[origin + stored++] = line;
    if (input.ended) break;
  }
  return 0;
}
