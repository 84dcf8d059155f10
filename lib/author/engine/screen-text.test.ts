import { expect, it } from "vitest";
import { plainText, withoutEcho } from "./screen-text.ts";

it("takes escape codes out and keeps the text", () => {
  expect(plainText("\x1b[1;31mred\x1b[0m\r\n\x1b]0;title\x07a\x1b[?2004hb\x1b(Bc\r\r\n")).toBe("red\nabc\n");
});

it("takes the echo of what was typed out, and nothing else", () => {
  expect(withoutEcho("ann\nEmail address: ", "ann\n")).toBe("Email address: ");
  expect(withoutEcho("^C\nKeyboardInterrupt\n", "\x03")).toBe("KeyboardInterrupt\n");
  expect(withoutEcho("^CTraceback\n", "\x03")).toBe("Traceback\n");
  expect(withoutEcho("Password: \n", "secret\n")).toBe("Password: \n");
  expect(withoutEcho("a\nA1\nb\nB1\n", "a\nb\n")).toBe("A1\nB1\n");
});
