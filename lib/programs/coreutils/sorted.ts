/** Lines of several files, for the programs that work on sorted ones. */
import type { Process } from "../../kernel/types.ts";
import { Failure, quoteIfNeeded, reason } from "../core/errors.ts";
import { decode, type Input, openInput, readAll } from "../core/io.ts";

export async function readLines(self: Process, names: readonly string[], delimiter: string): Promise<string[]> {
  const lines: string[] = [];
  for (const name of names) {
    let text: string;
    let input: Input | undefined;
    try {
      input = openInput(self, name);
      text = decode(await readAll(input));
    } catch (error) {
      throw new Failure(
        input ? `read failed: ${quoteIfNeeded(name)}: ${reason(error)}` : `cannot read: ${quoteIfNeeded(name)}: ${reason(error)}`,
        2,
      );
    } finally {
      input?.close();
    }
    const part = text.split(delimiter);
    if (part.at(-1) === "") part.pop();
    for (const line of part) lines.push(line);
  }
  return lines;
}
