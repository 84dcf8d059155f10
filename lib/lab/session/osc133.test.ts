import { expect, it } from "vitest";
import { MarkReader, type Piece } from "./osc133.ts";

const stream = "\x1b]133;A\x07$ \x1b]133;B\x07ls\r\n\x1b]133;C\x1b\\a \x1b[31mred\x1b[0m\x1b]0;title\x07\r\n\x1b]133;D;2\x07";

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
  for (const size of [1, 2, 3, 5, 7]) {
    const reader = new MarkReader();
    const pieces: Piece[] = [];
    for (let at = 0; at < bytes.length; at += size) pieces.push(...reader.read(bytes.slice(at, at + size)));
    expect(shown(pieces)).toBe(expected);
  }
});
