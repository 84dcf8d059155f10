import fc from "fast-check";
import { expect, it } from "vitest";
import { commandEnd, MarkReader, type Piece, PROMPT_END, PROMPT_START } from "./marks.ts";

const stream = `${PROMPT_START}$ ${PROMPT_END}ls\r\n\x1b]133;C\x1b\\a \x1b[31mred\x1b[0m\x1b]0;title\x07\r\n${commandEnd(2)}`;

function shown(pieces: readonly Piece[]): string {
  return pieces
    .map((piece) =>
      piece.kind === "bytes"
        ? new TextDecoder().decode(piece.bytes)
        : piece.kind === "command-end"
          ? `<end ${piece.status}>`
          : `<${piece.kind}>`,
    )
    .join("");
}

const expected = "<prompt-start>$ <prompt-end>ls\r\n<command-start>a \x1b[31mred\x1b[0m\x1b]0;title\x07\r\n<end 2>";

it("takes marks out, and nothing else", () => {
  expect(shown(new MarkReader().read(new TextEncoder().encode(stream)))).toBe(expected);
});

it("reads the same however the stream is cut", () => {
  const bytes = new TextEncoder().encode(stream);
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length)), (cuts) => {
      const at = [...new Set([0, ...cuts, bytes.length])].sort((left, right) => left - right);
      const reader = new MarkReader();
      expect(shown(at.flatMap((cut, index) => reader.read(bytes.slice(cut, at[index + 1]))))).toBe(expected);
    }),
  );
});
