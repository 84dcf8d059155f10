import { expect, test } from "vitest";
import { programs } from "../table.ts";
import { groupsAsTheyAre, loadProgram, programNames } from "./groups.ts";

test("every group has the programs that are said to be in it, and every program is in one", async () => {
  for (const { said, found } of await groupsAsTheyAre()) expect([...said].sort()).toEqual(found);
  expect([...programNames]).toEqual([...programs.keys()].sort());
});

test("a program is loaded when it is asked for, and there at once from then on", async () => {
  const first = await loadProgram("cmp");
  expect(first.name).toBe("cmp");
  expect(loadProgram("diff")).not.toBeInstanceOf(Promise);
});
