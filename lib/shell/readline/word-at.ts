/** What stands before the cursor: the word to complete, how it is quoted, and the command it belongs to. */

export interface WordAt {
  /** Where the word begins in the line, its opening quote included. */
  readonly start: number;
  /** The word without its quotes. */
  readonly word: string;
  readonly quote: "" | "'" | '"';
  /** The words of the same command before it, unquoted; empty when the word is a command's name. */
  readonly before: readonly string[];
  /** A redirection stands before it: it is a file. */
  readonly redirected: boolean;
}

/** Words after which another command's name follows. */
const LEADING = new Set([
  "if",
  "then",
  "else",
  "elif",
  "do",
  "while",
  "until",
  "!",
  "{",
  "time",
  "sudo",
  "exec",
  "command",
  "nohup",
  "xargs",
]);

export function wordAt(text: string, cursor: number): WordAt {
  let before: string[] = [];
  let redirected = false;
  let at = 0;
  let start = 0;
  let word = "";
  let quote: "" | "'" | '"' = "";
  let inWord = false;
  const end = (): void => {
    if (!inWord) return;
    if (redirected) redirected = false;
    else if (!(before.length === 0 && (LEADING.has(word) || /^[A-Za-z_]\w*=/.test(word)))) before.push(word);
    inWord = false;
    word = "";
  };
  while (at < cursor) {
    const character = text[at]!;
    if (quote !== "") {
      if (character === quote) quote = "";
      else if (character === "\\" && quote === '"' && /["\\$`]/.test(text[at + 1] ?? "") && at + 1 < cursor) word += text[++at];
      else word += character;
    } else if (/\s/.test(character)) {
      end();
    } else if (";|&()`\n".includes(character)) {
      const redirects = character === "&" && /[<>]$/.test(text.slice(0, at));
      end();
      if (!redirects) before = [];
    } else if (character === "<" || character === ">") {
      if (inWord && /^\d+$/.test(word)) inWord = false;
      end();
      word = "";
      redirected = true;
    } else {
      if (!inWord) {
        inWord = true;
        start = at;
        word = "";
      }
      if (character === "'" || character === '"') quote = character;
      else if (character === "\\") {
        if (at + 1 < cursor) word += text[++at];
      } else word += character;
    }
    at++;
  }
  if (!inWord) start = cursor;
  return { start, word: inWord ? word : "", quote, before, redirected };
}
