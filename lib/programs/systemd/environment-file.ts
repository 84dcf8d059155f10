/** Files named by EnvironmentFile= (systemd.exec(5); env-file.c): like a shell's assignments, but no shell reads them. */

/** Assignments in their order. Names that are none are given to `odd`, and left out. */
export function parseEnvironmentFile(text: string, odd: (line: string) => void = () => {}): Map<string, string> {
  const found = new Map<string, string>();
  let at = 0;
  const end = text.length;
  while (at < end) {
    // Blank space and comments before a key.
    while (at < end && /[\s]/.test(text[at] ?? "")) at++;
    if (at >= end) break;
    if (text[at] === "#" || text[at] === ";") {
      at = skipComment(text, at);
      continue;
    }
    const lineEnd = text.indexOf("\n", at) < 0 ? end : text.indexOf("\n", at);
    const equals = text.indexOf("=", at);
    if (equals < 0 || equals > lineEnd) {
      odd(text.slice(at, lineEnd));
      at = lineEnd + 1;
      continue;
    }
    const key = text.slice(at, equals).trim();
    const { value, next } = readValue(text, equals + 1);
    at = next;
    if (/^[A-Za-z_]\w*$/.test(key)) found.set(key, value);
    else odd(`${key}=${value}`);
  }
  return found;
}

/** A comment goes on after a backslash at its end. */
function skipComment(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== "\n") at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

function readValue(text: string, from: number): { value: string; next: number } {
  let at = from;
  let value = "";
  /** How much of the value must stay although it ends in blanks. */
  let solid = 0;
  while (text[at] === " " || text[at] === "\t") at++;
  while (at < text.length) {
    const c = text[at] ?? "";
    if (c === "\n" || c === "\r") break;
    if (c === "'") {
      const close = text.indexOf("'", at + 1);
      const stop = close < 0 ? text.length : close;
      value += text.slice(at + 1, stop);
      at = stop + 1;
      solid = value.length;
    } else if (c === '"') {
      at++;
      while (at < text.length && text[at] !== '"') {
        if (text[at] === "\\" && at + 1 < text.length) {
          const next = text[at + 1] ?? "";
          // As in a shell: only what the shell would have to escape.
          if ('"\\`$'.includes(next)) value += next;
          else if (next !== "\n") value += `\\${next}`;
          at += 2;
        } else value += text[at++];
      }
      at++;
      solid = value.length;
    } else if (c === "\\") {
      const next = text[at + 1] ?? "";
      if (next !== "\n") value += next;
      at += 2;
      solid = value.length;
    } else {
      value += c;
      at++;
      if (c !== " " && c !== "\t") solid = value.length;
    }
  }
  return { value: value.slice(0, solid), next: at + 1 };
}
