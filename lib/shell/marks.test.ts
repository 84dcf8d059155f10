import fc from "fast-check";
import { expect, it } from "vitest";
import { COMMAND_START, commandEnd, type MarkedPiece, MarkScanner, PROMPT_END, PROMPT_START } from "./marks.ts";

const text = `${PROMPT_START}$ ${PROMPT_END}ls\r\n${COMMAND_START}a \x1b[31mred\x1b[0m \x1b]0;title\x07\r\n${commandEnd(2)}${PROMPT_START}$ ${PROMPT_END}`;

function joined(pieces: readonly MarkedPiece[]): MarkedPiece[] {
  const result: MarkedPiece[] = [];
  for (const piece of pieces) {
    const last = result.at(-1);
    if (piece.kind === "output" && last?.kind === "output") result[result.length - 1] = { kind: "output", text: last.text + piece.text };
    else result.push(piece);
  }
  return result;
}

it("finds the same marks wherever the stream is cut", () => {
  const whole = joined(new MarkScanner().read(text));
  expect(whole.map((piece) => piece.kind)).toEqual([
    "prompt-start",
    "output",
    "prompt-end",
    "output",
    "command-start",
    "output",
    "command-end",
    "prompt-start",
    "output",
    "prompt-end",
  ]); // prettier-ignore
  fc.assert(
    fc.property(fc.array(fc.nat(text.length)), (cuts) => {
      const at = [...new Set([0, ...cuts, text.length])].sort((left, right) => left - right);
      const scanner = new MarkScanner();
      expect(joined(at.flatMap((cut, index) => scanner.read(text.slice(cut, at[index + 1]))))).toEqual(whole);
    }),
  );
});
