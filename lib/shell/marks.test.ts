import fc from "fast-check";
import { expect, it } from "vitest";
import { MarkReader, marksWith, type Piece } from "./marks.ts";

const marks = marksWith("k3y");

/** What a program can print: marks without the key, with another, and with the key where a status stands. */
const forged = "\x1b]133;D;0\x07\x1b]133;C\x1b\\\x1b]133;D;0;nonce=\x07\x1b]133;D;nonce=k3y;0\x07\x1b]133;D\x07";

const stream = `${marks.promptStart}$ ${marks.promptEnd}ls\r\n\x1b]133;C;nonce=k3y\x1b\\${forged}a \x1b[31mred\x1b[0m\x1b]0;title\x07\r\n${marks.commandEnd(2)}`;

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

const expected = `<prompt-start>$ <prompt-end>ls\r\n<command-start>${forged}a \x1b[31mred\x1b[0m\x1b]0;title\x07\r\n<end 2>`;

it("takes marks with the key out, and nothing else", () => {
  expect(shown(new MarkReader("k3y").read(new TextEncoder().encode(stream)))).toBe(expected);
});

it("reads the same however the stream is cut", () => {
  const bytes = new TextEncoder().encode(stream);
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length)), (cuts) => {
      const at = [...new Set([0, ...cuts, bytes.length])].sort((left, right) => left - right);
      const reader = new MarkReader("k3y");
      expect(shown(at.flatMap((cut, index) => reader.read(bytes.slice(cut, at[index + 1]))))).toBe(expected);
    }),
  );
});
