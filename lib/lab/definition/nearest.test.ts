import { expect, it } from "vitest";
import { didYouMean } from "./nearest.ts";

it("names what was meant, or what there is", () => {
  expect(didYouMean("tset", ["test", "run"])).toBe("Did you mean `test`?");
  expect(didYouMean("x-ray", ["test", "run"])).toBe("Known here: `test`, `run`.");
  expect(didYouMean("x-ray", [])).toBe("There are none here.");
});

it("shows of many names those that come nearest, and how many there are besides", () => {
  const many = Array.from({ length: 1000 }, (_, at) => `course/lesson-${at}`);
  const said = didYouMean("harbor", [...many, "harbor/lock-the-till"]);
  expect(said).toMatch(/^Known here: `/);
  expect(said.match(/`[^`]+`/g)).toHaveLength(8);
  expect(said).toContain(", and 993 more.");
});
