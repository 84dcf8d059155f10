const TOKEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON takes none of them in a text.
  /\s*(?:([{}[\],:])|"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y;

/**
 * Where a text stops being JSON (RFC 8259), as an offset; undefined where it is. `JSON.parse` tells the place of some mistakes only, and
 * in other words with each version of Node.
 */
export function jsonMistakeAt(text: string): number | undefined {
  const scanner = new Scanner(text);
  return scanner.value() && scanner.isAtEnd() ? undefined : scanner.mistake;
}

/** Each method takes what it is called after, and says whether it was there. */
class Scanner {
  /** Where what was not there should have been. */
  mistake = 0;
  private at = 0;

  constructor(private readonly text: string) {}

  value(): boolean {
    const token = this.next();
    if (token === "{") return this.list("}", () => this.pair());
    if (token === "[") return this.list("]", () => this.value());
    return (token !== undefined && !/^[}\],:]$/.test(token)) || this.refuse(token);
  }

  isAtEnd(): boolean {
    this.mistake = this.at + (/^\s*/.exec(this.text.slice(this.at))?.[0].length ?? 0);
    return this.mistake === this.text.length;
  }

  private list(end: string, each: () => boolean): boolean {
    if (this.peek() === end) return this.next() === end;
    for (;;) {
      if (!each()) return false;
      const token = this.next();
      if (token === end) return true;
      if (token !== ",") return this.refuse(token);
    }
  }

  private pair(): boolean {
    const name = this.next();
    if (name?.startsWith('"') !== true) return this.refuse(name);
    const colon = this.next();
    return colon === ":" ? this.value() : this.refuse(colon);
  }

  private peek(): string | undefined {
    const { at } = this;
    const token = this.next();
    this.at = at;
    return token;
  }

  private next(): string | undefined {
    TOKEN.lastIndex = this.at;
    const [found] = TOKEN.exec(this.text) ?? [];
    if (found === undefined) return undefined;
    this.at += found.length;
    return found.trimStart();
  }

  /** `token`: what stands there instead; undefined where it is no token at all. */
  private refuse(token: string | undefined): false {
    this.isAtEnd();
    if (token !== undefined) this.mistake = this.at - token.length;
    return false;
  }
}
