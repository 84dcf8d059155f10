import type { Terminal } from "@xterm/xterm";

export const terminalFont = '"JetBrains Mono Variable", ui-monospace, "DejaVu Sans Mono", Consolas, monospace';

/** A terminal measures its cells with the font that is there when it opens; this has them measured again once the right one is. */
export function measureWithFont(terminal: Terminal, then?: () => void): void {
  void document.fonts.load('13.5px "JetBrains Mono Variable"').then(() => {
    // The same fonts under another text: xterm.js measures when the option changes.
    terminal.options.fontFamily = `${terminalFont} `;
    then?.();
  });
}
