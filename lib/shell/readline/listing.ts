import { textWidth } from "./width.ts";

/** Names in columns, down first, as readline lists possible completions. */
export function columnsOf(names: readonly string[], width: number): string {
  const longest = Math.max(...names.map(textWidth)) + 2;
  const perRow = Math.max(1, Math.floor(width / longest));
  const rows = Math.ceil(names.length / perRow);
  let text = "";
  for (let row = 0; row < rows; row++) {
    let line = "";
    for (let at = row; at < names.length; at += rows) {
      const name = names[at]!;
      line += at + rows < names.length ? name + " ".repeat(longest - textWidth(name)) : name;
    }
    text += `${line}\n`;
  }
  return text;
}

/** What all of them begin with. */
export function commonPrefix(texts: readonly string[]): string {
  const [first = "", ...rest] = texts;
  let length = first.length;
  for (const text of rest) {
    let same = 0;
    while (same < length && same < text.length && text[same] === first[same]) same++;
    length = same;
  }
  return first.slice(0, length);
}
