import { decodeEscapes } from "../expand/quote.ts";
import type { Run } from "../run.ts";
import type { Shell } from "../shell.ts";

/** `echo [-neE]`. */
export function* echo(shell: Shell, args: readonly string[]): Run<number> {
  let newline = true;
  let escapes = shell.on("xpg_echo");
  let at = 0;
  for (; at < args.length && /^-[neE]+$/.test(args[at]!); at++) {
    for (const letter of args[at]!.slice(1)) {
      if (letter === "n") newline = false;
      else escapes = letter === "e";
    }
  }
  const text = (at === 0 ? args : args.slice(at)).join(" ");
  if (!escapes) {
    yield* shell.write(1, newline ? `${text}\n` : text);
    return 0;
  }
  const result = decodeEscapes(text, "echo");
  yield* shell.write(1, newline && !result.stop ? `${result.text}\n` : result.text);
  return 0;
}
