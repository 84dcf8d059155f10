/** In what the next line of an unfinished command begins. */
export type Within = "nothing" | "single quotes" | "double quotes" | "here-document";

/** Characters behind which a `#` begins a comment, and a word begins (bash(1), DEFINITIONS: metacharacter). */
export const BEFORE_WORD = /[\s;&|()<>]/;

const HERE = /^<<(-?)[ \t]*((?:\\.|'[^']*'|"[^"]*"|[^\s;&|()<>'"\\])+)/;

/** Reads the lines of a command that are there so far, without the line break behind the last (bash(1), QUOTING and Here Documents). */
export function openAtEnd(text: string): Within {
  let quote: "'" | '"' | undefined;
  let documents: { tabs: boolean; end: string }[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (quote !== "'" && character === "\\") at++;
    else if (quote !== undefined) {
      if (character === quote) quote = undefined;
    } else if (character === "'" || character === '"') quote = character;
    else if (character === "#" && (at === 0 || BEFORE_WORD.test(text[at - 1] ?? ""))) {
      const end = text.indexOf("\n", at);
      at = (end < 0 ? text.length : end) - 1;
    } else if (text.startsWith("<<<", at)) at += 2;
    else if (text.startsWith("<<", at)) {
      const found = HERE.exec(text.slice(at));
      if (found === null) continue;
      documents.push({ tabs: found[1] === "-", end: (found[2] ?? "").replace(/\\(.)|['"]/g, "$1") });
      at += found[0].length - 1;
    } else if (character === "\n" && documents.length > 0) {
      for (const { tabs, end } of documents) {
        for (let closed = false; !closed; ) {
          if (at >= text.length) return "here-document";
          const next = text.indexOf("\n", at + 1);
          const line = text.slice(at + 1, next < 0 ? undefined : next);
          closed = (tabs ? line.replace(/^\t+/, "") : line) === end;
          at = next < 0 ? text.length : next;
        }
      }
      documents = [];
    }
  }
  if (quote !== undefined) return quote === "'" ? "single quotes" : "double quotes";
  return documents.length > 0 ? "here-document" : "nothing";
}
