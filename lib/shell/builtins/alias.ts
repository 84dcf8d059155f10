/** `alias`, `unalias`. */
import { singleQuote } from "../expand/quote.ts";
import type { Run } from "../run.ts";
import type { Shell } from "../shell.ts";
import { readFlags } from "./usage.ts";

export function* alias(shell: Shell, args: readonly string[]): Run<number> {
  const read = yield* readFlags(shell, "alias", args, "p", "alias [-p] [name[=value] ... ]");
  if (read === undefined) return 2;
  const { rest } = read;
  if (rest.length === 0) {
    const lines = [...shell.aliases].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `alias ${name}=${singleQuote(value)}\n`);
    yield* shell.write(1, lines.join(""));
    return 0;
  }
  let status = 0;
  for (const text of rest) {
    const equals = text.indexOf("=");
    if (equals > 0) {
      const name = text.slice(0, equals);
      if (/[\s$`'"\\/&|;()<>]/.test(name)) {
        yield* shell.report(`alias: \`${name}': invalid alias name`);
        status = 1;
      } else shell.aliases.set(name, text.slice(equals + 1));
      continue;
    }
    const value = shell.aliases.get(text);
    if (value === undefined) {
      yield* shell.report(`alias: ${text}: not found`);
      status = 1;
    } else yield* shell.write(1, `alias ${text}=${singleQuote(value)}\n`);
  }
  return status;
}

export function* unalias(shell: Shell, args: readonly string[]): Run<number> {
  const read = yield* readFlags(shell, "unalias", args, "a", "unalias [-a] name [name ...]");
  if (read === undefined) return 2;
  if (read.flags.has("a")) {
    shell.aliases.clear();
    return 0;
  }
  if (read.rest.length === 0) {
    yield* shell.write(2, "unalias: usage: unalias [-a] name [name ...]\n");
    return 2;
  }
  let status = 0;
  for (const name of read.rest) {
    if (shell.aliases.delete(name)) continue;
    yield* shell.report(`unalias: ${name}: not found`);
    status = 1;
  }
  return status;
}
