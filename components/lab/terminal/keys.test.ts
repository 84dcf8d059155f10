import { describe, expect, it } from "vitest";
import { KeyGate, type KeyPress, withControl } from "./keys.ts";

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  type: "keydown",
  key,
  ctrlKey: false,
  shiftKey: false,
  altKey: false,
  metaKey: false,
  ...more,
});

describe("keys in the terminal", () => {
  it("gives Tab to the program, which completes names with it", () => {
    expect(new KeyGate().decide(press("Tab"))).toBe("program");
  });
  it("lets Tab and Shift+Tab leave after Escape, but only right after it", () => {
    const gate = new KeyGate();
    expect(gate.decide(press("Escape"))).toBe("hold");
    expect(gate.decide(press("Shift", { shiftKey: true }))).toBe("program");
    expect(gate.decide(press("Tab", { shiftKey: true }))).toBe("leave");
    gate.decide(press("Escape"));
    gate.decide(press("a"));
    expect(gate.decide(press("Tab"))).toBe("program");
  });
  it("copies with Ctrl+Shift+C, and interrupts with Ctrl+C", () => {
    expect(new KeyGate().decide(press("C", { ctrlKey: true, shiftKey: true }))).toBe("copy");
    expect(new KeyGate().decide(press("c", { ctrlKey: true }))).toBe("program");
  });
  it("makes control characters for touch screens", () => {
    expect(withControl("c")).toBe("\x03");
    expect(withControl("[")).toBe("\x1b");
    expect(withControl("1")).toBe("1");
  });
});
