/**
 * Brace expansion (bash(1)): on the text of a word, before anything else. Quotes, `${…}`, `$(…)` and backquotes are skipped.
 */

/** The words that `text` stands for; one, itself, when there is nothing to expand. */
export function expandBraces(text: string): string[] {
  if (!text.includes("{")) return [text];
  for (let open = nextOpen(text, 0); open >= 0; open = nextOpen(text, open + 1)) {
    const found = braceAt(text, open);
    if (found === undefined) continue;
    const before = text.slice(0, open);
    const rest = expandBraces(text.slice(found.end));
    const words: string[] = [];
    for (const middle of found.alternatives) for (const after of rest) words.push(before + middle + after);
    return words;
  }
  return [text];
}

/** The next `{` that is neither quoted nor part of `${`. */
function nextOpen(text: string, from: number): number {
  for (let at = from; at < text.length; at = skip(text, at)) {
    if (text[at] === "{") return at;
  }
  return -1;
}

/** The offset after the quoted or nested construct at `at`, or `at + 1`. */
function skip(text: string, at: number): number {
  const character = text[at];
  if (character === "\\") return at + 2;
  if (character === "'") return after(text, text.indexOf("'", at + 1));
  if (character === '"') {
    for (let end = at + 1; end < text.length; end = text[end] === "\\" ? end + 2 : end + 1) if (text[end] === '"') return end + 1;
    return text.length;
  }
  if (character === "`") return after(text, text.indexOf("`", at + 1));
  if (character === "$" && text[at + 1] === "'") {
    for (let end = at + 2; end < text.length; end = text[end] === "\\" ? end + 2 : end + 1) if (text[end] === "'") return end + 1;
    return text.length;
  }
  if ((character === "$" || character === "<" || character === ">") && text[at + 1] === "(") return nested(text, at + 1, "(", ")");
  if (character === "$" && text[at + 1] === "{") return nested(text, at + 1, "{", "}");
  return at + 1;
}

function after(text: string, at: number): number {
  return at < 0 ? text.length : at + 1;
}

function nested(text: string, open: number, opening: string, closing: string): number {
  let depth = 0;
  for (let at = open; at < text.length; ) {
    if (text[at] === opening) depth++;
    else if (text[at] === closing && --depth === 0) return at + 1;
    at = text[at] === opening || text[at] === closing ? at + 1 : skip(text, at);
  }
  return text.length;
}

/** The brace expression that opens at `open`, its alternatives expanded themselves. */
function braceAt(text: string, open: number): { alternatives: string[]; end: number } | undefined {
  const parts: string[] = [];
  let start = open + 1;
  let depth = 0;
  for (let at = open + 1; at < text.length; ) {
    const character = text[at];
    if (character === "{") depth++;
    else if (character === "}") {
      if (depth === 0) {
        parts.push(text.slice(start, at));
        if (parts.length > 1) return { alternatives: parts.flatMap(expandBraces), end: at + 1 };
        const sequence = expandSequence(parts[0]!);
        if (sequence !== undefined) return { alternatives: sequence, end: at + 1 };
        return undefined;
      }
      depth--;
    } else if (character === "," && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
    at = character === "{" || character === "}" || character === "," ? at + 1 : skip(text, at);
  }
  return undefined;
}

const LIMIT = 1_000_000;

/** `1..10..2`, `a..e`, `01..10`. */
function expandSequence(text: string): string[] | undefined {
  const numbers = /^(-?\d+)\.\.(-?\d+)(?:\.\.(-?\d+))?$/.exec(text);
  if (numbers !== null) {
    const [, from, to, by] = numbers;
    const padded = /^-?0\d/.test(from!) || /^-?0\d/.test(to!);
    const width = padded ? Math.max(from!.length, to!.length) : 0;
    return steps(Number(from), Number(to), Number(by ?? 1))?.map((value) => pad(value, width));
  }
  const letters = /^([A-Za-z])\.\.([A-Za-z])(?:\.\.(-?\d+))?$/.exec(text);
  if (letters === null) return undefined;
  return steps(letters[1]!.charCodeAt(0), letters[2]!.charCodeAt(0), Number(letters[3] ?? 1))?.map((code) => {
    const letter = String.fromCharCode(code);
    // Between Z and a lie characters that must not take effect as quotes.
    return /[A-Za-z]/.test(letter) ? letter : `\\${letter}`;
  });
}

function steps(from: number, to: number, by: number): number[] | undefined {
  const step = Math.abs(by) || 1;
  if (Math.abs(to - from) / step > LIMIT) return undefined;
  const values: number[] = [];
  if (from <= to) for (let value = from; value <= to; value += step) values.push(value);
  else for (let value = from; value >= to; value -= step) values.push(value);
  return values;
}

function pad(value: number, width: number): string {
  const digits = String(Math.abs(value));
  return value < 0 ? `-${digits.padStart(width - 1, "0")}` : digits.padStart(width, "0");
}
