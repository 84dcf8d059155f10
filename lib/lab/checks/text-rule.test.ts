import { expect, test } from "vitest";
import { breaks, describe, quote } from "./text-rule.ts";

test("what was found is one line of text that commands no terminal", () => {
  expect(quote("a\x1b[31mb\x07\r\n  c\td\x7f")).toBe("“a␛[31mb␇ ⏎ c\td␡”");
  expect(breaks({ contains: ["ready"] }, "\x1b]0;pwned\x07", "the output")).toEqual({
    expected: "“ready” in the output",
    found: "“␛]0;pwned␇”",
  });
});

test("a line that is missing is held against the one that comes nearest, with its number", () => {
  const text = "import os\n\nDEBUG = True\nALLOWED_HOSTS = []\n";
  expect(breaks({ contains: ["DEBUG = False"] }, text, "settings.py")).toMatchObject({
    line: 3,
    texts: { expected: "DEBUG = False", found: "DEBUG = True", firstLine: 3 },
  });
  expect(breaks({ contains: ["STATIC_ROOT"] }, text, "settings.py")).not.toHaveProperty("line");
});

test("a line that must not be there is named by its number", () => {
  expect(breaks({ excludes: ["password"] }, "one\ntwo\nthe password\n", "notes")).toMatchObject({ line: 3, found: "“the password”" });
});

test("whole texts of several lines are kept for a comparison, short ones are not", () => {
  expect(breaks({ equals: "a\nb\n" }, "a\nc\n", "x")).toMatchObject({ texts: { expected: "a\nb", found: "a\nc", firstLine: 1 } });
  expect(breaks({ equals: "a" }, "b", "x")).not.toHaveProperty("texts");
});

test("what a pattern looks for is said in words", () => {
  const rule = { matches: "^[1-9]", wanted: "a count that is not 0" };
  expect(breaks(rule, "0 superusers", "the output")).toEqual({ expected: "a count that is not 0 in the output", found: "“0 superusers”" });
  expect(describe(rule, "the output")).toBe("a count that is not 0 in the output");
  expect(breaks(rule, "2 superusers", "the output")).toBeUndefined();
});
