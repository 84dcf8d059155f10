/**
 * The text of terminal output: escape sequences taken out (ECMA-48: CSI, OSC, DCS and the short ones), line ends as "\n".
 */
export function plainText(output: string): string {
  return (
    output
      // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are made of control characters.
      .replace(/\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]P_^X][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]/g, "")
      .replace(/\r+\n/g, "\n")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the bell and shifts show nothing.
      .replace(/[\x07\x0e\x0f]/g, "")
  );
}

/** How a terminal that echoes shows what was typed (termios(3), ECHO and ECHOCTL), as plain text. */
export function echoOf(typed: string): string {
  return [...typed]
    .map((character) => {
      const code = character.charCodeAt(0);
      if (character === "\n" || character === "\r") return "\n";
      if (character === "\t") return "\t";
      return code < 0x20 ? `^${String.fromCharCode(code + 0x40)}` : code === 0x7f ? "^?" : character;
    })
    .join("");
}

/** `output` without the echo of what was typed: each typed line is taken out where it first appears. */
export function withoutEcho(output: string, typed: string): string {
  let rest = output;
  let before = "";
  // The shell moves on to a new line behind an interrupted one.
  const echo = output.includes("^C\n") ? echoOf(typed).replace(/\^C$/, "^C\n") : echoOf(typed);
  for (const line of echo.split(/(?<=\n)/)) {
    const at = rest.indexOf(line);
    if (line === "" || at < 0) continue;
    before += rest.slice(0, at);
    rest = rest.slice(at + line.length);
  }
  return before + rest;
}
