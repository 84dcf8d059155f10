import { partsOfText } from "../expand/fragments.ts";
import { quoteForTrace } from "../expand/quote.ts";
import { expandQuotedParts } from "../expand/word.ts";
import type { Run } from "../run.ts";
import type { Shell } from "../shell.ts";

/** `set -x`: one line on standard error (or BASH_XTRACEFD), PS4 in front, its first character repeated for each level. */
export function* trace(shell: Shell, text: string): Run<void> {
  const prompt = shell.variables.get("PS4") ?? "";
  shell.options.delete("xtrace");
  let expanded: string;
  try {
    expanded = /[$`\\]/.test(prompt) ? yield* expandQuotedParts(shell, partsOfText(prompt)) : prompt;
  } finally {
    shell.options.add("xtrace");
  }
  const first = expanded.slice(0, 1);
  const fd = Number(shell.variables.get("BASH_XTRACEFD") ?? 2);
  yield* shell.write(fd, `${first.repeat(shell.traceLevel)}${expanded}${text}\n`);
}

/** The words of a command as `set -x` shows them. */
export function traceWords(words: readonly string[]): string {
  return words.map(quoteForTrace).join(" ");
}
