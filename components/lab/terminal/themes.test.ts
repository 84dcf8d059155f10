import { describe, expect, it } from "vitest";
import { colorNames, darkTheme, lightTheme } from "./themes.ts";

/** Relative luminance and contrast, as WCAG 2.2 defines them. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

describe.each([
  ["light", lightTheme],
  ["dark", darkTheme],
])("the terminal's %s colors", (_name, theme) => {
  it.each(["foreground", "cursor", ...colorNames] as const)("%s can be read on the ground", (name) => {
    expect(contrast(theme[name] ?? "", theme.background ?? "")).toBeGreaterThanOrEqual(4.5);
  });
  it("selected text can be read", () => {
    expect(contrast(theme.foreground ?? "", theme.selectionBackground ?? "")).toBeGreaterThanOrEqual(4.5);
  });
});
