import { expect, it } from "vitest";
import { arrowLine } from "./geometry.ts";

const box = (left: number, top: number) => ({ left, top, right: left + 100, bottom: top + 20 });

it("leads from side to side between boxes that stand beside each other, whichever comes first", () => {
  expect(arrowLine(box(0, 0), box(200, 100))).toEqual({
    path: "M 100 10 C 150 10 150 110 200 110",
    label: { x: 150, y: 55, anchor: "middle" },
  });
  expect(arrowLine(box(200, 0), box(0, 0)).path).toBe("M 200 10 C 150 10 150 10 100 10");
});

it("swings out at the right between boxes that stand above each other, with its label outside", () => {
  const { path, label } = arrowLine(box(0, 0), box(0, 100));
  expect(path).toBe("M 100 10 C 126 10 126 110 100 110");
  expect(label).toMatchObject({ anchor: "start", y: 64 });
  expect(label.x).toBeGreaterThan(119);
});
