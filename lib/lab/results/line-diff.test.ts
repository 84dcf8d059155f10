import fc from "fast-check";
import { expect, it } from "vitest";
import { diffLines, foldRows, showInvisible, sideBySide, summarize } from "./line-diff.ts";

const text = (count: number, change: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => change(index)).join("\n");

it("marks within a line only what differs, and numbers both sides", () => {
  expect(diffLines("a\nDEBUG = False\nc", "a\nDEBUG = True\nc", 10)).toEqual([
    { kind: "same", text: "a", expected: 1, found: 10 },
    {
      kind: "missing",
      expected: 2,
      pieces: [
        { text: "DEBUG = ", changed: false },
        { text: "Fals", changed: true },
        { text: "e", changed: false },
      ],
    },
    {
      kind: "extra",
      found: 11,
      pieces: [
        { text: "DEBUG = ", changed: false },
        { text: "Tru", changed: true },
        { text: "e", changed: false },
      ],
    },
    { kind: "same", text: "c", expected: 3, found: 12 },
  ]);
});

it("gives both texts back, whatever they are", () => {
  const lines = fc.array(fc.constantFrom("a", "b", "c", " ", "", "long line"), { maxLength: 12 }).map((each) => each.join("\n"));
  fc.assert(
    fc.property(lines, lines, (expected, found) => {
      const diff = diffLines(expected, found);
      const side = (other: "missing" | "extra"): string =>
        diff
          .filter(({ kind }) => kind !== other)
          .map((line) => (line.kind === "same" ? line.text : line.pieces.map((piece) => piece.text).join("")))
          .join("\n");
      expect(side("extra")).toBe(expected.replace(/\n$/, ""));
      expect(side("missing")).toBe(found.replace(/\n$/, ""));
    }),
    { numRuns: 200 },
  );
});

it("folds what is the same and far from a difference", () => {
  const before = text(40, (index) => `line ${index}`);
  const rows = foldRows(sideBySide(diffLines(before, before.replace("line 20\n", "line twenty\n"))));
  expect(rows.map((row) => ("fold" in row ? `fold ${row.fold.length}` : (row.expected?.kind ?? "none")))).toEqual([
    "fold 18",
    "same",
    "same",
    "missing",
    "same",
    "same",
    "fold 17",
  ]);
});

it("says in words what a picture of two columns says by place", () => {
  expect(summarize(diffLines("a\nb", "a"))).toBe("1 line is missing");
  expect(summarize(diffLines("a", "a\nb\nc"))).toBe("2 lines are there instead or in addition");
  expect(summarize(diffLines("a", "a"))).toBe("no difference");
});

it("shows blanks that nobody sees", () => {
  expect(showInvisible("\tx  ", { end: true })).toBe("→\tx··");
  expect(showInvisible(" am to 1 pm ", { end: true })).toBe(" am to 1 pm·");
  expect(showInvisible("  x", { start: true })).toBe("··x");
  expect(showInvisible("x y\r")).toBe("x y␍");
});
