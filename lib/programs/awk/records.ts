/** Records of an input: lines, paragraphs (RS=""), or what a separator or regular expression divides. */
import type { Input } from "../core/io.ts";
import { posixRegex } from "../core/regex.ts";

export class RecordReader {
  #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #buffer = "";
  #at = 0;
  #ended = false;

  constructor(
    private readonly input: Input,
    private readonly separator: () => string,
    private readonly beforeWaiting: () => Promise<void>,
  ) {}

  async #fill(): Promise<boolean> {
    if (this.#ended) return false;
    await this.beforeWaiting();
    const chunk = await this.input.read();
    const text = chunk.length === 0 ? this.#decoder.decode() : this.#decoder.decode(chunk, { stream: true });
    this.#buffer = this.#buffer.slice(this.#at) + text;
    this.#at = 0;
    if (chunk.length === 0) this.#ended = true;
    return true;
  }

  #rest(): string | undefined {
    if (this.#at >= this.#buffer.length) return undefined;
    const text = this.#buffer.slice(this.#at);
    this.#at = this.#buffer.length;
    return text;
  }

  /** The next record at once, where it is in memory and the separator is one character. */
  nextNow(): string | undefined {
    const separator = this.separator();
    if (separator.length !== 1) return undefined;
    const found = this.#buffer.indexOf(separator, this.#at);
    if (found < 0) return undefined;
    const text = this.#buffer.slice(this.#at, found);
    this.#at = found + 1;
    return text;
  }

  async next(): Promise<string | undefined> {
    for (;;) {
      const separator = this.separator();
      if (separator === "") {
        while (this.#buffer[this.#at] === "\n") this.#at++;
        const found = /\n\n+/g;
        found.lastIndex = this.#at;
        const match = found.exec(this.#buffer);
        if (match && (match.index + match[0].length < this.#buffer.length || this.#ended)) {
          const text = this.#buffer.slice(this.#at, match.index);
          this.#at = match.index + match[0].length;
          return text;
        }
        if (!(await this.#fill())) return this.#rest()?.replace(/\n$/, "");
        continue;
      }
      if (separator.length === 1) {
        const now = this.nextNow();
        if (now !== undefined) return now;
        if (!(await this.#fill())) {
          const rest = this.#rest();
          // A newline at the very end belongs to no record of another separator in mawk and gawk alike: it stays.
          return rest;
        }
        continue;
      }
      const regex = posixRegex(separator, { extended: true, escapes: true, bracketEscapes: true, global: true });
      regex.lastIndex = this.#at;
      const match = regex.exec(this.#buffer);
      if (match && match[0] !== "" && (match.index + match[0].length < this.#buffer.length || this.#ended)) {
        const text = this.#buffer.slice(this.#at, match.index);
        this.#at = match.index + match[0].length;
        return text;
      }
      if (!(await this.#fill())) return this.#rest();
    }
  }
}
