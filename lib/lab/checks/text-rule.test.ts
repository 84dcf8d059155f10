import { expect, test } from "vitest";
import { breaks, quote } from "./text-rule.ts";

test("what was found is one line of text that commands no terminal", () => {
  expect(quote("a\x1b[31mb\x07\r\n  c\td\x7f")).toBe("“a␛[31mb␇ ⏎ c\td␡”");
  expect(breaks({ contains: ["ready"] }, "\x1b]0;pwned\x07", "the output")).toEqual({
    expected: "“ready” in the output",
    found: "“␛]0;pwned␇”",
  });
});
