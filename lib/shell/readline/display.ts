/** Drawing the prompt and the line, over as many rows as they take, with as few bytes as possible. */
import { characterWidth } from "./width.ts";

interface Place {
  readonly row: number;
  readonly column: number;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences, and readline's marks around what takes no room
const INVISIBLE = /\x01[^\x02]*\x02|\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: readline's marks around what takes no room
const MARKS = /[\x01\x02]/g;

export class Display {
  columns = 80;
  private prompt = "";
  private promptWidthText = "";
  private shown = "";
  private place: Place = { row: 0, column: 0 };

  constructor(private readonly write: (text: string) => void) {}

  /** Shows a prompt at the beginning of a fresh row. `before` and `after` are put around it, and take no room. */
  start(prompt: string, columns: number, before = "", after = ""): void {
    const lines = prompt.split("\n");
    const last = lines.pop()!;
    this.columns = Math.max(2, columns);
    this.prompt = last.replace(MARKS, "");
    this.promptWidthText = last.replace(INVISIBLE, "");
    this.shown = "";
    this.place = this.layout("");
    const head = lines.map((line) => `${line.replace(MARKS, "")}\n`).join("");
    this.write(`${before}${head}${this.prompt}${this.wrapAfter(this.promptWidthText)}${after}`);
  }

  /** Another prompt in the place of this one (the search). */
  setPrompt(prompt: string): void {
    const top = this.goto({ row: 0, column: 0 });
    this.prompt = prompt.replace(MARKS, "");
    this.promptWidthText = prompt.replace(INVISIBLE, "");
    this.shown = "";
    this.place = this.layout("");
    this.write(`${top}\x1b[J${this.prompt}${this.wrapAfter(this.promptWidthText)}`);
  }

  /** Where the cursor is after the prompt and this text. A full row is left at once. */
  private layout(text: string): Place {
    let row = 0;
    let column = 0;
    for (const character of this.promptWidthText + text) {
      const width = character === "\n" ? 0 : characterWidth(character);
      if (character === "\n" || column + width > this.columns) {
        row++;
        column = 0;
      }
      column += width;
      if (column >= this.columns) {
        row++;
        column = 0;
      }
    }
    return { row, column };
  }

  /** A terminal stays at the margin until one more character comes: a blank makes it go on. */
  private wrapAfter(text: string): string {
    return text !== "" && !text.endsWith("\n") && this.layout(text.slice(this.promptWidthText.length)).column === 0 ? " \r\x1b[K" : "";
  }

  /** The bytes that show `text` from the offset `from` on, the cursor being there. */
  private render(text: string, from: number): string {
    let out = "";
    const parts = text.slice(from).split("\n");
    let before = text.slice(0, from);
    parts.forEach((part, at) => {
      if (at > 0) {
        out += "\n";
        before += "\n";
      }
      before += part;
      out += visible(part);
      if (part !== "") out += this.wrapAfter(this.promptWidthText + before);
    });
    return out;
  }

  /** Moves the cursor; relative to where it is now. */
  private goto(to: Place): string {
    const from = this.place;
    this.place = to;
    if (from.row === to.row) {
      const distance = to.column - from.column;
      if (distance === 0) return "";
      if (to.column === 0) return "\r";
      if (distance < 0) return -distance < 4 ? "\b".repeat(-distance) : `\x1b[${-distance}D`;
      return `\x1b[${distance}C`;
    }
    const rows = to.row < from.row ? `\x1b[${from.row - to.row}A` : `\x1b[${to.row - from.row}B`;
    return `${rows}\r${to.column > 0 ? `\x1b[${to.column}C` : ""}`;
  }

  /** Shows the line with the cursor at `cursor`: only what has changed is written. */
  update(text: string, cursor: number): void {
    let out = "";
    if (text !== this.shown) {
      let same = 0;
      const most = Math.min(text.length, this.shown.length);
      while (same < most && text[same] === this.shown[same]) same++;
      // Not inside a character, nor between one and its combining marks.
      while (same > 0 && /^(?:[\udc00-\udfff]|\p{Mn})/u.test(text.slice(same) || this.shown.slice(same))) same--;
      out += this.goto(this.layout(text.slice(0, same)));
      if (this.shown.length > same) out += "\x1b[J";
      out += this.render(text, same);
      this.place = this.layout(text);
      this.shown = text;
    }
    out += this.goto(this.layout(text.slice(0, cursor)));
    if (out !== "") this.write(out);
  }

  /** Moves behind the line, to a fresh row. */
  finish(): void {
    const end = this.layout(this.shown);
    const move = this.goto(end);
    this.write(end.column === 0 && this.shown !== "" ? move : `${move}\n`);
  }

  /** Draws everything again: after a list below the line, a cleared screen, a new width. */
  redraw(text: string, cursor: number): void {
    this.shown = "";
    this.place = this.layout("");
    this.write(`${this.prompt}${this.wrapAfter(this.promptWidthText)}`);
    this.update(text, cursor);
  }

  /** The terminal has another width, and has broken the rows anew by itself. */
  resize(columns: number, text: string, cursor: number): void {
    this.columns = Math.max(2, columns);
    this.place = this.layout(this.shown.slice(0, cursor));
    this.write(`${this.goto({ row: 0, column: 0 })}\x1b[J`);
    this.redraw(text, cursor);
  }

  clearScreen(text: string, cursor: number): void {
    this.write("\x1b[H\x1b[2J");
    this.redraw(text, cursor);
  }
}

/** Control characters as `^X`; line breaks stay. */
export function visible(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are shown in another way
  return text.replace(/[\x00-\x09\x0b-\x1f\x7f]/g, (character) => `^${String.fromCharCode(character.charCodeAt(0) ^ 64)}`);
}
