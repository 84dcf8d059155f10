import type { ILink, ILinkHandler, ILinkProvider, Terminal } from "@xterm/xterm";

/** Where addresses stand in a line of text; columns count from 0. */
export function findAddresses(line: string): { start: number; url: string }[] {
  return [...line.matchAll(/https?:\/\/[^\s"'<>()[\]{}]+/g)].map((match) => ({
    start: match.index,
    // A full stop or comma behind an address belongs to the sentence.
    url: match[0].replace(/[.,;:!?]+$/, ""),
  }));
}

/** Makes addresses in the terminal open in the lab's browser. */
export function addressLinks(terminal: Terminal, open: (url: string) => void): ILinkProvider {
  return {
    provideLinks(row, callback) {
      const line = terminal.buffer.active.getLine(row - 1)?.translateToString(true) ?? "";
      const links = findAddresses(line).map(
        ({ start, url }): ILink => ({
          text: url,
          range: { start: { x: start + 1, y: row }, end: { x: start + url.length, y: row } },
          activate: () => open(url),
        }),
      );
      callback(links.length > 0 ? links : undefined);
    },
  };
}

/**
 * What a click on a link does that a program has made (OSC 8): its text may name another address than it leads to, so it never leaves the
 * lab's browser, and only web addresses open at all. Without this, xterm.js asks, and then opens a window of the real browser.
 */
export function programLinks(open: (url: string) => void): ILinkHandler {
  return {
    allowNonHttpProtocols: false,
    activate: (_event, address) => {
      if (/^https?:\/\//i.test(address)) open(address);
    },
  };
}
