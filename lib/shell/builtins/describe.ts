/** `type`, `hash`, `enable`, `caller`, `help`: what a name stands for. */
import { functionText } from "../exec/function-text.ts";
import { isExecutable, pathMatches } from "../exec/lookup.ts";
import { singleQuote } from "../expand/quote.ts";
import { type Run, wait } from "../run.ts";
import type { Shell } from "../shell.ts";
import { builtins, declarations, isSpecialBuiltin } from "./index.ts";
import { readFlags } from "./usage.ts";

export const RESERVED_WORDS = [
  "!",
  "[[",
  "]]",
  "{",
  "}",
  "case",
  "coproc",
  "do",
  "done",
  "elif",
  "else",
  "esac",
  "fi",
  "for",
  "function",
  "if",
  "in",
  "select",
  "then",
  "time",
  "until",
  "while",
];

export function isBuiltin(shell: Shell, name: string): boolean {
  return !shell.disabledBuiltins.has(name) && (builtins.has(name) || declarations.has(name));
}

interface Meaning {
  readonly kind: "alias" | "keyword" | "function" | "builtin" | "file";
  readonly path?: string;
}

/** Everything a name stands for, in the order in which the shell looks. */
function meanings(shell: Shell, name: string, all: boolean): Meaning[] {
  const found: Meaning[] = [];
  if (shell.aliases.has(name) && shell.on("expand_aliases")) found.push({ kind: "alias" });
  if (RESERVED_WORDS.includes(name)) found.push({ kind: "keyword" });
  if (shell.functions.has(name)) found.push({ kind: "function" });
  if (isBuiltin(shell, name)) found.push({ kind: "builtin" });
  if (found.length > 0 && !all) return found;
  if (name.includes("/")) {
    if (isExecutable(shell, name)) found.push({ kind: "file", path: name });
  } else {
    for (const path of pathMatches(shell, name)) if (isExecutable(shell, path)) found.push({ kind: "file", path });
  }
  return found;
}

/** The answer of `command -v` ("short") and of `type` ("long"). */
export function describe(shell: Shell, name: string, form: "short" | "long"): string | undefined {
  const [meaning] = meanings(shell, name, false);
  if (meaning === undefined) return undefined;
  if (form === "long") return longText(shell, name, meaning);
  if (meaning.kind === "alias") return `alias ${name}=${singleQuote(shell.aliases.get(name) ?? "")}`;
  return meaning.kind === "file" ? meaning.path : name;
}

function longText(shell: Shell, name: string, meaning: Meaning): string {
  switch (meaning.kind) {
    case "alias":
      return `${name} is aliased to \`${shell.aliases.get(name)}'`;
    case "keyword":
      return `${name} is a shell keyword`;
    case "function":
      return `${name} is a function\n${functionText(shell.functions.get(name)!)}`;
    case "builtin":
      return shell.options.has("posix") && isSpecialBuiltin(name) ? `${name} is a special shell builtin` : `${name} is a shell builtin`;
    case "file": {
      const hashed = shell.hashed.get(name);
      return hashed !== undefined && hashed.path === meaning.path ? `${name} is hashed (${meaning.path})` : `${name} is ${meaning.path}`;
    }
  }
}

export function* type(shell: Shell, args: readonly string[]): Run<number> {
  const read = yield* readFlags(shell, "type", args, "afptP", "type [-afptP] name [name ...]");
  if (read === undefined) return 2;
  const { flags, rest } = read;
  let status = 0;
  for (const name of rest) {
    const onlyFiles = flags.has("P");
    const all = meanings(shell, name, flags.has("a") || onlyFiles || flags.has("f")).filter((meaning) =>
      onlyFiles ? meaning.kind === "file" : !(flags.has("f") && meaning.kind === "function"),
    );
    const shown = flags.has("a") ? all : all.slice(0, 1);
    if (shown.length === 0) {
      if (!flags.has("t") && !flags.has("p") && !onlyFiles) yield* shell.report(`type: ${name}: not found`);
      status = 1;
      continue;
    }
    for (const meaning of shown) {
      if (flags.has("t")) yield* shell.write(1, `${meaning.kind}\n`);
      else if (flags.has("p") || onlyFiles) yield* shell.write(1, meaning.kind === "file" ? `${meaning.path}\n` : "");
      else yield* shell.write(1, `${longText(shell, name, meaning)}\n`);
    }
  }
  return status;
}

export function* hash(shell: Shell, args: readonly string[]): Run<number> {
  const read = yield* readFlags(shell, "hash", args, "lrp:dt", "hash [-lr] [-p pathname] [-dt] [name ...]");
  if (read === undefined) return 2;
  const { flags, rest } = read;
  if (flags.has("r")) shell.hashed.clear();
  if (rest.length === 0) {
    if (flags.has("r")) return 0;
    if (shell.hashed.size === 0) {
      yield* shell.write(1, "hash: hash table empty\n");
      return 0;
    }
    const lines = [...shell.hashed.values()].map(({ path, hits }) => `${String(hits).padStart(4)}\t${path}\n`);
    yield* shell.write(1, `hits\tcommand\n${lines.join("")}`);
    return 0;
  }
  let status = 0;
  for (const name of rest) {
    if (flags.has("d")) {
      if (shell.hashed.delete(name)) continue;
    } else if (flags.has("t")) {
      const known = shell.hashed.get(name);
      if (known !== undefined) {
        yield* shell.write(1, rest.length > 1 ? `${name}\t${known.path}\n` : `${known.path}\n`);
        continue;
      }
    } else if (flags.has("p")) {
      shell.hashed.set(name, { path: flags.get("p")!, hits: 0 });
      continue;
    } else {
      const [path] = pathMatches(shell, name);
      if (path !== undefined && isExecutable(shell, path)) {
        shell.hashed.set(name, { path, hits: 0 });
        continue;
      }
    }
    yield* shell.report(`hash: ${name}: not found`);
    status = 1;
  }
  return status;
}

export function* enable(shell: Shell, args: readonly string[]): Run<number> {
  const read = yield* readFlags(shell, "enable", args, "anps", "enable [-a] [-nps] [name ...]");
  if (read === undefined) return 2;
  const { flags, rest } = read;
  const names = [...builtins.keys(), ...declarations.keys()].sort();
  if (rest.length === 0) {
    const shown = names.filter((name) => flags.has("a") || shell.disabledBuiltins.has(name) === flags.has("n"));
    yield* shell.write(1, shown.map((name) => `enable ${shell.disabledBuiltins.has(name) ? "-n " : ""}${name}\n`).join(""));
    return 0;
  }
  let status = 0;
  for (const name of rest) {
    if (!names.includes(name)) {
      yield* shell.report(`enable: ${name}: not a shell builtin`);
      status = 1;
    } else if (flags.has("n")) shell.disabledBuiltins.add(name);
    else shell.disabledBuiltins.delete(name);
  }
  return status;
}

export function* caller(shell: Shell, args: readonly string[]): Run<number> {
  const frames = [...shell.frames].reverse();
  const level = Number(args[0] ?? 0);
  const frame = frames[level];
  if (frame === undefined || frame.kind === "main") return 1;
  const outer = frames[level + 1];
  if (args.length === 0) yield* shell.write(1, `${frame.line} ${outer?.source ?? "NULL"}\n`);
  else if (outer === undefined) return 1;
  else yield* shell.write(1, `${frame.line} ${outer.name} ${outer.source}\n`);
  return 0;
}

/**
 * `help`: bash's list of its own commands; `help NAME` gives the examples that the machine holds for a name, its programs too.
 * A name that nothing is known of is answered as bash does.
 */
export function* help(shell: Shell, args: readonly string[]): Run<number> {
  const names = [...builtins.keys(), ...declarations.keys()].sort();
  const asked = args.filter((arg) => !arg.startsWith("-"));
  if (asked.length === 0) {
    yield* shell.write(
      1,
      "Type `help NAME` for examples of a command or program (`help tar`), `man NAME` for its page.\n\n" +
        "These shell commands are defined internally. `type name` says what a name stands for.\n\n",
    );
    for (let at = 0; at < names.length; at += 6)
      yield* shell.write(
        1,
        ` ${names
          .slice(at, at + 6)
          .map((name) => name.padEnd(12))
          .join("")
          .trimEnd()}\n`,
      );
    return 0;
  }
  const unknown: string[] = [];
  for (const name of asked) {
    const known = yield* wait(Promise.resolve(shell.helpFor(name)));
    const text = known ?? (names.includes(name) ? `${name} is a shell builtin\n` : undefined);
    if (text === undefined) unknown.push(name);
    else yield* shell.write(1, text);
  }
  for (const name of unknown)
    yield* shell.report(`help: no help topics match \`${name}'.  Try \`help help' or \`man -k ${name}' or \`info ${name}'.`);
  return unknown.length > 0 ? 1 : 0;
}
