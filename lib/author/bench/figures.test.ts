import { describe, expect, it } from "vitest";
import { figure, isReached, type Row, ratio } from "./figures.ts";

describe("a figure", () => {
  it("takes the middle of an odd number of samples, and the mean of the two middle ones of an even number", () => {
    expect(figure([9, 1, 5])).toEqual({ median: 5, min: 1, max: 9, n: 3 });
    expect(figure([4, 1, 2, 9])).toEqual({ median: 3, min: 1, max: 9, n: 4 });
  });

  it("can't be made of nothing", () => {
    expect(() => figure([])).toThrow(RangeError);
  });
});

describe("a row", () => {
  const row: Row = { what: "x", unit: "ms", ours: figure([20]), rival: { name: "bash", figure: figure([40]) } };

  it("compares with the rival of the same run", () => {
    expect(ratio(row)).toBe(0.5);
    expect(isReached({ ...row, target: { bound: "at most", value: 1, of: "ratio to the rival" } })).toBe(true);
    expect(isReached({ ...row, target: { bound: "at most", value: 0.4, of: "ratio to the rival" } })).toBe(false);
  });

  it("says nothing about a target it has no figure for", () => {
    expect(isReached({ ...row, ours: undefined, target: { bound: "at most", value: 1, of: "median" } })).toBeUndefined();
    expect(isReached(row)).toBeUndefined();
  });
});
