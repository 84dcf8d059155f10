import type { ITheme } from "@xterm/xterm";

/**
 * The sixteen colors on both grounds. Each reaches 4.5:1 on its ground (themes.test.ts holds that), so that nothing a program prints
 * in color is hard to read; "black" on dark and "white" on light are therefore grays.
 */
export const lightTheme: ITheme = {
  background: "#fffefb",
  foreground: "#1c2125",
  cursor: "#0e5478",
  cursorAccent: "#fffefb",
  selectionBackground: "#cfe2ec",
  black: "#1c2125",
  red: "#a3231a",
  green: "#17653a",
  yellow: "#744800",
  blue: "#1a4f9c",
  magenta: "#7b2d6b",
  cyan: "#0b5f66",
  white: "#545b61",
  brightBlack: "#5c636a",
  brightRed: "#b83024",
  brightGreen: "#1d7042",
  brightYellow: "#855300",
  brightBlue: "#2360b8",
  brightMagenta: "#8f3a7d",
  brightCyan: "#0d6c74",
  brightWhite: "#3a4046",
};

export const darkTheme: ITheme = {
  background: "#0f1214",
  foreground: "#dfe2e3",
  cursor: "#8ac7e9",
  cursorAccent: "#0f1214",
  selectionBackground: "#2b4a5b",
  black: "#7f8a93",
  red: "#ff9d92",
  green: "#7fd1a0",
  yellow: "#edc074",
  blue: "#8ab6f5",
  magenta: "#dfa3d4",
  cyan: "#7dcfd6",
  white: "#c6cbcf",
  brightBlack: "#8f9aa3",
  brightRed: "#ffb5ac",
  brightGreen: "#9fe0b8",
  brightYellow: "#f5d398",
  brightBlue: "#aacbfa",
  brightMagenta: "#ecbfe4",
  brightCyan: "#a0e0e5",
  brightWhite: "#ffffff",
};

export const colorNames = [
  "black",
  "red",
  "green",
  "yellow",
  "blue",
  "magenta",
  "cyan",
  "white",
  "brightBlack",
  "brightRed",
  "brightGreen",
  "brightYellow",
  "brightBlue",
  "brightMagenta",
  "brightCyan",
  "brightWhite",
] as const;
