import { readInput } from "../builtins/input.ts";
import { AbortLine } from "../control.ts";
import { isIncomplete, parseText } from "../exec/parse.ts";
import { evaluateSource } from "../exec/script.ts";
import type { Run } from "../run.ts";
import type { Shell } from "../shell.ts";
import { Source } from "../source.ts";

/** Commands from standard input: line by line, since they share it with the programs they run. */
export function* runInput(shell: Shell): Run<number> {
  let pending = "";
  let line = 1;
  let status = 0;
  for (;;) {
    const input = yield* readInput(shell, 0, { delimiter: "\n" });
    const more = input.text !== "" || !input.ended;
    if (more) pending += input.ended ? input.text : `${input.text}\n`;
    const script = parseText(pending);
    if (pending !== "" && (input.ended || !isIncomplete(pending, script))) {
      const source = new Source(pending, "main", line);
      try {
        if (script.commands.length > 0 || script.errors !== undefined) status = yield* evaluateSource(shell, source, { goesOn: true });
        if (script.errors !== undefined && script.errors.length > 0) return status;
      } catch (error) {
        if (!(error instanceof AbortLine)) throw error;
        status = error.status;
      }
      line += pending.split("\n").length - 1;
      pending = "";
    }
    if (input.ended) return status;
  }
}
