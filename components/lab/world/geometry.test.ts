import { expect, it } from "vitest";
import { type Box, layOut, overlap, reachBeyond, type Span } from "./geometry.ts";

const label = { width: 60, height: 16 };
const box = (left: number, top: number): Box => ({ left, top, right: left + 100, bottom: top + 20 });
const span = (from: Box, to: Box): Span => ({ from, to, label });
const labelBoxes = (lines: ReturnType<typeof layOut>): readonly Box[] =>
  lines.map(({ label: { x, y } }) => ({ left: x - 30, right: x + 30, top: y - 8, bottom: y + 8 }));

/** Whether no two of them touch. */
function areApart(boxes: readonly Box[]): boolean {
  return boxes.every((each, index) => boxes.slice(index + 1).every((other) => overlap(each, other) === 0));
}

it("leads from side to side between boxes that stand beside each other, whichever comes first, with the label in the middle", () => {
  const right = layOut([span(box(0, 0), box(200, 100))], [box(0, 0), box(200, 100)]);
  expect(right).toEqual([{ path: "M 100 10 C 150 10 150 110 200 110", label: { x: 150, y: 60 } }]);
  expect(layOut([span(box(200, 0), box(0, 0))], [])[0]?.path).toBe("M 200 10 C 150 10 150 10 100 10");
});

it("swings out at the right between boxes that stand above each other, so far that the label touches neither", () => {
  const boxes = [box(0, 0), box(0, 100)];
  const spans = [span(box(0, 0), box(0, 100))];
  const lines = layOut(spans, boxes);
  expect(lines[0]?.label.y).toBe(60);
  expect(labelBoxes(lines)[0]?.left).toBeGreaterThan(100);
  expect(reachBeyond(lines, spans, 100)).toBeGreaterThan(60);
  expect(reachBeyond([], [], 100)).toBe(0);
});

it("gives each of several arrows at one side a lane and a place for its label", () => {
  const [a, b, c, d] = [box(0, 0), box(0, 60), box(0, 120), box(0, 180)] as const;
  const spans = [span(a, d), span(b, c), span(a, c), span(b, d)];
  const lines = layOut(spans, [a, b, c, d]);
  expect(new Set(lines.map(({ path }) => path.split(" ")[4])).size).toBe(4);
  expect(areApart([...labelBoxes(lines), a, b, c, d])).toBe(true);
});

it("lets no label cover another or a box where many talk to many", () => {
  const lefts = [box(0, 0), box(0, 100), box(0, 200)];
  const rights = [box(230, 20), box(230, 120), box(230, 220)];
  const spans = lefts.flatMap((from) => rights.map((to) => span(from, to)));
  const lines = layOut(spans, [...lefts, ...rights]);
  expect(areApart([...labelBoxes(lines), ...lefts, ...rights])).toBe(true);
});
